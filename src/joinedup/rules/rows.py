"""Rows of the tables that a rule book may hold: a topic declares them, and they are read by their types."""

from dataclasses import dataclass, fields
from typing import TypeVar

from joinedup.rules.nodes import Node
from joinedup.rules.reading import AS_RULES

Kind = TypeVar("Kind", bound="Row")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with fields as `reading` has them; its whole numbers are at least zero.

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
    read = AS_RULES.reader_of(kind)
    rows, seen = [], set[str]()
    for item in node.items():
        row = read(item)
        for key in row.keys:
            if key in seen:
                raise item.error(f"'{key}' is listed twice: keep one")
            seen.add(key)
        rows.append(row)
    return tuple(rows)
