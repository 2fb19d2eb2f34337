"""Published delays, month by month and area by area, in the form that `delayed_days` charts."""

import ibis
from ibis.expr.types import Table

from joinedup.insight.calendar import days_in, month_of
from joinedup.insight.declaration import Counted, PublishedFigures, Reasons
from joinedup.insight.measures.populations import area_populations
from joinedup.insight.tables import PUBLISHED_DELAY


def published_months(figures: PublishedFigures, counted: Counted) -> Table:
    """Areas and, summed over those whose population is known, the nation.

    Columns area_code, is_whole, month, numerator, denominator (null where the population is not known),
    population_year, is_complete.
    """
    areas = _with_population(_by_area(figures, counted), figures)
    return areas.union(_whole(areas, figures))


def _by_area(figures: PublishedFigures, counted: Counted) -> Table:
    """Sums by month, whole when every day that has figures of its own is there."""
    table = PUBLISHED_DELAY
    rows = table.filter(
        table.source == figures.source,
        table.age_group == figures.age_group,
        table.area_code != figures.whole_nation_code,
    )
    if figures.reasons is Reasons.TOTAL_ROW:
        rows = rows.filter(rows.reason == "all")
    dated = rows.select("area_code", "date", "value", month=month_of(rows.date))
    monthly = dated.group_by("area_code", "month")
    if counted is not Counted.PEOPLE_EACH_DAY:
        return monthly.agg(numerator=dated.value.sum()).mutate(is_complete=ibis.literal(True))
    daily = monthly.agg(numerator=dated.value.sum(), days=dated.date.nunique())
    return daily.mutate(is_complete=daily.days == days_in(daily.month)).drop("days")


def _with_population(monthly: Table, figures: PublishedFigures) -> Table:
    """The population of the month's year, or of the last year before it that the source has."""
    people = area_populations(figures.population).rename(of_area="area_code")
    joined = monthly.left_join(
        people, [monthly.area_code == people.of_area, people.year <= monthly.month.year()]
    )
    return joined.group_by("area_code", "month", "numerator", "is_complete").agg(
        denominator=joined.population.argmax(joined.year), population_year=joined.year.max()
    ).select(
        "area_code",
        is_whole=ibis.literal(False),
        month="month",
        numerator="numerator",
        denominator="denominator",
        population_year="population_year",
        is_complete="is_complete",
    )  # fmt: skip


def _whole(areas: Table, figures: PublishedFigures) -> Table:
    """The sum of the areas with a population; whole when as many of them are there as ever were."""
    known = areas.filter(areas.denominator.notnull())
    sums = known.group_by("month").agg(
        numerator=known.numerator.sum(),
        denominator=known.denominator.sum(),
        population_year=known.population_year.max(),
        all_complete=known.is_complete.all(),
        areas=known.area_code.count(),
    )
    most = sums.areas.max().over(ibis.window())
    return sums.select(
        area_code=ibis.literal(figures.source),
        is_whole=ibis.literal(True),
        month="month",
        numerator="numerator",
        denominator="denominator",
        population_year="population_year",
        is_complete=sums.all_complete & (sums.areas == most),
    )
