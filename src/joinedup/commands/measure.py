"""`joinedup measure`: the measures, from the tables of insight. Needs no database."""

from pathlib import Path

import click

from joinedup.commands.starting import data_option, open_folder
from joinedup.insight.results import MeasureResult, csv_text, load_all
from joinedup.site.measuring import compute_measures


@click.group()
def command() -> None:
    """List, show and compute measures."""


@command.command("list")
@data_option
def list_measures(data: Path | None) -> None:
    """List the measures that have been computed."""
    for result in load_all(open_folder(data).root):
        click.echo(f"{result.id}: {result.description.title} ({len(result.series)} series)")


@command.command()
@click.argument("measure")
@click.option("--csv", "as_csv", is_flag=True, help="Every figure, as CSV.")
@data_option
def show(measure: str, as_csv: bool, data: Path | None) -> None:
    """Show a measure: its question, the finding of each series, and what may be compared."""
    found = {result.id: result for result in load_all(open_folder(data).root)}
    if measure not in found:
        known = ", ".join(sorted(found)) or "none yet: run joinedup measure run"
        raise click.ClickException(f"There is no measure {measure!r}. There are: {known}.")
    click.echo(csv_text(found[measure]) if as_csv else _in_words(found[measure]))


def _in_words(result: MeasureResult) -> str:
    """Return a measure in words."""
    lines = [result.description.title, result.description.question, ""]
    lines += [f"{series.area_name} ({series.source}): {series.finding}" for series in result.series]
    lines.append("")
    for comparison in result.comparisons:
        lines.append(f"{comparison.title} ({comparison.origin})")
        lines += [f"  {reason}" for reason in comparison.reasons]
    return "\n".join(lines)


@command.command()
@data_option
def run(data: Path | None) -> None:
    """Compute every measure from the tables that are there."""
    for result in compute_measures(open_folder(data)):
        click.echo(f"{result.id}: {len(result.series)} series")
