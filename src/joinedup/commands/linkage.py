"""`joinedup linkage`: find people who are in the record twice, or try how well that goes on made-up people."""

import importlib
from pathlib import Path
from types import ModuleType

import click
from django.utils import timezone

from joinedup.commands.starting import data_option, start_up_to_date
from joinedup.core.nation import Nation

LIBRARY = "splink"
report_option = click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this file: JSON where its name ends in .json, else Markdown.",
)


@click.group()
def command() -> None:
    """Find people who are in the record twice."""


@command.command()
@data_option
@report_option
@click.option(
    "--join-certain",
    is_flag=True,
    help="Join those at once that score 0.99 or more and that a rule for arrivals makes surely one too.",
)
def run(data: Path | None, report: Path | None, *, join_certain: bool) -> None:
    """Compare everybody in the record and hand the pairs to the review queue."""
    engine = _engine()
    start_up_to_date(data)
    linking = importlib.import_module("joinedup.site.linking")
    try:
        found, new = linking.link_record(linking.review_queue(), at=timezone.now(), join=join_certain)
    except engine.LinkageError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Compared {found.people:,} people in {sum(found.seconds.values()):.0f} s: {len(found.to_link):,} pairs are "
        f"sure, {len(found.to_review):,} are to be looked at."
    )
    kept = (
        "This version has no review queue: none is kept." if new is None else f"{new:,} are new in the queue."
    )
    click.echo(kept)
    if found.joined is not None:
        click.echo(f"{found.joined:,} pairs are joined: each can be undone on the page of who the person is.")
    if report:
        _write(engine, report, found)


@command.command("try")
@click.option("--people", "records", type=click.IntRange(2, 900_000), default=10_000, show_default=True)
@click.option(
    "--nation", type=click.Choice([nation.value for nation in Nation]), default="england", show_default=True
)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same people.")
@report_option
def try_(records: int, nation: str, seed: int, report: Path | None) -> None:
    """Find duplicates among made-up records whose truth is known, and say how well that went.

    PEOPLE is how many records there are; several systems know most persons, each with mistakes of its own.
    """
    engine = _engine()
    tried = importlib.import_module("joinedup.site.linkage_trial").try_linkage(
        Nation(nation), records=records, seed=seed
    )
    click.echo(engine.as_markdown(tried.found, tried.trial))
    if report:
        _write(engine, report, tried.found, tried.trial)


def _engine() -> ModuleType:
    """Return the module that finds duplicates; a click error says what to install where its library is missing."""
    try:
        return importlib.import_module("joinedup.exchange.linkage")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != LIBRARY:
            raise
        raise click.ClickException(
            "Finding duplicates needs Splink, which is not installed. Install it: pip install 'joinedup[linkage]'"
        ) from error


def _write(engine: ModuleType, path: Path, *told: object) -> None:
    try:
        engine.write_report(path, *told)
    except OSError as error:
        raise click.ClickException(f"The report {path} can't be written: {error.strerror}.") from error
    click.echo(f"The report is in {path}.")
