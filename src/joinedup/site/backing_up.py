"""One file with everything of an installation: the record, the keys, the nation and insight's tables.

The database is taken as it was at one moment, whoever writes meanwhile; the figures in the manifest are of that moment.
Insight's files are each whole, and can be published anew from the record.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg

from joinedup import __version__
from joinedup.site.archive import (
    DATABASE,
    FOLDERS,
    SETUP,
    ArchiveError,
    Manifest,
    Writer,
    chunks_of,
    new_file,
)
from joinedup.site.contents import contents_of
from joinedup.site.folders import DataFolder
from joinedup.site.programs import ProgramError, dumped


def back_up(folder: DataFolder, url: str, file: Path, *, with_insight: bool = True, at: datetime) -> Manifest:
    """Write the backup and return its manifest. `ArchiveError` says why it could not be; nothing is left then."""
    with new_file(file) as output, Writer(output) as writer:
        _add_files(writer, folder, with_insight=with_insight)
        try:
            with psycopg.connect(url) as connection:
                return _add_database(writer, connection, url, folder, at)
        except (psycopg.Error, ProgramError) as error:
            raise ArchiveError(f"The database can't be copied: {error}. Nothing was kept.") from error


def _add_files(writer: Writer, folder: DataFolder, *, with_insight: bool) -> None:
    """Add what is in the data folder beside the database. Drafts, whose names begin with a point, stay behind."""
    wanted = FOLDERS if with_insight else FOLDERS[:1]
    files = [folder.root / SETUP, *(path for name in wanted for path in (folder.root / name).rglob("*"))]
    for path in files:
        name = path.relative_to(folder.root)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            writer.add(name.as_posix(), _content(path))


def _content(path: Path) -> Iterator[bytes]:
    """Yield what a file holds."""
    with path.open("rb") as file:
        yield from chunks_of(file)


def _add_database(
    writer: Writer, connection: "psycopg.Connection", url: str, folder: DataFolder, at: datetime
) -> Manifest:
    """Add the dump and the manifest, both of one moment."""
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    row = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert row  # noqa: S101 - a function returns a row
    version = connection.info.server_version
    writer.add(DATABASE, dumped(url, row[0], version))
    held = contents_of(connection)
    if not held.migrations:
        raise ArchiveError("There is nothing to back up: the database is empty. Nothing was written.")
    manifest = Manifest(
        joinedup=__version__,
        postgresql=version,
        made_at=at,
        nation=folder.nation.value,
        migrations=held.migrations,
        triggers=held.triggers,
        tables=held.tables,
        parts=writer.parts,
    )
    writer.finish(manifest)
    return manifest
