"""Where a chart's parts are placed."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from joinedup.web.charts import NARROW, WIDE, Chart, Limits, Mark, Point, draw

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: size.name)


def chart(values, **changes):
    points = tuple(Point(date(2024 + n // 12, n % 12 + 1, 1), value) for n, value in enumerate(values))
    return replace(Chart("c", "Title", "Description", "days", points), **changes)


@SIZES
def test_a_higher_figure_is_drawn_higher_and_a_later_one_further_right(size):
    spots = draw(chart([10.0, 20.0, 5.0]), size).spots
    assert spots[1].y < spots[0].y < spots[2].y
    assert spots[0].x < spots[1].x < spots[2].x


@SIZES
def test_everything_stays_inside_the_drawing(size):
    full = chart([900.0, 1610.0, 40.0] * 8, limits=(Limits(0, 23, 850.0, 845.0, 855.0),), target=848.0)
    drawing = draw(full, size)
    heights = [spot.y for spot in drawing.spots] + [label.y for label in drawing.labels]
    heights += [line.y1 for line in drawing.lines]
    assert min(heights) >= 0
    assert max(heights) <= size.height
    assert all(0 <= label.x <= size.width for label in drawing.months + drawing.scale)


@SIZES
def test_labels_beside_close_lines_do_not_overlap(size):
    close = chart([100.0, 101.0], limits=(Limits(0, 1, 100.0, 99.9, 100.1),), target=100.0)
    heights = sorted(label.y for label in draw(close, size).labels)
    assert all(lower - upper >= 15 for upper, lower in pairwise(heights))


def test_a_missing_figure_breaks_the_line_and_has_no_point():
    drawing = draw(chart([1.0, None, 3.0, 4.0]), WIDE)
    assert drawing.path.count("M") == 2
    assert drawing.path.count("L") == 1
    assert len(drawing.spots) == 3


def test_the_scale_starts_at_zero():
    drawing = draw(chart([1000.0, 1010.0]), WIDE)
    assert drawing.scale[0].text == "0"


def test_limits_hold_only_between_their_months():
    first, second = Limits(0, 5, 10.0, 5.0, 15.0), Limits(6, 11, 4.0, 2.0, 6.0)
    bands = draw(chart([8.0] * 12, limits=(first, second)), WIDE).bands
    assert bands[0].x + bands[0].width == pytest.approx(bands[1].x, abs=0.2)
    assert bands[0].y < bands[1].y


def test_marks_have_shapes_of_their_own_and_only_those_that_appear_are_explained():
    assert len({mark.shape for mark in Mark}) == len(Mark)
    marked = chart([1.0, 2.0])
    points = (marked.points[0], replace(marked.points[1], mark=Mark.CONCERN))
    assert replace(marked, points=points).marks == (Mark.CONCERN,)


@pytest.mark.parametrize("values", [[], [None], [0.0]])
def test_a_chart_with_nothing_to_draw_is_still_a_chart(values):
    assert draw(chart(values), WIDE).scale
