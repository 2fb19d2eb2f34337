"""A partner's CSV file as numbered rows, one after the other, from any row on. Nothing but one row is in memory.

A row's place is the byte at which it begins, so that receiving can go on there after it was stopped. A row whose
form is broken is a problem and the next line is tried; only a file that can't be this extract at all is refused.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from joinedup.exchange.extracts.dictionary import Dictionary, FileShape
from joinedup.exchange.extracts.problems import ExtractRefusedError, Problem

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
LONGEST_LINE_BYTES: Final = 1_000_000
# A quote that is never closed would swallow the rest of the file.
MOST_LINES_A_ROW: Final = 100
NAMED_AT_MOST: Final = 5
SEND_AGAIN: Final = "Make the extract again and compare its number of rows with the source"
SAVE_AS_UTF_8: Final = "Save the extract as UTF-8 (in a spreadsheet: 'CSV UTF-8')"
OTHER_DELIMITERS: Final = {";": "a semicolon", "\t": "a tab", "|": "a pipe", ",": "a comma"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row begins: its byte, and its line counted from 1."""

    byte: int
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its line, what follows it, and its fields by column; or the problem with its form."""

    line: int
    after: Place
    fields: Mapping[str, str]
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says: which column is where, where the rows begin, and what was odd but harmless."""

    width: int
    columns: Mapping[str, int]
    start: Place
    notes: tuple[str, ...]


def digest_of_file(path: Path) -> str:
    """A digest of everything in the file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_header(path: Path, dictionary: Dictionary) -> Header:
    """Read the first line. Raises `ExtractRefusedError` when the file can't be this extract."""
    if not path.is_file():
        raise ExtractRefusedError(f"there is no file {path}", advice="Check the name and the folder")
    with path.open("rb") as stream:
        raw = stream.readline(LONGEST_LINE_BYTES)
        notes = [*_ending(stream)] if raw else []
    names = _names(raw, dictionary.shape)
    if raw.startswith(BYTE_ORDER_MARK):
        notes.append("The file begins with a byte order mark, which was left out")
    columns, unused, missing = _columns(names, dictionary)
    if unused:
        notes.append(f"Columns that the mapping does not know were passed over: {', '.join(unused)}")
    if missing:
        more = f" and {len(missing) - NAMED_AT_MOST} more" if len(missing) > NAMED_AT_MOST else ""
        notes.append(f"Columns not in the file, as they may be: {', '.join(missing[:NAMED_AT_MOST])}{more}")
    return Header(len(names), columns, Place(len(raw), 2), tuple(notes))


def _names(raw: bytes, shape: FileShape) -> list[str]:
    """The column names of the first line."""
    if raw.startswith(UTF_16_MARKS) or b"\0" in raw:
        raise ExtractRefusedError("the file is UTF-16, not UTF-8", advice=SAVE_AS_UTF_8, line=1)
    text = raw.removeprefix(BYTE_ORDER_MARK)
    if not text.strip():
        raise ExtractRefusedError("the file is empty, or its first line is", advice=SEND_AGAIN)
    if b"\r" in text.rstrip(b"\r\n"):
        raise ExtractRefusedError(
            "the lines end with CR alone", advice="Save the extract with line ends LF or CR LF", line=1
        )
    try:
        decoded = text.decode(shape.encoding)
        names = next(csv.reader([decoded], delimiter=shape.delimiter, strict=True))
    except UnicodeDecodeError as error:
        raise ExtractRefusedError(
            f"byte {error.start + 1} of the header is not {shape.encoding}", advice=SAVE_AS_UTF_8, line=1
        ) from None
    except csv.Error as error:
        raise ExtractRefusedError(f"the header is not CSV: {error}", advice=SEND_AGAIN, line=1) from None
    if len(names) == 1:
        _refuse_delimiter(decoded, shape)
    return names


def _refuse_delimiter(header: str, shape: FileShape) -> None:
    """Say so when the header has one column because another character parts them."""
    for other, title in OTHER_DELIMITERS.items():
        if other != shape.delimiter and header.count(other) > 1:
            raise ExtractRefusedError(
                f"the columns are parted by {title}, not by {OTHER_DELIMITERS[shape.delimiter]}",
                advice="Export with the right delimiter, or change it in the data dictionary",
                line=1,
            )


def _ending(stream: BinaryIO) -> Iterator[str]:
    """A note when the last line does not end."""
    stream.seek(0, 2)
    stream.seek(max(0, stream.tell() - 1))
    if stream.read(1) not in (b"\n", b"\r"):
        yield f"The last line does not end: the file may be cut short. {SEND_AGAIN}"


