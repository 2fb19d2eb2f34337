"""`joinedup token`: keys for partners' systems."""

import importlib
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from joinedup.commands.starting import data_option, start_up_to_date

SCOPES = ("read", "write")


def _access(module: str) -> Any:
    """Return a module of the access app, which can be imported only once Django is set up."""
    return importlib.import_module(f"joinedup.care.access.{module}")


@click.group()
def command() -> None:
    """Make and revoke tokens for partners' systems."""


@command.command()
@click.option("--system", required=True, help="The partner's system, as it is to be called in the audit.")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="May be given twice."
)
@click.option(
    "--organisation",
    help="The id of the Organization in the record that the system is of; without one it reads only what it wrote.",
)
@data_option
def create(system: str, scopes: tuple[str, ...], organisation: str | None, data: Path | None) -> None:
    """Make a token and print it, alone on the last line. It is not kept and can't be shown again."""
    start_up_to_date(data)
    scope = _access("actor").Scope
    token = _access("actions").create_token(
        system=system,
        scopes=[scope(s) for s in scopes],
        at=timezone.now(),
        organisation=_organisation(organisation) if organisation else None,
    )
    click.echo(
        f"A token for {system} with the scope {' and '.join(scopes)}. Keep it safe; it is shown only now."
    )
    click.echo(token)


def _organisation(reference: str) -> Any:
    """Return the organisation with that id in the record, or say that there is none."""
    queries = importlib.import_module("joinedup.care.partnership.queries")
    found = queries.organisations_by_reference([reference]).get(reference)
    if found is None:
        raise click.BadParameter(
            f"there is no Organization/{reference} in the record. Send it first.", param_hint="--organisation"
        )
    return found


@command.command()
@click.option("--system", required=True, help="The system whose tokens no longer hold.")
@data_option
def revoke(system: str, data: Path | None) -> None:
    """Revoke every token of a system."""
    start_up_to_date(data)
    count = _access("actions").revoke_tokens(system=system, at=timezone.now())
    click.echo(f"Revoked {count} token{'' if count == 1 else 's'} of {system}.")
