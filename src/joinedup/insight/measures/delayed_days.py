"""Delayed days per 100,000 adults by month: the declaration, and its figures as one expression a variant."""

from functools import cache
from typing import Final

import ibis
from ibis.expr.types import Table

from joinedup.core.nation import Nation
from joinedup.insight.declaration import (
    Ages,
    Counted,
    Declaration,
    Origin,
    Population,
    PopulationBy,
    PublishedFigures,
    Reasons,
    Variant,
)
from joinedup.insight.signals import Better
from joinedup.insight.statistics.moving_range_chart import moving_range_chart

SCOTLAND: Final = Variant(
    nation=Nation.SCOTLAND,
    origin=Origin.PUBLISHED,
    counted=Counted.BED_DAYS,
    ages=Ages.EVERYONE,
    published=PublishedFigures(
        source="scotland-delayed-discharge",
        age_group="18plus",
        reasons=Reasons.TOTAL_ROW,
        area_title="health boards",
        whole_nation_code="S92000003",
        population=Population(
            source="population-health-board",
            by=PopulationBy.AREA,
            ages=Ages.EVERYONE,
            because="the population of health boards that is loaded has no ages, so the rate is lower than "
            "one per 100,000 adults would be",
        ),
    ),
)

WALES: Final = Variant(
    nation=Nation.WALES,
    origin=Origin.PUBLISHED,
    counted=Counted.PEOPLE_AT_CENSUS,
    ages=Ages.ADULTS,
    published=PublishedFigures(
        source="wales-pathway-of-care-delays",
        age_group="as published",
        reasons=Reasons.EVERY_ROW,
        area_title="health boards",
        population=Population(
            source="population-council-2020",
            by=PopulationBy.COUNCIL_CODE,
            ages=Ages.ADULTS,
            lookup="lookup-council-health-board",
            whole_kind="lhb22",
            because="the adults of a board are those of its councils",
        ),
    ),
)

ENGLAND: Final = Variant(
    nation=Nation.ENGLAND,
    origin=Origin.PUBLISHED,
    counted=Counted.PEOPLE_EACH_DAY,
    ages=Ages.ADULTS,
    published=PublishedFigures(
        source="england-criteria-to-reside",
        age_group="as published",
        reasons=Reasons.TOTAL_ROW,
        area_title="integrated care boards",
        population=Population(
            source="population-council-2020",
            by=PopulationBy.SMALL_AREA_NAME,
            ages=Ages.ADULTS,
            lookup="lookup-small-area-icb",
            whole_kind="icb24",
            because="the adults of a board are those of its councils, found by the names of their small "
            "areas; a board that shares a council with another has no exact population and no rate",
        ),
    ),
)

OWN: Final = tuple(
    Variant(nation=nation, origin=Origin.PARTNERSHIP, counted=Counted.BED_DAYS, ages=Ages.ADULTS)
    for nation in Nation
)

DECLARATION: Final = Declaration(
    id="delayed_days",
    title="Delayed days per 100,000 adults, by month",
    subject="Delays",
    question="How long do people stay in hospital after they were ready to leave, and is it changing?",
    numerator="Days in the month that people were delayed, as each nation counts delay",
    denominator="People aged 18 and over who live in the area, or all people where ages are not known",
    unit="per 100,000 people a month",
    per=100_000,
    better=Better.LOWER,
    convention="XmR chart as in Making Data Count: mean plus and minus 2.66 mean moving ranges, moving "
    "ranges of 3.267 times their mean or more left out once, run and trend of 7 points. Crude rate.",
    source="Public Health Scotland; StatsWales; NHS England; Office for National Statistics; National "
    "Records of Scotland; the partnership's own record",
    variants=(SCOTLAND, WALES, ENGLAND, *OWN),
    what_else_moves_it=(
        "The number of days in the month: a month of 31 days has 11 per cent more than one of 28",
        "Winter, and anything else that changes how many people are admitted",
        "How soon, and how carefully, ready dates are written down",
        "Opening or closing beds, and people leaving before a delay is recorded",
        "The age of the population: the rate is not standardised",
    ),
)


# What every variant comes to before it is charted.
MONTHS: Final = ibis.table(
    {
        "area_code": "string",
        "is_whole": "boolean",
        "month": "date",
        "numerator": "float64",
        "denominator": "float64",
        "population_year": "int32",
        "is_complete": "boolean",
        "is_suppressed": "boolean",
    },
    name="months",
)


@cache
def charted(declaration: Declaration) -> Table:
    """Rates with the chart of each area, made from the months that are complete and have a rate.

    `MONTHS` in; adds value and the chart's columns, which are null for months that are left out of it.
    """
    rated = MONTHS.mutate(value=MONTHS.numerator / MONTHS.denominator.nullif(0) * declaration.per)
    usable = rated.filter(rated.is_complete).select("area_code", "is_whole", "month", "value")
    chart = moving_range_chart(
        usable, date="month", value="value", by=("area_code", "is_whole"), better=declaration.better
    )
    joined = rated.left_join(chart.drop("value"), ["area_code", "is_whole", "month"])
    return joined.drop(ibis.selectors.endswith("_right")).order_by(
        ibis.desc("is_whole"), "area_code", "month"
    )
