"""Financial years, months, periods and weekdays at their edges."""

from datetime import date

import pytest

from joinedup.core.dates import (
    FinancialYear,
    Month,
    Period,
    Weekday,
    add_months,
    age_on,
    last_weekday_of_month,
    months_from,
    nth_weekday_of_month,
    say_date,
)


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2024, 3, 31), "2023/24"), (date(2024, 4, 1), "2024/25"), (date(2000, 1, 1), "1999/00")],
)
def test_the_financial_year_turns_on_1_april(day, year):
    assert str(FinancialYear.of(day)) == year


def test_a_financial_year_holds_its_own_days_and_twelve_months():
    year = FinancialYear(2023)
    assert year.period == Period(date(2023, 4, 1), date(2024, 3, 31))
    assert (year.contains(year.start), year.contains(year.end)) == (True, True)
    assert (year.contains(date(2023, 3, 31)), year.contains(date(2024, 4, 1))) == (False, False)
    assert [str(month) for month in year.months][::11] == ["2023-04", "2024-03"]
    assert len(year.months) == 12
    assert year.plus(1).start == date(2024, 4, 1)


def test_both_ends_belong_to_a_period():
    period = Period(date(2024, 2, 28), date(2024, 3, 1))
    assert period.days == 3
    assert [period.contains(date(2024, 2, day)) for day in (27, 28, 29)] == [False, True, True]
    assert (period.contains(date(2024, 3, 1)), period.contains(date(2024, 3, 2))) == (True, False)
    assert (Period(date(2024, 1, 1)).contains(date(2999, 1, 1)), Period(date(2024, 1, 1)).days) == (
        True,
        None,
    )


@pytest.mark.parametrize(
    ("one", "other", "overlaps"),
    [
        (Period(date(2024, 1, 1), date(2024, 1, 31)), Period(date(2024, 1, 31)), True),
        (Period(date(2024, 1, 1), date(2024, 1, 31)), Period(date(2024, 2, 1)), False),
        (Period(date(2024, 1, 1)), Period(date(2030, 1, 1)), True),
        (Period(date(2024, 1, 1), date(2024, 12, 31)), Period(date(2024, 6, 1), date(2024, 6, 2)), True),
    ],
)
def test_periods_overlap_when_a_day_belongs_to_both(one, other, overlaps):
    assert one.overlaps(other) is overlaps
    assert other.overlaps(one) is overlaps


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2024, 1, 2), date(2024, 1, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2023, 12, 15), 1, date(2024, 1, 15)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
    ],
)
def test_months_are_added_to_the_same_day_or_the_last(day, months, expected):
    assert add_months(day, months) == expected


def test_months_know_their_days_and_order():
    assert (Month(2024, 2).days, Month(2023, 2).days) == (29, 28)
    assert Month(2024, 2).period == Period(date(2024, 2, 1), date(2024, 2, 29))
    assert list(months_from(Month(2023, 12), Month(2024, 1))) == [Month(2023, 12), Month(2024, 1)]
    assert list(months_from(Month(2024, 2), Month(2024, 1))) == []
    assert Month(2024, 2).title == "February 2024"
    with pytest.raises(ValueError, match="a month is 1 to 12"):
        Month(2024, 13)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        (Month(2024, 2), date(2024, 2, 29)),
        (Month(2024, 3), date(2024, 3, 28)),
        (Month(2024, 5), date(2024, 5, 30)),
    ],
)
def test_the_last_thursday(month, expected):
    assert last_weekday_of_month(month, Weekday.THURSDAY) == expected


@pytest.mark.parametrize(
    ("month", "expected"), [(Month(2023, 2), date(2023, 2, 15)), (Month(2023, 11), date(2023, 11, 15))]
)
def test_the_third_wednesday(month, expected):
    assert nth_weekday_of_month(month, Weekday.WEDNESDAY, 3) == expected


@pytest.mark.parametrize("nth", [0, 5])
def test_a_weekday_that_the_month_does_not_have(nth):
    with pytest.raises(ValueError, match="2023-02 has no weekday"):
        nth_weekday_of_month(Month(2023, 2), Weekday.WEDNESDAY, nth)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
        (date(2000, 5, 5), date(2018, 5, 4), 17),
        (date(2000, 5, 5), date(2018, 5, 5), 18),
        (date(2000, 5, 5), date(2000, 5, 5), 0),
    ],
)
def test_age_in_whole_years(born, day, age):
    assert age_on(born, day) == age


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="before birth"):
        age_on(date(2000, 1, 2), date(2000, 1, 1))


def test_dates_are_said_in_full():
    assert say_date(date(2026, 3, 3)) == "Tuesday 3 March 2026"
