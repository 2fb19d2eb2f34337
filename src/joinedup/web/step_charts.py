"""How an amount changed from day to day of change: a step chart, worked out on the server as plain coordinates.

``draw`` places the steps; ``components/step_chart.html`` writes them as SVG, escaped like any other page. A value
holds from its first day to its last, so the line is level between and broken where no value is known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from joinedup.web.charts import NARROW, WIDE, Label, Line, Size, figure_text, scale_of

# Room that the words above a step need, in the drawing's own units.
LABEL_WIDTH = 74.0
DAYS_A_YEAR = 365.25
YEAR_GAP = 52.0


@dataclass(frozen=True)
class Level:
    """A value from its first day to its last; without a last day it still holds."""

    start: date
    end: date | None
    value: float
    text: str


@dataclass(frozen=True)
class StepChart:
    """A chart's levels and words, in the order of days. ``today`` is where a value that still holds is drawn to."""

    id: str
    title: str
    description: str
    unit: str
    levels: tuple[Level, ...]
    today: date


@dataclass(frozen=True)
class StepDrawing:
    """Everything that the template writes, already placed."""

    size: Size
    lines: tuple[Line, ...]
    path: str
    scale: tuple[Label, ...]
    years: tuple[Label, ...]
    labels: tuple[Label, ...]


def step_drawings(chart: StepChart) -> tuple[StepDrawing, StepDrawing]:
    """The chart for a wide screen and for a phone."""
    return draw(chart, WIDE), draw(chart, NARROW)


def draw(chart: StepChart, size: Size) -> StepDrawing:
    """Place every part of the chart."""
    frame = _Frame.around(chart, size)
    ticks = scale_of(frame.top_value)
    right = size.width - size.right
    return StepDrawing(
        size=size,
        lines=tuple(Line(size.left, frame.y(tick), right, frame.y(tick), "grid") for tick in ticks),
        path=_path(chart.levels, frame),
        scale=tuple(Label(size.left - 8, frame.y(tick) + 5, figure_text(tick)) for tick in ticks),
        years=tuple(_years(frame)),
        labels=tuple(_labels(chart.levels, frame)),
    )


@dataclass(frozen=True)
class _Frame:
    """Turns days and values into places."""

    size: Size
    first: date
    last: date
    top_value: float

    @classmethod
    def around(cls, chart: StepChart, size: Size) -> "_Frame":
        first = chart.levels[0].start
        last = max([chart.today, *(level.end or level.start for level in chart.levels)])
        # From zero always, as every chart here; room above for the words.
        return cls(size, first, last, max(level.value for level in chart.levels) * 1.15 or 1.0)

    def x(self, day: date) -> float:
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return round(self.size.left + share * (self.size.width - self.size.right - self.size.left), 1)

    def y(self, value: float) -> float:
        bottom = self.size.height - self.size.bottom
        return round(bottom - value / self.top_value * (bottom - self.size.top), 1)


def _path(levels: Sequence[Level], frame: _Frame) -> str:
    """The line: level while a value holds, upright at a change, lifted where no value is known."""
    strokes, previous = [], None
    for level in levels:
        y = frame.y(level.value)
        follows = previous is not None and previous.end is not None and (level.start - previous.end).days == 1
        strokes.append(f"{'L' if follows else 'M'}{frame.x(level.start):g} {y:g}")
        strokes.append(f"L{frame.x(level.end or frame.last):g} {y:g}")
        previous = level
    return "".join(strokes)


def _labels(levels: Sequence[Level], frame: _Frame) -> Iterator[Label]:
    """The value at each step, where there is room; the newest always, beside the end of the line.

    Up a staircase the room is to the left of a step, down one to its right.
    """
    newest = levels[-1]
    yield Label(frame.x(newest.end or frame.last) + 8, frame.y(newest.value) + 5, newest.text, "newest")
    free_from, previous = frame.size.left, None
    for level in levels[:-1]:
        is_rising = previous is not None and level.value > previous.value
        x = frame.x(level.start)
        left = x - LABEL_WIDTH if is_rising else x
        if left >= free_from and left + LABEL_WIDTH <= frame.x(newest.start):
            yield Label(x, frame.y(level.value) - 7, level.text, "rising" if is_rising else "falling")
            free_from = left + LABEL_WIDTH
        previous = level


def _years(frame: _Frame) -> Iterator[Label]:
    """Years along the bottom, as many as there is room for."""
    width = frame.size.width - frame.size.left - frame.size.right
    years = max((frame.last - frame.first).days / DAYS_A_YEAR, 1.0)
    every = next(step for step in (1, 2, 5, 10, 20, 50) if width / years * step >= YEAR_GAP)
    for year in range(frame.first.year + 1, frame.last.year + 1):
        if year % every == 0:
            yield Label(frame.x(date(year, 1, 1)), frame.size.height - 10, str(year))
