"""The measure *delayed days per 100,000 adults* as tables: who was delayed when, and what nations count."""

from datetime import UTC, date, datetime, timedelta

import pytest

from joinedup.core.moments import UK_TIME
from joinedup.core.nation import Nation
from joinedup.insight.disclosure import DisclosureRule
from joinedup.insight.measures import run_all
from joinedup.insight.results import PointState
from joinedup.insight.rows import DelayRow, PersonRow, write_delay, write_person
from joinedup.insight.tables import DELAY, PERSON, table_folder

OPEN = DisclosureRule(suppress_up_to=-1, round_to=1)
AT = datetime(2025, 6, 15, 12, tzinfo=UTC)


def uk(day: str, hour: int = 10) -> datetime:
    year, month, number = (int(part) for part in day.split("-"))
    return datetime(year, month, number, hour, tzinfo=UK_TIME)


def delay(nation: Nation, ready: datetime, left: datetime | None, **more) -> DelayRow:
    """A delay that every nation counts unless told otherwise."""
    given = {
        "person": "p1",
        "stay": "s1",
        "area": "north",
        "organisation": None,
        "setting": "acute",
        "age": 80,
    }
    given |= {"complexity": "complex"} | more
    return DelayRow(
        nation=nation, admitted_at=ready - timedelta(days=3), ready_at=ready, left_at=left, **given
    )


def people(nation: Nation, number: int = 1000, area: str = "north", **more) -> list[PersonRow]:
    given = {"sex": "female", "birth_year": 1950} | more
    return [PersonRow(person=f"{area}{i}", nation=nation, area=area, **given) for i in range(number)]


def months_of(folder, nation, delays, persons=None, *, at=AT, disclosure=OPEN, area="all"):
    """The measure's points by month for the whole partnership, or for one area."""
    write_person(persons or people(nation), table_folder(folder, PERSON) / "1.parquet")
    write_delay(delays, table_folder(folder, DELAY) / "1.parquet")
    (result,) = run_all(folder, at, disclosure=disclosure)
    series = [s for s in result.series if s.origin == "partnership" and s.area_code == area]
    return {f"{p.month:%Y-%m}": p for each in series for p in each.points}


# nation, ready, left, days in each month
DAYS = [
    # Scotland: the days after the ready date, the day of leaving too.
    ("scotland", "2025-01-10", "2025-01-12", {"2025-01": 2}),
    ("scotland", "2025-01-30", "2025-02-02", {"2025-01": 1, "2025-02": 2}),
    ("scotland", "2025-01-10", "2025-01-10", {"2025-01": 0}),  # ready date is the day of leaving: dropped
    (
        "scotland",
        "2025-01-31",
        "2025-02-01",
        {"2025-01": 0, "2025-02": 1},
    ),  # ready date is month end: dropped
    ("scotland", "2025-01-31", "2025-03-01", {"2025-01": 0, "2025-02": 28, "2025-03": 1}),
    # England: the nights in bed since the ready date.
    ("england", "2025-01-10", "2025-01-12", {"2025-01": 2}),
    ("england", "2025-01-30", "2025-02-02", {"2025-01": 2, "2025-02": 1}),
    ("england", "2025-01-31", "2025-02-01", {"2025-01": 1, "2025-02": 0}),
    # Wales: nights, once the wait has lasted more than 48 hours; to the minute it is not more.
    ("wales", "2025-01-10", "2025-01-12", {"2025-01": 0}),
    ("wales", "2025-01-10", "2025-01-13", {"2025-01": 3}),
    # Northern Ireland: nights, once the target time (complex: 48 hours) has passed.
    ("northern_ireland", "2025-01-10", "2025-01-12", {"2025-01": 0}),
    ("northern_ireland", "2025-01-10", "2025-01-13", {"2025-01": 3}),
]


@pytest.mark.parametrize(("nation", "ready", "left", "days"), DAYS)
def test_days_of_a_delay_fall_in_their_months(tmp_path, nation, ready, left, days):
    nation = Nation(nation)
    points = months_of(tmp_path, nation, [delay(nation, uk(ready), uk(left))])
    assert {month: points[month].numerator for month in days} == days
    assert sum(point.numerator for point in points.values()) == sum(days.values())


# nation, what is unlike a plain delay, whether the nation counts it
COUNTED = [
    ("scotland", {"age": 17}, False),
    ("scotland", {"age": 18}, True),
    ("scotland", {"age": None}, True),
    ("scotland", {"reason": "100"}, False),
    ("scotland", {"reason": "51X"}, True),
    ("scotland", {"setting": "mental_health"}, True),
    ("england", {"setting": "mental_health"}, False),
    ("wales", {"age": 17}, False),
    ("northern_ireland", {"setting": "mental_health"}, False),
    ("northern_ireland", {"setting": "learning_disability"}, False),
    ("northern_ireland", {"complexity": "simple"}, True),
    ("northern_ireland", {"complexity": None}, True),
]


@pytest.mark.parametrize(("nation", "unlike", "is_counted"), COUNTED)
def test_whom_the_nation_counts(tmp_path, nation, unlike, is_counted):
    nation = Nation(nation)
    points = months_of(tmp_path, nation, [delay(nation, uk("2025-01-10"), uk("2025-01-20"), **unlike)])
    assert (points["2025-01"].numerator > 0) is is_counted if points else not is_counted


def test_a_move_to_intermediate_care_ends_the_count_in_northern_ireland_only(tmp_path):
    for nation, days in ((Nation.NORTHERN_IRELAND, 5), (Nation.ENGLAND, 10)):
        moved = delay(nation, uk("2025-01-10"), uk("2025-01-20"), intermediate_care_at=uk("2025-01-15"))
        assert months_of(tmp_path / nation, nation, [moved])["2025-01"].numerator == days


