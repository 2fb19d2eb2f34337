"""The rows of the tables that the publish step writes, with the types and words that measures rely on.

`write_person`, `write_activity` and `write_delay` write one Parquet file each; what several files of a table
hold is read as one. Every moment is aware.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from joinedup.core.moments import require_aware, uk_date
from joinedup.core.nation import Nation
from joinedup.insight.engine import write_rows
from joinedup.insight.tables import ACTIVITY, DELAY, PERSON


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person under a keyed pseudonym. Deprivation is a decile or fifth where 1 is the most deprived."""

    person: str
    nation: Nation
    area: str | None
    sex: str | None
    birth_year: int | None
    deprivation: int | None = None
    died_on: date | None = None
    registered_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityRow:
    """One thing done for a person, with place, time, quantity and cost in pounds."""

    person: str
    kind: str
    setting: str | None
    organisation: str | None
    started_at: datetime
    ended_at: datetime | None = None
    quantity: float | None = None
    unit: str | None = None
    cost: Decimal | None = None
    nation: Nation
    area: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayRow:
    """A stay with a ready date. Setting, reason code and complexity are those of the nation's rule book."""

    person: str
    stay: str
    nation: Nation
    area: str | None
    organisation: str | None
    setting: str
    admitted_at: datetime | None
    ready_at: datetime
    left_at: datetime | None = None
    intermediate_care_at: datetime | None = None
    reason: str | None = None
    responsible: str | None = None
    complexity: str | None = None
    age: int | None = None


def write_person(rows: Iterable[PersonRow], path: Path) -> int:
    """Write people; how many."""
    return write_rows(PERSON, (astuple(row) for row in rows), path)


def write_activity(rows: Iterable[ActivityRow], path: Path) -> int:
    """Write activity; how many."""
    return write_rows(ACTIVITY, (astuple(row) for row in rows), path)


def write_delay(rows: Iterable[DelayRow], path: Path) -> int:
    """Write delays; how many."""
    return write_rows(DELAY, (_delay_values(row) for row in rows), path)


def _delay_values(row: DelayRow) -> tuple[object, ...]:
    """The table's values in its order: the row's own, with the days on which its moments fall."""
    days = {
        "ready_on": _day(row.ready_at, "ready_at"),
        "left_on": _day(row.left_at, "left_at"),
        "intermediate_care_on": _day(row.intermediate_care_at, "intermediate_care_at"),
    }
    return tuple(days[name] if name in days else getattr(row, name) for name in DELAY.columns)


def _day(moment: datetime | None, fact: str) -> date | None:
    return None if moment is None else uk_date(require_aware(moment, fact))
