"""Who pays, directs and answers to whom, as boxes in rows and arrows between them: worked out as plain coordinates.

``draw`` turns boxes and arrows into a ``DiagramDrawing`` that ``components/diagram.html`` writes as SVG, escaped like
any other page: no markup is made here. Kinds of arrow differ by dash and by the letter on them, so that colour is not
needed to read it. An arrow that passes a row of boxes goes through a gap between them, never behind a box.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

Place = tuple[float, float]


class ArrowKind(StrEnum):
    """What passes along an arrow."""

    MONEY = "money"
    DIRECTION = "direction"
    ACCOUNTABILITY = "accountability"

    @property
    def letter(self) -> str:
        """What stands on the arrow."""
        return self.value[0].upper()

    @property
    def meaning(self) -> str:
        """What the arrow says, in words."""
        return MEANINGS[self]


MEANINGS = {
    ArrowKind.MONEY: "money, from who pays to who is paid",
    ArrowKind.DIRECTION: "direction, from who tells to who is told",
    ArrowKind.ACCOUNTABILITY: "accountability, from who answers to whom they answer",
}


@dataclass(frozen=True)
class Box:
    """A body; ``row`` is its place from the top."""

    id: str
    title: str
    row: int


@dataclass(frozen=True)
class Arrow:
    """What passes from one body to another, both by their id; ``text`` is what a pointer brings up."""

    kind: ArrowKind
    start: str
    end: str
    text: str


@dataclass(frozen=True)
class Diagram:
    """Boxes, arrows and words. ``rows`` are the titles of the rows, from the top."""

    id: str
    title: str
    description: str
    rows: tuple[str, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def kinds(self) -> tuple[ArrowKind, ...]:
        """The kinds of arrow that appear."""
        seen = {arrow.kind for arrow in self.arrows}
        return tuple(kind for kind in ArrowKind if kind in seen)


@dataclass(frozen=True)
class TextLine:
    """A line of words in a box, centred at its place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class PlacedBox:
    """A box as drawn."""

    id: str
    x: float
    y: float
    width: float
    height: float
    lines: tuple[TextLine, ...]


@dataclass(frozen=True)
class PlacedArrow:
    """An arrow as drawn: its line, its head as a triangle, and where its letter stands."""

    kind: ArrowKind
    text: str
    points: tuple[Place, ...]
    head: tuple[Place, ...]
    mark: Place

    @property
    def path(self) -> str:
        """The line as the drawing writes it."""
        return _path(self.points)

    @property
    def head_path(self) -> str:
        """The head as the drawing writes it."""
        return f"{_path(self.head)}Z"


@dataclass(frozen=True)
class DiagramDrawing:
    """Everything that the template writes, already placed."""

    width: float
    height: float
    rows: tuple[TextLine, ...]
    boxes: tuple[PlacedBox, ...]
    arrows: tuple[PlacedArrow, ...]


WIDTH = 1120.0
LEFT = 104.0
GAP = 44.0
BOX_HEIGHT = 64.0
BETWEEN_ROWS = 132.0
WIDEST = 230.0
LINE_HEIGHT = 18.0
LETTER_WIDTH = 7.8
PADDING = 20.0
LANE = 30.0
APART = 13.0
HEAD = 9.0
# Along the arrow, one after the other, so that the letters of neighbours do not hide each other.
MARKS_AT = (0.5, 0.36, 0.64, 0.43, 0.57)


def draw(diagram: Diagram) -> DiagramDrawing:
    """Place every part of the diagram."""
    rows = _rows(diagram)
    placed = {box.id: box for number, row in enumerate(rows) for box in _placed(row, number)}
    routes = _Routes(diagram.arrows, placed, rows)
    titles = [
        title for number, title in enumerate(diagram.rows) if any(b.row == number for b in diagram.boxes)
    ]
    return DiagramDrawing(
        width=WIDTH,
        height=_top(len(rows) - 1) + BOX_HEIGHT + LANE + PADDING,
        rows=tuple(
            TextLine(
                0.0, _top(number) + BOX_HEIGHT / 2 + 5 + LINE_HEIGHT * (place - (len(lines) - 1) / 2), line
            )
            for number, title in enumerate(titles)
            for lines in [_wrapped(title, LEFT - 10)]
            for place, line in enumerate(lines)
        ),
        boxes=tuple(placed.values()),
        arrows=tuple(routes.all()),
    )


