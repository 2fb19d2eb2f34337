"""`joinedup migrate`: bring the database up to date. Safe to run again."""

from pathlib import Path

import click
from django.core.management import call_command

from joinedup.commands.starting import data_option, start


@click.command()
@data_option
def command(data: Path | None) -> None:
    """Bring the database up to date."""
    start(data)
    call_command("migrate", verbosity=0)
    click.echo("The database is up to date.")
