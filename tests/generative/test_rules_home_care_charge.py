"""The charge for care at home against a slow, obvious second working, and what must hold of it whatever the means."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import rule_book
from joinedup.rules.charging.finances import Capital, CapitalKind, Finances, HomeCare, Income, IncomeKind
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import load_local_policy

# A day on which the rule books of the nations that test means themselves hold what the charge needs.
DAYS = {Nation.ENGLAND: date(2022, 5, 1), Nation.WALES: date(2021, 6, 1)}
PENNY = Decimal("0.01")


def money(most):
    return st.integers(0, most * 100).map(lambda pennies: Decimal(pennies) / 100)


kinds = st.sampled_from([CapitalKind.SAVINGS, CapitalKind.OTHER_PROPERTY])
# The limits of either nation, and a penny to each side: chance alone would seldom meet them.
limits = st.builds(
    lambda limit, pennies: Decimal(limit) + pennies * PENNY,
    st.sampled_from([14_250, 23_250, 24_000]),
    st.integers(-1, 1),
)
capitals = st.builds(Capital, kinds, money(30_000), st.integers(1, 3)) | st.builds(Capital, kinds, limits)
homes = st.builds(Capital, st.just(CapitalKind.HOME), money(400_000), st.integers(1, 2))
alone = st.builds(
    Finances,
    age=st.integers(18, 105),
    capital=st.tuples(capitals) | st.tuples(capitals, homes) | st.just(()),
    income=st.lists(st.builds(Income, st.sampled_from(IncomeKind), money(500)), max_size=4).map(tuple),
    given_away=st.just(Decimal(0)) | money(20_000),
)
couples = st.builds(
    lambda means, age: replace(means, is_couple=True, partner_age=age), alone, st.integers(18, 105)
)
finances = alone | couples
prices = money(600).map(lambda price: price + PENNY)
in_england = st.builds(
    HomeCare,
    price=prices,
    housing_costs=money(150),
    disability_costs=money(50),
    children=st.integers(0, 3),
)
in_wales = st.builds(HomeCare, price=prices, housing_costs=money(150), basic_entitlement=money(250))
where = st.tuples(st.just(Nation.ENGLAND), in_england) | st.tuples(st.just(Nation.WALES), in_wales)


def value(nation, parameter):
    """What a parameter is on the nation's day; None where there is none."""
    known = rule_book(nation, "home_care_charge").parameters.get(parameter)
    entry = known.entry_on(DAYS[nation]) if known else None
    return entry.value if entry else None


def guaranteed(nation, means, care):
    """What the person must be left with before housing and disability, told apart case by case."""
    if nation is Nation.WALES:
        shares = [care.basic_entitlement * percent / 100 for percent in (35, 10)]
        return care.basic_entitlement + sum(share.quantize(PENNY, ROUND_HALF_UP) for share in shares)
    children = care.children * Decimal("86.20")
    if means.is_couple:
        old = means.age >= 66 or means.partner_age >= 66
        return children + (Decimal("148.65") if old else Decimal("73.95"))
    if means.age >= 66:
        return children + Decimal("194.70")
    return children + (Decimal("74.60") if means.age < 25 and not care.children else Decimal("94.15"))


