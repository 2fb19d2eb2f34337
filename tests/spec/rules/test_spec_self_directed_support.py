"""Runs the table of cases in `self_directed_support.yaml`: who may direct their support how, what budgets must be."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError, rule_book
from joinedup.rules.nodes import read_node
from joinedup.rules.reading import read_declared
from joinedup.rules.self_directed_support.budgets import check_budget
from joinedup.rules.self_directed_support.choosing import options_for
from joinedup.rules.self_directed_support.facts import Budget, Person
from joinedup.rules.self_directed_support.kinds import Option
from joinedup.rules.self_directed_support.topic import SELF_DIRECTED_SUPPORT

TABLE = Path(__file__).with_name("self_directed_support.yaml")
FIELDS = frozenset({"case", "nation", "day"})
ANSWERS = frozenset({"person", "budget", "expected", "all_options", "findings", "not_covered", "error"})
OPTIONS = frozenset(Option)
# What is said of options that came later starts here, with the documents.
FIRST = date(1999, 1, 1)
ONE_DAY = timedelta(days=1)
CASES = [node.fields(FIELDS, ANSWERS) for node in read_node(TABLE.read_bytes(), TABLE.name).items()]


def answer_of(case):
    """The options of a person, or what is amiss with a budget."""
    nation, day = Nation(case["nation"].text()), case["day"].day()
    if "person" in case:
        return options_for(nation, day, read_declared(case["person"], Person))
    return check_budget(nation, read_declared(case["budget"], Budget), day)


def told(answer, step):
    """One option as the table writes it."""
    standing = answer.standing.replace("_", " ")
    if standing == "no":
        return f"no, {step.because}"
    return ", ".join([standing, *(part for part in (answer.duty, answer.paid_to) if part)])


@pytest.mark.parametrize("case", CASES, ids=[case["case"].text() for case in CASES])
def test_each_case_comes_out_as_the_table_says(case):
    if "error" in case:
        with pytest.raises(RuleBookError, match=re.escape(case["error"].text())):
            answer_of(case)
        return
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            answer_of(case)
        assert caught.value.parameter == case["not_covered"].text()
        return
    answer = answer_of(case)
    if "budget" in case:
        findings = case["findings"]
        expected = [each.text() for each in findings.items()] if findings.is_list() else []
        assert [f"{each.severity}: {each.what}" for each in answer] == expected
        return
    found = {
        each.option.value: told(each, step) for each, step in zip(answer.value, answer.steps, strict=True)
    }
    expected = {name: node.text() for name, node in case["expected"].fields(frozenset(), OPTIONS).items()}
    named = found if "all_options" in case else {name: found[name] for name in expected}
    assert named == expected


def test_the_table_holds_the_day_on_which_each_right_changes_and_the_day_before():
    asked = {(case["nation"].text(), case["day"].day()) for case in CASES}
    missing = set()
    for nation in Nation:
        book = rule_book(nation, SELF_DIRECTED_SUPPORT.name).parameters
        for name in (f"{option}_{question}" for option in Option for question in ("exists", "duty", "needs")):
            for entry in book[name].entries if name in book else ():
                start = entry.period.start
                if entry.is_in_force and start > FIRST:
                    missing |= {(nation.value, start), (nation.value, start - ONE_DAY)} - asked
    assert not missing


def test_each_case_is_told_once():
    names = [case["case"].text() for case in CASES]
    assert len(names) == len(set(names))
