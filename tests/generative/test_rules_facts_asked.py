"""What is not asked before a charge makes no difference to it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.charging.asking import CareKind, Fact, facts_asked
from joinedup.rules.charging.finances import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    HomeCare,
    Income,
    IncomeKind,
)
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.facts import FactError

days = st.dates(date(2016, 1, 1), date(2026, 12, 31))
amounts = st.integers(1, 60_000).map(lambda pennies: Decimal(pennies) / 100)
incomes = st.lists(st.builds(Income, st.sampled_from(IncomeKind), amounts), max_size=5).map(tuple)
capitals = st.tuples(st.builds(Capital, st.just(CapitalKind.SAVINGS), st.integers(0, 40_000).map(Decimal)))
finances = st.builds(Finances, age=st.integers(18, 100), capital=capitals, income=incomes)


def outcome(kind, nation, day, means, price):
    """What comes out for a kind of care: the charge, or what was wanting."""
    try:
        if kind is CareKind.CARE_HOME:
            return residential_charge(nation, day, means, CareHome(price)).value.charge
        return home_care_charge(nation, day, means, HomeCare(price)).value.charge
    except (NotCovered, FactError) as error:
        return type(error), str(error)


@given(
    kind=st.sampled_from(CareKind), nation=st.sampled_from(Nation), day=days, means=finances, price=amounts
)
def test_income_that_is_not_asked_for_makes_no_difference(kind, nation, day, means, price):
    asked = facts_asked(nation, day, kind).incomes
    told = replace(means, income=tuple(each for each in means.income if each.kind in asked))
    assert outcome(kind, nation, day, told, price) == outcome(kind, nation, day, means, price)


@given(nation=st.sampled_from(Nation), day=days, means=finances, price=amounts)
def test_capital_that_is_not_asked_for_makes_no_difference(nation, day, means, price):
    if Fact.CAPITAL in facts_asked(nation, day, CareKind.HOME_CARE).facts:
        return
    told = replace(means, capital=())
    kind = CareKind.HOME_CARE
    assert outcome(kind, nation, day, told, price) == outcome(kind, nation, day, means, price)


ASKED = {
    (Nation.ENGLAND, CareKind.HOME_CARE): {
        Fact.CAPITAL,
        Fact.CHILDREN,
        Fact.DISABILITY_COSTS,
        Fact.EQUIPMENT,
        Fact.HOUSING_COSTS,
        Fact.PARTNER,
        Fact.PREMIUMS,
        Fact.REABLEMENT,
    },
    (Nation.SCOTLAND, CareKind.HOME_CARE): {Fact.PERSONAL_CARE},
    (Nation.WALES, CareKind.HOME_CARE): {
        Fact.BASIC_ENTITLEMENT,
        Fact.CAPITAL,
        Fact.HOUSING_COSTS,
        Fact.REABLEMENT,
    },
    (Nation.NORTHERN_IRELAND, CareKind.HOME_CARE): {Fact.EQUIPMENT},
}


@pytest.mark.parametrize(("nation", "care"), ASKED)
def test_what_is_asked_about_care_at_home(nation, care):
    assert facts_asked(nation, date(2022, 5, 1), care).facts == ASKED[nation, care]


@pytest.mark.parametrize("nation", list(Nation))
def test_in_a_care_home_capital_home_partner_and_nursing_are_asked_for_everywhere(nation):
    always = {Fact.CAPITAL, Fact.HOME, Fact.PARTNER, Fact.HAS_NURSING, Fact.SINCE}
    asked = facts_asked(nation, date(2022, 5, 1), CareKind.CARE_HOME).facts
    assert asked - always == ({Fact.HAS_HIGHER_NURSING} if nation == Nation.ENGLAND else set())
