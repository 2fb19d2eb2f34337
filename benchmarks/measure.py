"""The measure on the Scottish file against a query written by hand for DuckDB that gives the same answer.

Both start from the same loaded Parquet tables and end with the same rows in Python: rates by health board and
month with the limits of their charts. Runs take turns in one process, and the least times are compared, for
other work on the machine only adds. Compiling the expression, once a process, is shown on a line of its own;
it has no limit.

    python benchmarks/measure.py [DATA]

DATA is the folder of published data; without it `JOINEDUP_TEST_DATA`, or `../shared/data` beside the
repository.
"""

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

import duckdb
import ibis

from benchmarks.machine import Figure
from joinedup.core.nation import Nation
from joinedup.exchange.files import load_published
from joinedup.insight.declaration import Origin
from joinedup.insight.engine import Engine, sql_for_duckdb
from joinedup.insight.measures.delayed_days import DECLARATION, MONTHS, charted
from joinedup.insight.measures.published_days import published_months

LIMIT = 1.5
ROUNDS = 41
FILES = {
    "scotland-delayed-discharge": "delayed-discharge-scotland/scotland_delayed_discharge_hb.csv",
    "population-health-board": "population-age-area/population_hb19.derived.csv",
}

BY_HAND = """
WITH areas AS (
    SELECT area_code, date AS month, sum(value) AS numerator
    FROM read_parquet('{root}/published_delay/*.parquet')
    WHERE source = 'scotland-delayed-discharge' AND age_group = '18plus' AND reason = 'all'
      AND area_code <> 'S92000003'
    GROUP BY ALL
), people AS (
    SELECT area_code, year, sum(value) AS population
    FROM read_parquet('{root}/published_population/*.parquet')
    WHERE source = 'population-health-board' GROUP BY ALL
), placed AS (
    SELECT a.area_code, a.month, a.numerator, arg_max(p.population, p.year) AS denominator
    FROM areas a LEFT JOIN people p ON a.area_code = p.area_code AND p.year <= year(a.month)
    GROUP BY ALL
), months AS (
    SELECT area_code, false AS is_whole, month, numerator / denominator * 100000 AS value FROM placed
    UNION ALL
    SELECT 'scotland-delayed-discharge', true, month, sum(numerator) / sum(denominator) * 100000
    FROM placed WHERE denominator IS NOT NULL GROUP BY month
), ranges AS (
    SELECT *, abs(value - lag(value) OVER (PARTITION BY area_code ORDER BY month)) AS moving_range,
        avg(value) OVER (PARTITION BY area_code) AS mean
    FROM months
), usual AS (
    SELECT *, avg(moving_range) OVER (PARTITION BY area_code) AS usual FROM ranges
), spread AS (
    SELECT *, avg(moving_range) FILTER (WHERE moving_range < 3.267 * usual OR usual = 0)
        OVER (PARTITION BY area_code) AS spread
    FROM usual
), steps AS (
    SELECT *, 1e-9 * (abs(value) + abs(mean)) AS hair,
        sign(value - lag(value) OVER w) AS step,
        mean - 2.66 * spread AS lower, mean + 2.66 * spread AS upper,
        mean - 2.66 * 2 / 3 * spread AS near_lower, mean + 2.66 * 2 / 3 * spread AS near_upper
    FROM spread WINDOW w AS (PARTITION BY area_code ORDER BY month)
), sides AS (
    SELECT *, CASE WHEN value - mean > hair THEN 1 WHEN mean - value > hair THEN -1 ELSE 0 END AS side,
        CASE WHEN value > near_upper + hair THEN 1 WHEN value < near_lower - hair THEN -1 ELSE 0 END AS near
    FROM steps
), ends AS (
    SELECT *, sum(step) OVER w6 AS trend, sum(side) OVER w7 AS run, sum(near) OVER w3 AS two, sum(side) OVER
    w3 AS three FROM sides
    WINDOW w6 AS (PARTITION BY area_code ORDER BY month ROWS 5 PRECEDING),
        w7 AS (PARTITION BY area_code ORDER BY month ROWS 6 PRECEDING),
        w3 AS (PARTITION BY area_code ORDER BY month ROWS 2 PRECEDING)
), parts AS (
    SELECT *, max(trend = 6) OVER f7 AS up, max(trend = -6) OVER f7 AS down,
        max(run = 7) OVER f7 AS over, max(run = -7) OVER f7 AS under,
        max(two >= 2 AND three = 3) OVER f3 AND near = 1 AS two_high,
        max(two <= -2 AND three = -3) OVER f3 AND near = -1 AS two_low
    FROM ends
    WINDOW f7 AS (PARTITION BY area_code ORDER BY month ROWS BETWEEN CURRENT ROW AND 6 FOLLOWING),
        f3 AS (PARTITION BY area_code ORDER BY month ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING)
)
SELECT area_code, is_whole, month, value, mean, lower, upper, near_lower, near_upper,
    CASE WHEN value > upper + hair OR value < lower - hair THEN 'beyond_limit' WHEN up OR down THEN 'trend'
        WHEN two_high OR two_low THEN 'two_of_three' WHEN over OR under THEN 'run' END AS rule
FROM parts ORDER BY is_whole DESC, area_code, month
"""


