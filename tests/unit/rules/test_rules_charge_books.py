"""What each nation's rule books on paying for care, in a care home or at home, give at each day of a change."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from joinedup.core.explained import Confidence, Status
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, rule_book
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.residential_charge_topic import RESIDENTIAL_CHARGE

ONE_DAY = timedelta(days=1)
LONG_AFTER = date(2060, 1, 1)

# A line a run of days: its first day, its last ("onwards" when no end is known), and the value. What no run holds is
# not covered.
IN_A_CARE_HOME = {
    Nation.ENGLAND: {
        "upper_capital_limit": "2015-04-01 onwards 23250",
        "lower_capital_limit": "2015-04-01 onwards 14250",
        "tariff_income": "2015-04-01 onwards 1.00",
        "tariff_step": "2015-04-01 onwards 250",
        "personal_allowance": """
            2015-04-01 2015-04-05 24.40
            2015-04-06 2022-04-05 24.90
            2022-04-06 2023-04-05 25.65
            2023-04-06 2024-03-31 28.25
            2024-05-01 2025-04-05 30.15
            2025-04-06 2026-03-31 30.65
            2026-05-01 2027-03-31 31.80
        """,
        "funded_nursing_care": """
            2015-04-01 2016-03-31 112.00
            2016-04-01 2017-03-31 156.25
            2017-04-01 2018-03-31 155.05
            2018-04-01 2019-03-31 158.16
            2019-04-01 2020-03-31 180.31
            2020-04-01 2021-03-31 183.92
            2021-04-01 2022-03-31 187.60
            2022-04-01 2023-03-31 209.19
            2023-04-01 2024-03-31 219.71
            2024-04-01 2025-03-31 235.88
            2025-04-01 2026-03-31 254.06
            2026-04-01 2027-03-31 267.68
        """,
        "funded_nursing_care_higher": """
            2015-04-01 2016-03-31 154.14
            2016-04-01 2017-03-31 215.04
            2017-04-01 2018-03-31 213.32
            2018-04-01 2019-03-31 217.59
            2019-04-01 2020-03-31 248.06
            2020-04-01 2021-03-31 253.02
            2021-04-01 2022-03-31 258.08
            2022-04-01 2023-03-31 287.78
            2023-04-01 2024-03-31 302.25
            2024-04-01 2025-03-31 324.50
            2025-04-01 2026-03-31 349.50
            2026-04-01 2027-03-31 368.24
        """,
        "property_disregard": "2015-04-01 onwards 12",
        "home_disregarded_for": "2015-04-01 onwards partner relative_of_age incapacitated_relative child",
        "relative_age": "2015-04-01 onwards 60",
        "income_disregarded": "2015-04-01 onwards mobility_benefit earnings",
        "pension_left_to_partner": "2015-04-01 onwards 50",
        "deferred_payment": "2015-04-01 onwards yes",
    },
    Nation.SCOTLAND: {
        "upper_capital_limit": """
            2015-04-06 2016-04-10 26250
            2017-06-01 2018-04-08 26500
            2018-04-09 2019-04-07 27250
            2019-04-08 2020-03-31 28000
            2021-02-19 2021-04-05 28500
            2021-04-06 2022-04-10 28750
            2022-04-11 2023-04-09 29750
            2023-04-10 2024-04-07 32750
            2024-04-08 2025-04-06 35000
            2025-04-07 2026-03-31 35500
            2026-05-01 2027-03-31 36750
        """,
        "lower_capital_limit": """
            2015-04-06 2016-04-10 16250
            2017-06-01 2018-04-08 16500
            2018-04-09 2019-04-07 17000
            2019-04-08 2020-03-31 17500
            2021-02-19 2022-04-10 18000
            2022-04-11 2023-04-09 18500
            2023-04-10 2024-04-07 20250
            2024-04-08 2025-04-06 21500
            2025-04-07 2026-03-31 22000
            2026-05-01 2027-03-31 22750
        """,
        "tariff_income": """
            2015-04-06 2022-04-10 1.00
            2022-04-11 onwards 1.00
        """,
        "tariff_step": """
            2015-04-06 2022-04-10 250
            2022-04-11 onwards 250
        """,
        "personal_allowance": """
            2015-04-06 2016-04-10 25.05
            2016-04-11 2017-05-31 25.80
            2017-06-01 2018-04-08 26.40
            2018-04-09 2019-04-07 27.00
            2019-04-08 2020-03-31 27.75
            2022-04-11 2023-04-09 31.00
            2023-04-10 2024-04-07 32.65
            2024-04-08 2025-03-31 34.50
            2026-05-01 2027-03-31 37.65
        """,
        "free_personal_care": """
            2002-07-01 2008-03-31 145.00
            2010-04-01 2011-03-31 156.00
            2011-04-01 2012-03-31 159.00
            2014-04-01 2015-03-31 169.00
            2019-04-01 2020-03-31 177.00
            2020-04-01 2021-03-31 180.00
            2021-04-01 2022-03-31 193.50
            2022-04-01 2023-03-31 212.85
            2023-04-01 2024-03-31 233.10
            2024-04-01 2025-03-31 248.70
            2025-04-01 2026-03-31 254.60
            2026-04-01 2027-03-31 260.30
        """,
        "free_personal_care_age": """
            2002-07-01 2019-03-31 65
            2019-04-01 onwards 0
        """,
        "free_nursing_care": """
            2002-07-01 2008-03-31 65.00
            2010-04-01 2011-03-31 71.00
            2011-04-01 2012-03-31 72.00
            2014-04-01 2015-03-31 77.00
            2020-04-01 2021-03-31 81.00
            2021-04-01 2022-03-31 87.10
            2022-04-01 2023-03-31 95.80
            2023-04-01 2024-03-31 104.90
            2024-04-01 2025-03-31 111.90
            2025-04-01 2026-03-31 114.55
            2026-04-01 2027-03-31 117.10
        """,
        "property_disregard": "2015-04-06 onwards 12",
        "home_disregarded_for": "2015-04-06 onwards partner relative_of_age incapacitated_relative child",
        "relative_age": "2015-04-06 onwards 60",
        "income_disregarded": "2015-04-06 onwards mobility_benefit",
        "pension_left_to_partner": "2015-04-06 onwards 50",
        "deferred_payment": "2015-04-06 onwards yes",
    },
    Nation.WALES: {
        "upper_capital_limit": """
            2016-04-06 2017-03-31 24000
            2017-05-01 2018-04-08 30000
            2018-04-09 2019-04-07 40000
            2019-04-08 onwards 50000
        """,
        "personal_allowance": """
            2016-04-06 2017-03-31 26.50
            2017-05-01 2018-03-31 27.50
            2019-04-08 2020-03-31 29.50
            2020-05-01 2021-03-31 32.00
            2022-05-01 2023-04-09 35.00
            2023-04-10 2024-04-07 39.50
            2024-04-08 2025-04-06 43.90
            2025-04-07 2026-03-31 44.65
            2026-05-01 2027-03-31 46.35
        """,
        "property_disregard": "2016-04-06 onwards 12",
        "home_disregarded_for": "2016-04-06 onwards partner relative_of_age incapacitated_relative child",
        "relative_age": "2016-04-06 onwards 60",
        "income_disregarded": "2016-04-06 onwards mobility_benefit earnings",
        "pension_left_to_partner": "2016-04-06 onwards 50",
        "deferred_payment": "2016-04-06 onwards yes",
    },
    Nation.NORTHERN_IRELAND: {
        "upper_capital_limit": """
            2004-04-12 2005-03-31 20000
            2008-04-07 2009-04-05 22250
            2009-04-06 2010-04-11 23000
            2010-04-12 onwards 23250
        """,
        "lower_capital_limit": """
            2004-04-12 2005-03-31 12250
            2008-04-07 2009-04-05 13500
            2009-04-06 2010-04-11 14000
            2010-04-12 onwards 14250
        """,
        "tariff_income": "2004-04-12 onwards 1.00",
        "tariff_step": "2004-04-12 onwards 250",
        "personal_allowance": """
            2021-05-01 2022-03-31 27.19
            2026-05-01 2027-03-31 36.62
        """,
        "funded_nursing_care": """
            2010-04-12 2026-03-31 100.00
            2026-04-01 2027-03-31 100.00
        """,
        "property_disregard": "2002-04-22 onwards 12",
        "home_disregarded_for": "2010-04-12 onwards partner relative_of_age incapacitated_relative child",
        "relative_age": "2010-04-12 onwards 60",
        "income_disregarded": "2010-04-12 onwards mobility_benefit",
        "pension_left_to_partner": "2010-04-12 onwards 50",
    },
}
AT_HOME = {
    Nation.ENGLAND: {
        "free_equipment": "2015-04-01 onwards yes",
        "free_reablement": "2015-04-01 onwards 6",
        "upper_capital_limit": "2015-04-01 onwards 23250",
        "lower_capital_limit": "2015-04-01 onwards 14250",
        "tariff_income": "2015-04-01 onwards 1.00",
        "tariff_step": "2015-04-01 onwards 250",
        "home_disregarded": "2015-04-01 onwards yes",
        "income_disregarded": "2015-04-01 onwards mobility_benefit earnings",
        "pension_age": "2020-10-06 2026-04-05 66",
        "minimum_from_age": "2015-04-01 onwards 18",
        "minimum_full_age": "2015-04-01 onwards 25",
        "minimum_single_young": """
            2015-04-01 2015-04-05 71.70
            2015-04-06 2022-04-05 72.40
            2022-04-06 2023-04-05 74.60
            2023-04-06 2024-03-31 82.15
            2025-04-06 2026-03-31 89.15
        """,
        "minimum_single": """
            2015-04-01 2015-04-05 90.50
            2015-04-06 2022-04-05 91.40
            2022-04-06 2023-04-05 94.15
            2023-04-06 2024-03-31 103.65
            2025-04-06 2026-03-31 112.50
        """,
        "minimum_single_pension_age": """
            2015-04-01 2015-04-05 185.45
            2015-04-06 2022-04-05 189.00
            2022-04-06 2023-04-05 194.70
            2023-04-06 2024-03-31 214.35
        """,
        "minimum_couple": """
            2015-04-01 2015-04-05 71.05
            2015-04-06 2022-04-05 71.80
            2022-04-06 2023-04-05 73.95
            2023-04-06 2024-03-31 81.40
        """,
        "minimum_couple_pension_age": """
            2015-04-01 2015-04-05 141.55
            2015-04-06 2022-04-05 144.30
            2022-04-06 2023-04-05 148.65
            2023-04-06 2024-03-31 163.65
        """,
        "minimum_child": """
            2015-04-01 2015-04-05 82.95
            2015-04-06 2022-04-05 83.65
            2022-04-06 2023-04-05 86.20
            2023-04-06 2024-03-31 94.90
        """,
        "disability_premium_single": """
            2015-04-01 2015-04-05 39.85
            2015-04-06 2022-04-05 40.35
            2025-04-06 2026-03-31 49.65
        """,
        "disability_premium_couple": "2015-04-06 2022-04-05 28.75",
        "enhanced_disability_premium_single": """
            2015-04-01 2015-04-05 19.45
            2015-04-06 2022-04-05 19.70
            2025-04-06 2026-03-31 24.25
        """,
        "housing_costs_left": "2015-04-01 onwards yes",
        "disability_costs_left": "2015-04-01 onwards yes",
    },
    Nation.SCOTLAND: {
        "free_personal_care_age": """
            2002-07-01 2019-03-31 65
            2019-04-01 onwards 0
        """,
        "means_test": "2002-07-01 onwards each council charges by a policy of its own, which must be given",
    },
    Nation.WALES: {
        "free_reablement": "2016-04-06 onwards 6",
        "upper_capital_limit": """
            2016-04-06 2017-03-31 24000
            2017-04-01 2026-03-31 24000
        """,
        "weekly_maximum": """
            2016-04-06 2017-03-31 60.00
            2017-05-01 2018-03-31 70.00
            2018-05-01 2019-04-07 80.00
            2019-04-08 2020-03-31 90.00
            2020-05-01 2026-03-31 100.00
        """,
        "home_disregarded": "2016-04-06 onwards yes",
        "income_disregarded": "2016-04-06 onwards mobility_benefit earnings",
        "above_entitlement": "2016-04-06 onwards 35",
        "above_entitlement_for_disability": "2016-04-06 onwards 10",
        "housing_costs_left": "2016-04-06 onwards yes",
    },
    Nation.NORTHERN_IRELAND: {
        "free_equipment": "2018-10-18 onwards yes",
        "free_age": "2018-10-18 onwards 75",
        "free_with_income": "2018-10-18 onwards pension_credit",
        "means_test": """
            2018-10-18 onwards in law by means below 75, under a scheme whose amounts were not traced
        """,
        "usual_practice": "2018-10-18 onwards trusts usually do not charge for care at home",
    },
}
RUNS = {RESIDENTIAL_CHARGE.name: IN_A_CARE_HOME, HOME_CARE_CHARGE.name: AT_HOME}
ROWS = [
    (topic, nation, parameter)
    for topic, nations in RUNS.items()
    for nation, parameters in nations.items()
    for parameter in parameters
]


def runs_of(topic, nation, parameter):
    for line in RUNS[topic][nation][parameter].strip().splitlines():
        first, last, value = line.strip().split(" ", 2)
        yield date.fromisoformat(first), LONG_AFTER if last == "onwards" else date.fromisoformat(last), value


def value_on(row, day):
    return next((value for first, last, value in runs_of(*row) if first <= day <= last), None)


def written(value):
    if isinstance(value, tuple):
        return " ".join(value)
    return "yes" if value is True else str(value)


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_the_value_is_that_of_the_day_at_each_change_and_nothing_is_stretched_beyond(row):
    topic, nation, parameter = row
    for first, last, _ in runs_of(*row):
        for day in (first - ONE_DAY, first, last, last + ONE_DAY):
            rules, wanted = rule_book(nation, topic).on(day), value_on(row, day)
            if day > LONG_AFTER:
                continue
            if wanted is None:
                with pytest.raises(NotCovered):
                    rules.cite(parameter)
            else:
                assert written(rules.cite(parameter).value) == wanted, day


def test_the_table_names_every_parameter_that_the_books_hold():
    for topic, nations in RUNS.items():
        for nation in Nation:
            assert set(nations[nation]) == set(rule_book(nation, topic).parameters)


def test_the_table_has_as_many_runs_as_the_books_have_entries_in_force():
    for topic, nation, parameter in ROWS:
        entries = rule_book(nation, topic).parameters[parameter].entries
        runs = list(runs_of(topic, nation, parameter))
        assert len([entry for entry in entries if entry.is_in_force]) == len(runs)


def test_wales_counts_no_income_from_capital():
    wales = rule_book(Nation.WALES, RESIDENTIAL_CHARGE.name).on(date(2022, 5, 1))
    assert wales.find("lower_capital_limit") is None
    assert wales.find("tariff_income") is None


def test_the_limits_that_england_planned_are_shown_and_never_applied():
    england = rule_book(Nation.ENGLAND, RESIDENTIAL_CHARGE.name)
    planned = {"upper_capital_limit": (100000, 23250), "lower_capital_limit": (20000, 14250)}
    for parameter, (plan, applied) in planned.items():
        held = england.parameters[parameter]
        statuses = [entry.status for entry in held.entries if entry.value == Decimal(plan)]
        assert statuses == [Status.ENACTED_NOT_COMMENCED, Status.REVOKED]
        for day in (date(2023, 10, 1), date(2024, 7, 28), date(2024, 7, 29), date(2026, 11, 28)):
            assert held.on(day).value == Decimal(applied)


def test_a_day_that_a_source_leaves_open_says_so():
    england = rule_book(Nation.ENGLAND, RESIDENTIAL_CHARGE.name)
    with pytest.raises(NotCovered, match="rose in April 2024, and on which day was not found"):
        england.on(date(2024, 4, 11)).cite("personal_allowance")


@pytest.mark.parametrize("nation", list(Nation))
def test_what_is_kept_of_2026_is_shown_as_unverified(nation):
    rules = rule_book(nation, RESIDENTIAL_CHARGE.name).on(date(2026, 11, 28))
    assert rules.cite("personal_allowance").confidence is Confidence.UNVERIFIED
