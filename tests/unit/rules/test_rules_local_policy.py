"""A council's own policy is read like a rule book, stands in place of the nation's, and never makes it worse."""

from datetime import date
from decimal import Decimal

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError, rule_book
from joinedup.rules.charging.finances import Capital, CapitalKind, Finances, HomeCare, Income, IncomeKind
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import load_local_policy
from joinedup.rules.loading import load_rule_book
from joinedup.rules.topics import Unit

DAY = date(2022, 5, 1)
RICH = Finances(
    80, (Capital(CapitalKind.SAVINGS, Decimal(24_000)),), (Income(IncomeKind.OTHER, Decimal(250)),)
)
POOR = Finances(80, (), (Income(IncomeKind.STATE_PENSION, Decimal(250)),))
CARE = HomeCare(Decimal(400))


def parameter(name, value, first="2022-05-01", last="null"):
    unit = HOME_CARE_CHARGE.requirements[name].unit
    if unit in (Unit.POUNDS, Unit.POUNDS_A_WEEK):
        value = f"{Decimal(value):.2f}"
    return f"""
  - id: {name}
    title: Our {name}
    unit: {unit}
    entries:
      - {{value: {value}, from: {first}, to: {last}, source: {{document: Our policy}}, status: in_force,
         confidence: primary}}"""


def text_of(*parameters):
    return ("parameters:" + "".join(parameters)).encode()


def policy(nation, *parameters):
    return load_local_policy(text_of(*parameters), file="ours.yaml", nation=nation, topic=HOME_CARE_CHARGE)


def charge(means=POOR, care=CARE, nation=Nation.ENGLAND, on=DAY, local=None):
    return home_care_charge(nation, on, means, care, local)


def test_what_a_council_gives_stands_in_place_of_the_nation_s_and_is_cited():
    ours = policy(Nation.ENGLAND, parameter("minimum_single_pension_age", 200, last="2023-04-05"))
    answer = charge(local=ours)
    assert answer.value.charge == Decimal("50.00")
    assert charge().value.charge == Decimal("55.30")
    assert "Our policy" in {citation.source.document for citation in answer.citations}


def test_it_holds_on_its_own_days_only():
    ours = policy(Nation.ENGLAND, parameter("minimum_single_pension_age", 200, "2022-06-01", "2022-06-30"))
    found = [
        charge(on=day, local=ours).value.charge
        for day in (date(2022, 5, 31), date(2022, 6, 1), date(2022, 6, 30), date(2022, 7, 1))
    ]
    assert found == [Decimal("55.30"), Decimal("50.00"), Decimal("50.00"), Decimal("55.30")]


def test_a_higher_limit_leaves_somebody_to_their_income():
    ours = policy(Nation.ENGLAND, parameter("upper_capital_limit", 24_000))
    assert charge(RICH).value.charge == Decimal("400.00")
    assert charge(RICH, local=ours).value.charge == Decimal("94.30")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("upper_capital_limit", "23249.99"),
        ("lower_capital_limit", "14249.99"),
        ("tariff_income", "1.01"),
        ("tariff_step", "249.99"),
        ("minimum_single", "94.14"),
        ("minimum_full_age", 26),
        ("free_reablement", 5),
        ("home_disregarded", "false"),
        ("income_disregarded", "[earnings]"),
    ],
)
def test_a_value_that_is_worse_by_the_least_is_refused_with_its_place(name, value):
    with pytest.raises(
        RuleBookError, match=r"ours\.yaml:2: .* worse off than the national rule from 2022-05-01"
    ):
        policy(Nation.ENGLAND, parameter(name, value))


@pytest.mark.parametrize(
    "name", ["upper_capital_limit", "minimum_single", "minimum_full_age", "free_reablement"]
)
def test_the_same_value_is_not_worse(name):
    national = rule_book(Nation.ENGLAND, HOME_CARE_CHARGE.name).on(DAY).cite(name).value
    assert policy(Nation.ENGLAND, parameter(name, national, "2022-05-01", "2022-05-31")).parameters[name]


