"""A computed measure with figures that are known, to see what pages make of it."""

from datetime import UTC, date, datetime

from joinedup.core.nation import Nation
from joinedup.insight.comparing import Comparison, Verdict
from joinedup.insight.results import Description, MeasureResult, Point, PointState, Series, VariantDescription
from joinedup.insight.signals import Better, Rule, Side, Variation

COMPUTED_AT = datetime(2026, 3, 3, 8, 10, tzinfo=UTC)
SUPPRESSED = Point(month=date(2026, 2, 1), state=PointState.SUPPRESSED, denominator=1000.0)


def point(month, value, **more):
    limits = {"mean": 100.0, "lower": 80.0, "upper": 120.0}
    counted = {"numerator": value * 10, "denominator": 1_000_000.0}
    return Point(month=month, state=PointState.KNOWN, value=value, **limits, **counted, **more)


def months(count):
    return [date(2024 + place // 12, place % 12 + 1, 1) for place in range(count)]


def series(nation, origin, source, area, *, points=None, **more):
    signal = {"rule": Rule.BEYOND_LIMIT, "side": Side.HIGH, "variation": Variation.CONCERN}
    usual = [point(month, 100.0 + place % 5) for place, month in enumerate(months(25))]
    given = {
        "area_code": area,
        "area_name": f"Area {area}",
        "is_whole": area == "all",
        "numerator": "days spent in a bed while delayed, over the month",
        "denominator": "people aged 18 and over",
        "finding": "Delays rose: above the upper limit in February 2026",
        "notes": ("Months after 2021 use the population of 2021",),
        "points": points or (*usual, point(date(2026, 2, 1), 130.5, **signal)),
    } | more
    return Series(nation=nation, origin=origin, source=source, **given)


def variant(nation, origin, title):
    return VariantDescription(
        nation=nation, origin=origin, title=title, lines=(("Delay", "ready, and still in bed"),)
    )


def result(*all_series):
    """Published figures of Scotland before our own of England, as a computation may give them."""
    given = all_series or (
        series(Nation.SCOTLAND, "published", "scotland-delays", "all", area_name="Scotland"),
        series(Nation.SCOTLAND, "published", "scotland-delays", "S1"),
        series(Nation.ENGLAND, "partnership", "partnership", "all", area_name="The whole partnership"),
    )
    return MeasureResult(
        id="delayed_days",
        description=Description(
            title="Delayed days per 100,000 adults, by month",
            question="How long do people stay after they were ready?",
            numerator="Days",
            denominator="Adults",
            unit="per 100,000 people a month",
            better=Better.LOWER,
            convention="XmR chart",
            source="Invented",
            variants=(
                variant(Nation.SCOTLAND, "published", "Scotland"),
                variant(Nation.ENGLAND, "partnership", "England"),
            ),
            what_else_moves_it=("Winter",),
        ),
        series=given,
        comparisons=(
            Comparison(
                Nation.SCOTLAND, Nation.WALES, "published", Verdict.NOT_COMPARABLE, ("Days against people.",)
            ),
            Comparison(Nation.SCOTLAND, Nation.ENGLAND, "published", Verdict.TREND_ONLY, ("Clocks differ.",)),
            Comparison(Nation.ENGLAND, Nation.WALES, "partnership", Verdict.LEVEL, ("Counted alike.",)),
        ),
        notes=("Figures about 7 or fewer people are suppressed.",),
        computed_at=COMPUTED_AT,
    )