def test_days_are_those_of_the_united_kingdom(tmp_path):
    # 23:30 UTC on 31 May is 1 June there: nothing falls in May.
    ready = datetime(2025, 5, 31, 23, 30, tzinfo=UTC)
    late = delay(Nation.ENGLAND, ready, ready + timedelta(days=2))
    points = months_of(tmp_path, Nation.ENGLAND, [late])
    assert {month: point.numerator for month, point in points.items()} == {"2025-06": 2}


def test_who_is_still_there_counts_up_to_now_and_the_month_is_not_complete(tmp_path):
    points = months_of(tmp_path, Nation.SCOTLAND, [delay(Nation.SCOTLAND, uk("2025-05-30"), None)])
    assert points["2025-05"].numerator == 1
    assert points["2025-06"].numerator == 15
    assert points["2025-06"].state is PointState.INCOMPLETE_MONTH
    assert points["2025-06"].value is None


def test_who_leaves_later_than_asked_about_is_still_there(tmp_path):
    still = delay(Nation.SCOTLAND, uk("2025-06-10"), uk("2025-07-10"))
    assert months_of(tmp_path, Nation.SCOTLAND, [still])["2025-06"].numerator == 5


# birth year, died on, registered from, whether in the denominator of March 2025
ADULTS = [
    (2007, None, None, True),
    (2008, None, None, False),
    (1940, date(2025, 3, 1), None, True),
    (1940, date(2025, 2, 28), None, False),
    (1940, None, date(2025, 3, 31), True),
    (1940, None, date(2025, 4, 1), False),
]


@pytest.mark.parametrize(("born", "died", "since", "is_there"), ADULTS)
def test_adults_are_those_who_were_there(tmp_path, born, died, since, is_there):
    one = PersonRow(
        person="x",
        nation=Nation.WALES,
        area="north",
        sex=None,
        birth_year=born,
        died_on=died,
        registered_from=since,
    )
    delays = [delay(Nation.WALES, uk("2025-03-01"), uk("2025-03-20"))]
    points = months_of(tmp_path, Nation.WALES, delays, [*people(Nation.WALES, 10), one])
    assert points["2025-03"].denominator == 10 + is_there


def test_the_rate_is_per_100_000_and_a_month_without_delays_is_0(tmp_path):
    delays = [
        delay(Nation.ENGLAND, uk("2025-01-10"), uk("2025-01-15")),
        delay(Nation.ENGLAND, uk("2025-03-10"), uk("2025-03-20"), stay="s2"),
    ]
    points = months_of(tmp_path, Nation.ENGLAND, delays)
    assert [points[f"2025-0{n}"].value for n in (1, 2, 3)] == [500.0, 0.0, 1000.0]


def _of_many(area: str, number: int, day: str = "2025-01-10") -> list[DelayRow]:
    return [
        delay(Nation.ENGLAND, uk(day), uk("2025-01-13"), person=f"{area}{i}", stay=f"{area}{i}", area=area)
        for i in range(number)
    ]


# people delayed in north, south and east; which of north, south, east, all are then shown
SHOWN = [
    ((8, 9, 20), {"north": 25, "south": 25, "east": 60, "all": 110}),
    ((7, 9, 20), {"north": None, "south": None, "east": 60, "all": 110}),  # south too: one alone is plain
    ((0, 9, 20), {"north": None, "south": None, "east": 60, "all": 85}),
    ((0, 3, 20), {"north": None, "south": None, "east": None, "all": 70}),  # 3 between them would show
    ((7, 7, 20), {"north": None, "south": None, "east": 60, "all": 100}),
    ((1, 2, 3), {"north": None, "south": None, "east": None, "all": None}),
]


@pytest.mark.parametrize(("delayed", "shown"), SHOWN)
def test_small_numbers_are_suppressed_and_totals_do_not_reveal_them(tmp_path, delayed, shown):
    areas = ("north", "south", "east")
    delays = [row for area, number in zip(areas, delayed, strict=True) for row in _of_many(area, number)]
    persons = [row for area in areas for row in people(Nation.ENGLAND, 100, area)]
    for area, value in shown.items():
        points = months_of(tmp_path, Nation.ENGLAND, delays, persons, disclosure=DisclosureRule(), area=area)
        point = points["2025-01"]
        if value is None:
            assert point.state is PointState.SUPPRESSED
            assert (point.value, point.numerator) == (None, None)
            assert point.said == "suppressed (few people)"
        else:
            assert point.numerator == pytest.approx(value, abs=5)


def test_a_whole_of_one_suppressed_area_is_suppressed(tmp_path):
    points = months_of(tmp_path, Nation.ENGLAND, _of_many("north", 7), disclosure=DisclosureRule())
    assert points["2025-01"].state is PointState.SUPPRESSED


def test_the_ready_dates_that_no_rule_covers_are_not_counted_and_said(tmp_path):
    nation = Nation.WALES
    delays = [
        delay(nation, uk("2022-01-10"), uk("2022-01-20")),
        delay(nation, uk("2025-01-10"), uk("2025-01-20"), stay="s2"),
    ]
    points = months_of(tmp_path, nation, delays)
    assert points["2022-01"].numerator == 0
    (result,) = run_all(tmp_path, AT, disclosure=OPEN)
    said = "Delays of people who were ready on 2022-01-10 are not counted: no rule is known for that time"
    assert said in result.series[0].notes


def test_without_figures_there_is_a_declaration_and_no_series(tmp_path):
    (result,) = run_all(tmp_path, AT)
    assert result.series == ()
    assert result.description.title.startswith("Delayed days per 100,000")
    assert {c.verdict for c in result.comparisons}
