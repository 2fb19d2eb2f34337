"""What must be said beside a series: where figures are missing, what stands in for them, what changed."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from joinedup.core.dates import Month
from joinedup.insight.comparing import CountedVariant, differences
from joinedup.insight.declaration import Variant
from joinedup.insight.results import FEW_POINTS, Point, PointState
from joinedup.rules.leaving_hospital.by_nation import counting_rule
from joinedup.rules.leaving_hospital.stays import CountingRule
from joinedup.rules.parameters import NotCovered

NAMED_AT_MOST: Final = 6


def unknown_population(
    points: Sequence[Point], divided: Sequence[str], without: Sequence[str]
) -> Iterator[str]:
    """Why an area has no rate."""
    if all(point.denominator is not None for point in points):
        return
    if divided:
        yield f"Population not known exactly, for councils that are partly in another area: {_some(divided)}"
    if without:
        yield f"Population not known, for councils that the population file does not have: {_some(without)}"
    if not divided and not without:
        yield "Population not known: the populations and lookups that are loaded do not have this area's code"


def incomplete_months(points: Sequence[Point]) -> Iterator[str]:
    """Which months are left out of the chart because days or areas are missing."""
    yield from _left_out(points, PointState.INCOMPLETE_MONTH, "not complete")


def suppressed_months(points: Sequence[Point]) -> Iterator[str]:
    """Which months are left out of the chart because few people were delayed."""
    yield from _left_out(points, PointState.SUPPRESSED, "suppressed")


def carried_forward(points: Sequence[Point]) -> Iterator[str]:
    """Whether a population stands in for that of a later year."""
    latest = max((point.population_year or 0 for point in points), default=0)
    if latest and any(point.month.year > latest for point in points):
        yield f"Months after {latest} use the population of {latest}, the last that is loaded"


def few_points(points: Sequence[Point]) -> Iterator[str]:
    """Whether there are too few months for steady limits."""
    charted = sum(point.state is PointState.KNOWN for point in points)
    if 0 < charted < FEW_POINTS:
        yield f"The limits rest on {charted} months; they are steady from {FEW_POINTS} on"


def rule_changes(variant: Variant, months: Sequence[date]) -> tuple[str, ...]:
    """What the nation counted otherwise in some of the months, one sentence a change."""
    rules = [(month, _rule(variant, month)) for month in sorted(set(months))]
    notes = []
    for (_, before), (month, after) in pairwise(rules):
        if before is None or after is None:
            continue
        found = differences(CountedVariant(variant, before), CountedVariant(variant, after))
        said = "; ".join(f"{each.title}: {each.b} (before: {each.a})" for each in found)
        if said:
            notes.append(f"The rule changed with {Month.of(month).title}. {said}")
    return tuple(notes)


def dates_without_rule(days: Sequence[date]) -> Iterator[str]:
    """Which ready dates no rule covers."""
    if days:
        when = f"on {days[0]}" if len(days) == 1 else f"on {len(days)} days from {days[0]} to {days[-1]}"
        yield f"Delays of people who were ready {when} are not counted: no rule is known for that time"


def _rule(variant: Variant, month: date) -> CountingRule | None:
    """The rule at the end of a month; none where none is known."""
    try:
        return counting_rule(variant.nation, Month.of(month).end)
    except NotCovered:
        return None


def _left_out(points: Sequence[Point], state: PointState, why: str) -> Iterator[str]:
    months = [Month.of(point.month).title for point in points if point.state is state]
    if months:
        yield f"Left out of the chart, because {why}: {_some(months)}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED_AT_MOST
    named = ", ".join(names[:NAMED_AT_MOST])
    return f"{named} and {more} more" if more > 0 else named
