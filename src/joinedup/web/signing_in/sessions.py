"""How long a session lasts, and what must be done in it before anything else.

Times are kept in the session itself. A session that ended says so on the sign-in page, which leads back to where its
user was. Ends at deciding: the middleware acts.
"""

from datetime import datetime
from enum import StrEnum
from math import ceil

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from joinedup.care.access.accounts import has_second_factor
from joinedup.care.access.models import User

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN_AT = "last_seen_at"
HAS_SECOND_FACTOR = "has_second_factor"
LED_FROM = "led_from"
# A session is written at most this often for being used alone, so that reading a page costs no write.
NOTED_PARTS_OF_IDLE = 30


class Ended(StrEnum):
    """Why a session ended. The value stands in the address of the sign-in page."""

    IDLE = "idle"
    LONG = "long"
    LOST = "lost"
    AGAIN = "again"


def begin(request: HttpRequest, *, at: datetime) -> None:
    """Note when they signed in."""
    request.session[SIGNED_IN_AT] = request.session[LAST_SEEN_AT] = at.timestamp()


def note_use(request: HttpRequest, *, at: datetime) -> None:
    """Note that the session is in use."""
    session, now = request.session, at.timestamp()
    session.setdefault(SIGNED_IN_AT, now)
    if now - session.get(LAST_SEEN_AT, 0) >= settings.SESSION_IDLE_SECONDS / NOTED_PARTS_OF_IDLE:
        session[LAST_SEEN_AT] = now


def why_ended(request: HttpRequest, *, at: datetime) -> Ended | None:
    """Return why the session is over, None while it is not."""
    session, now = request.session, at.timestamp()
    if now - session.get(SIGNED_IN_AT, now) >= settings.SESSION_LONGEST_SECONDS:
        return Ended.LONG
    if now - session.get(LAST_SEEN_AT, now) >= settings.SESSION_IDLE_SECONDS:
        return Ended.IDLE
    return None


def seconds_left(request: HttpRequest, *, at: datetime) -> int:
    """Return how long the session still lasts if nothing more is asked, in seconds, never below nought."""
    session, now = request.session, at.timestamp()
    longest: float = session.get(SIGNED_IN_AT, now) + settings.SESSION_LONGEST_SECONDS
    idle: float = session.get(LAST_SEEN_AT, now) + settings.SESSION_IDLE_SECONDS
    # Rounded up: whoever waits so long finds it over, and does not begin it anew by asking a moment too soon.
    return max(0, ceil(min(longest, idle) - now))


def was_signed_in_just_now(request: HttpRequest) -> bool:
    """Say whether they signed in within the time for which that counts as having shown who they are."""
    signed_in_at = float(request.session.get(SIGNED_IN_AT, 0))
    return timezone.now().timestamp() - signed_in_at < float(settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def needs_second_factor(request: HttpRequest) -> bool:
    """Say whether the user must set one up before anything else. Asked of the database until there is one."""
    user = request.user
    if not settings.SECOND_FACTOR_REQUIRED or not isinstance(user, User):
        return False
    if not request.session.get(HAS_SECOND_FACTOR) and has_second_factor(user.pk):
        request.session[HAS_SECOND_FACTOR] = True
    return not request.session.get(HAS_SECOND_FACTOR)


def needs_password(request: HttpRequest) -> bool:
    """Say whether the user must change a password that somebody else knows."""
    return isinstance(request.user, User) and request.user.must_change_password
