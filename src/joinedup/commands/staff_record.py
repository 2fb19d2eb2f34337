"""`joinedup staff-record`: records of people who work here, and of their families, which colleagues don't just open."""

import importlib
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from joinedup.commands.starting import data_option, start_reading, start_up_to_date


def _staff() -> Any:
    """Return the module, which can be imported only once Django is set up."""
    return importlib.import_module("joinedup.care.people.staff")


def _who() -> Any:
    """Return who works at the command line, for the audit."""
    return importlib.import_module("joinedup.care.access.actor").COMMAND_LINE


@click.group()
def command() -> None:
    """Mark the records of people who work here, and of their families."""


@command.command()
@click.argument("patient")
@click.option("--username", required=True, help="What the member of staff signs in with.")
@click.option("--family", is_flag=True, help="The record is of one of their family, not their own.")
@click.option(
    "--organisation", default="", help="Its id in the record; without one, each that they have a role for."
)
@data_option
def add(patient: str, username: str, organisation: str, data: Path | None, *, family: bool) -> None:
    """Mark the record with the Patient id PATIENT: a partner's, or the id in the address of the person's page."""
    start_up_to_date(data)
    module = _staff()
    try:
        places = module.mark_staff(
            patient=patient,
            username=username,
            organisation=organisation,
            is_family=family,
            by=_who(),
            at=timezone.now(),
        )
    except module.StaffRecordError as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    whose = "of the family of" if family else "of"
    click.echo(f"Marked as the record {whose} {username}, at {'; '.join(places)}.")


@command.command()
@click.argument("patient")
@click.option("--username", required=True, help="What the member of staff signs in with.")
@data_option
def end(patient: str, username: str, data: Path | None) -> None:
    """Take the mark off the record with the Patient id PATIENT."""
    start_up_to_date(data)
    module = _staff()
    try:
        module.unmark_staff(patient=patient, username=username, by=_who(), at=timezone.now())
    except module.StaffRecordError as error:
        raise click.ClickException(f"{error} Nothing was changed.") from error
    click.echo(f"This record is no longer marked for {username}.")


@command.command(name="list")
@data_option
def list_(data: Path | None) -> None:
    """List the marks, each with the id of the person and no name."""
    start_reading(data)
    found = _staff().staff_records()
    for mark in found:
        whose = "family" if mark.is_family else "own"
        click.echo(f"{mark.username}  {whose}  {mark.person_id}  {mark.organisation}")
    if not found:
        click.echo("No record is marked as one of staff or their family.")
