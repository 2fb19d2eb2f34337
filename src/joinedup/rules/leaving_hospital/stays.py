"""What the rules on leaving hospital are asked about, and what they answer.

A stay holds only what a clock needs; who the person is stays in `care`. Times are aware.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from joinedup.core.explained import Citation
from joinedup.core.moments import require_aware, time_between, uk_date
from joinedup.core.nation import Nation
from joinedup.rules.rows import Row

T_co = TypeVar("T_co", covariant=True)


class Setting(StrEnum):
    """The kind of bed."""

    ACUTE = "acute"
    COMMUNITY = "community"
    MENTAL_HEALTH = "mental_health"
    LEARNING_DISABILITY = "learning_disability"

    @property
    def title(self) -> str:  # type: ignore[override]
        return SETTING_TITLES[self]


SETTING_TITLES = {
    Setting.ACUTE: "acute hospital",
    Setting.COMMUNITY: "community hospital",
    Setting.MENTAL_HEALTH: "mental health hospital",
    Setting.LEARNING_DISABILITY: "learning disability hospital",
}


class Complexity(StrEnum):
    """Whether leaving needs significant services at home or in the community first."""

    SIMPLE = "simple"
    COMPLEX = "complex"


class Responsible(StrEnum):
    """On whom the next step waits."""

    NHS = "nhs"
    SOCIAL_CARE = "social_care"
    BOTH = "both"
    EITHER = "either"
    PERSON_OR_FAMILY = "person_or_family"
    HOUSING = "housing"
    OTHER = "other"

    @property
    def title(self) -> str:  # type: ignore[override]
        return RESPONSIBLE_TITLES[self]


RESPONSIBLE_TITLES = {
    Responsible.NHS: "NHS",
    Responsible.SOCIAL_CARE: "Social care",
    Responsible.BOTH: "NHS and social care together",
    Responsible.EITHER: "NHS or social care, by case",
    Responsible.PERSON_OR_FAMILY: "The person or their family",
    Responsible.HOUSING: "Housing",
    Responsible.OTHER: "Another body",
}


class ClockState(StrEnum):
    """Where a stay stands at the moment asked about."""

    NOT_READY = "not_ready"
    WITHIN = "within"  # ready, not yet a delay
    DELAYED = "delayed"  # a delay, no target missed
    BREACHED = "breached"  # a target was missed
    LEFT = "left"  # gone, or moved where the nation stops counting
    NOT_COUNTED = "not_counted"  # ready, but never a delay in this nation


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Time in a bed, as far as it bears on when the person could leave."""

    admitted_at: datetime | None
    ready_at: datetime | None
    setting: Setting
    left_at: datetime | None = None
    born: date | None = None
    reason_code: str | None = None
    complexity: Complexity | None = None
    moved_to_intermediate_care_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse times without a zone and times out of order, naming the facts, never their values."""
        for fact in ("admitted_at", "ready_at", "left_at", "moved_to_intermediate_care_at"):
            moment = getattr(self, fact)
            if moment is not None:
                require_aware(moment, fact)
        _require_order("admitted_at", self.admitted_at, "ready_at", self.ready_at)
        _require_order("admitted_at", self.admitted_at, "left_at", self.left_at)
        _require_order("ready_at", self.ready_at, "left_at", self.left_at)
        moved = self.moved_to_intermediate_care_at
        _require_order("admitted_at", self.admitted_at, "moved_to_intermediate_care_at", moved)
        _require_order("ready_at", self.ready_at, "moved_to_intermediate_care_at", moved)
        _require_order("moved_to_intermediate_care_at", moved, "left_at", self.left_at)
        if self.born is not None and self.ready_at is not None and uk_date(self.ready_at) < self.born:
            raise ValueError("ready_at is before born: correct one of them")


def _require_order(earlier: str, first: datetime | None, later: str, second: datetime | None) -> None:
    if first is not None and second is not None and time_between(first, second) < timedelta(0):
        raise ValueError(f"{later} is before {earlier}: correct one of them")


@dataclass(frozen=True, slots=True)
class Target:
    """A time within which a nation wants people to have left, and which share of them.

    Without a share the nation asks that more people do, not that all or a given part do.
    """

    title: str
    within: timedelta
    counted_in_days: bool
    share_per_cent: int | None
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class DueTarget:
    """A target applied to one stay."""

    target: Target
    due_at: datetime
    is_missed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How long a person has been delayed at a moment, as their nation counts it.

    `counts` says whether the stay is a delay by then; `why_not` why it is not. `counted_from` is when it
    becomes one, `starts_at` from when its length is then measured. `target` and `due_at` are of the target
    that falls due first; `targets` are all of them. `time_left` is zero once that target was missed, and none
    when there is no target or the person has left.
    """

    state: ClockState
    counts: bool
    why_not: str | None = None
    starts_at: datetime | None = None
    counted_from: datetime | None = None
    stopped_at: datetime | None = None
    delayed: timedelta = timedelta(0)
    delayed_days: int = 0
    targets: tuple[DueTarget, ...] = ()
    time_left: timedelta | None = None

    @property
    def target(self) -> Target | None:
        return self.targets[0].target if self.targets else None

    @property
    def due_at(self) -> datetime | None:
        return self.targets[0].due_at if self.targets else None

    @property
    def breached(self) -> bool | None:
        return self.targets[0].is_missed if self.targets else None


@dataclass(frozen=True, slots=True)
class DelayReason(Row):
    """Why a person waits, in our own words, under the nation's code where it has one."""

    code: str
    title: str
    responsible: Responsible

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Cited(Generic[T_co]):
    """A typed attribute of a counting rule with its source; without one, the sources seen do not state it."""

    value: T_co | None
    citation: Citation | None

    @property
    def is_stated(self) -> bool:
        return self.citation is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRule:
    """What one nation counts as delay on one day, in terms by which nations can be compared."""

    nation: Nation
    day: date
    definition: Cited[str]
    counted: Cited[tuple[str, ...]]
    clock_start: Cited[str]
    delay_begins: Cited[str]
    days_counted: Cited[str]
    minimum_age: Cited[int]
    minimum_delay_hours: Cited[int]
    settings: Cited[tuple[str, ...]]
    census_day: Cited[str]
    intermediate_care_ends_count: Cited[bool]
    reasons_not_counted: Cited[tuple[str, ...]]
    reasons_outside_census: Cited[tuple[str, ...]]
    reasons_reported_apart: Cited[tuple[str, ...]]
