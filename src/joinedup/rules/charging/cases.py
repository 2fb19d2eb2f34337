"""A case written down in YAML, for the command line and for tables of cases: what somebody has, gets and is asked for.

Read like a rule book: every value plainly written, and an error names file and line.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from joinedup.rules.charging.finances import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    HomeCare,
    Income,
    IncomeKind,
    Occupant,
)
from joinedup.rules.facts import FactError
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.reading import read_declared, read_member

Kind = TypeVar("Kind", bound=StrEnum)
FINANCES = frozenset(
    {"age", "capital", "income", "given_away", "is_couple", "partner_age", "partner_at_home"}
)
CAPITAL = frozenset({"amount", "owners", "occupants"})


def finances_of(node: Node) -> Finances:
    """Read what somebody has and gets; `RuleBookError` with file and line where it can't be so."""
    fields = node.fields(frozenset({"age"}), FINANCES)
    capital = tuple(_capital(fields["capital"])) if "capital" in fields else ()
    income = tuple(_income(fields["income"])) if "income" in fields else ()
    with _placed(node):
        return Finances(
            age=fields["age"].whole_number(),
            capital=capital,
            income=income,
            given_away=fields["given_away"].decimal() if "given_away" in fields else Decimal(0),
            is_couple=_is_set(fields, "is_couple"),
            partner_age=fields["partner_age"].whole_number() if "partner_age" in fields else None,
            partner_at_home=_is_set(fields, "partner_at_home"),
        )


def _capital(node: Node) -> Iterator[Capital]:
    """Read capital by kind: an amount, or an amount with its owners and occupants, or several of either."""
    for kind, one in _by_kind(node, CapitalKind):
        with _placed(one):
            if one.is_mapping():
                fields = one.fields(frozenset({"amount"}), CAPITAL)
                owners = fields["owners"].whole_number() if "owners" in fields else 1
                occupants = fields["occupants"].items() if "occupants" in fields else ()
                who = frozenset(read_member(each, Occupant) for each in occupants)
                yield Capital(kind, fields["amount"].decimal(), owners, who)
            else:
                yield Capital(kind, one.decimal())


def _income(node: Node) -> Iterator[Income]:
    """Read weekly income by kind: an amount, or several."""
    for kind, one in _by_kind(node, IncomeKind):
        with _placed(one):
            yield Income(kind, one.decimal())


def _by_kind(node: Node, kinds: type[Kind]) -> Iterator[tuple[Kind, Node]]:
    """Read what is given under each kind, one or several."""
    for key, value in node.named():
        for one in value.items() if value.is_list() else (value,):
            yield read_member(key, kinds), one


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


def case_of(text: bytes, *, file: str) -> tuple[Finances, CareHome | HomeCare]:
    """Read a case from YAML: `finances`, and `care` in a care home or `home_care`."""
    root = read_node(text, file)
    fields = root.fields(frozenset({"finances"}), frozenset({"care", "home_care"}))
    kinds = [name for name in ("care", "home_care") if name in fields]
    if not kinds:
        raise root.error("'care', for a care home, or 'home_care' is missing: add it")
    if len(kinds) > 1:
        raise root.error("'care' and 'home_care' are two cases: keep one")
    care = (
        read_declared(fields["care"], CareHome)
        if "care" in fields
        else read_declared(fields["home_care"], HomeCare)
    )
    return finances_of(fields["finances"]), care
