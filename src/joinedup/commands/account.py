"""`joinedup account`: who may sign in, in which role, for which organisation."""

import importlib
import secrets
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.core.management import call_command

from joinedup.commands.starting import data_option, start

PASSWORD_BYTES = 12


def _care(module: str) -> Any:
    """Return a module of the care room, which can be imported only once Django is set up."""
    return importlib.import_module(f"joinedup.care.{module}")


@click.group()
def command() -> None:
    """Give people accounts."""


@command.command()
@click.option("--username", required=True, help="What they sign in with.")
@click.option("--name", required=True, help="Their name, as the audit is to say it.")
@click.option(
    "--role", required=True, help="For example district_nurse; a wrong one is answered with the list."
)
@click.option("--organisation", required=True, help="Its id in the record, for example org-1.")
@data_option
def create(username: str, name: str, role: str, organisation: str, data: Path | None) -> None:
    """Make an account, or add a role and set a new password; print the password, alone on the last line."""
    start(data)
    call_command("migrate", verbosity=0)
    roles = {known.value: known for known in _care("access.actor").Role}
    if role not in roles:
        raise click.ClickException(f"There is no role {role!r}. Use one of: {', '.join(roles)}.")
    found = _care("partnership.queries").organisations_by_reference([organisation])
    if organisation not in found:
        known = (
            ", ".join(o.reference for o in _care("partnership.queries").organisations()[:20]) or "none yet"
        )
        raise click.ClickException(
            f"There is no organisation {organisation!r} in the record. There are: {known}. "
            "A partner's system adds one by sending a FHIR Organization."
        )
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    _care("access.actions").give_account(
        username=username,
        name=name,
        password=password,
        assignments=[(roles[role], found[organisation])],
        on=date.today(),  # noqa: DTZ011 - the day where the command is run
    )
    click.echo(
        f"{name} can sign in as {username}, {roles[role].title.lower()} for {found[organisation].name}."
    )
    click.echo(password)
