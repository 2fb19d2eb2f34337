"""`joinedup load`: files that others published, into the tables of insight. Needs no database."""

from datetime import date
from pathlib import Path

import click

from joinedup.commands.starting import data_option, open_folder
from joinedup.exchange.files import (
    FileRefusedError,
    UnknownSourceError,
    load_published,
    report_lines,
    source_names,
)
from joinedup.site.measuring import compute_measures, count_boundaries


@click.group()
def command() -> None:
    """Load files that others published."""


@command.command(help=f"Load a published file. NAME is one of: {', '.join(source_names())}.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, metavar="NAME", help="Whose file it is.")
@data_option
def published(file: Path, source: str, data: Path | None) -> None:
    """Load the file, say what became of its rows, and compute the measures and boundaries again."""
    folder = open_folder(data)
    try:
        report = load_published(file, source=source, folder=folder.root, on=date.today())  # noqa: DTZ011
    except (FileRefusedError, UnknownSourceError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for line in report_lines(report):
        click.echo(line)
    compute_measures(folder)
    count_boundaries(folder)
    click.echo("The measures are up to date.")
