"""A measure's result as the props of its page: the chosen series, its chart and tables, what may be compared.

Pure, and in words that the result already has: nothing is counted here. Ends at what components draw.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from joinedup.core.nation import Nation
from joinedup.insight.comparing import Comparison
from joinedup.insight.results import MeasureResult, Point, PointState, Series
from joinedup.insight.signals import Side, Variation
from joinedup.web import charts, words
from joinedup.web.addresses import address
from joinedup.web.components import Column, Definition, Fact, FilterGroup, FilterLink, Table

OWN = "partnership"
LATEST_MONTHS = 12
MARKS = {Variation.IMPROVEMENT: charts.Mark.IMPROVEMENT, Variation.CONCERN: charts.Mark.CONCERN}
SIGNALS = {
    (Variation.CONCERN, Side.HIGH): "Worse than chance explains: high",
    (Variation.CONCERN, Side.LOW): "Worse than chance explains: low",
    (Variation.IMPROVEMENT, Side.HIGH): "Better than chance explains: high",
    (Variation.IMPROVEMENT, Side.LOW): "Better than chance explains: low",
}
ORIGINS = {OWN: "own record", "published": "published figures"}


@dataclass(frozen=True)
class Chooser:
    """The links between series: whose figures, and of which area."""

    sources: FilterGroup
    areas: FilterGroup


@dataclass(frozen=True)
class Compared:
    """Whether two nations' figures may be compared, and why."""

    title: str
    reasons: tuple[str, ...]


def in_order(result: MeasureResult) -> tuple[Series, ...]:
    """The partnership's own figures first, then published ones; of each source the whole before its areas."""
    return tuple(sorted(result.series, key=lambda each: (each.origin != OWN, each.nation, not each.is_whole)))


def chosen(series: Sequence[Series], source: str, area: str) -> Series | None:
    """The series that the address asks for; the first of its source, or of all, where it asks for none there is."""
    of_source = [each for each in series if each.source == source] or list(series)
    return next((each for each in of_source if each.area_code == area), of_source[0] if of_source else None)


def chooser(series: Sequence[Series], shown: Series, path: str) -> Chooser:
    """Every source, and the areas of the one that is shown."""
    first_of_source = {each.source: each for each in reversed(series)}
    sources = [first_of_source[name] for name in dict.fromkeys(each.source for each in series)]
    areas = [each for each in series if each.source == shown.source]
    return Chooser(
        FilterGroup("Figures", tuple(_source_link(each, shown, path) for each in sources)),
        FilterGroup("Area", tuple(_area_link(each, shown, path) for each in areas)),
    )


def _source_link(series: Series, shown: Series, path: str) -> FilterLink:
    return FilterLink(
        origin(series), address(path, {"source": series.source}), None, series.source == shown.source
    )


def _area_link(series: Series, shown: Series, path: str) -> FilterLink:
    href = address(path, {"source": series.source, "area": series.area_code})
    return FilterLink(series.area_name, href, None, series.area_code == shown.area_code)


def origin(series: Series) -> str:
    """``This partnership`` or ``Scotland, published figures``."""
    return "This partnership" if series.origin == OWN else f"{series.nation.title}, {ORIGINS[series.origin]}"


def latest(series: Series, unit: str) -> str:
    """The latest figure and what is usual, in a sentence; empty where no month has a figure."""
    known = [point for point in series.points if point.state is PointState.KNOWN]
    if not known:
        return ""
    last = known[-1]
    usual = f"; the mean is {words.number(last.mean, 1)}" if last.mean is not None else ""
    return f"{words.month(last.month)}: {last.said} {unit}{usual}."


def chart(result: MeasureResult, series: Series) -> charts.Chart | None:
    """The control chart of a series; None where no month has a figure."""
    if all(point.value is None for point in series.points):
        return None
    return charts.Chart(
        id=f"{result.id.replace('_', '-')}-chart",
        title=f"{series.area_name}: {_first_small(series.finding.partition(':')[0])}",
        description=_description(result, series),
        unit=f"{_first_great(series.numerator)}, {result.description.unit}",
        points=tuple(charts.Point(p.month, p.value, _mark(p)) for p in series.points),
        limits=tuple(_limits(series.points)),
    )


def _mark(point: Point) -> charts.Mark:
    if point.rule is None:
        return charts.Mark.USUAL
    return MARKS.get(point.variation or Variation.COMMON_CAUSE, charts.Mark.NOTABLE)


