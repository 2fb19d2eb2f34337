"""Dates, times, numbers and money in words, as the NHS content guide writes them.

Every function is pure: whatever depends on today takes ``at`` or ``on``. Times are shown in the time of
the United Kingdom whatever zone they were stored in. Ends at words: nothing here knows HTML or Django.
Source: NHS digital service manual, content guide, "numbers, measurements, dates and time"; the 24 hour
clock is our choice, because a staff list that mixes 8:00 and 20:00 is dangerous.
"""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from joinedup.core.identifiers import format_number
from joinedup.core.moments import UK_TIME, require_aware, say_duration, time_between, uk_date
from joinedup.core.money import format_pounds

NO_BREAK = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
# From this many days on, hours no longer help anyone decide anything.
DAYS_WITHOUT_HOURS = 10
UNIT_GAP = re.compile(r"(\d) ([a-z])")


def local(when: datetime) -> datetime:
    """The moment on a British clock. Refuses a time without a zone: it could be an hour wrong."""
    return require_aware(when, "a time on a page").astimezone(UK_TIME)


def day(when: date, *, on: date | None = None) -> str:
    """``Tuesday 3 March 2026``; without the year when ``on`` falls in the same year."""
    when = _as_day(when)
    return f"{when:%A} {short_day(when, on=on)}"


def short_day(when: date, *, on: date | None = None) -> str:
    """``3 March 2026``; without the year when ``on`` falls in the same year."""
    when = _as_day(when)
    words = f"{when.day}{NO_BREAK}{when:%B}"
    is_same_year = on is not None and _as_day(on).year == when.year
    return words if is_same_year else f"{words}{NO_BREAK}{when.year}"


def month(when: date) -> str:
    """``March 2026``."""
    return f"{when:%B}{NO_BREAK}{when.year}"


def clock(when: datetime) -> str:
    """``14:10``."""
    return f"{local(when):%H:%M}"


def moment(when: datetime, *, at: datetime | None = None) -> str:
    """``Tuesday 3 March, 14:10``; with the year unless ``at`` falls in the same year."""
    return f"{day(when, on=at)}, {clock(when)}"


def since(when: datetime, at: datetime) -> str:
    """``Tuesday 3 March, 14:10 (2 days 4 hours)``: the time first, then how long ago."""
    passed = duration(time_between(when, at)).replace(" ", NO_BREAK)
    return f"{moment(when, at=at)} ({passed})"


def duration(length: timedelta) -> str:
    """The two largest units that matter: ``2 days 4 hours``, ``35 minutes``, ``12 days``."""
    length = abs(length)
    if length < timedelta(minutes=1):
        return "less than a minute"
    if length >= timedelta(days=DAYS_WITHOUT_HOURS):
        return plural(length.days, "day")
    return UNIT_GAP.sub(rf"\1{NO_BREAK}\2", say_duration(length))


def waiting(length: timedelta) -> str:
    """``5 minutes``, ``1 minute``: never less than has to be waited."""
    return plural(max(1, -(-length // timedelta(minutes=1))), "minute")


def time_left(left: timedelta) -> str:
    """``4 hours left`` or ``2 hours over``."""
    return f"{duration(left)} {'over' if left < timedelta() else 'left'}"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 person``, ``1,200 people``."""
    return f"{number(count)}{NO_BREAK}{one if count == 1 else many or one + 's'}"


def number(value: int | float | Decimal, places: int = 0) -> str:
    """``1,234`` or, with places, ``1,234.5``; halves round away from zero; a true minus sign."""
    rounded = _rounded(value, places)
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,}"


def money(amount: Decimal) -> str:
    """``£1,234.50``: always with pence, so that columns line up; a true minus sign."""
    return format_pounds(amount).replace("-", MINUS)


def identifier(value: str) -> str:
    """``999 123 4567`` for ten digits, unbroken; anything else as it is."""
    return format_number(value).replace(" ", NO_BREAK)


def age(born: date, on: date) -> str:
    """``84 years``; in months under 2 years and in days under 4 weeks, as child health records do."""
    on = _as_day(on)
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months >= 24:
        return plural(months // 12, "year")
    days = (on - born).days
    return plural(days, "day") if days < 28 else plural(months, "month")


def _as_day(when: date) -> date:
    return uk_date(when) if isinstance(when, datetime) else when


def _rounded(value: int | float | Decimal, places: int) -> Decimal:
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    # Adding zero turns a negative zero, which would show as "−0", into zero.
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP) + 0
