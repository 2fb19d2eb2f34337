"""Where two sets of areas overlap, as somebody counted it: the input of this topic, and how it is read from a CSV file.

Ends at what was counted: which areas there are and how many people live where is for whoever counts. Errors of a file
name its line.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

FIELDS = 3
MOST = 10**12


class OverlapsError(ValueError):
    """What was counted can't be used; the message says why, and of a file in which line."""


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """A piece of the map; its code tells it from others of its set."""

    code: str
    name: str

    def __post_init__(self) -> None:
        if not self.code.strip() or not self.name.strip():
            raise OverlapsError("an area has a code and a name: give both")


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many people live where an area of one set and an area of another lie over each other."""

    area: Area
    other: Area
    people: int

    def __post_init__(self) -> None:
        if self.people < 1:
            raise OverlapsError(
                f"people in {self.area.name} and {self.other.name}: {self.people}; "
                "give 1 or more, and leave out where nobody lives"
            )
        if self.people >= MOST:
            raise OverlapsError(f"people in {self.area.name} and {self.other.name}: give fewer than {MOST:,}")


def overlaps_of_csv(data: bytes, *, file: str) -> tuple[Overlap, ...]:
    """Read three columns: area, area of the other set, people. The first line is a header.

    `OverlapsError` with file and line at the first row that can't be used.
    """
    return tuple(_overlaps(_rows(_text(data, file), file), file))


def _text(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise OverlapsError(f"{file}:{line}: this is not UTF-8: save the file as UTF-8") from error


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Return each row that is not empty with the line it starts on, after the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start, is_header = 1, True
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise OverlapsError(f"{file}:{start}: this is not CSV ({error})") from error
        if row is None:
            return
        if any(field.strip() for field in row):
            if len(row) != FIELDS:
                wanted = f"{FIELDS} columns are wanted (area, other area, people)"
                raise OverlapsError(f"{file}:{start}: this line has {len(row)}: {wanted}")
            if not is_header:
                yield start, [field.strip() for field in row]
            is_header = False
        start = reader.line_num + 1


def _overlaps(rows: Iterator[tuple[int, list[str]]], file: str) -> Iterator[Overlap]:
    seen: dict[tuple[str, str], int] = {}
    for line, (area, other, people) in rows:
        earlier = seen.setdefault((area, other), line)
        if earlier != line:
            raise OverlapsError(
                f"{file}:{line}: '{area}' and '{other}' stand in line {earlier} too: add them up"
            )
        try:
            yield Overlap(Area(area, area), Area(other, other), _whole(people))
        except OverlapsError as error:
            raise OverlapsError(f"{file}:{line}: {error}") from error
    if not seen:
        raise OverlapsError(f"{file}: there are no rows below the header")


def _whole(written: str) -> int:
    """Return a number of people; digits only, so that nothing is guessed of "1,200" or "12.5"."""
    if not (written.isascii() and written.isdigit()):
        raise OverlapsError(f"people is '{written}': give a whole number in digits, such as 1200")
    return int(written)