def test_it_must_be_no_worse_on_every_day_that_it_covers():
    amount = "200.00"  # above 194.70, below the 214.35 of the next year
    policy(Nation.ENGLAND, parameter("minimum_single_pension_age", amount, "2022-05-01", "2023-04-05"))
    with pytest.raises(RuleBookError, match="from 2023-04-06"):
        policy(Nation.ENGLAND, parameter("minimum_single_pension_age", amount, "2022-05-01", "2023-04-06"))


def test_a_council_in_wales_may_not_take_an_income_from_capital():
    with pytest.raises(RuleBookError, match="could only add to a charge"):
        policy(Nation.WALES, parameter("lower_capital_limit", 10_000))


@pytest.mark.parametrize("name", ["pension_age", "means_test"])
def test_what_is_not_for_a_council_is_refused(name):
    value = 60 if name == "pension_age" else "ours"
    with pytest.raises(RuleBookError, match="not for a council to set"):
        policy(Nation.ENGLAND, parameter(name, value))


def test_a_council_in_england_may_have_a_weekly_maximum():
    ours = policy(Nation.ENGLAND, parameter("weekly_maximum", 40))
    assert charge(local=ours).value.charge == Decimal("40.00")


def test_where_the_nation_has_no_value_of_the_day_a_policy_is_no_way_round():
    ours = policy(Nation.ENGLAND, parameter("minimum_single_pension_age", 300, "2024-05-01", "2024-05-31"))
    with pytest.raises(NotCovered):
        charge(on=date(2024, 5, 15), local=ours)


def test_a_book_that_was_not_checked_is_refused_when_it_would_harm():
    harmful = load_rule_book(
        text_of(parameter("minimum_single_pension_age", 100)),
        file="ours.yaml",
        nation=Nation.ENGLAND,
        topic=HOME_CARE_CHARGE,
    )
    with pytest.raises(ValueError, match="more than the national rule"):
        charge(local=harmful)


def test_in_scotland_the_policy_is_the_means_test():
    care = HomeCare(Decimal(200), personal_care=Decimal(150))
    ours = policy(
        Nation.SCOTLAND,
        parameter("upper_capital_limit", 20_000),
        parameter("home_disregarded", "true"),
        parameter("above_entitlement", 25),
        parameter("above_entitlement_for_disability", 0),
    )
    with pytest.raises(NotCovered, match="policy of its own"):
        charge(care=care, nation=Nation.SCOTLAND)
    with_benefit = HomeCare(Decimal(200), personal_care=Decimal(150), basic_entitlement=Decimal(180))
    assert charge(care=with_benefit, nation=Nation.SCOTLAND, local=ours).value.charge == Decimal("25.00")
    assert charge(RICH, with_benefit, Nation.SCOTLAND, local=ours).value.charge == Decimal("50.00")


def test_in_scotland_a_policy_may_give_its_minimum_by_age_and_couple():
    ours = policy(
        Nation.SCOTLAND,
        parameter("upper_capital_limit", 20_000),
        parameter("minimum_from_age", 16),
        parameter("minimum_couple_pension_age", 180),
    )
    couple = Finances(
        80, (), (Income(IncomeKind.STATE_PENSION, Decimal(250)),), is_couple=True, partner_age=70
    )
    told = HomeCare(Decimal(400), of_pension_age=True)
    assert charge(couple, told, Nation.SCOTLAND, local=ours).value.charge == Decimal("70.00")


def test_a_policy_is_for_its_own_nation_only():
    ours = policy(Nation.WALES, parameter("weekly_maximum", 40))
    with pytest.raises(ValueError, match="a policy of Wales on home_care_charge"):
        charge(local=ours)


def test_in_scotland_personal_care_may_not_be_charged_for_from_an_age():
    with pytest.raises(RuleBookError, match="worse off"):
        policy(Nation.SCOTLAND, parameter("free_personal_care_age", 65))


def test_northern_ireland_says_both_the_law_and_the_practice():
    with pytest.raises(NotCovered, match=r"in law by means below 75, .*; trusts usually do not charge"):
        charge(Finances(74), nation=Nation.NORTHERN_IRELAND)
