"""Dataclasses read from YAML by the types of their fields: rows of rule books, and facts that somebody declares.

A new kind of row or fact is one declaration, and everything that is not plainly written is refused at its line.
Fields are texts, whole numbers, amounts, days, yes or no, members of a `StrEnum`, such dataclasses, or tuples or
frozensets of those; one with a default may be left out.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from joinedup.rules.nodes import Node

Kind = TypeVar("Kind")
Member = TypeVar("Member", bound=StrEnum)
Read = Callable[[Node], Any]
PLAIN: dict[Any, Read] = {
    str: Node.text,
    bool: Node.yes_or_no,
    Decimal: Node.decimal,
    date: Node.day,
}


def read_declared(node: Node, kind: type[Kind]) -> Kind:
    """Read facts; `RuleBookError` with file and line where they can't be so.

    A number below zero and a repetition are left to the facts themselves, which refuse them by name.
    """
    return AS_DECLARED.reader_of(kind)(node)


def read_member(node: Node, choices: type[Member]) -> Member:
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


@dataclass(frozen=True, slots=True)
class Reading:
    """How strictly whole numbers and lists are read."""

    whole_number: Read
    several: Callable[[Node, Read], tuple[Any, ...]]

    def reader_of(self, kind: type[Kind]) -> Callable[[Node], Kind]:
        """Return what reads a dataclass; its `__post_init__` refuses with a `ValueError` what its types do not say."""
        hints = get_type_hints(kind)
        declared = fields(kind)  # type: ignore[arg-type]
        readers = {field.name: self._reader(hints[field.name]) for field in declared}
        required = frozenset(field.name for field in declared if field.default is MISSING)

        def read(node: Node) -> Kind:
            given = node.fields(required, frozenset(readers) - required)
            values = {name: readers[name](value) for name, value in given.items()}
            try:
                return kind(**values)
            except ValueError as error:
                raise node.error(str(error)) from error

        return read

    def _reader(self, hint: Any) -> Read:
        """Return what reads a value of a type; `KeyError` for a type that no field may have."""
        if get_origin(hint) is UnionType:
            hint = next(each for each in get_args(hint) if each is not type(None))
        if (whole := get_origin(hint)) in (tuple, frozenset):
            one = self._reader(get_args(hint)[0])
            return lambda node: whole(self.several(node, one))
        if isinstance(hint, type) and is_dataclass(hint):
            return self.reader_of(hint)
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return lambda node: read_member(node, hint)
        return self.whole_number if hint is int else PLAIN[hint]


def _unrepeated(node: Node, read: Read) -> tuple[Any, ...]:
    values: list[Any] = []
    for item in node.items():
        value = read(item)
        if value in values:
            raise item.error(f"'{value}' is listed twice: keep one")
        values.append(value)
    return tuple(values)


def _as_they_come(node: Node, read: Read) -> tuple[Any, ...]:
    return tuple(read(item) for item in node.items())


AS_RULES = Reading(not_negative, _unrepeated)
AS_DECLARED = Reading(Node.whole_number, _as_they_come)
