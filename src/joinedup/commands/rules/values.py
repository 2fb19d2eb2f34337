"""`joinedup rules show` and `coverage`: what the rule books hold."""

from datetime import date, datetime

import click

from joinedup.commands.rules.asking import DAY, NATION
from joinedup.core.explained import Status
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, catalogue
from joinedup.rules.coverage import Coverage, coverage
from joinedup.rules.explaining import value_text
from joinedup.rules.parameters import Parameter

MARKS = {Coverage.COVERED: "covered", Coverage.UNVERIFIED: "unverified", Coverage.MISSING: "-"}


@click.command()
@click.argument("parameter")
@click.option("--nation", type=NATION, help="One nation only.")
@click.option("--on", "on", type=DAY, help="One day only, YYYY-MM-DD.")
def show(parameter: str, nation: str | None, on: datetime | None) -> None:
    """Show a parameter: its values through time, with source, status and confidence."""
    nations = [Nation(nation)] if nation else tuple(Nation)
    found = [each for each in catalogue(nations) if each.id == parameter]
    if not found:
        known = ", ".join(sorted({p.id for p in catalogue()}))
        raise click.ClickException(f"There is no parameter '{parameter}'. There are: {known}.")
    for each in found:
        click.echo(f"{each.nation.title}: {each.title} ({each.unit})")
        for line in _history(each, on.date() if on else None):
            click.echo(f"  {line}")


def _history(parameter: Parameter, on: date | None) -> list[str]:
    """Return each value with its days and where it is from; of one day, only what was in force then."""
    if on:
        try:
            cited = parameter.on(on)
        except NotCovered as error:
            return [str(error)]
        return [f"{value_text(cited.value)}, {cited.confidence}: {cited.source}"]
    lines = []
    for entry in parameter.entries:
        status = "" if entry.status is Status.IN_FORCE else f", {entry.status.replace('_', ' ')}"
        days = f"{entry.period.start} to {entry.period.end or 'now'}"
        lines.append(f"{days}: {value_text(entry.value)}{status}, {entry.confidence}: {entry.source}")
    lines += [f"{gap.period.start} to {gap.period.end}: nothing, {gap.because}" for gap in parameter.gaps]
    return lines


@click.command("coverage")
@click.option("--from", "first", type=int, default=1999, show_default=True, help="The first year.")
@click.option("--to", "last", type=int, help="The last year; else this one.")
def show_coverage(first: int, last: int | None) -> None:
    """Say, by nation, topic and year, what is covered, unverified or missing."""
    years = range(first, (last or date.today().year) + 1)  # noqa: DTZ011 - the year of whoever asks
    if not years:
        raise click.ClickException("--to must not be before --from.")
    for row in coverage(years):
        click.echo(f"{row.nation.title}, {row.topic_title}")
        for parameter, by_year in row.parameters.items():
            said = ", ".join(f"{year} {MARKS[by_year[year]]}" for year in years)
            click.echo(f"  {parameter}: {said}")
