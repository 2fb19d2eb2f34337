"""Rows of the rule books on targets: what is aimed at, what is to come of it, and how closely results are watched."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from joinedup.core.dates import say_short_date
from joinedup.rules.rows import Row


class Direction(StrEnum):
    """Which way a figure is to go. Of the last two no level is fixed: only the way counts."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    HIGHER = "higher"
    LOWER = "lower"

    @property
    def is_up(self) -> bool:
        """Whether a greater figure is a better one."""
        return self in (Direction.AT_LEAST, Direction.HIGHER)

    @property
    def has_level(self) -> bool:
        """Whether the nation fixes how far."""
        return self in (Direction.AT_LEAST, Direction.AT_MOST)


class FigureUnit(StrEnum):
    """What a figure is a number of."""

    PER_CENT = "per cent"
    PER_CENT_CHANGE = "per cent of change"
    PER_CENT_OF_BEDS = "per cent of beds"
    PEOPLE = "people"
    DAYS = "days"
    WEEKS = "weeks"
    BED_DAYS = "bed days"
    ADMISSIONS = "admissions"
    ATTENDANCES = "attendances"
    PER_100_000 = "a year per 100,000 people"


class Monitoring(StrEnum):
    """Who watches a target, and so how closely."""

    NATIONAL = "national"
    LOCAL = "local"
    TIER_1 = "tier_1"
    TIER_2 = "tier_2"


@dataclass(frozen=True, slots=True)
class Target(Row):
    """What a figure is to be.

    `level_in` and `within_in` point at the parameter of another topic that holds the level, or the time within which
    something is to happen, so that a value is written down once. `measure` is the id of a measure that joinedup
    computes. `due` is the day by which the level is to be reached; without one it holds all along.
    """

    id: str
    title: str
    measured: str
    direction: Direction
    unit: FigureUnit
    level: Decimal | None = None
    level_in: str = ""
    within_in: str = ""
    measure: str = ""
    monitoring: Monitoring = Monitoring.NATIONAL
    due: date | None = None

    def __post_init__(self) -> None:
        if self.level is not None and self.level_in:
            raise ValueError("give the level or the parameter that holds it, not both")
        if self.direction.has_level is (self.level is None and not self.level_in):
            raise ValueError("at_least and at_most have a level or a level_in; higher and lower have none")
        for pointer in filter(None, (self.level_in, self.within_in)):
            if pointer.count(".") != 1:
                raise ValueError(f"'{pointer}' is to be a topic and a parameter with a point between")

    @property
    def pointers(self) -> tuple[str, ...]:
        """The parameters of other topics that it rests on."""
        return tuple(filter(None, (self.level_in, self.within_in)))

    @property
    def in_words(self) -> str:
        """What the figure is to be; a level or time kept elsewhere is told with the answer."""
        level = f" {self.level:f} {self.unit}" if self.level is not None else ""
        due = f", by {say_short_date(self.due)}" if self.due else ""
        return (
            f"{self.title}: {self.measured}, {self.direction.replace('_', ' ')}{level or ' the limit'}{due}"
        )

    def __str__(self) -> str:
        way = self.direction.replace("_", " ")
        known = f"{self.level:f} " if self.level is not None else ""
        pointed = f"the value of {self.level_in}, " if self.level_in else ""
        within = f", within the time of {self.within_in}" if self.within_in else ""
        due = f", by {self.due}" if self.due else ""
        return f"{self.title} ({self.id}: {self.measured}{within}, {way} {pointed}{known}{self.unit}{due})"


@dataclass(frozen=True, slots=True)
class Outcome(Row):
    """What is to come of health and social care for people. No figure; measures only point at it."""

    id: str
    title: str

    def __str__(self) -> str:
        return f"{self.title} ({self.id})"

    @property
    def in_words(self) -> str:
        """What is to come."""
        return self.title


@dataclass(frozen=True, slots=True)
class MonitoringTier(Row):
    """Targets that are watched alike. `follows_deviation`: the closer, the further a result is off the level."""

    tier: Monitoring
    title: str
    follows_deviation: bool
    areas: tuple[str, ...] = ()

    @property
    def in_words(self) -> str:
        """The tier and what it is about."""
        return f"{self.title}: {', '.join(self.areas)}" if self.areas else self.title

    def __str__(self) -> str:
        return f"{self.title} ({self.tier}: {', '.join(self.areas)})" if self.areas else self.title


@dataclass(frozen=True, slots=True)
class MonitoringLevel(Row):
    """A level at which a government may put a body of the NHS, from 1 on."""

    number: int
    title: str
    what: str

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError("levels are numbered from 1 on")

    def __str__(self) -> str:
        return f"{self.number}: {self.title} ({self.what})"
