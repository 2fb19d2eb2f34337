"""Runs the table of cases in `targets.yaml`, which also tells a reader what was aimed at when."""

from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, RuleBookError
from joinedup.rules.nodes import read_node
from joinedup.rules.targets.checking import check_target
from joinedup.rules.targets.escalating import escalation
from joinedup.rules.targets.in_force import frameworks, outcomes, target, targets
from joinedup.rules.targets.results import record_of_node

TABLE = Path(__file__).with_name("targets.yaml")
FIELDS = frozenset({"case", "nation", "day", "asks"})
ANSWERS = frozenset({"expected", "not_covered", "error", "results"})
CASES = [node.fields(FIELDS, ANSWERS) for node in read_node(TABLE.read_bytes(), TABLE.name).items()]


def told_of_targets(nation, day, _case):
    known = {each.target.id: each for each in targets(nation, day)}
    return {
        name: f"{each.wanted} ({each.within})" if each.within else each.wanted for name, each in known.items()
    }


def told_of_frameworks(nation, day, _case):
    return {each.framework: "there" if each.exists else "not there" for each in frameworks(nation, day)}


def told_of_outcomes(nation, day, _case):
    known = [each.framework for each in outcomes(nation, day)]
    return {name: str(known.count(name)) for name in known}


def told_of_result(nation, day, case):
    (result,) = record_of_node(case["results"]).results
    assert result.figure.day == day
    return {"verdict": check_target(target(nation, day, result.target), result.figure).value}


def told_of_monitoring(nation, day, case):
    value = escalation(nation, day, record_of_node(case["results"])).value
    return {each.target: each.intensity for each in value.watched} | {"levels": str(len(value.levels))}


ASKS = {
    "targets": (told_of_targets, "none"),
    "frameworks": (told_of_frameworks, "unknown"),
    "outcomes": (told_of_outcomes, "0"),
    "result": (told_of_result, None),
    "monitoring": (told_of_monitoring, None),
}


@pytest.mark.parametrize("case", CASES, ids=[case["case"].text() for case in CASES])
def test_each_case_comes_out_as_the_table_says(case):
    ask, otherwise = ASKS[case["asks"].text()]
    nation, day = Nation(case["nation"].text()), case["day"].day()
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            ask(nation, day, case)
        assert caught.value.parameter == case["not_covered"].text()
    elif "error" in case:
        with pytest.raises(RuleBookError, match=case["error"].text()):
            ask(nation, day, case)
    else:
        told = ask(nation, day, case)
        expected = {key.text(): str(value.yaml_node.value) for key, value in case["expected"].named()}
        assert {name: told.get(name, otherwise) for name in expected} == expected
