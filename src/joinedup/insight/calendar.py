"""Months as expressions, written so that every engine gives dates back as dates."""

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr.types import DateColumn, IntegerColumn, Table


def months_table(months: Sequence[date]) -> Table:
    """One row for each month, which its first day names: month and next_month."""
    named = (
        ibis.array([ibis.date(day.year, day.month, 1) for day in months]).unnest().name("month").as_table()
    )
    return named.mutate(next_month=month_after(named.month))


def month_of(day: DateColumn) -> DateColumn:
    """The first day of the month in which a day falls."""
    return ibis.date(day.year(), day.month(), 1)


def month_after(month: DateColumn) -> DateColumn:
    """The first day of the month that follows."""
    is_december = (month.month() == 12).cast("int32")
    return ibis.date(month.year() + is_december, month.month() % 12 + 1, 1)


def days_in(month: DateColumn) -> IntegerColumn:
    """How many days a month has, which its first day names."""
    return month_after(month).delta(month, unit="day")
