"""What became of an extract, as values and as text, CSV and JSON. It never holds what a field said."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from joinedup.exchange.extracts.problems import Problem

SHOWN_AT_MOST: Final = 20
COLUMNS: Final = ("line", "column", "reason", "what to do")
SUFFIXES: Final = (".txt", ".csv", ".json")


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows read, gone in and refused; resources made, changed, left as they were, and older than what is here."""

    rows: int = 0
    accepted: int = 0
    refused: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    older: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """The account of one file. `outcome` says in words how far it is; `unverified` what we could not trace."""

    file: str
    extract: str
    title: str
    system: str
    outcome: str
    counts: Counts
    problems: Sequence[Problem]
    notes: Mapping[str, int]
    unverified: Sequence[str]


def report_lines(report: Report) -> list[str]:
    """The report in words: the outcome, the counts, the first refusals, the notes."""
    counts = report.counts
    shown = report.problems[:SHOWN_AT_MOST]
    more = len(report.problems) - len(shown)
    return [
        f"{report.file}: {report.title}, from {report.system}",
        report.outcome,
        f"{counts.rows:,} rows read, {counts.accepted:,} accepted, {counts.refused:,} refused",
        *_resources(counts),
        *(f"Refused: {problem}" for problem in shown),
        *([f"  ... and {more:,} more reasons; --report FILE writes all of them"] if more > 0 else []),
        *(
            f"Note: {note}{f' ({count:,} times)' if count > 1 else ''}"
            for note, count in report.notes.items()
        ),
        *(f"Not verified: {each}. Check it with the partner." for each in report.unverified),
    ]


def _resources(counts: Counts) -> Iterator[str]:
    """What became of the resources, where any were written."""
    if counts.created or counts.updated or counts.unchanged or counts.older:
        yield (
            f"{counts.created:,} resources made, {counts.updated:,} changed, {counts.unchanged:,} as they were, "
            f"{counts.older:,} older than what is here"
        )


def write_report(report: Report, path: Path) -> None:
    """Write the report whole; the suffix says how: .txt, .csv (the refusals) or .json. `ValueError` for others."""
    writers = dict(zip(SUFFIXES, (_text, _csv, _json), strict=True))
    if path.suffix.lower() not in writers:
        raise ValueError(f"a report is written as one of {', '.join(SUFFIXES)}, not {path.suffix!r}")
    path.write_bytes(writers[path.suffix.lower()](report))


def _text(report: Report) -> bytes:
    rest = [f"Refused: {problem}" for problem in report.problems[SHOWN_AT_MOST:]]
    return "\n".join([*report_lines(report), *rest, ""]).encode()


def _csv(report: Report) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows((p.line, p.column, p.reason, p.advice) for p in report.problems)
    return text.getvalue().encode()


def _json(report: Report) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=2)
