"""From the rows of a chart to the series of a result, each with its name, its sentence and its notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from joinedup.insight.declaration import Declaration, Variant
from joinedup.insight.findings import finding
from joinedup.insight.measures.noting import (
    carried_forward,
    few_points,
    incomplete_months,
    suppressed_months,
    unknown_population,
)
from joinedup.insight.results import Point, PointState, Series
from joinedup.insight.signals import Rule, Side, Variation


@dataclass(frozen=True, slots=True)
class ChartedRow:
    """A month of an area as the engine gives it."""

    area_code: str
    is_whole: bool
    month: date
    numerator: float | None
    denominator: float | None
    population_year: int | None
    is_complete: bool
    is_suppressed: bool
    value: float | None
    mean: float | None
    lower: float | None
    upper: float | None
    near_lower: float | None
    near_upper: float | None
    rule: str | None
    side: str | None
    variation: str | None


@dataclass(frozen=True, slots=True)
class AreaName:
    """What an area is called."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A council for which an area has no population: it lies in several areas, or has no figure."""

    area_code: str
    council: str
    is_divided: bool


@dataclass(frozen=True, slots=True)
class OneDay:
    """A day."""

    day: date


@dataclass(frozen=True, slots=True)
class Part:
    """What the series of one variant share."""

    variant: Variant
    source: str
    names: dict[str, str]
    gaps: tuple[Gap, ...]
    notes: tuple[str, ...]


def assemble(rows: Sequence[ChartedRow], declaration: Declaration, part: Part) -> list[Series]:
    """One series an area, the whole first. Rows are in order of area and month."""
    groups = [list(group) for _, group in groupby(rows, key=lambda row: (row.is_whole, row.area_code))]
    areas = [group for group in groups if not group[0].is_whole]
    known = sum(any(row.denominator is not None for row in group) for group in areas)
    whole_name = _whole_name(part.variant, known, len(areas))
    return [_series(group, declaration, part, whole_name) for group in groups]


def _whole_name(variant: Variant, known: int, areas: int) -> str:
    if variant.published is None:
        return "The whole partnership"
    return f"{variant.nation.title} ({known} of {areas} {variant.published.area_title})"


def _series(rows: Sequence[ChartedRow], declaration: Declaration, part: Part, whole_name: str) -> Series:
    first = rows[0]
    points = tuple(_point(row) for row in rows)
    return Series(
        nation=part.variant.nation,
        origin=part.variant.origin.value,
        source=part.source,
        area_code=first.area_code,
        area_name=whole_name if first.is_whole else part.names.get(first.area_code, first.area_code),
        is_whole=first.is_whole,
        numerator=part.variant.counted.title,
        denominator=part.variant.ages.title,
        finding=finding(declaration.subject, points),
        notes=(*_notes(first, points, part), *part.notes),
        points=points,
    )


def _notes(first: ChartedRow, points: Sequence[Point], part: Part) -> tuple[str, ...]:
    gaps = [gap for gap in part.gaps if gap.area_code == first.area_code]
    divided = [gap.council for gap in gaps if gap.is_divided]
    without = [gap.council for gap in gaps if not gap.is_divided]
    return (
        *unknown_population(points, divided, without),
        *incomplete_months(points),
        *suppressed_months(points),
        *carried_forward(points),
        *few_points(points),
    )


def _point(row: ChartedRow) -> Point:
    state = _state(row)
    shown = state is not PointState.SUPPRESSED
    return Point(
        month=row.month,
        state=state,
        value=row.value if state is PointState.KNOWN else None,
        numerator=row.numerator if shown else None,
        denominator=row.denominator,
        population_year=row.population_year,
        mean=row.mean,
        lower=row.lower,
        upper=row.upper,
        near_lower=row.near_lower,
        near_upper=row.near_upper,
        rule=Rule(row.rule) if row.rule else None,
        side=Side(row.side) if row.side else None,
        variation=Variation(row.variation) if row.variation else None,
    )


def _state(row: ChartedRow) -> PointState:
    if row.is_suppressed:
        return PointState.SUPPRESSED
    if not row.is_complete:
        return PointState.INCOMPLETE_MONTH
    return PointState.KNOWN if row.value is not None else PointState.NO_POPULATION
