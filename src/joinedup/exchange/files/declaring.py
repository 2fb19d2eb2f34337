"""The words in which a source is declared: its columns, the rows they become, and what must add up."""

from dataclasses import dataclass, field
from enum import StrEnum

from ibis.expr.types import Table


class Kind(StrEnum):
    """What the text in a column stands for."""

    TEXT = "text"
    CODE = "code"
    DAY = "day, such as 2025-08-31"
    MONTH = "first day of a month, such as 2025-08-01"
    MONTH_NAME = "month, such as August 2025"
    YEAR = "year, such as 2021"
    COUNT = "whole number, 0 or more"
    SHARE = "number from 0 to 1"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published file. A code has a form and may have a list of all that are known."""

    name: str
    kind: Kind
    form: str = ""
    known: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value that is the same in every row."""

    value: str | int | None


@dataclass(frozen=True, slots=True)
class From:
    """A value taken from a column, put in our words where the source has its own.

    `translate` changes a whole value; `prefixes` chooses by how a code begins.
    """

    column: str
    translate: tuple[tuple[str, str], ...] = ()
    prefixes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One row of our table that each row of the file becomes: a value for each of the table's columns."""

    values: tuple[tuple[str, Fixed | From], ...]


@dataclass(frozen=True, slots=True)
class PartsMakeTotal:
    """Within each cell, the rows of the parts sum to the row of the total; no parts named: all the others."""

    title: str
    within: tuple[str, ...]
    across: str
    total: str
    value: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnsMakeTotal:
    """In each row, the parts sum to the total."""

    title: str
    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SharesMakeWhole:
    """The shares of each thing sum to 1, give or take a millionth."""

    title: str
    of: str
    share: str


@dataclass(frozen=True, slots=True)
class DailyAverage:
    """In each row, the average is the sum over the month divided by its days, halves rounded up."""

    title: str
    value: str
    average: str
    month: str


Check = PartsMakeTotal | ColumnsMakeTotal | SharesMakeWhole | DailyAverage


@dataclass(frozen=True, slots=True)
class Source:
    """A published file: who publishes it, its columns, its key, the rows it becomes, and its checks."""

    name: str
    title: str
    publisher: str
    table: Table
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    shapes: tuple[Shape, ...]
    checks: tuple[Check, ...] = field(default=())

    @property
    def wording(self) -> str:
        """The declaration as text: a file is read again when the declaration has changed."""
        return repr((self.name, self.columns, self.key, self.shapes, self.checks, self.table.schema()))


def shape(**values: Fixed | From | str | int | None) -> Shape:
    """A shape; a plain value is the same in every row."""
    given = (
        (name, value if isinstance(value, Fixed | From) else Fixed(value)) for name, value in values.items()
    )
    return Shape(tuple(given))
