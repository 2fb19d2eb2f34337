"""The form of a backup: one ZIP file with a dump of the database, the data folder's files and a manifest.

Written from front to back without a second copy on the disk; nothing is compressed here, as the dump already is.
A file that was cut short lacks its table of contents, which ZIP keeps at the end. Checks find damage, not forgery.
"""

import errno
import hashlib
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self

import msgspec

FORMAT = "joinedup backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
SETUP = "setup.json"
FOLDERS = ("secrets", "insight")
CHUNK = 1024 * 1024


class ArchiveError(Exception):
    """A backup can't be written, or a file is not a whole backup; the message says why and what to do."""


@dataclass(frozen=True)
class PartFacts:
    """One file inside: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class TableFacts:
    """How many rows a table has, and a digest of their content in any order."""

    rows: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds. `postgresql` is the server's version number; `triggers` are `table.trigger`."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    joinedup: str
    postgresql: int
    made_at: datetime
    nation: str
    migrations: tuple[str, ...]
    triggers: tuple[str, ...]
    tables: dict[str, TableFacts]
    parts: dict[str, PartFacts]


class Writer:
    """Adds parts to a backup that is being written, and remembers their digests."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.parts: dict[str, PartFacts] = {}

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Add one part."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self.parts[name] = PartFacts(size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and the table of contents."""
        self._zip.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of a file that could not be finished."""
        with suppress(OSError, ValueError):
            self._zip.close()


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that only its owner may read and that gets its name when all is on the disk, or not at all."""
    if path.exists():
        raise ArchiveError(f"{path} is there already. Choose another name; nothing was written.")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    except OSError as error:
        raise ArchiveError(_explain(error, path)) from error
    finally:
        draft.unlink(missing_ok=True)


def _explain(error: OSError, path: Path) -> str:
    """Say why a backup could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"There is no room for the backup in {path.parent}. Nothing was kept; choose a place with more room."
    return f"{path} can't be written ({error.strerror}). Nothing was kept; choose another place."


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield what a file holds, a little at a time."""
    while chunk := file.read(CHUNK):
        yield chunk


class Archive:
    """A whole backup that was opened and checked."""

    def __init__(self, zip_file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zip = zip_file
        self.manifest = manifest

    def read(self, name: str) -> Iterator[bytes]:
        """Yield what a part holds."""
        with self._zip.open(name) as part:
            yield from chunks_of(part)  # type: ignore[arg-type]

    def names(self, folder: str) -> list[str]:
        """Return the names of the parts below a folder."""
        return [name for name in self.manifest.parts if name.startswith(f"{folder}/")]


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a backup and check every byte of it; `ArchiveError` says what is wrong with it."""
    try:
        with zipfile.ZipFile(path) as zip_file:
            archive = Archive(zip_file, _manifest(zip_file, path))
            _check_names(zip_file, archive.manifest, path)
            for name, facts in archive.manifest.parts.items():
                if _facts_of(archive.read(name)) != facts:
                    raise _damaged(path, name)
            yield archive
    except zipfile.BadZipFile as error:
        raise ArchiveError(
            f"{path} is not a backup, or it was cut short or damaged ({error}). Nothing was changed; "
            "take another copy or an older backup."
        ) from error
    except OSError as error:
        raise ArchiveError(f"{path} can't be read ({error.strerror}). Nothing was changed.") from error


def _manifest(zip_file: zipfile.ZipFile, path: Path) -> Manifest:
    """Return the manifest; refuse another kind of file, and a form that we don't know yet."""
    try:
        said = msgspec.json.decode(zip_file.read(MANIFEST))
        if said["format"] == FORMAT and said["format_version"] > FORMAT_VERSION:
            raise ArchiveError(
                f"{path} was made by joinedup {said['joinedup']}, in a form that {FORMAT_VERSION} is too old for. "
                "Nothing was changed; install that version or a later one."
            )
        manifest = msgspec.convert(said, Manifest)
    except (KeyError, TypeError, msgspec.MsgspecError) as error:
        raise ArchiveError(f"{path} is not a backup of joinedup. Nothing was changed.") from error
    if manifest.format != FORMAT:
        raise ArchiveError(f"{path} is not a backup of joinedup. Nothing was changed.")
    return manifest


def _check_names(zip_file: zipfile.ZipFile, manifest: Manifest, path: Path) -> None:
    """Refuse a backup with parts missing, or with one that would land outside the data folder."""
    here = set(zip_file.namelist()) - {MANIFEST}
    for name in here ^ set(manifest.parts):
        raise _damaged(path, name)
    if DATABASE not in here:
        raise _damaged(path, DATABASE)
    for name in here - {DATABASE, SETUP}:
        way = PurePosixPath(name).parts
        if way[0] not in FOLDERS or ".." in way:
            raise _damaged(path, name)


def _facts_of(chunks: Iterable[bytes]) -> PartFacts:
    """Return size and digest of what a part holds."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
    return PartFacts(size, digest.hexdigest())


def _damaged(path: Path, name: str) -> ArchiveError:
    """Return the error for a part that is not what the manifest says."""
    return ArchiveError(
        f"{path} is damaged: {name} is not as it was written. Nothing was changed; take another copy or an older "
        "backup."
    )
