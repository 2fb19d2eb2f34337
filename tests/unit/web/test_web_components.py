"""What the components work out for themselves."""

from datetime import UTC, datetime

from joinedup.web.components import Pages, SplitRow, SplitView, TimelineEntry, timeline

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


def test_a_split_view_counts_differences_but_not_of_case_or_spaces():
    rows = (
        SplitRow("Name", "Ann  Bee", "ANN BEE"),
        SplitRow("Phone", None, "1"),
        SplitRow("Email", None, None),
    )
    view = SplitView("Same?", "Left", "Right", rows)
    assert view.differences == 1


def test_pages_lead_only_to_pages_that_exist():
    assert Pages(1, 2, "?page=", "").earlier is None
    assert Pages(1, 2, "?page=", "").later == "?page=2"
    assert Pages(2, 2, "?page=", "").later is None
