"""The charge for a care home against a slow, obvious second working, and what must hold of it whatever the means."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import rule_book
from joinedup.rules.charging.residential_charge import (
    Capital,
    CapitalKind,
    CareHome,
    Finances,
    Income,
    IncomeKind,
    Occupant,
    residential_charge,
)

# A day on which each nation's rule book holds what the charge needs.
DAYS = {
    Nation.ENGLAND: date(2022, 5, 1),
    Nation.SCOTLAND: date(2023, 5, 1),
    Nation.WALES: date(2023, 5, 1),
    Nation.NORTHERN_IRELAND: date(2021, 5, 1),
}
PENNY = Decimal("0.01")


def money(most):
    return st.integers(0, most * 100).map(lambda pennies: Decimal(pennies) / 100)


nations = st.sampled_from(Nation)
savings = st.builds(Capital, st.just(CapitalKind.SAVINGS), money(60_000), st.integers(1, 3))
homes = st.builds(
    Capital,
    st.just(CapitalKind.HOME),
    money(400_000),
    st.integers(1, 2),
    st.frozensets(st.sampled_from([o for o in Occupant if o is not Occupant.PARTNER])),
)
incomes = st.builds(Income, st.sampled_from(IncomeKind), money(800))
finances = st.builds(
    Finances,
    age=st.integers(18, 105),
    capital=st.tuples(savings) | st.tuples(savings, homes) | st.just(()),
    income=st.lists(incomes, max_size=4).map(tuple),
    given_away=st.just(Decimal(0)) | money(50_000),
)


def places(nation):
    """A place in a care home; with nursing where the rule book knows what is paid for it."""
    with_nursing = st.just(False) if nation is Nation.WALES else st.booleans()
    price = money(2_000).map(lambda price: price + PENNY)
    return st.tuples(st.just(nation), st.builds(CareHome, price=price, has_nursing=with_nursing))


where = nations.flatmap(places)


def value(nation, parameter):
    """What a parameter is on the nation's day; None where there is none."""
    known = rule_book(nation, "residential_charge").parameters.get(parameter)
    entry = known.entry_on(DAYS[nation]) if known else None
    return entry.value if entry else None


def left_to_pay(nation, means, care):
    """What is left of the price once everything is off that is paid whatever the means."""
    price = care.price
    age = value(nation, "free_personal_care_age")
    if age is not None and means.age >= age:
        price -= min(price, value(nation, "free_personal_care"))
        if care.has_nursing:
            price -= min(price, value(nation, "free_nursing_care") or Decimal(0))
    if care.has_nursing and value(nation, "funded_nursing_care") is not None:
        price -= min(price, value(nation, "funded_nursing_care"))
    return price


def counted_capital(nation, means):
    """What counts of everything they have: of what is shared, whole pence, and what is left over to nobody."""
    spared = set(value(nation, "home_disregarded_for") or ())
    counted = [each for each in means.capital if not {o.value for o in each.occupants} & spared]
    shares = (Decimal(int(each.amount * 100) // each.owners) / 100 for each in counted)
    return sum(shares, means.given_away)


def slowly(nation, means, care):
    """The charge as somebody would work it out with pencil and paper, pound by pound."""
    price, capital = left_to_pay(nation, means, care), counted_capital(nation, means)
    if capital > value(nation, "upper_capital_limit"):
        return price
    ignored = value(nation, "income_disregarded") or ()
    income = sum((each.weekly for each in means.income if each.kind.value not in ignored), Decimal(0))
    reached = value(nation, "lower_capital_limit")
    while reached is not None and reached < capital:
        income += value(nation, "tariff_income")
        reached += value(nation, "tariff_step")
    return max(Decimal(0), min(price, income - value(nation, "personal_allowance")))


@given(where, finances)
def test_it_is_what_pencil_and_paper_find(place, means):
    nation, care = place
    assert residential_charge(nation, DAYS[nation], means, care).value.charge == slowly(nation, means, care)


@given(where, finances)
def test_everybody_together_pays_the_price(place, means):
    nation, care = place
    answer = residential_charge(nation, DAYS[nation], means, care).value
    assert 0 <= answer.charge <= answer.price
    assert answer.council_pays >= 0
    assert answer.charge + answer.council_pays + sum(paid for _, paid in answer.contributions) == care.price


@given(where, finances, money(30_000))
def test_it_never_falls_as_capital_rises(place, means, more):
    nation, care = place
    before = residential_charge(nation, DAYS[nation], means, care).value.charge
    richer = replace(means, capital=(*means.capital, Capital(CapitalKind.OTHER_PROPERTY, more)))
    assert residential_charge(nation, DAYS[nation], richer, care).value.charge >= before


@given(where, finances)
def test_who_does_not_pay_it_all_is_left_with_the_allowance(place, means):
    nation, care = place
    answer = residential_charge(nation, DAYS[nation], means, care).value
    assume(not answer.pays_full_price)
    left = answer.income + answer.tariff_income - answer.charge
    assert left >= min(value(nation, "personal_allowance"), answer.income + answer.tariff_income)


@given(where, finances)
def test_the_last_line_is_the_charge_and_every_amount_is_pence(place, means):
    nation, care = place
    answer = residential_charge(nation, DAYS[nation], means, care)
    charges = [step.value for step in answer.steps if step.what == "Charge"]
    assert charges == [answer.value.charge]
    amounts = [step.value for step in answer.steps if isinstance(step.value, Decimal)]
    assert all(amount == amount.quantize(PENNY) for amount in amounts)


@given(nations, st.integers(0, 200))
def test_the_home_counts_from_the_day_after_the_disregard(nation, days):
    moved = DAYS[nation] - timedelta(days=days)
    means = Finances(80, (Capital(CapitalKind.HOME, Decimal(200_000)),))
    answer = residential_charge(nation, DAYS[nation], means, CareHome(Decimal(900), since=moved))
    weeks = value(nation, "property_disregard")
    assert answer.value.pays_full_price == (days >= 7 * weeks)
