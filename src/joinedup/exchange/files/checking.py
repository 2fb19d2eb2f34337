"""The declared checks of a source: what should add up, cell by cell, and where it does not."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import singledispatch
from typing import Final

from joinedup.core.dates import Month
from joinedup.exchange.files.declaring import (
    Check,
    ColumnsMakeTotal,
    DailyAverage,
    PartsMakeTotal,
    SharesMakeWhole,
)
from joinedup.exchange.files.parsing import Value
from joinedup.exchange.files.report import CheckResult, Disagreement

SHARES_DIFFER: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose every value was read, by the file's column names, and its line."""

    line: int
    values: dict[str, Value]

    def number(self, column: str) -> Decimal:
        """The value of a column of numbers."""
        return Decimal(str(self.values[column]))

    def named(self, columns: Iterable[str]) -> str:
        """Such as "hb_code S08000015, date 2016-07-01"."""
        return ", ".join(f"{column} {self.values[column]}" for column in columns)


@singledispatch
def run_check(check: Check, rows: Sequence[Row], key: Sequence[str]) -> CheckResult:
    """The result of one check over the rows that were kept; `key` names a row."""
    del rows, key
    raise TypeError(f"{type(check).__name__} is no check")


@run_check.register
def _parts_make_total(check: PartsMakeTotal, rows: Sequence[Row], key: Sequence[str]) -> CheckResult:
    del key
    cells: dict[tuple[Value, ...], dict[Value, Row]] = defaultdict(dict)
    for row in rows:
        cells[tuple(row.values[column] for column in check.within)][row.values[check.across]] = row
    disagreements, incomplete = [], []
    for cell in cells.values():
        some_row = next(iter(cell.values()))
        parts = [cell[part] for part in check.parts or set(cell) - {check.total} if part in cell]
        if check.total not in cell or len(parts) < len(check.parts):
            incomplete.append(
                f"line {some_row.line}, {some_row.named(check.within)}: not all parts are there"
            )
            continue
        total, made = cell[check.total], sum((part.number(check.value) for part in parts), Decimal())
        if total.number(check.value) != made:
            disagreements.append(_disagree(total, check.within, total.number(check.value), made))
    return CheckResult(check.title, len(cells), tuple(disagreements), tuple(incomplete))


@run_check.register
def _columns_make_total(check: ColumnsMakeTotal, rows: Sequence[Row], key: Sequence[str]) -> CheckResult:
    disagreements = []
    for row in rows:
        made = sum((row.number(part) for part in check.parts), Decimal())
        if made != row.number(check.total):
            disagreements.append(_disagree(row, key, row.number(check.total), made))
    return CheckResult(check.title, len(rows), tuple(disagreements), ())


@run_check.register
def _shares_make_whole(check: SharesMakeWhole, rows: Sequence[Row], key: Sequence[str]) -> CheckResult:
    del key
    sums: dict[Value, Decimal] = defaultdict(Decimal)
    first: dict[Value, Row] = {}
    for row in rows:
        sums[row.values[check.of]] += row.number(check.share)
        first.setdefault(row.values[check.of], row)
    disagreements = [
        _disagree(first[thing], (check.of,), Decimal(1), made)
        for thing, made in sums.items()
        if abs(made - 1) > SHARES_DIFFER
    ]
    return CheckResult(check.title, len(sums), tuple(disagreements), ())


@run_check.register
def _daily_average(check: DailyAverage, rows: Sequence[Row], key: Sequence[str]) -> CheckResult:
    disagreements = []
    for row in rows:
        month = row.values[check.month]
        days = Month.of(month).days if not isinstance(month, str | int | Decimal) else 0
        made = (row.number(check.value) / days).quantize(Decimal(1), ROUND_HALF_UP)
        if made != row.number(check.average):
            disagreements.append(_disagree(row, key, row.number(check.average), made))
    return CheckResult(check.title, len(rows), tuple(disagreements), ())


def _disagree(row: Row, columns: Iterable[str], total: Decimal, made: Decimal) -> Disagreement:
    return Disagreement(row.line, row.named(columns), f"{total.normalize():f}", f"{made.normalize():f}")
