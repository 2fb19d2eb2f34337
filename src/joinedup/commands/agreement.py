"""`joinedup agreement`: who may have what of whom. Without one, an organisation sees only what it wrote."""

import importlib
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from joinedup.commands.starting import data_option, start_reading, start_up_to_date


def _agreements() -> Any:
    """Return the module, which can be imported only once Django is set up."""
    return importlib.import_module("joinedup.care.access.agreements")


def _who() -> Any:
    """Return who works at the command line, for the audit."""
    return importlib.import_module("joinedup.care.access.actor").COMMAND_LINE


@click.group()
def command() -> None:
    """Load, list and end sharing agreements."""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@data_option
def load(file: Path, data: Path | None) -> None:
    """Load an agreement from a YAML file, in place of what was kept under its name."""
    start_up_to_date(data)
    reading = importlib.import_module("joinedup.care.access.terms")
    kinds = importlib.import_module("joinedup.care.record.logic").ALL_KINDS
    try:
        terms = reading.read_terms(file.read_bytes(), str(file), kinds=kinds)
        kept = _agreements().keep_agreement(terms, by=_who(), at=timezone.now())
    except reading.AgreementError as error:
        raise click.ClickException(f"{error}. Nothing was changed.") from error
    click.echo(f"Kept {kept.name}, between {kept.parties.count()} organisations.")


@command.command(name="list")
@data_option
def list_(data: Path | None) -> None:
    """List the agreements and who is party to them."""
    start_reading(data)
    found = _agreements().agreements()
    for agreement in found:
        ends = f" until {agreement.until:%d %B %Y}" if agreement.until else ""
        kinds = ", ".join(agreement.kinds) or "every kind of entry"
        click.echo(f"{agreement.name}: since {agreement.since:%d %B %Y}{ends}; {kinds}")
        for party in agreement.parties.all():
            does = " and ".join(
                word for word, is_so in (("gives", party.gives), ("receives", party.receives)) if is_so
            )
            click.echo(f"  {party.organisation.name} {does or 'neither gives nor receives'}")
    if not found:
        click.echo("There is no agreement: each organisation sees only what it wrote.")


@command.command()
@click.argument("name")
@data_option
def end(name: str, data: Path | None) -> None:
    """End the agreement called NAME, from now on."""
    start_up_to_date(data)
    if not _agreements().end_agreement(name, by=_who(), at=timezone.now()):
        raise click.ClickException(f"There is no agreement called {name}.")
    click.echo(f"Ended {name}.")
