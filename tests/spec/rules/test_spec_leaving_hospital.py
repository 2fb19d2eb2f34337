"""Runs the table of cases in `leaving_hospital.yaml`, which also tells a reader what each nation counts."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from joinedup.core.moments import UK_TIME, time_between
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.leaving_hospital.by_nation import Clock, Complexity, Setting, Stay, delay_clock

MOMENTS = ("admitted_at", "ready_at", "left_at", "moved_to_intermediate_care_at")
# Read as text throughout: YAML would otherwise make its own times, without their zone.
TABLE = Path(__file__).with_name("leaving_hospital.yaml").read_text(encoding="utf-8")
CASES = yaml.load(TABLE, Loader=yaml.BaseLoader)  # noqa: S506 - makes nothing but text, lists and mappings
CLOCK_FACTS = {
    "state": lambda clock: clock.state.value,
    "counts": lambda clock: str(clock.counts).lower(),
    "breached": lambda clock: "none" if clock.breached is None else str(clock.breached).lower(),
    "delayed_days": lambda clock: str(clock.delayed_days),
    "delayed": lambda clock: hours_and_minutes(clock.delayed),
    "time_left": lambda clock: "none" if clock.time_left is None else hours_and_minutes(clock.time_left),
    "missed": lambda clock: str(sum(due.is_missed for due in clock.targets)),
}


def moment(written: str) -> datetime:
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=UK_TIME)


def hours_and_minutes(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return f"{hours}:{minutes:02}"


def stay_of(written: Mapping[str, str]) -> Stay:
    facts: dict[str, Any] = {fact: moment(written[fact]) if fact in written else None for fact in MOMENTS}
    assert written.keys() <= {*MOMENTS, "setting", "complexity", "born", "reason_code"}
    return Stay(
        **facts,
        setting=Setting(written.get("setting", "acute")),
        complexity=Complexity(written["complexity"]) if "complexity" in written else None,
        born=date.fromisoformat(written["born"]) if "born" in written else None,
        reason_code=written.get("reason_code"),
    )


def check_moment(clock: Clock, fact: str, expected: str) -> None:
    found = getattr(clock, fact)
    if expected == "none":
        assert found is None, fact
    else:
        assert found is not None, fact
        assert time_between(moment(expected), found) == timedelta(0), f"{fact} is {found}"


def test_each_case_is_told_once():
    names = [(case["nation"], case["case"]) for case in CASES]
    assert len(names) == len(set(names))
    assert {case["nation"] for case in CASES} == {nation.value for nation in Nation}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['nation']}: {case['case']}")
def test_case(case):
    nation, stay, at = Nation(case["nation"]), stay_of(case["stay"]), moment(case["at"])
    if "not_covered" in case:
        with pytest.raises(NotCovered) as refused:
            delay_clock(nation, stay, at)
        assert (refused.value.parameter, refused.value.nation) == (case["not_covered"], nation)
        return
    result = delay_clock(nation, stay, at)
    for fact, expected in case["expected"].items():
        if fact == "rests_on_unverified":
            assert str(result.rests_on_unverified).lower() == expected
        elif fact in CLOCK_FACTS:
            assert (fact, CLOCK_FACTS[fact](result.value)) == (fact, expected)
        else:
            check_moment(result.value, fact, expected)
    told = {f"{step.what}: {step.value}" for step in result.steps}
    for line in case.get("steps", []):
        if line.endswith(": absent"):
            assert line.removesuffix("absent").removesuffix(": ") not in {step.what for step in result.steps}
        else:
            assert line in told
