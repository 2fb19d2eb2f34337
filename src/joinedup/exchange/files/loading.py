"""Load one published file into insight's tables: all of its good rows at once, or nothing.

A file of the wrong form is refused whole. A row with a wrong value, or with the key of another row, is
refused and reported, and the others are kept. What a source held before is replaced, so a later edition of
the same file takes the place of the earlier one; the same file again changes nothing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from joinedup.exchange.files.checking import Row, run_check
from joinedup.exchange.files.declaring import Fixed, From, Source
from joinedup.exchange.files.parsing import UnreadableError, Value, parse
from joinedup.exchange.files.problems import FileRefusedError, Refusal
from joinedup.exchange.files.reading import Line, decode, read_bytes, read_lines
from joinedup.exchange.files.report import LoadReport, Written
from joinedup.exchange.files.sources import source_named
from joinedup.insight.engine import mark_of, write_rows
from joinedup.insight.tables import table_folder

NAMED_AT_MOST: Final = 3


def load_published(path: Path, *, source: str, folder: Path, on: date) -> LoadReport:
    """Load the file as the named source into the data folder's insight tables and report on it.

    Raises `UnknownSourceError`, or `FileRefusedError` when the file can't be used at all; then nothing has
    changed. `on` is today: figures dated later are refused.
    """
    declared = source_named(source)
    data = read_bytes(path)
    text = decode(data)
    lines = list(read_lines(text.text, declared))
    rows, unreadable = _read_rows(lines, declared, on)
    kept, repeated = _without_repeats(rows, declared)
    refusals = tuple(sorted(unreadable + repeated, key=lambda refusal: refusal.line))
    if not kept:
        raise _nothing_kept(refusals)
    mark = hashlib.sha256(data + declared.wording.encode()).hexdigest()
    written = _write(kept, declared, folder, mark)
    return LoadReport(
        source=declared.name,
        title=declared.title,
        publisher=declared.publisher,
        file=path.name,
        table=str(declared.table.get_name()),
        rows_read=len(lines),
        rows_kept=len(kept),
        refusals=refusals,
        checks=tuple(run_check(check, kept, declared.key) for check in declared.checks),
        notes=text.notes,
        rows_written=len(kept) * len(declared.shapes),
        written=written,
    )


def _read_rows(lines: Sequence[Line], source: Source, on: date) -> tuple[list[Row], list[Refusal]]:
    rows, refusals = [], []
    for line in lines:
        row = _read_row(line, source, on)
        if isinstance(row, Row):
            rows.append(row)
        else:
            refusals.append(row)
    return rows, refusals


def _read_row(line: Line, source: Source, on: date) -> Row | Refusal:
    """The row, or the first thing that is wrong with it."""
    values: dict[str, Value] = {}
    for column in source.columns:
        try:
            values[column.name] = parse(column, line.fields[column.name], on)
        except UnreadableError as error:
            place = list(line.fields).index(column.name) + 1
            return Refusal(line.number, f"{place} ({column.name})", error.reason, error.advice)
    return Row(line.number, values)


def _without_repeats(rows: Sequence[Row], source: Source) -> tuple[list[Row], list[Refusal]]:
    """Of rows with one key: the first when they say the same, none when they contradict each other."""
    by_key: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        by_key[tuple(row.values[column] for column in source.key)].append(row)
    kept, refusals = [], []
    for same in by_key.values():
        first, *others = same
        if all(other.values == first.values for other in others):
            kept.append(first)
            refusals += [_repeated(row, first, source) for row in others]
        else:
            refusals += [_contradicted(row, same, source) for row in same]
    return kept, refusals


def _repeated(row: Row, first: Row, source: Source) -> Refusal:
    reason = f"this row ({row.named(source.key)}) says again what line {first.line} says"
    return Refusal(row.line, _key_columns(source), reason, "Nothing is lost; one of them can go")


def _contradicted(row: Row, same: Sequence[Row], source: Source) -> Refusal:
    others = ", ".join(str(other.line) for other in same if other is not row)
    reason = f"this row ({row.named(source.key)}) and line {others} give different figures for the same thing"
    return Refusal(row.line, _key_columns(source), reason, "Ask the publisher which is right; none was kept")


def _key_columns(source: Source) -> str:
    return ", ".join(source.key)


def _nothing_kept(refusals: Sequence[Refusal]) -> FileRefusedError:
    if not refusals:
        return FileRefusedError("The file has a header and no rows", advice="Download the file again")
    first = "; ".join(str(refusal) for refusal in refusals[:NAMED_AT_MOST])
    return FileRefusedError(
        f"None of the {len(refusals)} rows could be kept ({first})", advice="Correct the file"
    )


def _write(rows: Sequence[Row], source: Source, folder: Path, mark: str) -> Written:
    path = table_folder(folder, source.table) / f"{source.name}.parquet"
    before = mark_of(path)
    if before == mark:
        return Written.UNCHANGED
    existed = path.exists()
    write_rows(source.table, _in_our_form(rows, source), path, mark=mark)
    return Written.REPLACED if existed else Written.NEW


def _in_our_form(rows: Sequence[Row], source: Source) -> Iterator[list[object]]:
    """Each row in each of the source's shapes, its values in the order of the table's columns."""
    for shape in source.shapes:
        given = dict(shape.values) | {"source": Fixed(source.name)}
        ordered = [given[column] for column in source.table.columns]
        for row in rows:
            yield [_given(value, row) for value in ordered]


def _given(value: Fixed | From, row: Row) -> object:
    if isinstance(value, Fixed):
        return value.value
    found = row.values[value.column]
    for begins, meaning in value.prefixes:
        if str(found).startswith(begins):
            return meaning
    return dict(value.translate).get(str(found), found)
