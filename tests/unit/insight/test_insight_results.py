"""Results: the finding in words, keeping and reading them, CSV, and reading them without a data engine."""

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from joinedup.core.dates import Month
from joinedup.core.nation import Nation
from joinedup.insight.findings import finding
from joinedup.insight.results import (
    MeasureResult,
    Point,
    PointState,
    ResultError,
    Series,
    csv_text,
    load,
    load_all,
    save,
)
from joinedup.insight.signals import Rule, Side

LIMITS = {"mean": 10.0, "lower": 4.0, "upper": 16.0, "near_lower": 6.0, "near_upper": 14.0}


def _points(*given):
    """Points from values, or from (value, rule, side)."""
    months = [Month(2025, 1).plus(i).start for i in range(len(given))]
    made = []
    for month, each in zip(months, given, strict=True):
        value, rule, side = each if isinstance(each, tuple) else (each, None, None)
        made.append(Point(month=month, state=PointState.KNOWN, value=value, rule=rule, side=side, **LIMITS))
    return made


LOW, HIGH = Side.LOW, Side.HIGH
BEYOND = Rule.BEYOND_LIMIT
SAID = [
    ([9, *[(3, BEYOND, LOW)] * 3], "Delays fell: below the lower limit in each of the last 3 months"),
    ([9, (17, BEYOND, HIGH)], "Delays rose: above the upper limit in February 2025"),
    ([(3, BEYOND, LOW), 9, (3, BEYOND, LOW)], "Delays fell: below the lower limit in March 2025"),
    ([9, 10], "Delays did not change more than chance explains: February 2025 is within the limits"),
    (
        [9, *[(v, Rule.TREND, LOW) for v in (12, 11, 10, 9, 8, 7, 6.5)]],
        "Delays are falling: each of the last 6 months is lower than the one before",
    ),
    (
        [9, (15, Rule.TWO_OF_THREE, HIGH), 12, (15, Rule.TWO_OF_THREE, HIGH)],
        "Delays rose: close to the upper limit or beyond it in 2 of the last 3 months",
    ),
    (
        [12, *[(9, Rule.RUN, LOW)] * 8],
        "Delays are lower than usual: below the mean in each of the last 8 months",
    ),
    ([9], "Too few months of delays to say whether they changed"),
    ([], "Delays can't be charted: there are no months"),
]


@pytest.mark.parametrize(("given", "said"), SAID)
def test_the_finding_in_a_sentence(given, said):
    assert finding("Delays", _points(*given)) == said


def test_months_without_a_value_do_not_break_a_finding():
    points = _points(9, (3, BEYOND, LOW), (3, BEYOND, LOW))
    gap = Point(month=date(2025, 4, 1), state=PointState.INCOMPLETE_MONTH)
    assert finding("Delays", [*points, gap]).endswith("each of the last 2 months")


def test_nothing_but_gaps_says_which():
    gap = Point(month=date(2025, 4, 1), state=PointState.NO_POPULATION)
    assert finding("Delays", [gap]) == "Delays can't be charted: population not known"


def _result(sample, **more) -> MeasureResult:
    series = Series(
        nation=Nation.WALES,
        origin="partnership",
        source="partnership",
        area_code="W1",
        area_name='Môn, "north"',
        is_whole=False,
        numerator="days",
        denominator="people",
        finding="none",
        notes=("a",),
        points=(*_points(1.5), Point(month=date(2025, 2, 1), state=PointState.SUPPRESSED)),
    )
    given = {"id": "delayed_days", "description": sample, "series": (series,), "comparisons": (), "notes": ()}
    return MeasureResult(**given | {"computed_at": datetime(2025, 8, 1, tzinfo=UTC)} | more)


@pytest.fixture
def description(tmp_path):
    from joinedup.insight.measures import run_all  # noqa: PLC0415

    return run_all(tmp_path, datetime(2025, 8, 1, tzinfo=UTC))[0].description


def test_what_is_saved_is_read_back_the_same(tmp_path, description):
    result = _result(description)
    path = save(result, tmp_path)
    assert path == tmp_path / "insight" / "results" / "delayed_days.json"
    assert load("delayed_days", tmp_path) == result
    assert load_all(tmp_path) == [result]
    assert [each.name for each in path.parent.iterdir()] == ["delayed_days.json"]


def test_what_was_never_computed_is_none(tmp_path):
    assert load("delayed_days", tmp_path) is None
    assert load_all(tmp_path) == []


def test_a_damaged_result_says_what_to_do(tmp_path):
    path = tmp_path / "insight" / "results" / "delayed_days.json"
    path.parent.mkdir(parents=True)
    path.write_text('{"id": 1}')
    with pytest.raises(ResultError, match=r"delayed_days\.json .* Compute the measures again"):
        load("delayed_days", tmp_path)


def test_a_name_is_no_path(tmp_path):
    with pytest.raises(ResultError, match="no name of a measure"):
        load("../secrets", tmp_path)


def test_csv_shows_a_suppressed_month_as_suppressed_and_never_0(description):
    lines = csv_text(_result(description)).splitlines()
    assert lines[0].startswith("nation,origin,source,area_code,area_name,month,state,value,numerator")
    assert lines[1].startswith('wales,partnership,partnership,W1,"Môn, ""north""",2025-01-01,known,1.5,')
    assert lines[2].endswith("2025-02-01,suppressed,,,,,,,,,,,,")


def test_results_are_read_without_a_data_engine():
    code = (
        "import sys, joinedup.insight.results;"
        "print(sorted({'ibis', 'duckdb', 'django', 'pyarrow', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
