"""FHIR dates and times as the stretch of time that they mean.

"2026" is a year and "2026-01-05" a day; a Period runs from the start of its start to the end of its end, and goes on
where it has no end. A date alone is a day in the UK. HL7 FHIR R4, search, date parameters.
"""

import calendar
import functools
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from joinedup.core.moments import UK_TIME

BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
DATE_LENGTH = 10
MONTH_LENGTH = 7
YEAR_LENGTH = 4
LAST_YEAR = 9998
MONTHS = 12
MINUTE_LENGTH = 16
MICROSECOND_DIGITS = 6
# Python reads dates by weeks, and without hyphens, too: FHIR has neither.
DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}\Z")
FRACTION = re.compile(r"\.([0-9]+)", re.ASCII)
Interval = tuple[datetime, datetime | None]


def moment_of(text: object) -> datetime | None:
    """Return a FHIR date or dateTime as a moment; a date alone is the start of that day in the UK."""
    return _moment(text) if isinstance(text, str) else None


@functools.lru_cache(maxsize=65_536)
def _moment(text: str) -> datetime | None:
    """Return a text as a moment. The same one is asked for many times: what is said happened when it was recorded."""
    if not DATE.match(text[:DATE_LENGTH]):
        return None
    padded = text if len(text) >= DATE_LENGTH else text + "-01-01"[len(text) - YEAR_LENGTH :]
    try:
        moment = datetime.fromisoformat(padded)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UK_TIME)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def end_of(text: object) -> datetime | None:
    """Return the moment at which what a FHIR date or dateTime means is over: the next day, month, year or second."""
    return _end(text) if isinstance(text, str) else None


@functools.lru_cache(maxsize=65_536)
def _end(text: str) -> datetime | None:
    """Return the moment at which what a text means is over."""
    start = _moment(text)
    if start is None or int(text[:YEAR_LENGTH]) > LAST_YEAR:
        return None
    if len(text) > DATE_LENGTH:
        # To the second or finer: the moment itself.
        return start
    year, month = int(text[:YEAR_LENGTH]), int(text[5:7] or 1) if len(text) >= MONTH_LENGTH else MONTHS
    day = int(text[8:10]) if len(text) == DATE_LENGTH else calendar.monthrange(year, month)[1]
    following = datetime(year, month, day, tzinfo=UK_TIME).replace(tzinfo=None) + timedelta(days=1)
    return following.replace(tzinfo=UK_TIME).astimezone(UTC)


def known_end(text: object) -> datetime | None:
    """Return the moment that an end names; None where it is left open, as many systems do with the year 9999."""
    end = moment_of(text)
    return end if end and end.year <= LAST_YEAR else None


def last_of(text: object) -> datetime | None:
    """Return the last moment of what a FHIR date or dateTime means: of the day, or of the second or its fraction."""
    end = end_of(text)
    if end is None or not isinstance(text, str):
        return None
    if len(text) <= DATE_LENGTH:
        return end - timedelta(microseconds=1)
    fraction = FRACTION.search(text)
    digits = min(len(fraction[1]), MICROSECOND_DIGITS) if fraction else 0
    return end + timedelta(microseconds=10 ** (MICROSECOND_DIGITS - digits) - 1)


def interval_of(value: Any) -> Interval | None:
    """Return (from, until) of a date, dateTime or Period; until is None where it goes on. None where it says none."""
    if isinstance(value, str):
        start = moment_of(value)
        return (start, end_of(value)) if start else None
    if not isinstance(value, dict):
        return None
    start, end = moment_of(value.get("start")), end_of(value.get("end"))
    if start is None and end is None:
        return None
    return start or BEGINNING, end
