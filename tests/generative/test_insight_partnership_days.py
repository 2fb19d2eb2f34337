"""The measure's expression against the rule book's own clock: the same stays come to the same days."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.insight.disclosure import DisclosureRule
from joinedup.insight.measures import run_all
from joinedup.insight.rows import DelayRow, PersonRow, write_delay, write_person
from joinedup.insight.tables import DELAY, PERSON, table_folder
from joinedup.rules.leaving_hospital.by_nation import Complexity, Setting, Stay, delay_clock

AT = datetime(2025, 6, 15, 12, 30, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2025, 7, 1), timezones=st.just(UTC))  # noqa: DTZ001
SHORT = st.integers(min_value=0, max_value=60 * 24 * 40).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def stays(draw) -> Stay:
    ready = draw(MOMENTS)
    moved = draw(st.none() | SHORT)
    moved_at = None if moved is None else ready + moved
    left = draw(st.none() | SHORT)
    return Stay(
        admitted_at=ready - timedelta(days=2),
        ready_at=ready,
        left_at=None if left is None else (moved_at or ready) + left,
        moved_to_intermediate_care_at=moved_at,
        # Of age on every day, or not: the table holds the age that the publish step works out.
        born=draw(st.sampled_from([date(1940, 1, 1), date(2015, 1, 1), None])),
        setting=draw(st.sampled_from(Setting)),
        reason_code=draw(st.sampled_from([None, "100", "51X"])),
        complexity=draw(st.none() | st.sampled_from(Complexity)),
    )


def _row(number: int, nation: Nation, stay: Stay) -> DelayRow:
    age = None if stay.born is None else (AT.year - stay.born.year - 1)
    return DelayRow(
        person=f"p{number}",
        stay=f"s{number}",
        nation=nation,
        area="north",
        organisation=None,
        setting=stay.setting.value,
        admitted_at=stay.admitted_at,
        ready_at=stay.ready_at,
        left_at=stay.left_at,
        intermediate_care_at=stay.moved_to_intermediate_care_at,
        reason=stay.reason_code,
        complexity=stay.complexity.value if stay.complexity else None,
        age=age,
    )


def _days_by_the_measure(nation: Nation, given_stays: list[Stay]) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        person = PersonRow(person="x", nation=nation, area="north", sex=None, birth_year=1950)
        write_person([person], table_folder(folder, PERSON) / "1.parquet")
        rows = [_row(number, nation, stay) for number, stay in enumerate(given_stays)]
        write_delay(rows, table_folder(folder, DELAY) / "1.parquet")
        (result,) = run_all(folder, AT, disclosure=DisclosureRule(suppress_up_to=-1, round_to=1))
    return sum(p.numerator or 0 for s in result.series if s.is_whole for p in s.points)


def _days_by_the_clock(nation: Nation, given_stays: list[Stay]) -> int:
    there = [stay for stay in given_stays if stay.ready_at <= AT]
    clocks = [delay_clock(nation, stay, AT).value for stay in there]
    return sum(clock.delayed_days for clock in clocks if clock.counts)


@pytest.mark.parametrize("nation", Nation)
@settings(max_examples=6, deadline=None)
@given(given_stays=st.lists(stays(), min_size=20, max_size=60))
def test_the_measure_counts_the_days_that_the_clock_counts(nation, given_stays) -> None:
    assert _days_by_the_measure(nation, given_stays) == _days_by_the_clock(nation, given_stays)
