"""Runs the table of cases in `who_pays.yaml`: what tools lead to, who pays what, and what must happen by when."""

import re
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.facts import FactError
from joinedup.rules.nodes import RuleBookError, read_node
from joinedup.rules.who_pays.cases import QUESTIONS, case_of_nodes
from joinedup.rules.who_pays.packages import who_pays
from joinedup.rules.who_pays.timetable import timetable
from joinedup.rules.who_pays.tools import checklist_outcome, recommendation

TABLE = Path(__file__).with_name("who_pays.yaml")
FIELDS = frozenset({"case", "nation", "day"})
ANSWERS = frozenset({"expected", "findings", "not_covered", "error"})
AMOUNTS = frozenset({"health_pays", "council_pays", "person_pays"})
FLAGS = frozenset({"is_positive", "rests_on_unverified"})
TEXTS = frozenset({"strength", "decided_by", "packages", "charge_topic"})
CASES = [
    node.fields(FIELDS, QUESTIONS | ANSWERS) for node in read_node(TABLE.read_bytes(), TABLE.name).items()
]


def answer_of(case):
    """Ask the one question of a case."""
    posed = case_of_nodes({name: case[name] for name in QUESTIONS & case.keys()})
    nation, day = Nation(case["nation"].text()), case["day"].day()
    if posed.checklist:
        return checklist_outcome(nation, day, posed.checklist)
    if posed.levels:
        return recommendation(nation, day, posed.levels)
    return timetable(nation, day, posed.timetable) if posed.timetable else who_pays(nation, day, posed.facts)


def found(answer, name):
    """Return what an answer says, as the table writes it."""
    if name == "rests_on_unverified":
        return answer.rests_on_unverified
    said = getattr(answer.value, name)
    return ", ".join(said) if isinstance(said, tuple) else said


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
    if "findings" in case:
        told = [f"{due.state}: {due.what}: {due.due_on}" for due in answer.value]
        assert told == [each.text() for each in case["findings"].items()]
        return
    for name, expected in case["expected"].fields(frozenset(), AMOUNTS | FLAGS | TEXTS).items():
        wanted = (
            expected.decimal()
            if name in AMOUNTS
            else expected.yes_or_no()
            if name in FLAGS
            else expected.yaml_node.value
        )
        assert found(answer, name) == wanted, name


@pytest.mark.parametrize("case", [case for case in CASES if "expected" in case and "facts" in case])
def test_the_parts_add_up_to_the_price(case):
    value = answer_of(case).value
    assert sum(part.amount for part in value.parts) == case_of_nodes({"facts": case["facts"]}).facts.price


@pytest.mark.parametrize("case", [case for case in CASES if {"expected", "findings"} & case.keys()])
def test_every_answer_ends_with_whose_decision_it_is_and_who_says_so(case):
    last = answer_of(case).steps[-1]
    assert last.what == "The decision"
    assert [citation.parameter for citation in last.citations] == ["decided_by"]


def test_each_case_poses_one_question_and_is_told_once():
    assert all(len(QUESTIONS & case.keys()) == 1 for case in CASES)
    names = [case["case"].text() for case in CASES]
    assert len(names) == len(set(names))
