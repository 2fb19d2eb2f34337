"""What has to be asked before a charge can be worked out: only what a nation's rules of that day look at.

Ends at the list of facts: how they are asked is for pages, what they do to the charge for the two charges.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.charging.finances import IncomeKind
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import MEANS_TEST
from joinedup.rules.charging.residential_charge_topic import RESIDENTIAL_CHARGE
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import words_of

__all__ = ["Asked", "CareKind", "Fact", "facts_asked"]


class CareKind(StrEnum):
    """The two kinds of care that are charged for in different ways."""

    CARE_HOME = "care_home"
    HOME_CARE = "home_care"


class Fact(StrEnum):
    """A fact that a charge may rest on, besides age and price, which every one does."""

    CAPITAL = "capital"
    HOME = "home"
    PARTNER = "partner"
    HAS_NURSING = "has_nursing"
    HAS_HIGHER_NURSING = "has_higher_nursing"
    SINCE = "since"
    PERSONAL_CARE = "personal_care"
    EQUIPMENT = "equipment"
    REABLEMENT = "reablement_since"
    HOUSING_COSTS = "housing_costs"
    DISABILITY_COSTS = "disability_costs"
    CHILDREN = "children"
    PREMIUMS = "premiums"
    BASIC_ENTITLEMENT = "basic_entitlement"
    PENSION_AGE = "of_pension_age"


@dataclass(frozen=True, slots=True)
class Asked:
    """The facts and the kinds of income that are asked for."""

    facts: frozenset[Fact]
    incomes: tuple[IncomeKind, ...]


# A fact is asked for where the rule book holds one of these parameters.
CARE_HOME_FACTS = {
    Fact.HAS_HIGHER_NURSING: ("funded_nursing_care_higher",),
    Fact.SINCE: ("property_disregard",),
}
FREE_AT_HOME_FACTS = {
    Fact.PERSONAL_CARE: ("free_personal_care_age",),
    Fact.EQUIPMENT: ("free_equipment",),
    Fact.REABLEMENT: ("free_reablement",),
}
MEANS_AT_HOME_FACTS = {
    Fact.CAPITAL: (MEANS_TEST,),
    Fact.HOUSING_COSTS: ("housing_costs_left",),
    Fact.DISABILITY_COSTS: ("disability_costs_left",),
    Fact.PARTNER: ("minimum_couple",),
    Fact.CHILDREN: ("minimum_child",),
    Fact.PREMIUMS: (
        "disability_premium_single",
        "enhanced_disability_premium_single",
        "carer_premium_single",
    ),
    Fact.BASIC_ENTITLEMENT: ("above_entitlement",),
}


def facts_asked(nation: Nation, on: date, care: CareKind) -> Asked:
    """Return what has to be asked in a nation on a day."""
    if care is CareKind.CARE_HOME:
        rules = rule_book(nation, RESIDENTIAL_CHARGE.name).on(on)
        # Nursing is paid for apart in every nation: where the book lacks the amount, the answer says so.
        always = {Fact.CAPITAL, Fact.HOME, Fact.PARTNER, Fact.HAS_NURSING}
        return Asked(frozenset(always | set(_held(rules, CARE_HOME_FACTS))), _incomes_counted(rules))
    rules = rule_book(nation, HOME_CARE_CHARGE.name).on(on)
    free = set(_held(rules, FREE_AT_HOME_FACTS))
    if MEANS_TEST not in rules.book.parameters:
        return Asked(frozenset(free), _incomes_that_free(rules))
    facts = free | set(_held(rules, MEANS_AT_HOME_FACTS))
    if "minimum_single_pension_age" in rules.book.parameters and rules.find("pension_age") is None:
        facts.add(Fact.PENSION_AGE)
    return Asked(frozenset(facts), _incomes_counted(rules))


def _held(rules: RulesOfDay, facts: Mapping[Fact, tuple[str, ...]]) -> Iterator[Fact]:
    """Yield the facts that a parameter of the book looks at."""
    for fact, parameters in facts.items():
        if any(name in rules.book.parameters for name in parameters):
            yield fact


def _incomes_counted(rules: RulesOfDay) -> tuple[IncomeKind, ...]:
    """Return the kinds of income that are not left out."""
    left_out = rules.find("income_disregarded")
    ignored = words_of(left_out) if left_out else ()
    return tuple(kind for kind in IncomeKind if kind.value not in ignored)


def _incomes_that_free(rules: RulesOfDay) -> tuple[IncomeKind, ...]:
    """Return the kinds of income that make care free."""
    named = rules.find("free_with_income")
    return tuple(kind for kind in IncomeKind if named and kind.value in words_of(named))
