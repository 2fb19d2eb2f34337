"""A case written down in YAML, for the command line and for tables of cases: a person, a budget, or both.

Read like a rule book: every value plainly written, and an error names file and line.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from joinedup.rules.facts import FactError
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.rows import read_member
from joinedup.rules.self_directed_support.facts import Budget, Line, Person, Stay
from joinedup.rules.self_directed_support.kinds import (
    Circumstance,
    Group,
    Need,
    Payee,
    Representative,
    Restriction,
    Use,
)

Kind = TypeVar("Kind", bound=StrEnum)
YES_OR_NO = ("lacks_capacity", "can_manage", "other_would_manage", "lives_in_care_home")
PERSON = frozenset({*YES_OR_NO, "needs", "representative", "restrictions", "circumstances"})
STATED = ("cost_of_needs", "person_pays", "authority_pays")
BUDGET = frozenset({*STATED, "starts", "ends", "is_direct_payment", "is_health"})
LINE = frozenset({"use", "payee", "is_exception", "stays"})


def case_of(text: bytes, *, file: str) -> tuple[Person | None, Budget | None]:
    """Read a case from YAML: `person`, `budget`, or both."""
    root = read_node(text, file)
    fields = root.fields(frozenset(), frozenset({"person", "budget"}))
    if not fields:
        raise root.error("'person' or 'budget' is missing: add one")
    person = person_of(fields["person"]) if "person" in fields else None
    return person, budget_of(fields["budget"]) if "budget" in fields else None


def person_of(node: Node) -> Person:
    """Read a person; `RuleBookError` with file and line where they can't be so."""
    fields = node.fields(frozenset({"group", "age", "has_eligible_needs"}), PERSON)
    given = {name: fields[name].yes_or_no() for name in YES_OR_NO if name in fields}
    with _placed(node):
        return Person(
            group=_member(fields["group"], Group),
            age=fields["age"].whole_number(),
            has_eligible_needs=fields["has_eligible_needs"].yes_or_no(),
            needs=_members(fields, "needs", Need),
            representative=_member(fields["representative"], Representative)
            if "representative" in fields
            else None,
            restrictions=_members(fields, "restrictions", Restriction),
            circumstances=_members(fields, "circumstances", Circumstance),
            **given,
        )


def budget_of(node: Node) -> Budget:
    """Read a budget; `RuleBookError` with file and line where it can't be so."""
    fields = node.fields(frozenset({"total", "lines"}), BUDGET)
    lines = tuple(_line(each) for each in fields["lines"].items())
    stated: dict[str, Decimal] = {name: fields[name].decimal() for name in STATED if name in fields}
    with _placed(node):
        return Budget(
            total=fields["total"].decimal(),
            lines=lines,
            is_direct_payment=_is_set(fields, "is_direct_payment"),
            is_health=_is_set(fields, "is_health"),
            cost_of_needs=stated.get("cost_of_needs"),
            person_pays=stated.get("person_pays"),
            authority_pays=stated.get("authority_pays"),
            starts=fields["starts"].day() if "starts" in fields else None,
            ends=fields["ends"].day() if "ends" in fields else None,
        )


def _line(node: Node) -> Line:
    """Read one line of a budget."""
    fields = node.fields(frozenset({"what", "amount"}), LINE)
    with _placed(node):
        stays = tuple(_stay(each) for each in fields["stays"].items()) if "stays" in fields else ()
        return Line(
            what=fields["what"].text(),
            amount=fields["amount"].decimal(),
            use=_member(fields["use"], Use) if "use" in fields else Use.SUPPORT,
            payee=_member(fields["payee"], Payee) if "payee" in fields else Payee.ANYBODY,
            is_exception=_is_set(fields, "is_exception"),
            stays=stays,
        )


def _stay(node: Node) -> Stay:
    fields = node.fields(frozenset({"start", "end"}))
    return Stay(fields["start"].day(), fields["end"].day())


def _member(node: Node, kind: type[Kind]) -> Kind:
    """Read a word of a kind."""
    return kind(read_member(node, kind))


def _members(fields: Mapping[str, Node], name: str, kind: type[Kind]) -> frozenset[Kind]:
    """Read words of a kind, which may be left out."""
    return frozenset(_member(each, kind) for each in fields[name].items()) if name in fields else frozenset()


def _is_set(fields: Mapping[str, Node], name: str) -> bool:
    """Read a yes or no that need not be there."""
    return name in fields and fields[name].yes_or_no()


@contextmanager
def _placed(node: Node) -> Iterator[None]:
    """Say where stands what can't be so."""
    try:
        yield
    except FactError as error:
        raise node.error(str(error)) from error