@dataclass(frozen=True)
class Charted:
    """What both give."""

    area_code: str
    is_whole: bool
    month: date
    value: float
    mean: float
    lower: float
    upper: float
    near_lower: float
    near_upper: float
    rule: str | None


def measure() -> list[Figure]:
    """Return both times, their ratio and how many rows differ."""
    data = Path(os.environ.get("JOINEDUP_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not data.is_dir():
        raise SystemExit(f"The published data is not at {data}: set JOINEDUP_TEST_DATA to its folder")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source, file in FILES.items():
            load_published(data / file, source=source, folder=folder, on=date(2026, 1, 1))
        return _compare(folder)


def _compare(folder: Path) -> list[Figure]:
    variant = DECLARATION.variant(Nation.SCOTLAND, Origin.PUBLISHED)
    months = published_months(variant.published, variant.counted).mutate(is_suppressed=ibis.literal(False))
    months = months.select(*MONTHS.columns).cast(MONTHS.schema())
    by_hand = BY_HAND.format(root=folder / "insight")

    def ours() -> list[Charted]:
        engine.keep(months, "months")
        return engine.run(charted(DECLARATION), Charted)

    def hand() -> list[Charted]:
        return [Charted(*row) for row in connection.execute(by_hand).fetchall()]

    with Engine(folder) as engine, duckdb.connect() as connection:
        compiling = _seconds(lambda: (sql_for_duckdb(months), ours()))
        differ = _differences(ours(), hand())
        rounds = [(_seconds(ours), _seconds(hand)) for _ in range(ROUNDS)]
    measured, by_hand_taken = (min(times) * 1000 for times in zip(*rounds, strict=True))
    return [
        Figure("the query written by hand, least of the rounds", by_hand_taken, "ms"),
        Figure("the measure, least of the rounds", measured, "ms"),
        Figure("the measure / by hand", measured / by_hand_taken, "times", LIMIT),
        Figure("rows that differ", differ, "", 0),
        Figure("first run, compiling the expression too", compiling * 1000, "ms"),
    ]


def _differences(ours: list[Charted], theirs: list[Charted]) -> int:
    """How many rows are not the same; figures may differ in the last binary digits."""
    if len(ours) != len(theirs):
        return abs(len(ours) - len(theirs))
    return sum(not _same(a, b) for a, b in zip(ours, theirs, strict=True))


def _same(a: Charted, b: Charted) -> bool:
    pairs = zip(astuple(a), astuple(b), strict=True)
    return all(abs(x - y) < 1e-6 if isinstance(x, float) else x == y for x, y in pairs)


def _seconds(do: Callable[[], object]) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start
