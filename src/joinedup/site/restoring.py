"""From a backup to an installation that is equal to the one it was made of, or no change at all.

The backup is checked, put into a new database, counted there, and only then given the place of the old one, which is
kept under another name. Nothing is ever deleted but a database without tables.
"""

import os
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from joinedup.site.archive import DATABASE, SETUP, Archive, Manifest, open_archive
from joinedup.site.contents import Contents, contents_of, tables_of
from joinedup.site.folders import DataFolder
from joinedup.site.programs import ProgramError, refilled

STAMP = "%Y%m%d%H%M%S"
MAINTENANCE = "postgres"
# How long whoever has left may still be counted.
LEAVING_SECONDS = (0.1,) * 30
# The folders beside the database, with who may open them.
MODES = {"secrets": 0o700, "insight": 0o755}


class RestoreError(Exception):
    """A backup can't be restored here; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Restored:
    """What was restored, and under which names what was there before is kept."""

    manifest: Manifest
    kept: tuple[str, ...]


def restore(file: Path, folder: DataFolder, url: str, *, replace: bool, at: datetime) -> Restored:
    """Restore the backup. Without `replace` only where nothing is; `ArchiveError` when the file is not whole."""
    with open_archive(file) as archive:
        _refuse_unknown(archive.manifest)
        is_empty = _is_empty(folder, url)
        if not is_empty and not replace:
            raise RestoreError(
                f"There is something in {folder.root} or its database already. Choose another folder with --data DIR, "
                "or say --replace: what is there is then kept under another name. Nothing was changed."
            )
        stamp = at.strftime(STAMP)
        try:
            kept = _restore_database(archive, url, stamp)
        except (psycopg.Error, ProgramError) as error:
            raise RestoreError(
                f"The database can't be restored: {_first_line(error)}. Nothing was changed."
            ) from error
        return Restored(archive.manifest, (*kept, *_restore_files(archive, folder, stamp)))


def _refuse_unknown(manifest: Manifest) -> None:
    """Refuse a database whose tables this version does not know."""
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise RestoreError(
            f"The backup was made by joinedup {manifest.joinedup}, whose tables this version does not know "
            f"({unknown[0]}). Install that version or a later one. Nothing was changed."
        )


def _is_empty(folder: DataFolder, url: str) -> bool:
    """Say whether nothing would be replaced. Keys alone don't count: they are made whenever a folder is opened."""
    with psycopg.connect(url) as connection:
        return not tables_of(connection) and not folder.setup() and not any(folder.insight.rglob("*.parquet"))


def _restore_database(archive: Archive, url: str, stamp: str) -> tuple[str, ...]:
    """Fill a new database, check it and give it the place of the old one; return the name of the old one."""
    name = str(conninfo_to_dict(url)["dbname"])
    new, old = f"{name}_restoring_{os.getpid()}", f"{name}_before_{stamp}"
    with psycopg.connect(make_conninfo(url, dbname=MAINTENANCE), autocommit=True) as server:
        _refuse_users(server, name)
        _drop_leftovers(server, name)
        server.execute(_command("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", new))
        try:
            refilled(make_conninfo(url, dbname=new), archive.read(DATABASE), server.info.server_version)
            _compare(archive.manifest, make_conninfo(url, dbname=new))
            with server.transaction():
                server.execute(_command("ALTER DATABASE {} RENAME TO {}", name, old))
                server.execute(_command("ALTER DATABASE {} RENAME TO {}", new, name))
        finally:
            server.execute(_command("DROP DATABASE IF EXISTS {}", new))
        return _drop_if_empty(server, make_conninfo(url, dbname=old), old)


def _command(words: str, *names: str) -> sql.Composed:
    """Return a command with these names in it."""
    return sql.SQL(words).format(*map(sql.Identifier, names))


def _refuse_users(server: "psycopg.Connection", name: str) -> None:
    """Refuse while somebody works with the database that is to be replaced.

    Whoever has just left is counted for a moment still, until the server has noticed: that is waited for.
    """
    for wait in (*LEAVING_SECONDS, None):
        row = server.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
            [name],
        ).fetchone()
        if not row or not row[0]:
            return
        if wait is None:
            raise RestoreError(
                f"Somebody works with the database {name} ({row[0]} connections). Stop joinedup and whatever else uses"
                " it first. Nothing was changed."
            )
        time.sleep(wait)


def _drop_leftovers(server: "psycopg.Connection", name: str) -> None:
    """Drop what restores that were killed have left, unless somebody is in it."""
    found = server.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) "
        "AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)",
        [f"{name}_restoring_"],
    )
    for row in found.fetchall():
        server.execute(_command("DROP DATABASE {}", row[0]))


def _compare(manifest: Manifest, url: str) -> None:
    """Refuse what is not equal to the original, row by row and trigger by trigger."""
    with psycopg.connect(url) as connection:
        held = contents_of(connection)
        connection.execute("ANALYZE")
    differing = held.differences(Contents(manifest.migrations, manifest.triggers, manifest.tables))
    if differing:
        raise RestoreError(
            f"What came out of the backup is not what went in: {', '.join(differing)} differ. Nothing was changed; "
            "take another copy or an older backup."
        )


def _drop_if_empty(server: "psycopg.Connection", url: str, name: str) -> tuple[str, ...]:
    """Drop the old database when it has no tables; else return what to tell about it."""
    with psycopg.connect(url) as connection:
        is_empty = not tables_of(connection)
    if is_empty:
        server.execute(_command("DROP DATABASE {}", name))
        return ()
    return (f"the database {name}",)


def _restore_files(archive: Archive, folder: DataFolder, stamp: str) -> tuple[str, ...]:
    """Write the files beside the database, each folder in one step; return what was moved aside."""
    kept = []
    for name, mode in MODES.items():
        draft = folder.root / f".{name}-{stamp}"
        try:
            draft.mkdir(mode=mode)
            for part in archive.names(name):
                _write(draft / Path(part).relative_to(name), archive, part, mode & ~0o111)
            kept += _swap(folder.root / name, draft, folder.root / f"{name}-before-{stamp}")
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    if SETUP in archive.manifest.parts:
        _write(folder.root / SETUP, archive, SETUP, 0o644)
    folder.note_setup(nation=archive.manifest.nation)
    return tuple(kept)


def _write(path: Path, archive: Archive, part: str, mode: int) -> None:
    """Write one file and wait until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(archive.read(part))
        file.flush()
        os.fsync(file.fileno())


def _swap(path: Path, draft: Path, aside: Path) -> list[str]:
    """Put the draft in the place of a folder; say where the old one is unless it was empty."""
    is_empty = not path.exists() or not any(path.iterdir())
    if path.exists():
        path.rmdir() if is_empty else path.rename(aside)
    draft.rename(path)
    return [] if is_empty else [f"the folder {aside.name}"]


def _first_line(error: Exception) -> str:
    """Return the first line of what went wrong; later ones may hold values."""
    return str(error).partition("\n")[0].removeprefix("ERROR:").strip()
