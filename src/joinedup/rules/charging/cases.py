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
    Premium,
)
from joinedup.rules.facts import FactError
from joinedup.rules.nodes import Node, read_node

Kind = TypeVar("Kind", bound=StrEnum)
FINANCES = frozenset(
    {"age", "capital", "income", "given_away", "is_couple", "partner_age", "partner_at_home"}
)
CAPITAL = frozenset({"amount", "owners", "occupants"})
CARE_HOME = frozenset({"price", "has_nursing", "has_higher_nursing", "since"})
PARTS_OF_PRICE = ("personal_care", "equipment")
COSTS_AT_HOME = ("housing_costs", "disability_costs")
HOME_CARE = frozenset(
    {"price", "reablement_since", "children", "premiums", "basic_entitlement", "of_pension_age"}
    | {*PARTS_OF_PRICE, *COSTS_AT_HOME}
)


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


def care_home_of(node: Node) -> CareHome:
    """Read a place in a care home."""
    fields = node.fields(frozenset({"price"}), CARE_HOME)
    with _placed(node):
        return CareHome(
            price=fields["price"].decimal(),
            has_nursing=_is_set(fields, "has_nursing"),
            has_higher_nursing=_is_set(fields, "has_higher_nursing"),
            since=fields["since"].day() if "since" in fields else None,
        )


def home_care_of(node: Node) -> HomeCare:
    """Read care at home."""
    fields = node.fields(frozenset({"price"}), HOME_CARE)
    amounts = {name: fields[name].decimal() for name in (*PARTS_OF_PRICE, *COSTS_AT_HOME) if name in fields}
    premiums = fields["premiums"].items() if "premiums" in fields else ()
    with _placed(node):
        return HomeCare(
            price=fields["price"].decimal(),
            **amounts,
            reablement_since=fields["reablement_since"].day() if "reablement_since" in fields else None,
            children=fields["children"].whole_number() if "children" in fields else 0,
            premiums=frozenset(_kind(each, Premium) for each in premiums),
            basic_entitlement=fields["basic_entitlement"].decimal()
            if "basic_entitlement" in fields
            else None,
            of_pension_age=fields["of_pension_age"].yes_or_no() if "of_pension_age" in fields else None,
        )


def _capital(node: Node) -> Iterator[Capital]:
    """Read capital by kind: an amount, or an amount with its owners and occupants, or several of either."""
    for kind, one in _by_kind(node, CapitalKind):
        with _placed(one):
            if one.is_mapping():
                fields = one.fields(frozenset({"amount"}), CAPITAL)
                owners = fields["owners"].whole_number() if "owners" in fields else 1
                occupants = fields["occupants"].items() if "occupants" in fields else ()
                who = frozenset(_kind(each, Occupant) for each in occupants)
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
            yield _kind(key, kinds), one


def _is_set(fields: Mapping[str, Node], name: str) -> bool:
    """Read a yes or no that need not be there."""
    return name in fields and fields[name].yes_or_no()


def _kind(node: Node, kinds: type[Kind]) -> Kind:
    """Read a kind."""
    written = node.text()
    if written not in {kind.value for kind in kinds}:
        known = ", ".join(kind.value for kind in kinds)
        raise node.error(f"'{written}' is not one of {known}")
    return kinds(written)


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
    care = care_home_of(fields["care"]) if "care" in fields else home_care_of(fields["home_care"])
    return finances_of(fields["finances"]), care
