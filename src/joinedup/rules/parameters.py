"""What a rule book holds: dated, cited values, and what happens when one asks for a day that none covers.

A value applies only on the days it is given for. Nothing is extrapolated: outside them, `NotCovered`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from joinedup.core.dates import Period, say_date, say_short_date
from joinedup.core.explained import Citation, Confidence, Source, Status
from joinedup.core.nation import Nation
from joinedup.rules.rows import Row

# A value without a last day holds until somebody changes it, not for ever; and what is reckoned from a day ends there.
LAST_DAY = date(2199, 12, 31)
Value = bool | int | Decimal | str | tuple[str, ...] | tuple[int, ...] | tuple[Row, ...]


class NotCovered(LookupError):  # noqa: N818 - the name that the architecture gives it
    """No value in force on the day asked for; says which parameter, nation and day."""

    def __init__(self, parameter: str, nation: Nation, day: date, because: str) -> None:
        super().__init__(f"{nation.title} has no {parameter} for {say_date(day)}: {because}")
        self.parameter = parameter
        self.nation = nation
        self.day = day
        self.because = because


@dataclass(frozen=True, slots=True)
class Entry:
    """One value with the days on which it holds, and where it was taken from."""

    value: Value
    period: Period
    source: Source
    status: Status
    confidence: Confidence
    note: str | None = None

    @property
    def is_in_force(self) -> bool:
        return self.status is Status.IN_FORCE


@dataclass(frozen=True, slots=True)
class Gap:
    """Days between two entries for which it is known that there is no value, and why."""

    period: Period
    because: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that law or guidance fixes, through time."""

    id: str
    title: str
    unit: str
    topic: str
    nation: Nation
    entries: tuple[Entry, ...]
    gaps: tuple[Gap, ...] = ()

    def entry_on(self, day: date) -> Entry | None:
        """The entry in force on a day. Proposed, revoked and uncommenced values are shown, never applied."""
        return next(
            (entry for entry in self.entries if entry.is_in_force and entry.period.contains(day)), None
        )

    def on(self, day: date) -> Citation:
        """The value in force on a day with its source; `NotCovered` when there is none."""
        entry = self.entry_on(day)
        if entry is None:
            raise NotCovered(self.id, self.nation, day, self.why_not_covered(day))
        return Citation(
            parameter=self.id,
            value=entry.value,
            unit=self.unit,
            source=entry.source,
            status=entry.status,
            confidence=entry.confidence,
            title=self.title,
        )

    def why_not_covered(self, day: date) -> str:
        """Why there is no value on a day on which there is none."""
        gap = next((gap for gap in self.gaps if gap.period.contains(day)), None)
        if gap is not None:
            return gap.because
        covered = "; ".join(_say_period(entry.period) for entry in self.entries if entry.is_in_force)
        return f"the rule book covers {covered or 'no day'}"


def _say_period(period: Period) -> str:
    if period.end is None:
        return f"{say_short_date(period.start)} on"
    return f"{say_short_date(period.start)} to {say_short_date(period.end)}"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One nation's parameters for one topic."""

    nation: Nation
    topic: str
    parameters: Mapping[str, Parameter]

    def on(self, day: date) -> "RulesOfDay":
        """The rules of a day; `NotCovered` for one so far ahead that nothing can be meant for it."""
        if day > LAST_DAY:
            because = f"rule books are not asked beyond {say_short_date(LAST_DAY)}"
            raise NotCovered("rules", self.nation, day, because)
        return RulesOfDay(self, day)


@dataclass(frozen=True, slots=True)
class RulesOfDay:
    """A rule book as it stood on one day."""

    book: RuleBook
    day: date

    def cite(self, parameter: str) -> Citation:
        """The value of a parameter that the nation must have; `NotCovered` when it has none on the day."""
        known = self.book.parameters.get(parameter)
        if known is None:
            raise NotCovered(parameter, self.book.nation, self.day, "the rule book does not hold it")
        return known.on(self.day)

    def find(self, parameter: str) -> Citation | None:
        """The value of a parameter that a nation may do without; none when nothing is stated for the day."""
        known = self.book.parameters.get(parameter)
        return known.on(self.day) if known is not None and known.entry_on(self.day) else None
