"""What every command that works with data does first: choose the folder, reach the database, set up Django."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import django

from joinedup.site import folders, postgres, tables
from joinedup.site.assets import AssetsError, build_assets
from joinedup.site.providers import ProvidersError
from joinedup.site.sign_in_policy import SignInPolicyError

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that holds everything of this installation.",
)


def open_folder(data: Path | None) -> folders.DataFolder:
    """Return the data folder, made if need be; a click error says why not."""
    folder = folders.data_folder(data)
    try:
        folder.make()
        folder.secret("django")
        _ = folder.nation
    except (folders.DataFolderError, OSError) as error:
        raise click.ClickException(str(error)) from error
    return folder


def reach(data: Path | None) -> tuple[folders.DataFolder, str]:
    """Open the folder and reach or start its database; return both, the database as its URL."""
    folder = open_folder(data)
    try:
        url = postgres.database_url(folder)
        postgres.check_reachable(url)
    except postgres.DatabaseUnavailableError as error:
        raise click.ClickException(str(error)) from error
    return folder, url


def start(data: Path | None) -> folders.DataFolder:
    """Open the folder, reach or start its database, and set up Django for it."""
    folder, url = reach(data)
    os.environ[folders.ENVIRONMENT_NAME] = str(folder.root)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "joinedup.site.settings")
    os.environ[postgres.ENVIRONMENT_NAME] = url
    try:
        django.setup()
    except (ProvidersError, SignInPolicyError) as error:
        raise click.ClickException(str(error)) from error
    return folder


def start_up_to_date(data: Path | None) -> folders.DataFolder:
    """Start, and bring the database up to date; a click error says what to run where its role may not."""
    folder = start(data)
    bring_up_to_date()
    return folder


def start_reading(data: Path | None) -> folders.DataFolder:
    """Start for a command that only reads; a click error says what to run where the database is not up to date."""
    folder = start(data)
    try:
        tables.require_up_to_date()
    except tables.TablesError as error:
        raise click.ClickException(str(error)) from error
    return folder


def bring_up_to_date() -> None:
    """Bring the database up to date; a click error says what to run where its role may not."""
    try:
        tables.bring_up_to_date()
    except tables.TablesError as error:
        raise click.ClickException(str(error)) from error


def prepare_assets(say: Callable[[str], Any] = click.echo) -> None:
    """Build the styles and scripts unless they are there; must come before Django's settings are read."""
    try:
        build_assets(progress=say)
    except AssetsError as error:
        raise click.ClickException(str(error)) from error
