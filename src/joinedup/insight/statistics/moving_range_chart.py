"""The XmR chart of Making Data Count: is a change in a series more than chance?

Mean plus and minus 2.66 times the mean moving range; near limits at two thirds of that. Moving ranges of
3.267 times their mean and more are left out once (`screen`), which the NHS spreadsheet does not do.
The rules, in order:

1. a point beyond a limit;
2. a trend: `trend` points going strictly one way;
3. two of three points in a row beyond a near limit, all three on one side of the mean;
4. a run: `run` points in a row on one side of the mean.

Every point of a trend or run is marked; of two of three, those beyond the near limit. The first rule that
holds names the signal. Convention: NHS England, Making Data Count, as coded in the package NHSRplotthedots,
save that a point beyond an outer limit counts as beyond the near one too. Target and rebasing are not here.
"""

from collections.abc import Sequence
from typing import Final

import ibis
from ibis.expr.types import IntegerColumn, NumericValue, Table

from joinedup.insight.signals import Better, Rule, Side, Variation

LIMIT: Final = 2.66
NEAR_LIMIT: Final = LIMIT * 2 / 3
SCREEN: Final = 3.267
NEAR_POINTS: Final = 3

# Binary arithmetic puts the mean of equal figures a hair off them; a hair is no finding.
HAIR: Final = 1e-9


def moving_range_chart(  # noqa: PLR0913 (the chart's options, each by its own name)
    table: Table,
    *,
    date: str,
    value: str,
    by: Sequence[str] = (),
    better: Better = Better.LOWER,
    screen: bool = True,
    run: int = 7,
    trend: int = 7,
) -> Table:
    """The points of `table` that have a value, with limits and findings; one chart for each group in `by`.

    Adds the columns mean, lower, upper, near_lower, near_upper (in the units of the value; null in a group of
    one point), moving_range (null at the first point), rule, side (null where chance explains the point) and
    variation. `date` must be unique within a group. `run` and `trend` are numbers of points, 2 or more.
    """
    if run < 2 or trend < 2:
        raise ValueError(f"a run ({run}) and a trend ({trend}) are of at least 2 points")
    points = table.filter(table[value].notnull())
    limits = _with_limits(points, date, value, by, screen)
    ends = _with_window_ends(limits, date, value, by, run, trend)
    found = _with_parts(ends, date, by, run, trend)
    return _with_findings(found, better).drop(*(name for name in found.columns if name.startswith("_")))


def _with_limits(points: Table, date: str, value: str, by: Sequence[str], screen: bool) -> Table:
    """Mean and limits from all points of the group; moving ranges that are too large dropped once."""
    ordered = ibis.window(group_by=by, order_by=date)
    group = ibis.window(group_by=by)
    changes = points.mutate(_change=(points[value] - points[value].lag()).over(ordered))
    ranges = changes.mutate(moving_range=changes._change.abs())
    usual = ranges.mutate(
        mean=ranges[value].mean().over(group),
        _usual=ranges.moving_range.mean().over(group),
    )
    kept = usual.moving_range
    if screen:
        # Equal figures have a mean range of 0, which no range is too large for.
        too_large = (usual.moving_range >= SCREEN * usual._usual) & (usual._usual > 0)
        kept = too_large.ifelse(ibis.null("float64"), usual.moving_range)
    spread = usual.mutate(_kept=kept)
    spread = spread.mutate(_spread=spread._kept.mean().over(group))
    return spread.mutate(
        lower=spread["mean"] - LIMIT * spread._spread,
        upper=spread["mean"] + LIMIT * spread._spread,
        near_lower=spread["mean"] - NEAR_LIMIT * spread._spread,
        near_upper=spread["mean"] + NEAR_LIMIT * spread._spread,
    )


def _with_window_ends(table: Table, date: str, value: str, by: Sequence[str], run: int, trend: int) -> Table:
    """For each point, as 1 (high), -1 (low) or 0: where it lies, and what of a trend or run ends at it."""
    hair = HAIR * (table[value].abs() + table["mean"].abs())
    placed = table.mutate(
        _step=_sign(table._change, 0),
        _side=_sign(table[value] - table["mean"], hair),
        _near=_outside(table[value], table.near_lower - hair, table.near_upper + hair),
        _beyond=_outside(table[value], table.lower - hair, table.upper + hair),
    )

    def last(column: IntegerColumn, points: int) -> IntegerColumn:
        return column.sum().over(ibis.window(group_by=by, order_by=date, preceding=points - 1, following=0))

    near, beside = last(placed._near, NEAR_POINTS), last(placed._side, NEAR_POINTS)
    return placed.mutate(
        _trend=_outside(last(placed._step, trend - 1), 2 - trend, trend - 2),
        _run=last(placed._side, run).abs() == run,
        _two=(near.abs() >= 2) & (beside.abs() == NEAR_POINTS),
    )


def _with_parts(table: Table, date: str, by: Sequence[str], run: int, trend: int) -> Table:
    """For each point, as 1, -1 or 0: the trend, run or two of three that ends at it or later.

    Every run that a point belongs to is on the point's side, and every two of three too, so its own sign
    serves.
    """

    def after(points: int) -> ibis.Value:
        return ibis.window(group_by=by, order_by=date, preceding=0, following=points - 1)

    rising = table._trend.max().over(after(trend)) == 1
    falling = table._trend.min().over(after(trend)) == -1
    # A point that ends one trend and begins another belongs to the later one.
    rises_next = table._step.lead().over(ibis.window(group_by=by, order_by=date)) == 1
    return table.mutate(
        _in_trend=ibis.cases(
            (rising & falling, rises_next.ifelse(1, -1)), (rising, 1), (falling, -1), else_=0
        ),
        _in_run=table._run.cast("int32").max().over(after(run)) * table._side,
        _in_two=table._two.cast("int32").max().over(after(NEAR_POINTS)) * table._near,
    )


def _with_findings(table: Table, better: Better) -> Table:
    """The first rule that holds, to which side it points, and what that means."""
    ordered = (
        (Rule.BEYOND_LIMIT, table._beyond),
        (Rule.TREND, table._in_trend),
        (Rule.TWO_OF_THREE, table._in_two),
        (Rule.RUN, table._in_run),
    )
    sign = ibis.cases(*((found != 0, found) for _, found in ordered), else_=0)
    good, bad = Variation.IMPROVEMENT.value, Variation.CONCERN.value
    high, low = (bad, good) if better is Better.LOWER else (good, bad)
    return table.mutate(
        rule=ibis.cases(*((found != 0, rule.value) for rule, found in ordered)),
        side=ibis.cases((sign > 0, Side.HIGH.value), (sign < 0, Side.LOW.value)),
        variation=ibis.cases((sign > 0, high), (sign < 0, low), else_=Variation.COMMON_CAUSE.value),
    )


def _sign(difference: NumericValue, least: NumericValue | int) -> IntegerColumn:
    return ibis.cases((difference > least, 1), (difference < -least, -1), else_=0)


def _outside(figure: NumericValue, lower: NumericValue | int, upper: NumericValue | int) -> IntegerColumn:
    """1 above the upper bound, -1 below the lower one, else 0, also where there are no bounds."""
    return ibis.cases((figure > upper, 1), (figure < lower, -1), else_=0)
