"""What a chart says in one sentence, made from its latest point and those before it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from joinedup.core.dates import Month
from joinedup.insight.results import Point, PointState
from joinedup.insight.signals import Rule, Side

MOVED: Final = {Side.LOW: "fell", Side.HIGH: "rose"}
MOVING: Final = {Side.LOW: "are falling", Side.HIGH: "are rising"}
LIMIT: Final = {Side.LOW: "below the lower limit", Side.HIGH: "above the upper limit"}
NEAR: Final = {Side.LOW: "close to the lower limit", Side.HIGH: "close to the upper limit"}
PLACE: Final = {Side.LOW: "below", Side.HIGH: "above"}
STAY: Final = {Side.LOW: "are lower than usual", Side.HIGH: "are higher than usual"}
STEP: Final = {Side.LOW: "lower", Side.HIGH: "higher"}


def finding(subject: str, points: Sequence[Point]) -> str:
    """Such as "Delays fell: below the lower limit in each of the last 3 months". Points are in order."""
    charted = [point for point in points if point.state is PointState.KNOWN]
    if not charted:
        states = sorted({point.state.title for point in points})
        return f"{subject} can't be charted: {', '.join(states) or 'there are no months'}"
    if len(charted) < 2:
        return f"Too few months of {subject.lower()} to say whether they changed"
    latest = charted[-1]
    if latest.rule is None or latest.side is None:
        month = Month.of(latest.month).title
        return f"{subject} did not change more than chance explains: {month} is within the limits"
    return SENTENCES[latest.rule](subject, latest.side, charted)


def _beyond(subject: str, side: Side, points: Sequence[Point]) -> str:
    months = _last(point.rule is Rule.BEYOND_LIMIT and point.side is side for point in reversed(points))
    return f"{subject} {MOVED[side]}: {LIMIT[side]} in {_the_last(months, points)}"


def _trend(subject: str, side: Side, points: Sequence[Point]) -> str:
    steps = _last(_goes(side, before, after) for after, before in pairwise(reversed(points)))
    return f"{subject} {MOVING[side]}: each of the last {steps} months is {STEP[side]} than the one before"


def _two_of_three(subject: str, side: Side, points: Sequence[Point]) -> str:
    near = sum(_is_near(side, point) for point in points[-3:])
    return f"{subject} {MOVED[side]}: {NEAR[side]} or beyond it in {near} of the last 3 months"


def _run(subject: str, side: Side, points: Sequence[Point]) -> str:
    months = _last(_lies(side, point) for point in reversed(points))
    return f"{subject} {STAY[side]}: {PLACE[side]} the mean in {_the_last(months, points)}"


SENTENCES: Final = {
    Rule.BEYOND_LIMIT: _beyond,
    Rule.TREND: _trend,
    Rule.TWO_OF_THREE: _two_of_three,
    Rule.RUN: _run,
}


def _the_last(months: int, points: Sequence[Point]) -> str:
    return f"each of the last {months} months" if months > 1 else Month.of(points[-1].month).title


def _last(holds: Iterator[bool]) -> int:
    """How many of the latest points it holds for, without a break."""
    count = 0
    for held in holds:
        if not held:
            break
        count += 1
    return count


def _goes(side: Side, before: Point, after: Point) -> bool:
    change = (after.value or 0) - (before.value or 0)
    return change > 0 if side is Side.HIGH else change < 0


def _lies(side: Side, point: Point) -> bool:
    difference = (point.value or 0) - (point.mean or 0)
    return difference > 0 if side is Side.HIGH else difference < 0


def _is_near(side: Side, point: Point) -> bool:
    value = point.value or 0
    if side is Side.HIGH:
        return value > (point.near_upper or 0)
    return value < (point.near_lower or 0)
