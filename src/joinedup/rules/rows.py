"""Rows of the tables that a rule book may hold: a topic declares them as dataclasses, and they are read by their types.

So that a new kind of row is one declaration beside the topic that needs it, and everything that is not plainly written
is refused at its line, as everywhere in a rule book.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from joinedup.rules.nodes import Node

Kind = TypeVar("Kind", bound="Row")
Read = Callable[[Node], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. Its fields are texts, whole numbers of at least zero, amounts, days, yes or no, members of a
    `StrEnum`, or tuples of texts or members; one with a default may be left out.

    What the types do not say, `__post_init__` refuses with a `ValueError` that says what to do. `str(row)` is the row
    as a line of text shows it.
    """

    @property
    def keys(self) -> tuple[str, ...]:
        """What may stand in one row of a table only: the first field, unless a kind of row says otherwise."""
        return (str(getattr(self, fields(self)[0].name)),)

    @property
    def in_words(self) -> str:
        """The row as a page tells it, without the names by which files and systems know it."""
        return str(self)


def read_rows(node: Node, kind: type[Kind]) -> tuple[Kind, ...]:
    """Read a table; `RuleBookError` at the first row that is amiss or that repeats a key."""
    readers, required = _declared(kind)
    rows, seen = [], set[str]()
    for item in node.items():
        given = item.fields(required, frozenset(readers) - required)
        values = {name: readers[name](value) for name, value in given.items()}
        try:
            row = kind(**values)
        except ValueError as error:
            raise item.error(str(error)) from error
        for key in row.keys:
            if key in seen:
                raise item.error(f"'{key}' is listed twice: keep one")
            seen.add(key)
        rows.append(row)
    return tuple(rows)


def read_member(node: Node, choices: type[StrEnum]) -> StrEnum:
    """Read a member of an enumeration, by its value."""
    written = node.text()
    if written not in {choice.value for choice in choices}:
        known = ", ".join(choice.value for choice in choices)
        raise node.error(f"'{written}' is not one of {known}")
    return choices(written)


def read_words(node: Node) -> tuple[str, ...]:
    """Read a list of texts, none twice."""
    return _unrepeated(node, Node.text)


def not_negative(node: Node) -> int:
    """Read a whole number of at least zero."""
    number = node.whole_number()
    if number < 0:
        raise node.error("this cannot be below zero")
    return number


def _declared(kind: type[Row]) -> tuple[Mapping[str, Read], frozenset[str]]:
    """Return how each field of a kind of row is read, and which must be given."""
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}
    required = (field.name for field in fields(kind) if field.default is MISSING)
    return readers, frozenset(required)


def _reader(hint: Any) -> Read:
    """Return what reads a value of a type; `TypeError` for a type that no row may have."""
    if get_origin(hint) is UnionType:
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        one = _reader(get_args(hint)[0])
        return lambda node: _unrepeated(node, one)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda node: read_member(node, hint)
    return READERS[hint]


def _unrepeated(node: Node, read: Read) -> tuple[Any, ...]:
    values: list[Any] = []
    for item in node.items():
        value = read(item)
        if value in values:
            raise item.error(f"'{value}' is listed twice: keep one")
        values.append(value)
    return tuple(values)


READERS: Mapping[Any, Read] = {
    str: Node.text,
    int: not_negative,
    bool: Node.yes_or_no,
    Decimal: Node.decimal,
    date: Node.day,
}
