"""A case written down in YAML, for the command line and for tables of cases: the questions it poses, and their facts.

Facts are read by their types, like the rows of a rule book: every value plainly written, and an error names file and
line.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from joinedup.rules.facts import FactError
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.rows import read_member
from joinedup.rules.who_pays.facts import Facts
from joinedup.rules.who_pays.needs import Checklist, Column, Level, Mark, Need, Needs
from joinedup.rules.who_pays.timetable import Events

__all__ = ["QUESTIONS", "Case", "case_of", "case_of_nodes"]
Kind = TypeVar("Kind")
QUESTIONS = frozenset({"checklist", "levels", "facts", "timetable"})
READERS: Mapping[Any, Callable[[Node], Any]] = {
    str: Node.text,
    int: Node.whole_number,
    bool: Node.yes_or_no,
    Decimal: Node.decimal,
    date: Node.day,
}


@dataclass(frozen=True, slots=True)
class Case:
    """The questions of a case; at least one is posed."""

    checklist: Checklist | None = None
    levels: Needs | None = None
    facts: Facts | None = None
    timetable: Events | None = None


def case_of(text: bytes, *, file: str) -> Case:
    """Read a case from YAML; `RuleBookError` with file and line where it can't be so."""
    root = read_node(text, file)
    posed = root.fields(frozenset(), QUESTIONS)
    if not posed:
        raise root.error(f"the case poses no question: give one of {', '.join(sorted(QUESTIONS))}")
    return case_of_nodes(posed)


def case_of_nodes(posed: Mapping[str, Node]) -> Case:
    """Read the questions that a case poses."""
    return Case(
        checklist=_checklist(posed["checklist"]) if "checklist" in posed else None,
        levels=_levels(posed["levels"]) if "levels" in posed else None,
        facts=_read(posed["facts"], Facts) if "facts" in posed else None,
        timetable=_read(posed["timetable"], Events) if "timetable" in posed else None,
    )


def _checklist(node: Node) -> Checklist:
    """Read the columns that were marked, by domain."""
    return Checklist(tuple(Mark(key.text(), Column(read_member(at, Column))) for key, at in node.named()))


def _levels(node: Node) -> Needs:
    """Read the levels that were agreed on, by domain."""
    return Needs(tuple(Need(key.text(), Level(read_member(at, Level))) for key, at in node.named()))


def _read(node: Node, kind: type[Kind]) -> Kind:
    """Read facts by the types that they are declared with."""
    hints = get_type_hints(kind)
    declared = {field.name: field.default is MISSING for field in fields(kind)}  # type: ignore[arg-type]
    required = frozenset(name for name, is_required in declared.items() if is_required)
    given = node.fields(required, frozenset(declared) - required)
    values = {name: _reader(hints[name])(at) for name, at in given.items()}
    try:
        return kind(**values)
    except FactError as error:
        raise node.error(str(error)) from error


def _reader(hint: Any) -> Callable[[Node], Any]:
    """Return what reads a value of a type."""
    if get_origin(hint) is UnionType:
        hint = next(each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        one = _reader(get_args(hint)[0])
        return lambda node: tuple(one(item) for item in node.items())
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda node: _read(node, hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return lambda node: read_member(node, hint)
    return READERS[hint]
