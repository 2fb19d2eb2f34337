"""Diagrams of who pays, directs and answers to whom: nothing overlaps, and every arrow leads where it says."""

from datetime import date
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, accountability
from joinedup.web.diagrams import Arrow, ArrowKind, Box, Diagram, draw
from joinedup.web.presenters.who_does_what import diagram

DAYS = [date(year, 5, 1) for year in range(2004, 2027, 2)]


@st.composite
def diagrams(draw_from):
    """Bodies in rows, with arrows between any two of them."""
    rows = draw_from(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    boxes = tuple(
        Box(f"{row}-{n}", f"Body {n} of row {row}", row) for row, many in enumerate(rows) for n in range(many)
    )
    pairs = st.tuples(st.sampled_from(boxes), st.sampled_from(boxes)).filter(
        lambda pair: pair[0] is not pair[1]
    )
    arrows = draw_from(st.lists(st.tuples(st.sampled_from(ArrowKind), pairs), max_size=30))
    lines = tuple(Arrow(kind, one.id, other.id, "words") for kind, (one, other) in arrows)
    return Diagram("d", "Title", "Words", tuple(f"Row {row}" for row in range(len(rows))), boxes, lines)


def check(drawing, asked):
    boxes = {box.id: box for box in drawing.boxes}
    assert set(boxes) == {box.id for box in asked.boxes}
    for one, other in combinations(drawing.boxes, 2):
        is_apart = one.x + one.width <= other.x or other.x + other.width <= one.x or one.y != other.y
        assert is_apart, (one.id, other.id)
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + box.width <= drawing.width
        assert box.y + box.height <= drawing.height
        assert all(box.y < line.y < box.y + box.height for line in box.lines)
    assert len(drawing.arrows) == len(asked.arrows)
    for arrow, placed in zip(asked.arrows, drawing.arrows, strict=True):
        assert is_at_edge(placed.points[0], boxes[arrow.start])
        assert is_at_edge(placed.points[-1], boxes[arrow.end])
        assert placed.head[0] == placed.points[-1]
        for box in drawing.boxes:
            assert not any(goes_through(a, b, box) for a, b in pairwise(placed.points)), (arrow, box.id)


def is_at_edge(place, box):
    x, y = place
    is_within = box.x - 0.1 <= x <= box.x + box.width + 0.1 and box.y - 0.1 <= y <= box.y + box.height + 0.1
    return is_within and not is_inside(place, box)


def is_inside(place, box):
    x, y = place
    return box.x + 0.2 < x < box.x + box.width - 0.2 and box.y + 0.2 < y < box.y + box.height - 0.2


def goes_through(a, b, box):
    steps = 60
    between = ((a[0] + (b[0] - a[0]) * n / steps, a[1] + (b[1] - a[1]) * n / steps) for n in range(1, steps))
    return any(is_inside(place, box) for place in between)


@given(diagrams())
def test_boxes_keep_apart_and_arrows_go_round_them(asked):
    check(draw(asked), asked)


@pytest.mark.parametrize("nation", list(Nation))
def test_what_the_rule_books_say_can_be_drawn_on_every_day(nation):
    drawn = 0
    for day in DAYS:
        try:
            asked = diagram(accountability(nation, day))
        except NotCovered:
            continue
        check(draw(asked), asked)
        drawn += 1
    assert drawn > len(DAYS) / 2
