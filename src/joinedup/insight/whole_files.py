"""Files that are written whole or not at all: whoever reads one never sees half of it."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, contents: bytes) -> Path:
    """Put a file in place of the one before, whole or not at all; return where."""
    with in_place_of(path) as draft:
        draft.write_bytes(contents)
    return path


@contextmanager
def in_place_of(path: Path) -> Iterator[Path]:
    """A file beside the path that takes its place when all went well, and is gone otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_beside(path, "partial")
    try:
        yield draft
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def draft_beside(path: Path, ending: str) -> Path:
    """Return a name beside a file that no other draft has, and that no list of results shows."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex}.{ending}")
