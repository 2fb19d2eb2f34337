"""Step charts: level while a value holds, broken where none is known, with words that do not run into each other."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.web.charts import NARROW, WIDE
from joinedup.web.step_charts import LABEL_WIDTH, Level, StepChart, draw

TODAY = date(2026, 11, 28)


def chart(*levels):
    return StepChart("c", "Title", "Words", "Pounds", levels, TODAY)


def level(start, end, value):
    return Level(start, end, value, f"£{value}")


@st.composite
def staircases(draw_from):
    """Levels in the order of days, some following each other at once, some after a gap."""
    day = draw_from(st.dates(date(1999, 1, 1), date(2004, 1, 1)))
    levels = []
    for _ in range(draw_from(st.integers(2, 14))):
        end = day + timedelta(days=draw_from(st.integers(1, 900)))
        levels.append(level(day, end, draw_from(st.integers(0, 900))))
        day = end + timedelta(days=draw_from(st.sampled_from([1, 1, 1, 400])))
    return levels


@given(staircases(), st.sampled_from([WIDE, NARROW]))
def test_everything_is_inside_and_every_gap_is_a_break(levels, size):
    drawing = draw(chart(*levels), size)
    gaps = sum((b.start - a.end).days > 1 for a, b in pairwise(levels))
    assert drawing.path.count("M") == 1 + gaps
    places = [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", drawing.path)]
    assert len(places) == 2 * len(levels)
    assert all(size.left <= x <= size.width - size.right + 0.1 for x, _ in places)
    assert all(size.top - 0.1 <= y <= size.height - size.bottom + 0.1 for _, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)


@given(staircases(), st.sampled_from([WIDE, NARROW]))
def test_words_do_not_run_into_each_other(levels, size):
    (newest, *labels) = draw(chart(*levels), size).labels
    assert newest.text == levels[-1].text
    lefts = [label.x - LABEL_WIDTH * (label.kind == "rising") for label in labels]
    assert all(b - a >= LABEL_WIDTH - 0.2 for a, b in pairwise(lefts))
    assert all(left >= size.left for left in lefts)


def test_a_value_that_still_holds_is_drawn_to_today():
    levels = (level(date(2020, 1, 1), date(2021, 12, 31), 10), level(date(2022, 1, 1), None, 20))
    drawing = draw(chart(*levels), WIDE)
    assert drawing.path.endswith(f"L{WIDE.width - WIDE.right:g} {drawing.labels[0].y - 5:g}")
    assert [label.text for label in drawing.years] == ["2021", "2022", "2023", "2024", "2025", "2026"]


@pytest.mark.parametrize("value", [0, 1])
def test_an_amount_of_nothing_can_be_drawn(value):
    levels = (level(date(2020, 1, 1), date(2021, 12, 31), 0), level(date(2022, 1, 1), None, value))
    assert draw(chart(*levels), WIDE).scale
