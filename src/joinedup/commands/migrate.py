"""`joinedup migrate`: bring the database up to date, and limit the role that the server runs as. Safe to run again."""

import os
from pathlib import Path

import click

from joinedup.commands.starting import bring_up_to_date, data_option, start
from joinedup.site import grants, postgres


@click.command()
@click.option(
    "--grants",
    "role",
    metavar="ROLE",
    help="Give this database role what the server needs and no more: it can't alter entries or audit.",
)
@data_option
def command(role: str | None, data: Path | None) -> None:
    """Bring the database up to date."""
    start(data)
    bring_up_to_date()
    click.echo("The database is up to date.")
    if role:
        _grant(role)


def _grant(role: str) -> None:
    """Limit the role, and say so."""
    try:
        tables, append_only = grants.grant(os.environ[postgres.ENVIRONMENT_NAME], role)
    except grants.GrantError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{role} may work with {tables} tables; {append_only} of them it may only read and add to.")
