"""The population of an area, from the populations and lookups that were loaded; never an estimate.

An area whose councils lie partly elsewhere, or of which a council has no figure, has no population here, and
`population_gaps` says why.
"""

from typing import Final

import ibis
from ibis.expr.types import StringColumn, Table

from joinedup.insight.declaration import Population, PopulationBy
from joinedup.insight.tables import PUBLISHED_LOOKUP, PUBLISHED_POPULATION

# Small areas of England and Wales are named after their council: "Halton 001A".
SMALL_AREA_NUMBER: Final = r" [0-9]{3}[A-Z]+$"
# The population file says "Bristol, City of" where small areas say "Bristol".
FORMAL_ENDING: Final = r", (City|County) of$"


def area_populations(population: Population) -> Table:
    """Columns area_code, year and population: one row for each area and year of which it is known whole."""
    if population.by is PopulationBy.AREA:
        return _by_source_area(population).rename(area_code="council", population="people")
    membership = _membership(population)
    whole = membership.group_by("area_code").agg(
        councils=membership.council.count(), divided=(membership.areas > 1).cast("int32").sum()
    )
    councils = _by_source_area(population)
    known = membership.join(councils, "council").group_by("area_code", "year")
    sums = known.agg(population=ibis._.people.sum(), known=ibis._.council.count())
    joined = sums.join(whole, "area_code")
    exact = joined.filter((joined.known == joined.councils) & (joined.divided == 0))
    return exact.select("area_code", "year", "population")


def population_gaps(population: Population) -> Table:
    """Columns area_code, council, is_divided: the councils for which an area has no population."""
    if population.by is PopulationBy.AREA:
        nothing = _by_source_area(population).filter(ibis.literal(False))
        return nothing.select(area_code="council", council="council", is_divided=ibis.literal(False))
    membership = _membership(population)
    councils = _by_source_area(population).select(known="council").distinct()
    joined = membership.left_join(councils, membership.council == councils.known)
    gaps = joined.filter((joined.areas > 1) | joined.known.isnull())
    return gaps.select("area_code", "council", is_divided=gaps.areas > 1)


def _by_source_area(population: Population) -> Table:
    """Columns council, year and people: what the source itself gives, in the ages wanted."""
    table = PUBLISHED_POPULATION
    rows = table.filter(table.source == population.source, table.age_from >= population.ages.age_from)
    keyed = rows.mutate(council=_council_key(population, rows.area_code, rows.area_name))
    return keyed.group_by("council", "year").agg(people=keyed.value.sum())


def _council_key(population: Population, code: StringColumn, name: StringColumn) -> StringColumn:
    if population.by is PopulationBy.SMALL_AREA_NAME:
        return name.re_replace(FORMAL_ENDING, "")
    return code


def _membership(population: Population) -> Table:
    """Columns area_code, council and areas: which councils an area has, and in how many areas each lies."""
    table = PUBLISHED_LOOKUP
    rows = table.filter(table.source == population.lookup, table.whole_kind == population.whole_kind)
    by_name = population.by is PopulationBy.SMALL_AREA_NAME
    council = rows.part_name.re_replace(SMALL_AREA_NUMBER, "") if by_name else rows.part_code
    pairs = rows.select(area_code=rows.whole_code, council=council).distinct()
    return pairs.mutate(areas=pairs.area_code.count().over(ibis.window(group_by="council")))
