"""Compute every measure from the tables of a data folder."""

from datetime import date, datetime
from functools import cache
from pathlib import Path

import ibis
from ibis.expr.types import Table

from joinedup.core.dates import Month, months_from
from joinedup.core.moments import require_aware, uk_date
from joinedup.core.nation import Nation
from joinedup.insight.comparing import CountedVariant, compare
from joinedup.insight.declaration import Counted, Declaration, Origin, PublishedFigures, Variant
from joinedup.insight.disclosure import DisclosureRule, disclose
from joinedup.insight.engine import Engine
from joinedup.insight.measures.assembling import AreaName, ChartedRow, Gap, OneDay, Part, assemble
from joinedup.insight.measures.delayed_days import DECLARATION, MONTHS, charted
from joinedup.insight.measures.describing import describe
from joinedup.insight.measures.noting import dates_without_rule, rule_changes
from joinedup.insight.measures.partnership_days import partnership_months, rule_spans
from joinedup.insight.measures.populations import population_gaps
from joinedup.insight.measures.published_days import published_months
from joinedup.insight.results import MeasureResult, Series
from joinedup.insight.tables import DELAY, PUBLISHED_DELAY, PUBLISHED_LOOKUP
from joinedup.rules.leaving_hospital.by_nation import counting_rule

OWN_SOURCE = "partnership"


def run_all(
    data_folder: Path, at: datetime, *, disclosure: DisclosureRule | None = None
) -> list[MeasureResult]:
    """Every measure as of a moment, which must be aware. Nothing is saved; `results.save` does that.

    A variant without figures has no series. Small numbers of the partnership's own are suppressed.
    """
    require_aware(at, "at")
    with Engine(data_folder) as engine:
        return [_run(engine, DECLARATION, at, disclosure or DisclosureRule())]


def _run(engine: Engine, declaration: Declaration, at: datetime, disclosure: DisclosureRule) -> MeasureResult:
    series: list[Series] = []
    for variant in declaration.variants:
        if variant.published is not None:
            series += _published(engine, declaration, variant, variant.published)
        else:
            series += _partnership(engine, declaration, variant, at, disclosure)
    counted = [CountedVariant(v, counting_rule(v.nation, uk_date(at))) for v in declaration.variants]
    has_own = any(each.origin == Origin.PARTNERSHIP for each in series)
    return MeasureResult(
        id=declaration.id,
        description=describe(declaration, counted),
        series=tuple(series),
        comparisons=tuple(compare(counted)),
        notes=(disclosure.title,) if has_own else (),
        computed_at=at,
    )


def _published(
    engine: Engine, declaration: Declaration, variant: Variant, figures: PublishedFigures
) -> list[Series]:
    rows = _chart(engine, declaration, _published_months(figures, variant.counted))
    if not rows:
        return []
    part = Part(
        variant=variant,
        source=figures.source,
        names={name.code: name.name for name in _names(engine, figures)},
        gaps=tuple(engine.run(population_gaps(figures.population), Gap)),
        notes=rule_changes(variant, [row.month for row in rows]),
    )
    return assemble(rows, declaration, part)


@cache
def _published_months(figures: PublishedFigures, counted: Counted) -> Table:
    """Nothing in published figures is suppressed here; who published them saw to that."""
    return published_months(figures, counted).mutate(is_suppressed=ibis.literal(False))


def _chart(engine: Engine, declaration: Declaration, months: Table) -> list[ChartedRow]:
    """The months are kept first: then one chart, compiled once, serves every variant."""
    engine.keep(months.select(*MONTHS.columns).cast(MONTHS.schema()), str(MONTHS.get_name()))
    return engine.run(charted(declaration), ChartedRow)


def _names(engine: Engine, figures: PublishedFigures) -> list[AreaName]:
    """What areas are called: by the figures themselves, else by the lookup."""
    lookup, delay = PUBLISHED_LOOKUP, PUBLISHED_DELAY
    looked_up = lookup.filter(
        lookup.source == figures.population.lookup, lookup.whole_kind == figures.population.whole_kind
    ).select(code="whole_code", name="whole_name")
    own = delay.filter(delay.source == figures.source).select(code="area_code", name="area_name")
    named = looked_up.union(own).filter(ibis._.name.notnull()).distinct()
    return engine.run(named.order_by("code", "name"), AreaName)


def _partnership(
    engine: Engine, declaration: Declaration, variant: Variant, at: datetime, disclosure: DisclosureRule
) -> list[Series]:
    ready = _ready_days(engine, variant.nation, at)
    spans, not_covered = rule_spans(variant.nation, ready)
    if not spans:
        return []
    months = [month.start for month in months_from(Month.of(ready[0]), Month.of(uk_date(at)))]
    own = partnership_months(variant.nation, spans, months, at)
    rows = _chart(engine, declaration, disclose(own, disclosure))
    notes = (*rule_changes(variant, months), *dates_without_rule(not_covered))
    return assemble(rows, declaration, Part(variant, OWN_SOURCE, _own_names(engine), (), notes))


def _own_names(engine: Engine) -> dict[str, str]:
    """What the partnership calls its own areas, as its publish step wrote it."""
    own = PUBLISHED_LOOKUP.filter(PUBLISHED_LOOKUP.source == OWN_SOURCE)
    named = own.select(code="part_code", name="part_name").filter(ibis._.name.notnull()).distinct()
    return {name.code: name.name for name in engine.run(named.order_by("code"), AreaName)}


def _ready_days(engine: Engine, nation: Nation, at: datetime) -> list[date]:
    """The days on which people were ready, in order, up to the moment."""
    of_nation = DELAY.filter(DELAY.nation == nation.value)
    days = engine.run(of_nation.select(day="ready_on").distinct().order_by("day"), OneDay)
    return [each.day for each in days if each.day <= uk_date(at)]
