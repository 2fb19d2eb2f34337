"""What a rule book must and may say about a topic. The loader refuses whatever a topic does not declare."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from joinedup.rules.rows import Row


class Unit(StrEnum):
    """What the value of a parameter is, and so how it may be written."""

    YEARS = "years"
    NUMBER = "number"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    PER_CENT = "per cent"
    POUNDS = "pounds"
    POUNDS_A_WEEK = "pounds a week"
    POUNDS_A_DAY = "pounds a day"
    YES_OR_NO = "yes or no"
    CHOICE = "choice"
    TEXT = "text"
    LIST = "list"
    LIST_OF_DAYS = "list of days"
    TABLE = "table"


class Better(StrEnum):
    """Which values are better for the person, and so may be a council's own."""

    HIGHER = "higher"
    LOWER = "lower"
    MORE = "more of the list"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a topic asks of one parameter. `allowed` limits choices and list items; `row` is what a table consists of.

    A council may set what is `better` for the person than the nation's value; `may_be_added`: even where the nation,
    which tests means itself, has none.
    """

    unit: Unit
    is_required: bool = False
    allowed: frozenset[str] | None = None
    better: Better | None = None
    may_be_added: bool = False
    row: type[Row] | None = None

    def __post_init__(self) -> None:
        if (self.row is None) is (self.unit is Unit.TABLE):
            raise ValueError("a table, and nothing else, says what its rows are")


def table_of(row: type[Row], *, is_required: bool = False) -> Requirement:
    """Return what a topic asks of a parameter that is a table."""
    return Requirement(Unit.TABLE, is_required, row=row)


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject on which every nation has a rule book; the file is `<nation>/<name>.yaml`."""

    name: str
    title: str
    requirements: Mapping[str, Requirement]
