"""A measure's chart, as its presenter hands it to the drawing."""

from dataclasses import replace

from joinedup.core.nation import Nation
from joinedup.web.presenters.measures import chart
from measure_results import months, point, result, series


def test_a_limit_below_nought_is_drawn_at_nought_since_no_rate_is_negative():
    points = tuple(replace(point(month, 100.0), lower=-490.0) for month in months(14))
    shown = series(Nation.ENGLAND, "partnership", "partnership", "all", points=points)
    drawn = chart(result(shown), shown)
    assert drawn is not None
    assert [limits.lower for limits in drawn.limits] == [0.0]
    assert [limits.upper for limits in drawn.limits] == [120.0]
