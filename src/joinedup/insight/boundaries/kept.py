"""What was counted of overlapping areas, as a page reads it: one JSON file under `<data>/insight/boundaries/`.

Only what was counted is kept; how far the areas fit is worked out by `rules.boundaries` when somebody asks, so that
the page, the command and the library answer from the same code. No data engine is needed to read it.
"""

from pathlib import Path
from typing import Final

import msgspec

from joinedup.insight.whole_files import write_whole
from joinedup.rules.boundaries.comparing import Comparison

NAME: Final = "comparisons.json"


class KeptError(Exception):
    """What was counted can't be read; the message says what to do."""


def save(comparisons: tuple[Comparison, ...], data_folder: Path) -> Path:
    """Keep what was counted in place of the last count, whole or not at all; where."""
    return write_whole(_path(data_folder), msgspec.json.encode(comparisons))


def load(data_folder: Path) -> tuple[Comparison, ...]:
    """What was counted last; nothing when no lookup was loaded. `KeptError` when it can't be read."""
    path = _path(data_folder)
    if not path.exists():
        return ()
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Comparison, ...])
    except msgspec.DecodeError as error:
        advice = "Run joinedup rules boundaries to count again"
        raise KeptError(f"{path.name} is not of this version ({error}). {advice}") from error


def _path(data_folder: Path) -> Path:
    return data_folder / "insight" / "boundaries" / NAME
