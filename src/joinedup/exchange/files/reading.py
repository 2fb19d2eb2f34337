"""From the bytes of a published file to numbered lines of fields. What breaks its form refuses all of it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from joinedup.exchange.files.declaring import Source
from joinedup.exchange.files.problems import FileRefusedError

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
# National files are tens of megabytes at most, and one is held in memory while it is checked.
LARGEST_FILE_BYTES: Final = 500_000_000
SAVE_AS_UTF_8: Final = "Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8') and load it again"
DOWNLOAD_AGAIN: Final = "Download the file again and compare its size with the publisher's"


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the file, its fields by column name, and the line it starts on."""

    number: int
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Text:
    """A file's text, and what was odd about it but harmless."""

    text: str
    notes: tuple[str, ...]


def read_bytes(path: Path) -> bytes:
    """The file whole; refused when it isn't there, isn't a file, or is too large."""
    if not path.is_file():
        raise FileRefusedError(f"There is no file {path}", advice="Check the name and the folder")
    size = path.stat().st_size
    if size > LARGEST_FILE_BYTES:
        limit = f"{LARGEST_FILE_BYTES:,} bytes"
        raise FileRefusedError(
            f"{path.name} has {size:,} bytes, more than {limit}", advice="Load it in parts"
        )
    return path.read_bytes()


def decode(data: bytes) -> Text:
    """The text of a UTF-8 file, with or without a byte order mark.

    Other encodings are refused rather than guessed: read as Latin-1 any bytes make some text, and a wrong
    guess would change names without a word.
    """
    if data.startswith(UTF_16_MARKS):
        raise FileRefusedError("the file is UTF-16, not UTF-8", advice=SAVE_AS_UTF_8, line=1, column=1)
    notes = []
    if data.startswith(BYTE_ORDER_MARK):
        data = data.removeprefix(BYTE_ORDER_MARK)
        notes.append("The file starts with a byte order mark, which was left out")
    if not data.strip():
        raise FileRefusedError("The file is empty", advice=DOWNLOAD_AGAIN)
    if not data.endswith((b"\n", b"\r")):
        notes.append(f"The last line does not end: the file may be cut short. {DOWNLOAD_AGAIN}")
    try:
        return Text(data.decode("utf-8"), tuple(notes))
    except UnicodeDecodeError as error:
        raise _not_utf_8(data, error.start) from error


def _not_utf_8(data: bytes, offset: int) -> FileRefusedError:
    before = data[:offset]
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1) + 1
    found = f"byte 0x{data[offset]:02X} is not UTF-8; in Latin-1 it would be {chr(data[offset])!r}"
    return FileRefusedError(found, advice=SAVE_AS_UTF_8, line=line, column=column)


def read_lines(text: str, source: Source) -> Iterator[Line]:
    """The records below the header. A header or a record of the wrong form refuses the file."""
    records = _records(text)
    _, header = next(records)
    _check_header(header, source)
    for number, fields in records:
        if len(fields) != len(header):
            raise FileRefusedError(
                f"this line has {len(fields)} of {len(header)} fields: it may be cut short",
                advice=DOWNLOAD_AGAIN,
                line=number,
                column=min(len(fields), len(header)),
            )
        yield Line(number, dict(zip(header, fields, strict=True)))


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Records with the line each starts on; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefusedError(f"not CSV: {error}", advice=DOWNLOAD_AGAIN, line=start) from error
        if fields:
            yield start, fields
        start = reader.line_num + 1


def _check_header(header: list[str], source: Source) -> None:
    wanted = [column.name for column in source.columns]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise FileRefusedError(
            f"columns missing: {', '.join(missing)}; the header has: {', '.join(header)}",
            advice=f"Check that the file is {source.title!r} ({source.publisher})",
            line=1,
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise FileRefusedError(f"columns named twice: {', '.join(twice)}", advice="Name each once", line=1)
