"""`joinedup rules boundaries`: how far councils and health bodies have common boundaries."""

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from joinedup.commands.rules.asking import AS_JSON, FILE, NATION, say_untraced
from joinedup.commands.starting import data_option, open_folder
from joinedup.core.explained import Explained
from joinedup.rules.boundaries.comparing import Comparison, compare, comparison_as_json, per_cent
from joinedup.rules.boundaries.coterminosity import Coterminosity, Spread
from joinedup.rules.boundaries.overlaps import OverlapsError, overlaps_of_csv
from joinedup.site.measuring import count_boundaries

Answer = tuple[Comparison, Explained[Coterminosity]]
NOTHING_LOADED = (
    "No lookup of areas is loaded. Load one with joinedup load published FILE --source lookup-small-area-icb "
    "(and lookup-council-upper-tier), lookup-data-zone-council-health-board, lookup-council-health-board or "
    "lookup-council-health-trust; or give --pairs FILE."
)


@click.command("boundaries")
@click.option("--nation", type=NATION, help="One nation only.")
@click.option(
    "--pairs", type=FILE, help="A CSV file of your own: area, area of the other set, people; one header line."
)
@click.option(
    "--sliver",
    type=click.FloatRange(0, 0.5, max_open=True),
    default=0.0,
    show_default=True,
    help="The share of an area that may lie elsewhere with the area still fitting, such as 0.01.",
)
@AS_JSON
@data_option
def boundaries(
    nation: str | None, pairs: Path | None, sliver: float, is_json: bool, data: Path | None
) -> None:
    """Say how far two sets of areas have common boundaries, and which areas do not fit.

    Councils and health bodies, from the lookups that were loaded; or any two sets, from a file of your own.
    """
    comparisons = [_own(pairs)] if pairs else _counted(nation, data)
    share = Fraction(str(sliver))
    try:
        answers = [(each, compare(each, sliver=share)) for each in comparisons]
    except OverlapsError as error:
        raise click.ClickException(str(error)) from error
    if is_json:
        click.echo(json.dumps([comparison_as_json(*answer) for answer in answers], indent=2))
    else:
        click.echo("\n\n".join("\n".join(_in_words(answer)) for answer in answers))


def _counted(nation: str | None, data: Path | None) -> Sequence[Comparison]:
    """Return what the loaded lookups allow, counted anew and kept for the pages."""
    found = count_boundaries(open_folder(data))
    wanted = [each for each in found if nation is None or each.nation == nation]
    if not wanted:
        raise click.ClickException(NOTHING_LOADED)
    return wanted


def _own(pairs: Path) -> Comparison:
    """Return the comparison that a file of three columns is."""
    try:
        overlaps = overlaps_of_csv(pairs.read_bytes(), file=pairs.name)
    except OverlapsError as error:
        raise click.ClickException(str(error)) from error
    return Comparison(pairs.stem, pairs.name, "areas", "other areas", "people", pairs.name, "", overlaps)


def _in_words(answer: Answer) -> list[str]:
    """Return a comparison line by line: the steps, then each area that does not fit with its parts."""
    comparison, explained = answer
    lines = [f"{comparison.nation.title}: {comparison.title}" if comparison.nation else comparison.title]
    for step in explained.steps:
        lines.append(f"  {step.what}: {step.value} ({step.because})")
        lines += [f"    ({citation.source})" for citation in step.citations]
    misfits = explained.value.misfits
    if misfits:
        lines.append(f"  {len(misfits)} that do not fit:")
    lines += [f"    {spread.area.name}: {_parts(spread)}" for spread in misfits]
    return [*lines, *say_untraced(explained.citations)]


def _parts(spread: Spread) -> str:
    return ", ".join(f"{part.area.name} {per_cent(part.share)} ({part.people:,})" for part in spread.parts)
