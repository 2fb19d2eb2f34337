"""From the text in a column to a value, or to what is wrong with it."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from joinedup.exchange.files.declaring import Column, Kind

Value = str | int | Decimal | date

MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
NUMBER: Final = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
SHOWN: Final = 40


class UnreadableError(ValueError):
    """A text that is not what its column holds: the reason, and what to do."""

    def __init__(self, reason: str, advice: str) -> None:
        self.reason = reason
        self.advice = advice
        super().__init__(reason)


def parse(column: Column, text: str, on: date) -> Value:
    """The value of a text; `UnreadableError` when it is not of the column's kind or is dated after `on`."""
    text = text.strip()
    if not text or text in {"NA", "NULL"}:
        raise UnreadableError("there is no value", f"Give a {column.kind.value}")
    return PARSERS[column.kind](column, text, on)


def _text(column: Column, text: str, on: date) -> str:
    del on
    if column.allowed and text not in column.allowed:
        raise UnreadableError(
            f"{_show(text)} is not one of the values", f"Use one of: {', '.join(column.allowed)}"
        )
    return text


def _code(column: Column, text: str, on: date) -> str:
    del on
    if not re.fullmatch(column.form, text):
        raise UnreadableError(
            f"{_show(text)} is not the code of {column.meaning}", f"The form is {column.form}"
        )
    if column.known and text not in column.known:
        advice = "Check it against the publisher's list; a code that is new must first be added to joinedup"
        raise UnreadableError(
            f"{_show(text)} is not the code of {column.meaning} that joinedup knows", advice
        )
    return text


def _day(column: Column, text: str, on: date) -> date:
    try:
        # fromisoformat alone also takes 20250831 and week dates.
        day = date.fromisoformat(text if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else "")
    except ValueError:
        raise UnreadableError(f"{_show(text)} is not a {column.kind.value}", "Write year-month-day") from None
    return _not_after(day, on, text)


def _month(column: Column, text: str, on: date) -> date:
    day = _day(column, text, on)
    if day.day != 1:
        raise UnreadableError(
            f"{_show(text)} is not the first day of a month", "Monthly figures carry that day"
        )
    return day


def _month_name(column: Column, text: str, on: date) -> date:
    found = re.fullmatch(r"([A-Z][a-z]+) (\d{4})", text)
    if found is None or found[1] not in MONTHS or not int(found[2]):
        raise UnreadableError(
            f"{_show(text)} is not a {column.kind.value}", "Write the month's name and the year"
        )
    return _not_after(date(int(found[2]), MONTHS.index(found[1]) + 1, 1), on, text)


def _year(column: Column, text: str, on: date) -> int:
    year = _count(column, text, on)
    if not 1900 <= year <= on.year:
        raise UnreadableError(
            f"{_show(text)} is not a {column.kind.value}", f"Years go from 1900 to {on.year}"
        )
    return int(year)


def _count(column: Column, text: str, on: date) -> Decimal:
    del on
    value = _number(column, text)
    if value < 0 or value != value.to_integral_value():
        raise UnreadableError(f"{_show(text)} is not a {Kind.COUNT.value}", "Give a whole number, 0 or more")
    return value


def _share(column: Column, text: str, on: date) -> Decimal:
    del on
    value = _number(column, text)
    if not 0 <= value <= 1:
        raise UnreadableError(f"{_show(text)} is not a {column.kind.value}", "Give a share, not a percentage")
    return value


def _number(column: Column, text: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        advice = "Write digits with a full stop for the decimal point, and no separators between thousands"
        raise UnreadableError(f"{_show(text)} is not a {column.kind.value}", advice)
    return Decimal(text)


def _not_after(day: date, on: date, text: str) -> date:
    if day > on:
        raise UnreadableError(f"{_show(text)} is after today ({on})", "Published figures are about the past")
    return day


def _show(text: str) -> str:
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")


PARSERS: Final[dict[Kind, Callable[[Column, str, date], Value]]] = {
    Kind.TEXT: _text,
    Kind.CODE: _code,
    Kind.DAY: _day,
    Kind.MONTH: _month,
    Kind.MONTH_NAME: _month_name,
    Kind.YEAR: _year,
    Kind.COUNT: _count,
    Kind.SHARE: _share,
}