def _limits(points: Sequence[Point]) -> Iterator[charts.Limits]:
    """Mean and limits from the first to the last month for which they hold."""
    placed = [(place, point) for place, point in enumerate(points) if point.mean is not None]
    for (mean, lower, upper), group in groupby(placed, key=lambda item: _holding(item[1])):
        places = [place for place, _ in group]
        yield charts.Limits(places[0], places[-1], mean, lower, upper)


def _holding(point: Point) -> tuple[float, float, float]:
    """Mean and limits as they are drawn: no rate is below nought, so a limit that would be is drawn there."""
    mean = point.mean or 0.0
    lower = mean if point.lower is None else max(0.0, point.lower)
    return mean, lower, mean if point.upper is None else point.upper


def _description(result: MeasureResult, series: Series) -> str:
    """What someone who does not see the chart has to know."""
    first, last = series.points[0].month, series.points[-1].month
    known = [point for point in series.points if point.value is not None]
    unusual = sum(point.rule is not None for point in known)
    said = [
        f"Control chart of {words.plural(len(known), 'month')} from {words.month(first)} to {words.month(last)}.",
        f"{series.finding}.",
        latest(series, result.description.unit),
        f"{words.plural(unusual, 'month')} outside what chance explains. Every figure is in the table below.",
    ]
    return " ".join(said).replace(words.NO_BREAK, " ")


def tables(result: MeasureResult, series: Series) -> tuple[Table, Table | None]:
    """The latest months, newest first, and the earlier ones where there are any."""
    newest_first = tuple(_row(point) for point in reversed(series.points))
    recent, earlier = newest_first[:LATEST_MONTHS], newest_first[LATEST_MONTHS:]
    name = f"{series.area_name}, {result.description.unit}"
    return _table(f"{name}: latest months", recent), _table(
        f"{name}: earlier months", earlier
    ) if earlier else None


def _table(caption: str, rows: tuple[tuple[str, ...], ...]) -> Table:
    columns = (
        Column("Month"),
        Column("Rate", is_number=True),
        Column("Counted", is_number=True),
        Column("Population", is_number=True),
        Column("What it means"),
    )
    return Table(caption, columns, rows)


def _row(point: Point) -> tuple[str, ...]:
    return (
        words.month(point.month),
        words.number(point.value, 1) if point.value is not None else "–",
        _whole(point.numerator),
        _whole(point.denominator),
        _meaning(point),
    )


def _whole(value: float | None) -> str:
    return "–" if value is None else words.number(value)


def _meaning(point: Point) -> str:
    if point.value is None:
        return _first_great(point.state.title)
    if point.rule is None or point.variation is None or point.side is None:
        return "Within what chance explains"
    return SIGNALS.get((point.variation, point.side), "More of a change than chance explains")


def definition(result: MeasureResult) -> Definition:
    """What is counted, in general."""
    told = result.description
    return Definition(
        (
            Fact("Question", told.question),
            Fact("Counted", told.numerator),
            Fact("Out of", told.denominator),
            Fact("Unit", _first_great(told.unit)),
            Fact("Better when", _first_great(told.better.value)),
            Fact("Chart", told.convention),
            Fact("Source", told.source),
        )
    )


def own_definition(result: MeasureResult, series: Series) -> Definition:
    """How the nation of a series counts it."""
    own = [v for v in result.description.variants if (v.nation, v.origin) == (series.nation, series.origin)]
    return Definition(tuple(Fact(what, _first_great(how)) for variant in own for what, how in variant.lines))


def notes(result: MeasureResult, series: Series) -> tuple[str, ...]:
    """What must be known before the figures are used; the rules on small numbers are those of our own."""
    return series.notes + (result.notes if series.origin == OWN else ())


def compared(result: MeasureResult, nation: Nation, origin_of_series: str) -> tuple[Compared, ...]:
    """What may be said of this nation's figures beside each other's of the same origin."""
    pairs = [c for c in result.comparisons if c.origin == origin_of_series and c.involves(nation)]
    return tuple(_compared(pair, nation) for pair in pairs)


def _compared(pair: Comparison, nation: Nation) -> Compared:
    other = pair.nation_b if pair.nation_a == nation else pair.nation_a
    return Compared(f"{nation.title} and {other.title}: {_first_small(pair.verdict.title)}", pair.reasons)


def _first_small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _first_great(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
