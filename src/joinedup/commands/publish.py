"""`joinedup publish`: from the record to pseudonymised tables, and from those to the measures."""

import importlib
from pathlib import Path

import click

from joinedup.commands.starting import data_option, start_reading


@click.command()
@data_option
def command(data: Path | None) -> None:
    """Copy the record into pseudonymised tables and compute the measures again."""
    folder = start_reading(data)
    published = importlib.import_module("joinedup.site.publishing").publish_record(folder, folder.nation)
    click.echo(
        f"Published {published.people:,} people, {published.activities:,} activities and "
        f"{published.delays:,} delays to {folder.insight}."
    )
    results = importlib.import_module("joinedup.site.measuring").compute_measures(folder)
    click.echo(f"Computed {len(results)} measure{'' if len(results) == 1 else 's'}.")
