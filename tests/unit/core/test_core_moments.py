"""Moments across the changes of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from joinedup.core.moments import (
    UK_TIME,
    later_by,
    require_aware,
    say_duration,
    say_moment,
    start_of_day,
    time_between,
    uk_date,
)


def test_a_time_without_a_zone_is_refused_by_the_name_of_the_fact():
    with pytest.raises(ValueError, match="ready_at has no time zone"):
        require_aware(datetime(2026, 1, 1), "ready_at")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), date(2026, 1, 31)),
    ],
)
def test_the_day_is_that_of_the_united_kingdom(moment, day):
    assert uk_date(moment) == day


def test_days_begin_at_midnight_of_the_united_kingdom():
    assert start_of_day(date(2026, 7, 1)).astimezone(UTC) == datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert start_of_day(date(2026, 1, 1)).astimezone(UTC) == datetime(2026, 1, 1, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 5, 1), 24)]
)
def test_days_are_as_long_as_the_clocks_make_them(day, hours):
    passed = time_between(start_of_day(day), start_of_day(day + timedelta(days=1)))
    assert passed == timedelta(hours=hours)


def test_hours_later_are_hours_that_truly_passed():
    before = datetime(2026, 3, 28, 14, 10, tzinfo=UK_TIME)
    assert later_by(before, timedelta(hours=48)).isoformat() == "2026-03-30T15:10:00+01:00"


def test_moments_and_lengths_are_said_as_on_a_page():
    assert say_moment(datetime(2026, 7, 3, 13, 10, tzinfo=UTC)) == "Friday 3 July 2026, 14:10"
    said = [say_duration(timedelta(minutes=minutes)) for minutes in (0, 1, 60, 61, 1440, 3120, 2881)]
    assert said == [
        "0 minutes",
        "1 minute",
        "1 hour",
        "1 hour 1 minute",
        "1 day",
        "2 days 4 hours",
        "2 days",
    ]
