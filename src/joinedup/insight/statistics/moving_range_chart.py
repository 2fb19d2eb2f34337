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
from ibis.expr.types import BooleanColumn, Column, IntegerColumn, NumericColumn, StringColumn, Table

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
    found = _with_parts(ends, date, value, by, run, trend)
    return _with_findings(found, better).drop(*(name for name in found.columns if name.startswith("_")))


def _with_limits(points: Table, date: str, value: str, by: Sequence[str], screen: bool) -> Table:
    """Mean and limits from all points of the group; moving ranges that are too large dropped once."""
    ordered = ibis.window(group_by=by, order_by=date)
    group = ibis.window(group_by=by)
    ranges = points.mutate(moving_range=(points[value] - points[value].lag()).abs().over(ordered))
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
    """For each point: where it lies, and whether a trend, a run or two of three end at it."""
    ordered = ibis.window(group_by=by, order_by=date)
    step = (table[value] - table[value].lag()).over(ordered)
    hair = HAIR * (table[value].abs() + table["mean"].abs())
    side = _sign(table[value] - table["mean"], hair)
    placed = table.mutate(
        _hair=hair,
        _side=side,
        _up=(step > 0).cast("int32"),
        _down=(step < 0).cast("int32"),
        _near_high=(table[value] > table.near_upper + hair).cast("int32"),
        _near_low=(table[value] < table.near_lower - hair).cast("int32"),
        _beyond_high=table[value] > table.upper + hair,
        _beyond_low=table[value] < table.lower - hair,
    )

    def last(column: IntegerColumn, points: int) -> IntegerColumn:
        return column.sum().over(ibis.window(group_by=by, order_by=date, preceding=points - 1, following=0))

    return placed.mutate(
        _trend_high=last(placed._up, trend - 1) == trend - 1,
        _trend_low=last(placed._down, trend - 1) == trend - 1,
        _run_high=last(placed._side, run) == run,
        _run_low=last(placed._side, run) == -run,
        _two_high=(last(placed._near_high, 3) >= 2) & (last(placed._side, NEAR_POINTS) == NEAR_POINTS),
        _two_low=(last(placed._near_low, 3) >= 2) & (last(placed._side, NEAR_POINTS) == -NEAR_POINTS),
    )


def _with_parts(table: Table, date: str, value: str, by: Sequence[str], run: int, trend: int) -> Table:
    """For each point: whether it belongs to a trend, a run or two of three that ends at it or later."""

    def part(ends: BooleanColumn, points: int) -> BooleanColumn:
        window = ibis.window(group_by=by, order_by=date, preceding=0, following=points - 1)
        return ends.cast("int32").max().over(window) == 1

    ordered = ibis.window(group_by=by, order_by=date)
    return table.mutate(
        _in_trend_high=part(table._trend_high, trend),
        _in_trend_low=part(table._trend_low, trend),
        _in_run_high=part(table._run_high, run),
        _in_run_low=part(table._run_low, run),
        _in_two_high=part(table._two_high, NEAR_POINTS) & (table._near_high == 1),
        _in_two_low=part(table._two_low, NEAR_POINTS) & (table._near_low == 1),
        # A point that ends one trend and begins another belongs to the later one.
        _rises_next=(table[value].lead() > table[value]).over(ordered),
    )


def _with_findings(table: Table, better: Better) -> Table:
    """The first rule that holds, to which side it points, and what that means."""
    trend = table._in_trend_high | table._in_trend_low
    both = table._in_trend_high & table._in_trend_low
    named = table.mutate(
        rule=ibis.cases(
            (table._beyond_high | table._beyond_low, Rule.BEYOND_LIMIT.value),
            (trend, Rule.TREND.value),
            (table._in_two_high | table._in_two_low, Rule.TWO_OF_THREE.value),
            (table._in_run_high | table._in_run_low, Rule.RUN.value),
        ),
        _high=ibis.cases(
            (table._beyond_high | table._beyond_low, table._beyond_high),
            (both, table._rises_next),
            (trend, table._in_trend_high),
            (table._in_two_high | table._in_two_low, table._in_two_high),
            else_=table._in_run_high,
        ),
    )
    sided = named.mutate(
        side=ibis.cases(
            (named.rule.isnull(), ibis.null("string")), (named._high, Side.HIGH.value), else_=Side.LOW.value
        )
    )
    return sided.mutate(variation=_variation(sided.side, better)).drop("_high")


def _variation(side: StringColumn, better: Better) -> StringColumn:
    good = Side.LOW if better is Better.LOWER else Side.HIGH
    return ibis.cases(
        (side.isnull(), Variation.COMMON_CAUSE.value),
        (side == good.value, Variation.IMPROVEMENT.value),
        else_=Variation.CONCERN.value,
    )


def _sign(difference: NumericColumn, hair: Column) -> IntegerColumn:
    return ibis.cases((difference > hair, 1), (difference < -hair, -1), else_=0)
