"""Points in time. Every one is aware; days are counted on the clocks of the United Kingdom."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from joinedup.core.dates import say_date

UK_TIME = ZoneInfo("Europe/London")
MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24


def require_aware(moment: datetime, fact: str) -> datetime:
    """The moment itself; a `ValueError` that names the fact when it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"{fact} has no time zone: give an aware time")
    return moment


def uk_date(moment: datetime) -> date:
    """The day on which a moment falls in the United Kingdom."""
    return moment.astimezone(UK_TIME).date()


def start_of_day(day: date) -> datetime:
    """Midnight at the start of a day in the United Kingdom."""
    return datetime.combine(day, time(), UK_TIME)


def time_between(start: datetime, end: datetime) -> timedelta:
    """Time that truly passed.

    Subtracting two times of one zone compares what the clocks showed: an hour wrong where they changed.
    """
    return end.astimezone(UTC) - start.astimezone(UTC)


def later_by(start: datetime, passed: timedelta) -> datetime:
    """The moment when so much time has truly passed, on the clocks of the United Kingdom."""
    return (start.astimezone(UTC) + passed).astimezone(UK_TIME)


def say_moment(moment: datetime) -> str:
    """A moment as a page says it: Tuesday 3 March 2026, 14:10."""
    local = moment.astimezone(UK_TIME)
    return f"{say_date(local.date())}, {local:%H:%M}"


def say_duration(passed: timedelta) -> str:
    """A length of time as a page says it, in its two largest units: 2 days 4 hours."""
    minutes = int(passed.total_seconds()) // MINUTES_AN_HOUR
    hours, minutes = divmod(minutes, MINUTES_AN_HOUR)
    days, hours = divmod(hours, HOURS_A_DAY)
    counted = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    while len(counted) > 1 and not counted[0][0]:
        counted.pop(0)
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in counted[:2] if count]
    return " ".join(said) or "0 minutes"
