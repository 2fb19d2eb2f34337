"""Two years of days, and moments in them as whole minutes on the clocks of the United Kingdom.

A moment is the number of minutes since the midnight with which the two years begin: cheap to draw, to compare
and to write, with the right offset from UTC in summer. They end with the midnight at which the day `until`
begins, so that nothing has a time of that day or later.
"""

from datetime import date, datetime, time, timedelta
from functools import cache

from joinedup.core.dates import add_months
from joinedup.core.moments import UK_TIME

MONTHS = 24
DAY = 24 * 60
HOUR = 60
# On the two days a year on which clocks change, hours before three are ambiguous or missing: three it is.
SAFE_AFTER_CHANGE = 3 * HOUR
WINTER = {12: 1.0, 1: 1.0, 2: 0.9, 11: 0.7, 3: 0.6}
SUMMER = 0.45


class Calendar:
    """The days of the two years up to `until`."""

    def __init__(self, until: date) -> None:
        self.first_day = add_months(until, -MONTHS)
        self.days = (until - self.first_day).days
        self.end = self.days * DAY
        dates = [self.first_day + timedelta(days=index) for index in range(self.days + 1)]
        self.dates = dates
        self.texts = [day.isoformat() for day in dates]
        self.winter = [WINTER.get(day.month, SUMMER) for day in dates]
        self._offsets = [_offset(day, hour=23) for day in dates]
        self._changes = {index for index, day in enumerate(dates) if _offset(day, 0) != self._offsets[index]}

    def stamp(self, moment: int) -> str:
        """The moment as FHIR writes it."""
        day, minute = divmod(moment, DAY)
        if minute < SAFE_AFTER_CHANGE and day in self._changes:
            minute = SAFE_AFTER_CHANGE
        hour, minute = divmod(minute, HOUR)
        return f"{self.texts[day]}T{hour:02}:{minute:02}:00{self._offsets[day]}"

    def day_text(self, moment: int) -> str:
        """The day of the moment as FHIR writes it."""
        return self.texts[moment // DAY]

    def date_of(self, moment: int) -> date:
        return self.dates[moment // DAY]

    def index_of(self, day: date) -> int:
        """Which day of the two years it is; negative before them."""
        return (day - self.first_day).days


def _offset(day: date, hour: int) -> str:
    offset = datetime.combine(day, time(hour), UK_TIME).utcoffset() or timedelta()
    return f"+{int(offset.total_seconds()) // 3600:02}:00"


@cache
def calendar_until(until: date) -> Calendar:
    """The calendar, made once: it is only read."""
    return Calendar(until)
