"""A case written down in YAML, for the command line and for tables of cases: the questions it poses, and their facts.

Facts are read by their types, like the rows of a rule book: every value plainly written, and an error names file and
line.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from joinedup.rules.nodes import Node, read_node
from joinedup.rules.reading import read_declared, read_member
from joinedup.rules.who_pays.facts import Facts
from joinedup.rules.who_pays.needs import Checklist, Column, Level, Mark, Need, Needs
from joinedup.rules.who_pays.timetable import Events

__all__ = ["QUESTIONS", "Case", "case_of", "case_of_nodes"]
QUESTIONS = frozenset({"checklist", "levels", "facts", "timetable"})


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
        facts=read_declared(posed["facts"], Facts) if "facts" in posed else None,
        timetable=read_declared(posed["timetable"], Events) if "timetable" in posed else None,
    )


def _checklist(node: Node) -> Checklist:
    """Read the columns that were marked, by domain."""
    return Checklist(tuple(Mark(key.text(), read_member(at, Column)) for key, at in node.named()))


def _levels(node: Node) -> Needs:
    """Read the levels that were agreed on, by domain."""
    return Needs(tuple(Need(key.text(), read_member(at, Level)) for key, at in node.named()))
