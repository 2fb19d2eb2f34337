"""Statistical process control charts, worked out on the server as plain coordinates.

``draw`` turns a chart's figures into a ``Drawing`` that ``components/chart.html`` writes as SVG, escaped like
any other page: no markup is made here. The statistics (mean, limits, which points broke a rule) come from
``insight``; this module only places them. Marks differ by shape, so that colour is not needed to read it.
Convention: XmR charts as NHS England's Making Data Count draws them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from joinedup.web import words

TICK_STEPS = (1, 2, 2.5, 5, 10)
LABEL_GAP = 18.0
HEADROOM = 1.06


class Mark(StrEnum):
    """Whether a point is more than chance would explain, and whether that is good news."""

    USUAL = "usual"
    CONCERN = "concern"
    IMPROVEMENT = "improvement"
    NOTABLE = "notable"

    @property
    def shape(self) -> str:
        """What the point looks like, in words."""
        return SHAPES[self]

    @property
    def meaning(self) -> str:
        """What the shape says."""
        return MEANINGS[self]


SHAPES = {
    Mark.USUAL: "dot",
    Mark.CONCERN: "triangle",
    Mark.IMPROVEMENT: "diamond",
    Mark.NOTABLE: "square",
}
MEANINGS = {
    Mark.USUAL: "within what chance explains",
    Mark.CONCERN: "worse than chance explains",
    Mark.IMPROVEMENT: "better than chance explains",
    Mark.NOTABLE: "more of a change than chance explains",
}


@dataclass(frozen=True)
class Point:
    """One month's figure; None where it is missing or suppressed, which breaks the line."""

    month: date
    value: float | None
    mark: Mark = Mark.USUAL


@dataclass(frozen=True)
class Limits:
    """Mean and limits that hold from one point to another, both by their place in the chart."""

    first: int
    last: int
    mean: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Chart:
    """A chart's figures and words. ``title`` says the finding; ``unit`` names the figures."""

    id: str
    title: str
    description: str
    unit: str
    points: tuple[Point, ...]
    limits: tuple[Limits, ...] = ()
    target: float | None = None
    places: int = 0

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The kinds of unusual points that appear."""
        seen = {point.mark for point in self.points if point.value is not None}
        return tuple(mark for mark in Mark if mark in seen and mark is not Mark.USUAL)


@dataclass(frozen=True)
class Size:
    """A drawing's size and margins, in its own units (about one pixel)."""

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    month_labels: int
    short_labels: bool


# One drawing for wide screens and one for phones: a single one would shrink its words beyond reading.
WIDE = Size("wide", 1000, 380, left=58, right=150, top=14, bottom=34, month_labels=8, short_labels=False)
NARROW = Size("narrow", 340, 300, left=44, right=92, top=14, bottom=30, month_labels=2, short_labels=True)


