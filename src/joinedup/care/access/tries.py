"""Failed tries slow down, for an account and for an address, whichever web process is asked.

A try is counted before it is known whether it is right, in the same transaction that looks whether it may be made at
all: many at once can't slip through. A try that turns out right is taken back. Whoever must wait is told how long and
nothing else; refused tries don't lengthen the wait, so that nobody is kept out for ever by somebody else's guessing.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from joinedup.care.access.models import Tries

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Limit:
    """How many wrong tries are free before waiting begins."""

    free: int


ACCOUNT = Limit(free=5)
# Many people may share the address of one office.
ADDRESS = Limit(free=30)
# Whoever opens records in emergencies is in a hurry and mistypes; whoever guesses does it more often.
EMERGENCY = Limit(free=6)


class TooManyTriesError(Exception):
    """They must wait. `wait` is how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many tries")
        self.wait = wait


def wait_after(count: int, limit: Limit) -> timedelta:
    """Return how long to wait after so many wrong tries: nothing, then 1 minute, doubled each time up to 15."""
    if count < limit.free:
        return timedelta()
    doublings = min(count - limit.free, 10)
    wait: timedelta = FIRST_WAIT * (1 << doublings)
    return min(wait, LONGEST_WAIT)


def key_of(kind: str, what: str) -> str:
    """Return the digest under which the tries at something are counted, such as an account or an address."""
    return salted_hmac("joinedup.tries", f"{kind}|{what}", algorithm="sha256").hexdigest()


@contextmanager
def counted_try(limits: Mapping[str, Limit], *, at: datetime) -> Iterator[None]:
    """Count a try under each key, and take it back unless the block raises. `TooManyTriesError` before it."""
    _clear_away(at=at)
    _begin(limits, at=at)
    yield
    _take_back(limits)


@transaction.atomic
def _begin(limits: Mapping[str, Limit], *, at: datetime) -> None:
    """Count the try, or refuse it when any of the keys must still wait."""
    Tries.objects.bulk_create([Tries(key=key, last_at=at) for key in sorted(limits)], ignore_conflicts=True)
    rows = list(Tries.objects.select_for_update().filter(key__in=limits).order_by("key"))
    waits = [row.blocked_until - at for row in rows if row.blocked_until and row.blocked_until > at]
    if waits:
        raise TooManyTriesError(max(waits))
    for row in rows:
        row.count = 1 if at - row.last_at > FORGOTTEN_AFTER else row.count + 1
        row.last_at = at
        wait = wait_after(row.count, limits[row.key])
        row.blocked_until = at + wait if wait else None
    Tries.objects.bulk_update(rows, ["count", "last_at", "blocked_until"])


def _clear_away(*, at: datetime) -> None:
    """Delete what was forgotten long ago, except what somebody else is at this moment looking at."""
    old = Tries.objects.filter(last_at__lt=at - KEPT).select_for_update(skip_locked=True)
    with transaction.atomic():
        Tries.objects.filter(pk__in=old.values("pk")).delete()


def _take_back(limits: Mapping[str, Limit]) -> None:
    """Forget the wrong tries at the account; from the address take back only this one.

    Otherwise somebody with one account of their own could clear the way for guessing at others.
    """
    of_accounts = [key for key, limit in limits.items() if limit is ACCOUNT]
    Tries.objects.filter(key__in=of_accounts).delete()
    of_addresses = [key for key in limits if key not in of_accounts]
    Tries.objects.filter(key__in=of_addresses, count__gt=0).update(count=F("count") - 1, blocked_until=None)
