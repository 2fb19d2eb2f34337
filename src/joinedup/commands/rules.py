"""`joinedup rules`: what the rule books say, and what follows from them. Needs no database."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click

from joinedup.core.explained import Citation, Explained, Status
from joinedup.core.money import format_pounds
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError, catalogue
from joinedup.rules.boards.checking import Finding, board_of, check_board, untraced_rules
from joinedup.rules.charging.cases import case_of
from joinedup.rules.charging.finances import CareHome, Finances, FinancesError, HomeCare
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import load_local_policy
from joinedup.rules.charging.means_test import WeeklyCharge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.coverage import Coverage, coverage
from joinedup.rules.explaining import as_json, findings_as_json, value_text
from joinedup.rules.parameters import Parameter

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NATION = click.Choice([nation.value for nation in Nation])
MARKS = {Coverage.COVERED: "covered", Coverage.UNVERIFIED: "unverified", Coverage.MISSING: "-"}


@click.group()
def command() -> None:
    """Rule books of the four nations: values, charges, and what is covered."""


@command.command()
@click.option("--nation", type=NATION, required=True)
@click.option("--on", "on", type=DAY, required=True, help="The day that is asked about, YYYY-MM-DD.")
@click.option(
    "--case", "case", type=FILE, required=True, help="The case: `finances`, and `care` or `home_care`."
)
@click.option("--local", "local", type=FILE, help="For care at home: the council's own policy.")
@click.option("--json", "is_json", is_flag=True, help="The answer with every step, as JSON.")
def charge(nation: str, on: datetime, case: Path, local: Path | None, is_json: bool) -> None:
    """Work out what somebody pays a week for care, line by line.

    A case with `care` is about a care home, one with `home_care` about care at home.
    """
    try:
        finances, care = case_of(case.read_bytes(), file=case.name)
        answer = _charge(Nation(nation), on.date(), finances, care, local)
    except (RuleBookError, FinancesError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(as_json(answer), indent=2) if is_json else _in_words(answer))


def _charge(
    nation: Nation, on: date, finances: Finances, care: CareHome | HomeCare, local: Path | None
) -> Explained[WeeklyCharge]:
    """Return the charge of the kind of care that a case is about."""
    if isinstance(care, CareHome):
        if local:
            raise click.ClickException(
                "--local is for care at home: the charge for a care home is the nation's."
            )
        return residential_charge(nation, on, finances, care)
    policy = None
    if local:
        topic = HOME_CARE_CHARGE
        policy = load_local_policy(local.read_bytes(), file=local.name, nation=nation, topic=topic)
    return home_care_charge(nation, on, finances, care, policy)


def _in_words(answer: Explained[WeeklyCharge]) -> str:
    """Return a charge line by line, with what each line rests on."""
    width = max(len(step.what) for step in answer.steps)
    lines = []
    for step in answer.steps:
        lines.append(f"{step.what:<{width}}  {value_text(step.value):>12}  {step.because}")
        lines += [f"{'':<{width}}  {'':>12}  ({citation.source})" for citation in step.citations]
    lines += ["", f"To pay each week: {format_pounds(answer.value.charge)}"]
    return "\n".join([*lines, *_untraced(answer.citations)])


@command.command("check-board")
@click.option("--nation", type=NATION, required=True)
@click.option("--on", "on", type=DAY, required=True, help="The day that is asked about, YYYY-MM-DD.")
@click.option("--board", "board", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
@click.option("--json", "is_json", is_flag=True, help="The findings with what they rest on, as JSON.")
def show_findings(nation: str, on: datetime, board: Path, is_json: bool) -> None:
    """Say what is amiss with a board on a day: members, votes, chair and plans."""
    try:
        declared = board_of(board.read_bytes(), file=board.name, nation=Nation(nation))
        findings = check_board(declared, on.date())
    except (RuleBookError, NotCovered) as error:
        raise click.ClickException(str(error)) from error
    untraced = untraced_rules(declared, on.date())
    told = {"findings": findings_as_json(findings), "rests_on_unverified": bool(untraced)}
    click.echo(json.dumps(told, indent=2) if is_json else _findings_in_words(findings, untraced))


def _findings_in_words(findings: list[Finding], untraced: tuple[Citation, ...]) -> str:
    """Return findings line by line, with what each rests on."""
    lines = [] if findings else ["Nothing amiss by what the rule book holds."]
    for finding in findings:
        lines.append(f"{finding.severity}: {finding.what}: {finding.because}")
        lines += [f"  ({citation.source})" for citation in finding.citations]
    return "\n".join([*lines, *_untraced(untraced)])


def _untraced(citations: Iterable[Citation]) -> list[str]:
    """Return the line that names values which were not traced; none when each was."""
    names = ", ".join(
        citation.title or citation.parameter for citation in citations if citation.is_unverified
    )
    return [f"Rests on values that have not been traced to a document: {names}."] if names else []


@command.command()
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


@command.command("coverage")
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