def counted_capital(means):
    """What counts of everything they have but the home: whole pence of what is shared."""
    counted = [each for each in means.capital if each.kind is not CapitalKind.HOME]
    shares = (Decimal(int(each.amount * 100) // each.owners) / 100 for each in counted)
    return sum(shares, means.given_away)


def slowly(nation, means, care):
    """The charge as somebody would work it out with pencil and paper, pound by pound."""
    most = min(care.price, value(nation, "weekly_maximum") or care.price)
    capital = counted_capital(means)
    if capital > value(nation, "upper_capital_limit"):
        return most
    ignored = (IncomeKind.EARNINGS, IncomeKind.MOBILITY_BENEFIT)
    income = sum((each.weekly for each in means.income if each.kind not in ignored), Decimal(0))
    reached = value(nation, "lower_capital_limit")
    while reached is not None and reached < capital:
        income += 1
        reached += 250
    left = guaranteed(nation, means, care) + care.housing_costs + care.disability_costs
    return max(Decimal(0), min(most, income - left))


def charged(nation, means, care, policy=None):
    return home_care_charge(nation, DAYS[nation], means, care, policy).value


@given(where, finances)
def test_it_is_what_pencil_and_paper_find_at_home(place, means):
    nation, care = place
    assert charged(nation, means, care).charge == slowly(nation, means, care)


@given(where, finances)
def test_it_is_never_above_the_price_and_all_of_it_is_paid(place, means):
    nation, care = place
    answer = charged(nation, means, care)
    assert 0 <= answer.charge <= care.price
    assert answer.charge + answer.council_pays + sum(paid for _, paid in answer.contributions) == care.price


@given(where, finances, money(30_000))
def test_it_never_falls_as_capital_rises_at_home(place, means, more):
    nation, care = place
    richer = replace(means, capital=(*means.capital, Capital(CapitalKind.OTHER_PROPERTY, more)))
    assert charged(nation, richer, care).charge >= charged(nation, means, care).charge


@given(where, finances)
def test_whose_income_decides_is_left_with_the_guaranteed_minimum(place, means):
    nation, care = place
    assume(counted_capital(means) <= value(nation, "upper_capital_limit"))
    answer = charged(nation, means, care)
    comes_in = answer.income + answer.tariff_income
    assert comes_in - answer.charge >= min(comes_in, guaranteed(nation, means, care))


@given(where, finances)
def test_earnings_and_the_home_change_nothing(place, means):
    nation, care = place
    poorer = replace(
        means,
        capital=tuple(each for each in means.capital if each.kind is not CapitalKind.HOME),
        income=tuple(each for each in means.income if each.kind is not IncomeKind.EARNINGS),
    )
    assert charged(nation, poorer, care).charge == charged(nation, means, care).charge


@given(where, finances)
def test_the_charge_is_said_once_and_every_amount_is_pence(place, means):
    nation, care = place
    answer = home_care_charge(nation, DAYS[nation], means, care)
    assert [step.value for step in answer.steps if step.what == "Charge"] == [answer.value.charge]
    amounts = [step.value for step in answer.steps if isinstance(step.value, Decimal)]
    assert all(amount == amount.quantize(PENNY) for amount in amounts)


def written(nation, name, amount):
    """A council's policy of one parameter, as its file has it."""
    unit = HOME_CARE_CHARGE.requirements[name].unit
    text = f"""
parameters:
  - id: {name}
    title: Our own
    unit: {unit}
    entries:
      - {{value: {amount}, from: 2020-10-06, to: 2023-04-05, source: {{document: Our policy}}, status: in_force,
         confidence: primary}}
"""
    return load_local_policy(text.encode(), file="ours.yaml", nation=nation, topic=HOME_CARE_CHARGE)


GENEROUS = {
    "upper_capital_limit": st.integers(24_000, 60_000),
    "weekly_maximum": st.integers(0, 90),
    "free_reablement": st.integers(6, 20),
    "income_disregarded": st.sampled_from(
        ["[mobility_benefit, earnings, benefits]", "[earnings, mobility_benefit]"]
    ),
}
ENGLISH = {
    "lower_capital_limit": st.integers(14_250, 23_250),
    "tariff_step": st.integers(250, 1_000),
    "minimum_single": st.integers(95, 400),
    "minimum_couple_pension_age": st.integers(149, 400),
    "minimum_full_age": st.integers(18, 25),
}
WELSH = {"above_entitlement": st.integers(35, 100)}


def policies(nation):
    amounts = GENEROUS | (ENGLISH if nation is Nation.ENGLAND else WELSH)
    return st.sampled_from(sorted(amounts)).flatmap(lambda name: st.tuples(st.just(name), amounts[name]))


@given(where.flatmap(lambda place: st.tuples(st.just(place), policies(place[0]))), finances)
def test_a_council_s_policy_never_harms(chosen, means):
    (nation, care), (name, amount) = chosen
    policy = written(nation, name, amount)
    assert charged(nation, means, care, policy).charge <= charged(nation, means, care).charge
