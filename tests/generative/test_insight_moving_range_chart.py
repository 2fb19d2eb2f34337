"""The chart as an expression against a slow and obvious one in plain Python."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chart_points import DAYS, charted, obvious_chart
from joinedup.insight.signals import Better

VALUES = st.lists(st.integers(min_value=0, max_value=12) | st.none(), min_size=1, max_size=40)
TOLERANCE = 1e-9


def _same(fast, slow) -> None:
    assert [(p.d, p.rule, p.side, p.variation) for p in fast] == [
        (p.d, p.rule, p.side, p.variation) for p in slow
    ]
    for one, other in zip(fast, slow, strict=True):
        for name in ("mean", "lower", "upper", "near_lower", "near_upper", "moving_range"):
            a, b = getattr(one, name), getattr(other, name)
            assert a == (b if b is None else pytest.approx(b, rel=TOLERANCE, abs=TOLERANCE)), name


@settings(max_examples=60, deadline=None)
@given(values=VALUES, screen=st.booleans(), better=st.sampled_from(Better))
def test_chart_agrees_with_the_obvious_one(values, screen, better) -> None:
    points = [(date.fromordinal(DAYS + i), value) for i, value in enumerate(values)]
    slow = obvious_chart(points, screen=screen, better=better)
    _same(charted({"a": points}, screen=screen, better=better)["a"], slow)


@settings(max_examples=8, deadline=None)
@given(values=VALUES, run=st.integers(2, 9), trend=st.sampled_from([2, 6]))
def test_run_and_trend_may_have_any_length(values, run, trend) -> None:
    points = [(date.fromordinal(DAYS + i), value) for i, value in enumerate(values)]
    _same(charted({"a": points}, run=run, trend=trend)["a"], obvious_chart(points, run=run, trend=trend))


@settings(max_examples=15, deadline=None)
@given(values=VALUES, others=VALUES)
def test_groups_do_not_touch_each_other(values, others) -> None:
    a = [(date.fromordinal(DAYS + i), value) for i, value in enumerate(values)]
    b = [(date.fromordinal(DAYS + i), value) for i, value in enumerate(others)]
    both = charted({"a": a, "b": b})
    _same(both.get("a", []), obvious_chart(a))
    _same(both.get("b", []), obvious_chart(b))


@settings(max_examples=15, deadline=None)
@given(values=VALUES.filter(lambda v: None not in v), factor=st.sampled_from([0.001, 3.0, 1000.0]))
def test_the_unit_of_the_value_changes_no_finding(values, factor) -> None:
    points = [(date.fromordinal(DAYS + i), value) for i, value in enumerate(values)]
    scaled = [(day, value * factor) for day, value in points]
    found = [(p.rule, p.side) for p in charted({"a": points})["a"]]
    assert [(p.rule, p.side) for p in charted({"a": scaled})["a"]] == found