def _rows(diagram: Diagram) -> list[list[Box]]:
    """The boxes row by row; a row without any is left out."""
    numbers = sorted({box.row for box in diagram.boxes})
    return [[box for box in diagram.boxes if box.row == number] for number in numbers]


def _placed(row: Sequence[Box], number: int) -> Iterator[PlacedBox]:
    """Spread the boxes of a row evenly over the width, none wider than its words need."""
    room = (WIDTH - LEFT) / len(row)
    width = min(room - GAP, WIDEST)
    for place, box in enumerate(row):
        x = LEFT + room * (place + 0.5) - width / 2
        y = _top(number)
        lines = _wrapped(box.title, width - 8)
        first = y + BOX_HEIGHT / 2 + 5 - LINE_HEIGHT * (len(lines) - 1) / 2
        yield PlacedBox(
            box.id,
            _tenth(x),
            y,
            _tenth(width),
            BOX_HEIGHT,
            tuple(
                TextLine(_tenth(x + width / 2), first + LINE_HEIGHT * at, line)
                for at, line in enumerate(lines)
            ),
        )


def _top(row: int) -> float:
    return PADDING + row * (BOX_HEIGHT + BETWEEN_ROWS)


def _wrapped(title: str, width: float) -> list[str]:
    """Break a title into lines that fit."""
    most = max(int(width / LETTER_WIDTH), 1)
    lines = [""]
    for word in title.split():
        longer = f"{lines[-1]} {word}".strip()
        if len(longer) > most and lines[-1]:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


