"""Runs the tables of cases in `residential_charge.yaml` and `home_care_charge.yaml`: what care costs whom."""

import re
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.charging.cases import finances_of
from joinedup.rules.charging.finances import CareHome, HomeCare
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.facts import FactError
from joinedup.rules.nodes import RuleBookError, read_node
from joinedup.rules.reading import read_declared

TABLES = ("residential_charge.yaml", "home_care_charge.yaml")
FIELDS = frozenset({"case", "nation", "day", "finances"})
ANSWERS = frozenset({"care", "home_care", "expected", "steps", "not_covered", "error"})
AMOUNTS = frozenset({"charge", "council_pays", "capital", "income", "tariff_income"})
FLAGS = frozenset({"pays_full_price", "rests_on_unverified"})


def cases_of(name):
    table = Path(__file__).with_name(name)
    return [node.fields(FIELDS, ANSWERS) for node in read_node(table.read_bytes(), name).items()]


CASES = [case for name in TABLES for case in cases_of(name)]


def answer_of(case):
    nation, day, finances = Nation(case["nation"].text()), case["day"].day(), finances_of(case["finances"])
    if "home_care" in case:
        return home_care_charge(nation, day, finances, read_declared(case["home_care"], HomeCare))
    return residential_charge(nation, day, finances, read_declared(case["care"], CareHome))


@pytest.mark.parametrize("case", CASES, ids=[case["case"].text() for case in CASES])
def test_each_case_comes_out_as_the_table_says(case):
    if "error" in case:
        with pytest.raises((RuleBookError, FactError), match=re.escape(case["error"].text())):
            answer_of(case)
        return
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            answer_of(case)
        assert caught.value.parameter == case["not_covered"].text()
        return
    answer = answer_of(case)
    for name, expected in case["expected"].fields(frozenset(), AMOUNTS | FLAGS).items():
        found = answer.rests_on_unverified if name == "rests_on_unverified" else getattr(answer.value, name)
        assert found == (expected.decimal() if name in AMOUNTS else expected.yes_or_no()), name
    lines = [f"{step.what}: {step.value}" for step in answer.steps]
    for line in case["steps"].items() if "steps" in case else ():
        assert line.text() in lines


def test_each_case_is_told_once():
    names = [case["case"].text() for case in CASES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("between the limits", {"personal_allowance"}),
        ("at home between the limits", {"minimum_single_pension_age", "pension_age"}),
    ],
)
def test_every_step_that_uses_a_value_of_the_rule_book_cites_it(name, own):
    case = next(case for case in CASES if case["case"].text() == name)
    cited = {citation.parameter for citation in answer_of(case).citations}
    means = {"upper_capital_limit", "lower_capital_limit", "tariff_income", "tariff_step"}
    assert cited == means | own
