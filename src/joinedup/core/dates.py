"""Days, months, financial years and periods. Nothing here knows what day it is today."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

MONTHS_A_YEAR = 12
DAYS_A_WEEK = 7


class Weekday(IntEnum):
    """Days of the week, numbered as `date.weekday` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Period:
    """A run of days; both ends belong to it. Without an end it goes on."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    def contains(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether any day belongs to both."""
        starts_in_time = self.end is None or other.start <= self.end
        return starts_in_time and (other.end is None or self.start <= other.end)

    @property
    def days(self) -> int | None:
        """How many days belong to it; none when it has no end."""
        return None if self.end is None else (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MONTHS_A_YEAR:
            raise ValueError(f"a month is 1 to 12, not {self.number}")

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def start(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def end(self) -> date:
        """The last day that belongs to it."""
        return date(self.year, self.number, self.days)

    @property
    def days(self) -> int:
        return calendar.monthrange(self.year, self.number)[1]

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def title(self) -> str:
        return f"{calendar.month_name[self.number]} {self.year}"

    def plus(self, months: int) -> "Month":
        year, index = divmod(self.year * MONTHS_A_YEAR + self.number - 1 + months, MONTHS_A_YEAR)
        return Month(year, index + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True, slots=True, order=True)
class FinancialYear:
    """A public body's year: 1 April to 31 March. Named by the year in which it starts."""

    starting: int

    @classmethod
    def of(cls, day: date) -> "FinancialYear":
        return cls(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)

    @property
    def start(self) -> date:
        return date(self.starting, 4, 1)

    @property
    def end(self) -> date:
        """The last day that belongs to it."""
        return date(self.starting + 1, 3, 31)

    @property
    def period(self) -> Period:
        return Period(self.start, self.end)

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(months_from(Month.of(self.start), Month.of(self.end)))

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.end

    def plus(self, years: int) -> "FinancialYear":
        return FinancialYear(self.starting + years)

    def __str__(self) -> str:
        return f"{self.starting}/{(self.starting + 1) % 100:02}"


def months_from(first: Month, last: Month) -> Iterator[Month]:
    """Every month from the first to the last; none when the last is before the first."""
    month = first
    while month <= last:
        yield month
        month = month.plus(1)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    month = Month.of(day).plus(months)
    return date(month.year, month.number, min(day.day, month.days))


def age_on(born: date, day: date) -> int:
    """Whole years of age. Who was born on 29 February grows older on 1 March in a common year."""
    if day < born:
        raise ValueError("age on a day before birth")
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def last_weekday_of_month(month: Month, weekday: Weekday) -> date:
    """Such as the last Thursday."""
    return month.end - timedelta(days=(month.end.weekday() - weekday) % DAYS_A_WEEK)


def nth_weekday_of_month(month: Month, weekday: Weekday, nth: int) -> date:
    """Such as the third Wednesday. A fifth that the month does not have is an error."""
    first = month.start + timedelta(days=(weekday - month.start.weekday()) % DAYS_A_WEEK)
    day = first + timedelta(weeks=nth - 1)
    if Month.of(day) != month:
        raise ValueError(f"{month} has no weekday of that kind numbered {nth}")
    return day


def say_short_date(day: date) -> str:
    """A day without its weekday: 3 March 2026."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def say_date(day: date) -> str:
    """A day as a page says it: Tuesday 3 March 2026."""
    return f"{calendar.day_name[day.weekday()]} {say_short_date(day)}"
