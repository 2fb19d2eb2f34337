"""`joinedup demo`: a synthetic partnership in an embedded PostgreSQL, served on this machine.

Safe to run again: a finished demo is served as it is, an interrupted one is finished.
"""

import importlib
import os
import time
from datetime import date
from pathlib import Path
from types import ModuleType

import click

from joinedup.commands.starting import data_option, open_folder, prepare_assets, start_up_to_date
from joinedup.core.nation import Nation
from joinedup.site.folders import DataFolder
from joinedup.site.server import PortTakenError, check_port, serve
from joinedup.site.sign_in_policy import SECOND_FACTOR_NAME, second_factor_is_required

MOST_PEOPLE = 200_000


@click.command()
@click.option("--nation", type=click.Choice([n.value for n in Nation]), default="england", show_default=True)
@click.option("--people", type=click.IntRange(1, MOST_PEOPLE), default=5000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@data_option
@click.option("--no-serve", is_flag=True, help="Make the demo and stop.")
def command(nation: str, people: int, seed: int, port: int, data: Path | None, no_serve: bool) -> None:
    """Make a synthetic partnership and serve it on this machine."""
    began = time.monotonic()
    if not no_serve:
        _check_port(port)
    folder = open_folder(data)
    asked = {"nation": nation, "people": str(people), "seed": str(seed)}
    _refuse_another(folder, asked)
    folder.note_setup(**asked, until=folder.setup().get("until", date.today().isoformat()))  # noqa: DTZ011
    prepare_assets()
    os.environ.setdefault(SECOND_FACTOR_NAME, "optional")
    click.echo("Starting PostgreSQL")
    start_up_to_date(data)
    accounts = _make(importlib.import_module("joinedup.site.demo"), folder)
    click.echo(f"Ready in {time.monotonic() - began:.0f} seconds.\n")
    _print_accounts(accounts)
    if not second_factor_is_required():
        click.echo(
            "\nNo second step is asked for here (serve asks for one); you can set one up under Your account."
        )
    if not no_serve:
        click.echo(f"\nOpen http://127.0.0.1:{port} (stop with Ctrl+C)")
        serve(port)


def _check_port(port: int) -> None:
    """Refuse a taken port before any work is done."""
    try:
        check_port(port)
    except PortTakenError as error:
        raise click.ClickException(str(error)) from error


def _refuse_another(folder: DataFolder, asked: dict[str, str]) -> None:
    """Refuse to mix two demos, or a demo with anything else, in one folder."""
    found = folder.setup()
    differing = [name for name, value in asked.items() if name in found and found[name] != value]
    if differing:
        was = ", ".join(f"--{name} {found[name]}" for name in differing)
        raise click.ClickException(
            f"The folder {folder.root} holds a demo made with {was}. Run it with that, or choose another folder "
            "with --data DIR. Nothing was changed."
        )
    if "people" not in found and (folder.postgres / "PG_VERSION").exists():
        raise click.ClickException(
            f"The folder {folder.root} holds data that is not a demo's. Choose another with --data DIR. "
            "Nothing was changed."
        )


def _make(demo: ModuleType, folder: DataFolder) -> list[tuple[str, str, str, str]]:
    """Make what is not yet made, and the accounts."""
    setup = folder.setup()
    plan = demo.Plan(
        Nation(setup["nation"]), int(setup["people"]), int(setup["seed"]), date.fromisoformat(setup["until"])
    )
    if setup.get("is_complete") != "yes":
        click.echo(f"Making {plan.people:,} people of {plan.nation.title} who never lived")
        demo.load_people(plan, click.echo)
    place = demo.form_boards(plan)
    if setup.get("is_complete") != "yes":
        click.echo("Publishing to the tables of insight, and computing the measures")
        importlib.import_module("joinedup.site.publishing").publish_record(folder, plan.nation)
        importlib.import_module("joinedup.site.measuring").compute_measures(folder)
        folder.note_setup(is_complete="yes", partnership=place.name)
    return [(a.username, a.password, a.role, a.organisation) for a in demo.give_accounts(place)]


def _print_accounts(accounts: list[tuple[str, str, str, str]]) -> None:
    """Print who can sign in."""
    click.echo("Sign in with one of these. The passwords are new each time the demo starts.\n")
    rows = [("name", "password", "role", "organisation"), *accounts]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        click.echo(
            "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        )
