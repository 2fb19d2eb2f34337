"""`joinedup doctor`: what is here and what is missing, each line with what to do. Changes nothing."""

import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from joinedup import __version__
from joinedup.commands.starting import data_option, start_reading
from joinedup.site.assets import find_assets
from joinedup.site.folders import DataFolder, DataFolderError, data_folder
from joinedup.site.grants import powers
from joinedup.site.postgres import (
    DATABASE_NAME,
    ENVIRONMENT_NAME,
    DatabaseUnavailableError,
    check_reachable,
    embedded_version,
)

BROWSERS = ("chromium", "google-chrome", "chromium-browser")
GIGABYTE = 1024**3


@click.command()
@data_option
def command(data: Path | None) -> None:
    """Say what was found: Python, data folder, database, assets, browser."""
    folder = data_folder(data)
    lines = [*_python(), *_folder(folder), *_database(folder), *_assets(), *_browser()]
    for is_well, line in lines:
        click.echo(f"{'ok     ' if is_well else 'MISSING'}  {line}")
    if not all(is_well for is_well, _ in lines):
        raise SystemExit(1)


Line = tuple[bool, str]


def _python() -> Iterator[Line]:
    yield True, f"joinedup {__version__} on Python {platform.python_version()}, {platform.system()}"


def _folder(folder: DataFolder) -> Iterator[Line]:
    """Say what the data folder holds and how much room there is."""
    if not folder.root.exists():
        yield True, f"data folder {folder.root}: not made yet; the first demo or serve makes it"
        return
    free = shutil.disk_usage(folder.root).free / GIGABYTE
    try:
        yield True, f"data folder {folder.root}: for {folder.nation.title}, {free:.0f} GB free"
    except DataFolderError as error:
        yield False, str(error)


def _database(folder: DataFolder) -> Iterator[Line]:
    """Say which database would be used and whether it answers; an embedded one is not started for this."""
    url = os.environ.get(ENVIRONMENT_NAME)
    if not url:
        version = embedded_version(folder.postgres)
        state = f"made by PostgreSQL {version}" if version else "not made yet"
        yield (
            True,
            f"database: embedded, {state} (set {ENVIRONMENT_NAME} to use your own; ours is {DATABASE_NAME})",
        )
        yield (
            True,
            "database role: the embedded database's owner; triggers refuse to change what is written once",
        )
        return
    try:
        yield True, f"database of {ENVIRONMENT_NAME}: PostgreSQL {check_reachable(url) // 10000}"
        yield _powers(url)
        yield _tables()
    except DatabaseUnavailableError as error:
        yield False, str(error)


def _powers(url: str) -> Line:
    """Say whether the role could alter entries, audit events or whatever else is written once."""
    held = powers(url)
    if not held.append_only:
        return True, f"database role {held.role}: no tables yet; joinedup migrate makes them"
    if held.could_alter:
        return False, (
            f"database role {held.role}: it owns or could change what is written once (entries, audit), so triggers "
            "alone refuse that. Serve as a role limited by joinedup migrate --grants ROLE"
        )
    return (
        True,
        f"database role {held.role}: it can't change what is written once ({len(held.append_only)} tables)",
    )


def _tables() -> Line:
    """Say whether the tables are those of this version. Django is set up in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as passing:
        try:
            start_reading(Path(passing))
        except click.ClickException as error:
            return False, f"database tables: {error.message}"
    return True, "database tables: up to date"


def _assets() -> Iterator[Line]:
    """Say whether styles and scripts are built."""
    found = find_assets()
    yield True, f"assets: {found or 'not built yet; the first demo or serve builds them'}"


def _browser() -> Iterator[Line]:
    """Say whether the browser tests would find a browser; nothing else needs one."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    yield True, f"browser for the browser tests: {found or 'none; they will be skipped'}"
