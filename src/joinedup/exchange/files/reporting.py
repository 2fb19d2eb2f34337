"""A load report in words, for the command line."""

from collections.abc import Iterator
from typing import Final

from joinedup.exchange.files.report import CheckResult, LoadReport, Written

SHOWN_AT_MOST: Final = 10

OUTCOMES: Final = {
    Written.NEW: "{rows:,} rows written to table {table}",
    Written.REPLACED: "{rows:,} rows written to table {table}, in place of what this source held",
    Written.UNCHANGED: "the same file was loaded before: nothing changed ({rows:,} rows in table {table})",
}


def report_lines(report: LoadReport) -> list[str]:
    """The report as lines of text, without line ends: outcome, counts, checks, refusals, notes."""
    outcome = OUTCOMES[report.written].format(rows=report.rows_written, table=report.table)
    return [
        f"{report.file}: {report.title} ({report.publisher})",
        f"{report.rows_read:,} rows read, {report.rows_kept:,} kept, {report.rows_refused:,} refused",
        outcome,
        *(line for check in report.checks for line in _check_lines(check)),
        *_few([f"Refused: {refusal}" for refusal in report.refusals], "refused"),
        *(f"Note: {note}" for note in report.notes),
    ]


def _check_lines(check: CheckResult) -> Iterator[str]:
    if check.holds:
        yield f"Check: {check.title}: yes, in every one of {check.cells:,} cells"
        return
    yield (
        f"Check: {check.title}: in {check.agreeing:,} of {check.cells:,} cells; "
        f"{len(check.disagreements):,} do not, {len(check.incomplete):,} could not be checked"
    )
    yield from _few([f"  does not add up: {wrong}" for wrong in check.disagreements], "do not add up")
    yield from _few([f"  not checked: {cell}" for cell in check.incomplete], "not checked")


def _few(lines: list[str], what: str) -> list[str]:
    """The first few lines, and how many more there are."""
    more = len(lines) - SHOWN_AT_MOST
    return lines if more <= 0 else [*lines[:SHOWN_AT_MOST], f"  … and {more:,} more {what}"]
