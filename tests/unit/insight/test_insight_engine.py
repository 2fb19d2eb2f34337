"""The engine, the tables and their rows; every expression of the measure goes to Spark too."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from joinedup.core.nation import Nation
from joinedup.insight.calendar import months_table
from joinedup.insight.declaration import Origin
from joinedup.insight.disclosure import DisclosureRule, disclose
from joinedup.insight.engine import Engine, EngineError, mark_of, sql_for_spark, write_rows
from joinedup.insight.measures.delayed_days import DECLARATION, charted
from joinedup.insight.measures.partnership_days import partnership_months, rule_spans
from joinedup.insight.measures.populations import population_gaps
from joinedup.insight.measures.published_days import published_months
from joinedup.insight.rows import ActivityRow, DelayRow, PersonRow, write_activity
from joinedup.insight.tables import ACTIVITY, PERSON, PUBLISHED_LOOKUP, TABLES, table_folder

AT = datetime(2025, 6, 15, 12, tzinfo=UTC)
PUBLISHED = [variant for variant in DECLARATION.variants if variant.published]


@dataclass(frozen=True)
class Belongs:
    part_code: str
    part_name: str | None
    whole_name: str | None
    share: float | None


ROWS = [
    ("s", "lsoa", "a", None, "icb", "b", "", 0.1),
    ("s", "lsoa", "c", "NULL", "icb", "b", 'said "x",\ny', None),
]


def test_rows_come_back_as_they_went_in(tmp_path):
    path = table_folder(tmp_path, PUBLISHED_LOOKUP) / "1.parquet"
    assert write_rows(PUBLISHED_LOOKUP, ROWS, path, mark="it's") == 2
    assert mark_of(path) == "it's"
    with Engine(tmp_path) as engine:
        found = engine.run(PUBLISHED_LOOKUP.order_by("part_code"), Belongs)
    assert found == [Belongs("a", None, "", 0.1), Belongs("c", "NULL", 'said "x",\ny', None)]
    assert [each.name for each in path.parent.iterdir()] == ["1.parquet"]


@pytest.mark.parametrize(
    "row", [("s", "l", None, None, "i", "b", None, 0.1), ("s", "l", "a", None, "i", "b", None, "x")]
)
def test_a_row_that_does_not_fit_leaves_what_was_there(tmp_path, row):
    path = table_folder(tmp_path, PUBLISHED_LOOKUP) / "1.parquet"
    write_rows(PUBLISHED_LOOKUP, ROWS, path)
    before = path.read_bytes()
    with pytest.raises(EngineError, match="does not fit table published_lookup"):
        write_rows(PUBLISHED_LOOKUP, [row], path)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["1.parquet"]


def test_a_table_without_files_is_empty(tmp_path):
    with Engine(tmp_path) as engine:
        assert engine.run(PUBLISHED_LOOKUP, Belongs) == []


def test_several_files_are_one_table(tmp_path):
    for name in ("1", "year=2024/2"):
        write_rows(PUBLISHED_LOOKUP, ROWS, table_folder(tmp_path, PUBLISHED_LOOKUP) / f"{name}.parquet")
    with Engine(tmp_path) as engine:
        assert len(engine.run(PUBLISHED_LOOKUP, Belongs)) == 4


def test_an_answer_that_lacks_a_column_is_an_error(tmp_path):
    with Engine(tmp_path) as engine, pytest.raises(EngineError, match="Belongs asks for part_code"):
        engine.run(PERSON, Belongs)


def test_an_answer_can_be_written(tmp_path):
    write_rows(PUBLISHED_LOOKUP, ROWS, table_folder(tmp_path, PUBLISHED_LOOKUP) / "1.parquet")
    with Engine(tmp_path) as engine:
        path = tmp_path / "out" / "insight" / "published_lookup" / "x.parquet"
        engine.write(PUBLISHED_LOOKUP.filter(PUBLISHED_LOOKUP.share > 0), path)
    with Engine(tmp_path / "out") as engine:
        assert [row.part_code for row in engine.run(PUBLISHED_LOOKUP, Belongs)] == ["a"]


@pytest.mark.parametrize(("row", "table"), [(PersonRow, "person"), (ActivityRow, "activity")])
def test_rows_have_the_columns_of_their_table(row, table):
    assert tuple(field.name for field in fields(row)) == tuple(TABLES[table].columns)


def test_a_delay_row_has_the_columns_of_its_table_but_for_the_days():
    days = {"ready_on", "left_on", "intermediate_care_on"}
    assert {field.name for field in fields(DelayRow)} | days == set(TABLES["delay"].columns)


@dataclass(frozen=True)
class Cost:
    cost: Decimal
    quantity: float


def test_a_cost_keeps_its_pence(tmp_path):
    row = ActivityRow(
        person="p",
        kind="home visit",
        setting=None,
        organisation=None,
        started_at=AT,
        quantity=1.5,
        unit="hours",
        cost=Decimal("1234567.89"),
        nation=Nation.WALES,
    )
    assert write_activity([row], table_folder(tmp_path, ACTIVITY) / "1.parquet") == 1
    with Engine(tmp_path) as engine:
        assert engine.run(ACTIVITY, Cost) == [Cost(Decimal("1234567.89"), 1.5)]


@pytest.mark.parametrize("variant", PUBLISHED, ids=lambda variant: variant.nation.value)
def test_published_figures_go_to_spark(variant):
    assert "published_delay" in sql_for_spark(published_months(variant.published, variant.counted))
    assert "published_" in sql_for_spark(population_gaps(variant.published.population))


@pytest.mark.parametrize("nation", Nation)
def test_the_partnership_s_own_figures_go_to_spark(nation):
    spans, _ = rule_spans(nation, [date(2025, 1, 1)])
    own = partnership_months(nation, spans, [date(2025, 1, 1), date(2025, 2, 1)], AT)
    assert "`delay`" in sql_for_spark(disclose(own, DisclosureRule()))
    assert DECLARATION.variant(nation, Origin.PARTNERSHIP) is not None


def test_the_chart_of_the_measure_goes_to_spark():
    assert "OVER" in sql_for_spark(charted(DECLARATION))


@dataclass(frozen=True)
class Months:
    month: date
    next_month: date


def test_months_are_dates_and_know_the_next(tmp_path):
    with Engine(tmp_path) as engine:
        found = engine.run(months_table([date(2024, 2, 1), date(2024, 12, 1)]), Months)
    assert found == [
        Months(date(2024, 2, 1), date(2024, 3, 1)),
        Months(date(2024, 12, 1), date(2025, 1, 1)),
    ]
