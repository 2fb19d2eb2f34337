"""`joinedup awaited`: what the record refers to and has not got. Feeds arrive out of order; this shows what is late."""

import importlib
from itertools import islice
from pathlib import Path

import click

from joinedup.commands.starting import data_option, start_reading

SHOWN = 50


@click.command()
@data_option
def command(data: Path | None) -> None:
    """List references to what has not arrived."""
    start_reading(data)
    waiting = importlib.import_module("joinedup.care.record.queries").awaited_references()
    click.echo(f"{waiting.count():,} references wait for something that has not arrived.")
    for row in islice(waiting, SHOWN):
        click.echo(f"  {row.type}/{row.fhir_id}, referred to by {row.resource.type}/{row.resource.fhir_id}")