@dataclass(frozen=True)
class Label:
    """Words at a place."""

    x: float
    y: float
    text: str
    kind: str = ""


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True)
class Band:
    """The shaded space between two limits."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Spot:
    """A point as drawn, with the words a pointer brings up."""

    x: float
    y: float
    mark: Mark
    text: str


@dataclass(frozen=True)
class Drawing:
    """Everything that the template writes, already placed."""

    size: Size
    bands: tuple[Band, ...]
    lines: tuple[Line, ...]
    path: str
    spots: tuple[Spot, ...]
    scale: tuple[Label, ...]
    months: tuple[Label, ...]
    labels: tuple[Label, ...]


def drawings(chart: Chart) -> tuple[Drawing, Drawing]:
    """The chart for a wide screen and for a phone."""
    return draw(chart, WIDE), draw(chart, NARROW)


def draw(chart: Chart, size: Size) -> Drawing:
    """Place every part of the chart."""
    frame = _Frame.around(chart, size)
    ticks = scale_of(frame.top_value)
    return Drawing(
        size=size,
        bands=tuple(frame.band(limits) for limits in chart.limits),
        lines=tuple(_grid(frame, ticks)) + tuple(_lines(chart, frame)),
        path=_path(chart, frame),
        spots=tuple(_spots(chart, frame)),
        scale=tuple(Label(size.left - 8, frame.y(tick) + 5, figure_text(tick)) for tick in ticks),
        months=tuple(_months(chart, frame)),
        labels=_spread(_labels(chart, frame), frame),
    )


def scale_of(top_value: float) -> list[float]:
    """Four or so round figures from zero up to the top of a chart."""
    rough = top_value / 4
    power = 10 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in TICK_STEPS if factor * power >= rough)
    return [step * count for count in range(int(top_value / step) + 1)]


@dataclass(frozen=True)
class _Frame:
    """Turns figures into places."""

    size: Size
    count: int
    top_value: float

    @classmethod
    def around(cls, chart: Chart, size: Size) -> "_Frame":
        values = [point.value for point in chart.points if point.value is not None]
        values += [limits.upper for limits in chart.limits]
        values += [chart.target] if chart.target is not None else []
        # From zero always: half of a chart that starts elsewhere tells a different story.
        return cls(size, len(chart.points), max([*values, 0.0]) * HEADROOM or 1.0)

    @property
    def bottom(self) -> float:
        return self.size.height - self.size.bottom

    @property
    def right(self) -> float:
        return self.size.width - self.size.right

    def x(self, place: float) -> float:
        step = (self.right - self.size.left) / max(self.count, 1)
        return _tenth(self.size.left + (place + 0.5) * step)

    def y(self, value: float) -> float:
        share = max(value, 0.0) / self.top_value
        return _tenth(self.bottom - share * (self.bottom - self.size.top))

    def band(self, limits: Limits) -> Band:
        x, y = self.x(limits.first - 0.5), self.y(limits.upper)
        return Band(x, y, _tenth(self.x(limits.last + 0.5) - x), _tenth(self.y(limits.lower) - y))


def _grid(frame: _Frame, ticks: Sequence[float]) -> Iterator[Line]:
    for tick in ticks:
        yield Line(frame.size.left, frame.y(tick), frame.right, frame.y(tick), "grid")


def _lines(chart: Chart, frame: _Frame) -> Iterator[Line]:
    for limits in chart.limits:
        x1, x2 = frame.x(limits.first - 0.5), frame.x(limits.last + 0.5)
        for kind, value in (("limit", limits.upper), ("mean", limits.mean), ("limit", limits.lower)):
            yield Line(x1, frame.y(value), x2, frame.y(value), kind)
    if chart.target is not None:
        yield Line(frame.size.left, frame.y(chart.target), frame.right, frame.y(chart.target), "target")


def _path(chart: Chart, frame: _Frame) -> str:
    """The line through the points, lifted where a figure is missing."""
    strokes = []
    for is_missing, run in groupby(enumerate(chart.points), key=lambda item: item[1].value is None):
        if not is_missing:
            places = (f"{frame.x(place):g} {frame.y(point.value or 0):g}" for place, point in run)
            strokes.append("M" + "L".join(places))
    return "".join(strokes)


def _spots(chart: Chart, frame: _Frame) -> Iterator[Spot]:
    for place, point in enumerate(chart.points):
        if point.value is not None:
            figure = f"{words.month(point.month)}: {words.number(point.value, chart.places)}"
            text = figure if point.mark is Mark.USUAL else f"{figure}, {point.mark.meaning}"
            yield Spot(frame.x(place), frame.y(point.value), point.mark, text)


def _months(chart: Chart, frame: _Frame) -> Iterator[Label]:
    every = max(1, math.ceil(len(chart.points) / frame.size.month_labels))
    # Whole quarters or years read better than every fifth month.
    every = next((step for step in (1, 2, 3, 6, 12, 24) if step >= every), every)
    for place in range(0, len(chart.points), every):
        month = chart.points[place].month
        yield Label(frame.x(place), frame.size.height - 10, f"{month:%b} {month.year}")


def _labels(chart: Chart, frame: _Frame) -> Iterator[Label]:
    """Names beside the lines, so that there is no legend to decode."""
    x = frame.right + 8
    if chart.limits:
        latest = chart.limits[-1]
        names = (
            ("Upper", "Mean", "Lower") if frame.size.short_labels else ("Upper limit", "Mean", "Lower limit")
        )
        for name, value in zip(names, (latest.upper, latest.mean, latest.lower), strict=True):
            yield Label(x, frame.y(value), f"{name} {words.number(value, chart.places)}", "limit")
    if chart.target is not None:
        yield Label(x, frame.y(chart.target), f"Target {words.number(chart.target, chart.places)}", "target")


def _spread(labels: Iterator[Label], frame: _Frame) -> tuple[Label, ...]:
    """Move labels apart until none overlaps, keeping them inside the drawing."""
    placed: list[Label] = []
    floor = -math.inf
    for label in sorted(labels, key=lambda label: label.y):
        floor = max(label.y, floor + LABEL_GAP)
        placed.append(Label(label.x, floor, label.text, label.kind))
    too_low = max([*(label.y - frame.bottom for label in placed[-1:]), 0.0])
    return tuple(Label(label.x, _tenth(label.y - too_low + 5), label.text, label.kind) for label in placed)


def figure_text(value: float) -> str:
    """A figure of the scale: whole, or with one decimal place."""
    return words.number(value, 0 if value == int(value) else 1)


def _tenth(value: float) -> float:
    return round(value, 1)
