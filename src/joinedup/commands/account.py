"""`joinedup account`: who may sign in, in which role, for which organisation."""

import importlib
from datetime import date
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from joinedup.commands.starting import data_option, start_up_to_date


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
@click.option(
    "--oidc",
    metavar="PROVIDER:SUBJECT",
    help="Let them sign in with their organisation's account, and with no password here.",
)
@data_option
def create(
    username: str, name: str, role: str, organisation: str, oidc: str | None, data: Path | None
) -> None:
    """Make an account, or add a role and set a new password; print the password, alone on the last line."""
    start_up_to_date(data)
    linked = _linked(oidc) if oidc else None
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
    password = None if linked else _care("access.accounts").new_password()
    # An account whose link is refused is not made.
    with transaction.atomic():
        user = _care("access.actions").give_account(
            username=username,
            name=name,
            password=password,
            assignments=[(roles[role], found[organisation])],
            on=date.today(),  # noqa: DTZ011 - the day where the command is run
            must_change_password=True,
        )
        if linked:
            _link(user, *linked)
    click.echo(
        f"{name} can sign in as {username}, {roles[role].title.lower()} for {found[organisation].name}."
    )
    click.echo(f"They sign in with {linked[0]}, and have no password here." if linked else password)


def _linked(oidc: str) -> tuple[str, str]:
    """Return the provider and the subject, as it is kept; a click error says what is wrong."""
    provider, _, subject = oidc.partition(":")
    known = {app["provider_id"]: app["settings"]["uid_field"] for app in _providers()}
    if provider not in known:
        names = ", ".join(known) or "none yet"
        raise click.ClickException(
            f"There is no provider {provider!r}. There are: {names}. They are in providers.yaml in the data folder."
        )
    if not subject.strip():
        raise click.ClickException("Write --oidc PROVIDER:SUBJECT, with the subject that the provider sends.")
    # An e-mail address means the same in small letters, and is compared so.
    return provider, subject.strip().casefold() if known[provider] == "email" else subject.strip()


def _providers() -> list[dict[str, Any]]:
    """Return the providers that this installation knows."""
    return list(settings.SOCIALACCOUNT_PROVIDERS["organisation"]["APPS"])


def _link(user: Any, provider: str, subject: str) -> None:
    """Link the account."""
    try:
        _care("access.actions").link_account(
            user=user,
            provider=provider,
            subject=subject,
            by=_care("access.actor").COMMAND_LINE,
            at=timezone.now(),
        )
    except ValueError as error:
        raise click.ClickException(f"This can't be linked: {error}.") from error