class _Routes:
    """Finds the way of each arrow between boxes that stand in rows."""

    def __init__(
        self, arrows: Sequence[Arrow], boxes: dict[str, PlacedBox], rows: Sequence[Sequence[Box]]
    ) -> None:
        self.arrows, self.boxes = arrows, boxes
        self.row_of = {box.id: number for number, row in enumerate(rows) for box in row}
        self.rows = [[boxes[box.id] for box in row] for row in rows]
        self.in_gap: dict[tuple[int, int], int] = defaultdict(int)
        self.in_lane: dict[int, int] = defaultdict(int)
        self.anchors = self._anchors()

    def all(self) -> Iterator[PlacedArrow]:
        """Every arrow, placed."""
        for number, arrow in enumerate(self.arrows):
            points = tuple((_tenth(x), _tenth(y)) for x, y in self._points(number, arrow))
            mark = _along(points, MARKS_AT[number % len(MARKS_AT)])
            yield PlacedArrow(arrow.kind, arrow.text, points, _head(points), mark)

    def _side(self, one: str, other: str) -> str:
        """The side of a box at which an arrow to or from another meets it."""
        mine, theirs = self.row_of[one], self.row_of[other]
        if mine != theirs:
            return "bottom" if mine < theirs else "top"
        if not self._are_neighbours(one, other):
            return "bottom"
        return "right" if self.boxes[one].x < self.boxes[other].x else "left"

    def _are_neighbours(self, one: str, other: str) -> bool:
        """Whether two boxes of a row stand beside each other."""
        row = [box.id for box in self.rows[self.row_of[one]]]
        return abs(row.index(one) - row.index(other)) == 1

    def _anchors(self) -> dict[tuple[int, str], Place]:
        """Where each arrow meets each of its boxes: those of a side are spread over it, in the order of the others."""
        sides: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
        for number, arrow in enumerate(self.arrows):
            for one, other in ((arrow.start, arrow.end), (arrow.end, arrow.start)):
                there = self.boxes[other]
                side = self._side(one, other)
                # Arrows between the same two neighbours must meet both at the same height.
                order = there.x + there.width / 2 if side in ("top", "bottom") else float(number)
                sides[one, side].append((order, number))
        return {
            (number, box): self._anchor(self.boxes[box], side, (place + 1) / (len(met) + 1))
            for (box, side), met in sides.items()
            for place, (_, number) in enumerate(sorted(met))
        }

    def _anchor(self, box: PlacedBox, side: str, share: float) -> Place:
        if side in ("top", "bottom"):
            return box.x + box.width * share, box.y + (box.height if side == "bottom" else 0.0)
        return box.x + (box.width if side == "right" else 0.0), box.y + box.height * share

    def _points(self, number: int, arrow: Arrow) -> list[Place]:
        """The corners of an arrow's line."""
        start, end = self.anchors[number, arrow.start], self.anchors[number, arrow.end]
        first, last = self.row_of[arrow.start], self.row_of[arrow.end]
        if first == last and not self._are_neighbours(arrow.start, arrow.end):
            self.in_lane[first] += 1
            lane = _top(first) + BOX_HEIGHT + LANE - (self.in_lane[first] - 1) % 3 * 8
            return [start, (start[0], lane), (end[0], lane), end]
        step = 1 if first < last else -1
        between = list(range(first + step, last, step))
        return [start, *(corner for row in between for corner in self._through(row, start, end, step)), end]

    def _through(self, row: int, start: Place, end: Place, step: int) -> tuple[Place, Place]:
        """The two corners of the gap of a row that lies nearest to the straight way."""
        top, bottom = _top(row) - 6, _top(row) + BOX_HEIGHT + 6
        share = (_top(row) - start[1]) / (end[1] - start[1]) if end[1] != start[1] else 0.0
        wanted = start[0] + share * (end[0] - start[0])
        gaps = self._gaps(row)
        gap = min(range(len(gaps)), key=lambda at: abs(sum(gaps[at]) / 2 - wanted))
        used = self.in_gap[row, gap]
        self.in_gap[row, gap] += 1
        x = _lane(*gaps[gap], used)
        return ((x, top), (x, bottom)) if step > 0 else ((x, bottom), (x, top))

    def _gaps(self, row: int) -> list[Place]:
        """From where to where there is room beside and between the boxes of a row."""
        boxes = self.rows[row]
        first, last = boxes[0], boxes[-1]
        return [
            (max(first.x - GAP, LEFT - 16), first.x),
            *((a.x + a.width, b.x) for a, b in pairwise(boxes)),
            (last.x + last.width, min(last.x + last.width + GAP, WIDTH)),
        ]


def _lane(start: float, end: float, used: int) -> float:
    """A place in a gap: right of its middle, left of it, further right; once it is full, from the middle again."""
    a_side = int(max((end - start) / 2 - 4, 0) // APART)
    place = used % (2 * a_side + 1)
    return (start + end) / 2 + (place + 1) // 2 * APART * (1 if place % 2 else -1)


def _along(points: Sequence[Place], share: float) -> Place:
    """The place at a share of a line's length."""
    lengths = [math.dist(a, b) for a, b in pairwise(points)]
    left = sum(lengths) * share
    for (a, b), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length:
            return _tenth(a[0] + (b[0] - a[0]) * left / length), _tenth(a[1] + (b[1] - a[1]) * left / length)
        left -= length
    return points[-1]


def _head(points: Sequence[Place]) -> tuple[Place, ...]:
    """The triangle at the end of a line, in the direction in which it arrives."""
    (x1, y1), (x2, y2) = next(
        pair for pair in reversed(list(pairwise(points))) if pair[0] != pair[1] or len(points) == 2
    )
    turn = math.atan2(y2 - y1, x2 - x1)
    corners = [(x2, y2)]
    for side in (1, -1):
        angle = turn + math.pi - side * 0.42
        corners.append((_tenth(x2 + HEAD * math.cos(angle)), _tenth(y2 + HEAD * math.sin(angle))))
    return tuple(corners)


def _path(points: Sequence[Place]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _tenth(value: float) -> float:
    return round(value, 1)
