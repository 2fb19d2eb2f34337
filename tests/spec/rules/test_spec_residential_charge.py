"""Runs the table of cases in `residential_charge.yaml`, which also tells a reader what a care home costs whom."""

import re
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.cases import care_home_of, finances_of
from joinedup.rules.nodes import RuleBookError, read_node
from joinedup.rules.residential_charge import FinancesError, residential_charge

TABLE = Path(__file__).with_name("residential_charge.yaml")
FIELDS = frozenset({"case", "nation", "day", "finances", "care"})
ANSWERS = frozenset({"expected", "steps", "not_covered", "error"})
AMOUNTS = frozenset({"charge", "council_pays", "capital", "income", "tariff_income"})
CASES = [node.fields(FIELDS, ANSWERS) for node in read_node(TABLE.read_bytes(), TABLE.name).items()]


def answer_of(case):
    finances, care = finances_of(case["finances"]), care_home_of(case["care"])
    return residential_charge(Nation(case["nation"].text()), case["day"].day(), finances, care)


@pytest.mark.parametrize("case", CASES, ids=[case["case"].text() for case in CASES])
def test_each_case_comes_out_as_the_table_says(case):
    if "error" in case:
        with pytest.raises((RuleBookError, FinancesError), match=re.escape(case["error"].text())):
            answer_of(case)
        return
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            answer_of(case)
        assert caught.value.parameter == case["not_covered"].text()
        return
    answer = answer_of(case)
    for name, expected in case["expected"].fields(frozenset(), AMOUNTS | {"pays_full_price"}).items():
        found = getattr(answer.value, name)
        assert found == (expected.decimal() if name in AMOUNTS else expected.yes_or_no()), name
    lines = [f"{step.what}: {step.value}" for step in answer.steps]
    for line in case["steps"].items() if "steps" in case else ():
        assert line.text() in lines


def test_every_step_that_uses_a_value_of_the_rule_book_cites_it():
    case = next(case for case in CASES if case["case"].text() == "between the limits")
    cited = {citation.parameter for citation in answer_of(case).citations}
    assert cited == {
        "upper_capital_limit",
        "lower_capital_limit",
        "tariff_income",
        "tariff_step",
        "personal_allowance",
    } | ({"income_disregarded"} & cited)
