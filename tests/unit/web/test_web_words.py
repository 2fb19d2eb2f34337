"""Dates, times, numbers and money as pages write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from joinedup.web import words

NBSP = "\N{NO-BREAK SPACE}"
AT = datetime(2026, 3, 5, 18, 10, tzinfo=UTC)


def plain(text):
    return text.replace(NBSP, " ")


def test_since_gives_the_time_first_and_the_difference_after():
    ready = datetime(2026, 3, 3, 14, 10, tzinfo=UTC)
    assert plain(words.since(ready, AT)) == "Tuesday 3 March, 14:10 (2 days 4 hours)"


def test_the_year_is_given_when_it_is_another():
    assert (
        plain(words.moment(datetime(2025, 12, 31, 9, 5, tzinfo=UTC), at=AT))
        == "Wednesday 31 December 2025, 09:05"
    )
    assert plain(words.day(date(2026, 3, 3))) == "Tuesday 3 March 2026"


def test_summer_time_is_shown_on_a_british_clock():
    assert words.clock(datetime(2026, 7, 1, 23, 30, tzinfo=UTC)) == "00:30"
    assert plain(words.moment(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), at=AT)) == "Thursday 2 July, 00:30"


def test_the_hour_that_the_clocks_skip_is_not_counted():
    before = datetime(2026, 3, 28, 12, 0, tzinfo=words.UK_TIME)
    after = datetime(2026, 3, 29, 12, 0, tzinfo=words.UK_TIME)
    assert plain(words.since(before, after)).endswith("(23 hours)")


def test_a_time_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        words.clock(datetime(2026, 3, 3, 14, 10))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=5, minutes=35), "5 hours 35 minutes"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(days=9, hours=23), "9 days 23 hours"),
        (timedelta(days=10, hours=23), "10 days"),
        (timedelta(days=1200), "1,200 days"),
    ],
)
def test_durations(length, said):
    assert plain(words.duration(length)) == said


def test_time_left_and_over():
    assert plain(words.time_left(timedelta(hours=4))) == "4 hours left"
    assert plain(words.time_left(timedelta(hours=-2))) == "2 hours over"


def test_numbers_and_money():
    assert words.number(1234567) == "1,234,567"
    assert words.number(2.5) == "3"
    assert words.number(-0.4) == "0"
    assert words.number(-1234.56, 1) == "\N{MINUS SIGN}1,234.6"
    assert words.money(Decimal("1234.5")) == "£1,234.50"
    assert words.money(Decimal("-0.005")) == "\N{MINUS SIGN}£0.01"
    assert plain(words.plural(1, "person", "people")) == "1 person"
    assert plain(words.plural(1200, "person", "people")) == "1,200 people"


def test_identifiers_do_not_break_over_lines():
    assert words.identifier("9991234567") == f"999{NBSP}123{NBSP}4567"
    assert words.identifier("A12/77") == "A12/77"


@pytest.mark.parametrize(
    ("born", "said"),
    [
        (date(1941, 3, 6), "84 years"),
        (date(1941, 3, 5), "85 years"),
        (date(2024, 3, 6), "23 months"),
        (date(2026, 2, 10), "23 days"),
        (date(2026, 2, 5), "1 month"),
    ],
)
def test_ages(born, said):
    assert plain(words.age(born, AT.date())) == said