def _columns(names: Sequence[str], dictionary: Dictionary) -> tuple[dict[str, int], list[str], list[str]]:
    """Where each column of the dictionary is; the names that it does not know; those that are left out."""
    plain = [_plain(name) for name in names]
    twice = sorted({name for name, key in zip(names, plain, strict=True) if plain.count(key) > 1 and key})
    if twice:
        raise ExtractRefusedError(
            f"columns named twice: {', '.join(twice)}", advice="Name each column once", line=1
        )
    columns, missing, left_out = {}, [], []
    for name, field in dictionary.fields.items():
        if _plain(name) in plain:
            columns[name] = plain.index(_plain(name))
        elif field.is_required:
            missing.append(name)
        else:
            left_out.append(name)
    if missing:
        raise ExtractRefusedError(
            f"columns missing: {', '.join(missing)}",
            advice=f"Check that the file is {dictionary.title!r}, with its header",
            line=1,
        )
    known = {_plain(name) for name in dictionary.fields}
    return columns, [name for name, key in zip(names, plain, strict=True) if key not in known], left_out


def _plain(name: str) -> str:
    """A column's name without what people change in it: case, spaces, hyphens."""
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def read_records(path: Path, shape: FileShape, header: Header, start: Place) -> Iterator[Record]:
    """The rows from `start` on. Empty lines are passed over."""
    with path.open("rb") as stream:
        lines = _Lines(stream, shape.encoding, start)
        reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
        while True:
            lines.begin()
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (csv.Error, UnicodeDecodeError, _LineError) as error:
                problem = lines.problem_of(error)
                lines.back_to_next_line()
                reader = csv.reader(lines, delimiter=shape.delimiter, strict=True)
                yield Record(problem.line, lines.place, {}, problem)
                continue
            if fields:
                yield _record(lines, header, fields)


def in_batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    """The rows, so many at a time."""
    batch: list[Record] = []
    for record in records:
        batch.append(record)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _record(lines: "_Lines", header: Header, fields: list[str]) -> Record:
    line = lines.begun.line
    if len(fields) == header.width:
        return Record(line, lines.place, {n: fields[i] for n, i in header.columns.items()}, None)
    few = len(fields) < header.width
    problem = Problem(
        line,
        "",
        f"the row has {len(fields)} fields and the header {header.width}",
        "It may be cut short: " + SEND_AGAIN.lower() if few else "Put quotes around text that holds a comma",
    )
    return Record(line, lines.place, {}, problem)


class _LineError(Exception):
    """A line, or a row of several lines, that is too long to be one."""


class _Lines:
    """Gives the CSV reader one decoded line at a time, and knows at which byte and line it is."""

    def __init__(self, stream: BinaryIO, encoding: str, start: Place) -> None:
        self._stream, self._encoding = stream, encoding
        self.place = self.begun = self._second = start
        stream.seek(start.byte)

    def begin(self) -> None:
        """A new row begins here."""
        self.begun = self._second = self.place

    def back_to_next_line(self) -> None:
        """Go back to the line after the one on which the row began: the rest of it may be rows of its own."""
        self.place = self._second
        self._stream.seek(self.place.byte)

    def problem_of(self, error: Exception) -> Problem:
        """What was wrong with the form of the row that began last; no part of its text."""
        if isinstance(error, UnicodeDecodeError):
            reason = f"byte {error.start + 1} of line {self.place.line - 1} is not {self._encoding}"
            return Problem(self.begun.line, "", reason, SAVE_AS_UTF_8)
        reason = str(error) if isinstance(error, _LineError) else f"the row is not CSV: {error}"
        return Problem(
            self.begun.line, "", reason, "Check that each quote is closed, and doubled within text"
        )

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._stream.readline(LONGEST_LINE_BYTES)
        if not raw:
            raise StopIteration
        is_whole = raw.endswith(b"\n") or len(raw) < LONGEST_LINE_BYTES
        while not raw.endswith(b"\n") and len(raw) == LONGEST_LINE_BYTES:
            self.place = Place(self.place.byte + len(raw), self.place.line)
            raw = self._stream.readline(LONGEST_LINE_BYTES)
        self.place = Place(self.place.byte + len(raw), self.place.line + 1)
        if self.begun == self._second:
            self._second = self.place
        if not is_whole:
            raise _LineError(f"the line is longer than {LONGEST_LINE_BYTES:,} bytes")
        if self.place.line - self.begun.line > MOST_LINES_A_ROW:
            raise _LineError(f"a quote is opened and not closed within {MOST_LINES_A_ROW} lines")
        return raw.decode(self._encoding)
