"""What the components work out for themselves."""

from dataclasses import replace
from datetime import UTC, datetime

from joinedup.web.components import Pages, Precision, TimelineEntry, timeline
from joinedup.web.split_views import SplitRow, SplitView

NBSP = "\N{NO-BREAK SPACE}"


def entry(*when):
    return TimelineEntry("e", datetime(*when, tzinfo=UTC), "Trust", "Visit", "A visit", "Someone")


def test_a_timeline_is_newest_first_and_grouped_by_the_british_day():
    shown = timeline([entry(2026, 6, 30, 22, 30), entry(2026, 6, 30, 23, 30), entry(2026, 7, 1, 8)])
    assert [day.title.replace(NBSP, " ") for day in shown.days] == [
        "Wednesday 1 July 2026",
        "Tuesday 30 June 2026",
    ]
    assert [len(day.entries) for day in shown.days] == [2, 1]
    assert shown.days[0].entries[0].time.hour == 8


def test_a_long_quiet_stretch_says_so():
    shown = timeline([entry(2026, 1, 3, 9), entry(2026, 3, 3, 9), entry(2026, 3, 5, 9)])
    said = [day.quiet.replace(NBSP, " ") for day in shown.days]
    assert said == ["", "Nothing from 4 January to 2 March 2026", ""]


def test_no_more_is_said_of_a_date_than_is_known_and_what_has_none_comes_last():
    year = replace(entry(2026, 1, 1), precision=Precision.YEAR)
    month = replace(entry(2026, 1, 1), precision=Precision.MONTH)
    nothing = replace(entry(2026, 1, 1), time=None, precision=Precision.UNKNOWN)
    shown = timeline([nothing, year, entry(2026, 1, 1, 9), month], at=datetime(2025, 12, 1, tzinfo=UTC))
    assert [day.title.replace(NBSP, " ") for day in shown.days] == [
        "Thursday 1 January 2026 (still to come)",
        "2026 (day not recorded)",
        "January 2026 (day not recorded)",
        "Date not recorded",
    ]


def test_no_silence_is_claimed_before_a_date_that_is_not_known():
    shown = timeline([entry(2026, 3, 5, 9), replace(entry(2011, 1, 1), precision=Precision.YEAR)])
    assert [day.quiet for day in shown.days] == ["", ""]


def test_an_empty_timeline_has_no_days():
    assert timeline([]).days == ()


def test_a_split_view_counts_what_differs_and_neither_case_nor_silence():
    rows = (
        SplitRow("Name", "Ann  Bee", "ANN BEE"),
        SplitRow("Born", "1 May 1950", "1 June 1950"),
        SplitRow("Phone", None, "1"),
        SplitRow("Email", None, None),
        SplitRow("Known to", "A", "B", is_compared=False),
    )
    view = SplitView("Same?", "Left", "Right", rows)
    said = ["Same", "Different", "Recorded in one only", "Not recorded in either", ""]
    assert [row.compared for row in rows] == said
    assert (view.differences, view.fields) == (1, 4)


def test_pages_lead_only_to_pages_that_exist():
    assert Pages(1, 2, "?page=", "").earlier is None
    assert Pages(1, 2, "?page=", "").later == "?page=2"
    assert Pages(2, 2, "?page=", "").later is None
