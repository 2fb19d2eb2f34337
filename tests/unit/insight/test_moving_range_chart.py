"""The XmR chart on worked examples whose limits and signals can be checked by hand."""

from datetime import date

import ibis
import pytest

from chart_points import DAYS, charted
from joinedup.insight.engine import sql_for_spark
from joinedup.insight.signals import Better
from joinedup.insight.statistics.moving_range_chart import moving_range_chart


def _chart(values, **options):
    return charted({"a": [(date.fromordinal(DAYS + i), v) for i, v in enumerate(values)]}, **options)["a"]


def _rules(values, **options):
    return [point.rule for point in _chart(values, **options)]


def test_limits_of_a_worked_example():
    # Moving ranges 2, 4, 3, 1: mean 2.5. Mean of the values 10.2.
    points = _chart([10, 12, 8, 11, 10])
    assert points[0].mean == pytest.approx(10.2)
    assert points[0].upper == pytest.approx(10.2 + 2.66 * 2.5)
    assert points[0].lower == pytest.approx(10.2 - 2.66 * 2.5)
    assert points[0].near_upper == pytest.approx(10.2 + 2.66 * 2.5 * 2 / 3)
    assert [point.moving_range for point in points] == [None, 2, 4, 3, 1]


def test_a_large_moving_range_is_dropped_once():
    # Ranges 1 ×9 and 41: mean 5, and 41 ≥ 16.3 is dropped. A second look would find nothing more to drop.
    values = [10, 11] * 5 + [52]
    assert _chart(values)[0].upper == pytest.approx(157 / 11 + 2.66 * 1)
    assert _chart(values, screen=False)[0].upper == pytest.approx(157 / 11 + 2.66 * 5)


def test_screening_looks_only_once():
    # Ranges 1 ×19, 8, 200: mean 10.8, 200 is dropped. Of the rest the mean is 1.35: 8 would be dropped next.
    values = [0, 1] * 10 + [9, 209]
    assert _chart(values)[0].upper == pytest.approx(sum(values) / 22 + 2.66 * 27 / 20)


def test_equal_values_make_no_finding():
    assert _rules([0.1] * 30) == [None] * 30


def test_a_point_on_the_limit_is_within_it():
    # Ranges 1, 1, 1 … and the mean 0.5: the limits are -2.16 and 3.16.
    assert _rules([0, 1] * 6) == [None] * 12


def test_trend_needs_seven_points_and_strict_steps():
    base = [0, 8] * 6
    assert "trend" not in _rules([*base, 1, 2, 3, 4, 5, 5, 6, 7])
    found = _rules([*base, 1, 2, 3, 4, 5, 6, 7])
    assert found == [None] * 12 + ["trend"] * 7


def test_six_points_are_no_trend():
    assert "trend" not in _rules([9, 8, 1, 2, 3, 4, 5, 6, 3])


def test_a_turning_point_belongs_to_the_later_trend():
    points = _chart([0, 20] * 5 + [1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1])
    assert [point.rule for point in points[10:]] == ["trend"] * 13
    assert [point.side for point in points[14:18]] == ["high", "high", "low", "low"]


def test_run_of_seven_on_one_side():
    wide = [20, 0] * 6
    assert _rules([*wide, 13, 14, 13, 14, 13, 14, 13]) == [None] * 12 + ["run"] * 7
    assert _rules([*wide, 13, 14, 13, 14, 13, 14]) == [None] * 18
    assert _rules([*wide, 13, 14, 13, 14, 13, 14], run=6) == [None] * 12 + ["run"] * 6


def test_a_point_on_the_mean_breaks_a_run():
    # Six above, one on the mean, six above, and as much below: the mean is 10.
    values = [11, 12, 11, 12, 11, 12, 10, 11, 12, 11, 12, 11, 12, 10, 9, 8, 9, 8, 9, 8, 10, 9, 8, 9, 8, 9, 8]
    assert "run" not in _rules(values)


def test_two_of_three_need_all_three_on_one_side():
    quiet = [9, 11] * 10
    assert "two_of_three" in _rules([*quiet, 15, 11, 15, *quiet])
    assert "two_of_three" not in _rules([*quiet, 15, 9, 15, *quiet])


def test_of_two_of_three_only_those_beyond_the_near_limit_are_marked():
    quiet = [9, 11] * 10
    found = _rules([*quiet, 14.5, 11, 14.5, *quiet], screen=True)
    assert found[20:23] == ["two_of_three", None, "two_of_three"]


def test_beyond_a_limit_comes_before_a_trend():
    found = _chart([10, 11] * 10 + [12, 13, 14, 15, 16, 17, 40])
    assert found[-1].rule == "beyond_limit"
    assert found[-2].rule in {"trend", "beyond_limit"}


@pytest.mark.parametrize(("better", "variation"), [(Better.LOWER, "concern"), (Better.HIGHER, "improvement")])
def test_variation_depends_on_which_way_is_better(better, variation):
    assert _chart([10, 11] * 10 + [40], better=better)[-1].variation == variation


def test_months_without_a_value_are_left_out():
    assert len(_chart([1, None, 2])) == 2
    assert _chart([1, None, 2])[1].moving_range == 1


def test_one_point_has_a_mean_and_no_limits():
    (point,) = _chart([5])
    assert (point.mean, point.upper, point.rule, point.variation) == (5, None, None, "common_cause")


def test_a_run_of_one_is_refused():
    table = ibis.table({"d": "date", "v": "float64"}, name="t")
    with pytest.raises(ValueError, match="at least 2 points"):
        moving_range_chart(table, date="d", value="v", run=1)


def test_the_chart_can_go_to_spark():
    table = ibis.table({"d": "date", "v": "float64"}, name="t")
    assert "OVER" in sql_for_spark(moving_range_chart(table, date="d", value="v"))
