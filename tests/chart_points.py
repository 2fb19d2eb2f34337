"""Charts for tests: a slow and obvious one in plain Python, and the expression run on its engine."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import duckdb
import ibis

from joinedup.insight.engine import sql_for_duckdb
from joinedup.insight.statistics.moving_range_chart import moving_range_chart

DAYS = date(2024, 1, 1).toordinal()
HAIR = 1e-9


@dataclass(frozen=True)
class Charted:
    g: str
    d: date
    mean: float
    lower: float | None
    upper: float | None
    near_lower: float | None
    near_upper: float | None
    moving_range: float | None
    rule: str | None
    side: str | None
    variation: str


def obvious_chart(points, *, screen=True, run=7, trend=7, better="lower", group="a"):
    """Rule by rule, window by window, as the convention reads."""
    points = [(day, float(value)) for day, value in points if value is not None]
    if not points:
        return []
    values = [value for _, value in points]
    mean = sum(values) / len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    spread = _spread(ranges, screen)
    found = [None] * len(values)
    if spread is not None:
        for finder in (_runs(values, mean, run), _twos(values, mean, spread), _trends(values, trend)):
            for i, finding in finder.items():
                found[i] = finding
        for i, value in enumerate(values):
            hair = HAIR * (abs(value) + abs(mean))
            if value > mean + 2.66 * spread + hair:
                found[i] = ("beyond_limit", "high")
            if value < mean - 2.66 * spread - hair:
                found[i] = ("beyond_limit", "low")
    else:
        found = [_runs(values, mean, run).get(i) for i in range(len(values))]
    return [
        Charted(
            group,
            day,
            mean,
            None if spread is None else mean - 2.66 * spread,
            None if spread is None else mean + 2.66 * spread,
            None if spread is None else mean - 2.66 * 2 / 3 * spread,
            None if spread is None else mean + 2.66 * 2 / 3 * spread,
            None if i == 0 else ranges[i - 1],
            found[i][0] if found[i] else None,
            found[i][1] if found[i] else None,
            _variation(found[i], better),
        )
        for i, (day, _) in enumerate(points)
    ]


def _variation(found, better):
    if found is None:
        return "common_cause"
    good = {"lower": "low", "higher": "high"}[str(better)]
    return "improvement" if found[1] == good else "concern"


def _spread(ranges, screen):
    if not ranges:
        return None
    usual = sum(ranges) / len(ranges)
    kept = [r for r in ranges if not (screen and usual > 0 and r >= 3.267 * usual)]
    return sum(kept) / len(kept)


def _sides(values, mean):
    hairs = [HAIR * (abs(value) + abs(mean)) for value in values]
    return [
        "high" if v - mean > h else "low" if mean - v > h else None
        for v, h in zip(values, hairs, strict=True)
    ]


def _runs(values, mean, run):
    sides, found = _sides(values, mean), {}
    for start in range(len(values) - run + 1):
        window = range(start, start + run)
        for side in ("high", "low"):
            if all(sides[i] == side for i in window):
                found.update({i: ("run", side) for i in window})
    return found


def _twos(values, mean, spread):
    sides, found = _sides(values, mean), {}
    near = 2.66 * 2 / 3 * spread
    for start in range(len(values) - 2):
        window = range(start, start + 3)
        for side, sign in (("high", 1), ("low", -1)):
            beyond = [
                i for i in window if sign * (values[i] - mean) > near + HAIR * (abs(values[i]) + abs(mean))
            ]
            if len(beyond) >= 2 and all(sides[i] == side for i in window):
                found.update({i: ("two_of_three", side) for i in beyond})
    return found


def _trends(values, trend):
    """In order of time, so that a turning point belongs to the later trend."""
    found = {}
    for start in range(len(values) - trend + 1):
        window = values[start : start + trend]
        if all(a < b for a, b in pairwise(window)):
            found.update({i: ("trend", "high") for i in range(start, start + trend)})
        if all(a > b for a, b in pairwise(window)):
            found.update({i: ("trend", "low") for i in range(start, start + trend)})
    return found


def charted(groups, **options):
    """The expression, run on DuckDB over the same points."""
    table = ibis.table({"g": "string", "d": "date", "v": "float64"}, name="points")
    chart = moving_range_chart(table, date="d", value="v", by=["g"], **options)
    names = list(Charted.__dataclass_fields__)
    query = sql_for_duckdb(chart.select(*names).order_by("g", "d"))
    found = defaultdict(list)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE points (g VARCHAR, d DATE, v DOUBLE)")
        rows = [(g, d, v) for g, ps in groups.items() for d, v in ps]
        connection.executemany("INSERT INTO points VALUES (?, ?, ?)", rows)
        for row in connection.execute(query).fetchall():
            found[row[0]].append(Charted(*row))
    return found
