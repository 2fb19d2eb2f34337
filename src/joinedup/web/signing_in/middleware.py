"""Ends sessions that lasted too long, leads to what must be done first, and answers whoever must wait."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actions import record_audit
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.tries import TooManyTriesError
from joinedup.web.signing_in import sessions
from joinedup.web.signing_in.sessions import Ended
from joinedup.web.signing_in.trying import who_tries

Answer = Callable[[HttpRequest], HttpResponse]
TOO_MANY = 429


class SessionMiddleware:
    """Looks at the session before every page that needs one. Addresses that are open, and the API, are left alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _parts: Any
    ) -> HttpResponse | None:
        """Send elsewhere whoever may not go on; None lets them."""
        if not getattr(view, "login_required", True):
            return None
        if not request.user.is_authenticated:
            return _lost(request)
        at = timezone.now()
        ended = sessions.why_ended(request, at=at)
        if ended:
            return end_session(request, ended)
        if not getattr(view, "is_no_activity", False):
            sessions.note_use(request, at=at)
        return None if getattr(view, "is_own_account", False) else _first(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer somebody who must wait with how long, and write it down."""
        if not isinstance(exception, TooManyTriesError):
            return None
        subject = "sign in: too many tries"
        record_audit(AuditEvent.Kind.REFUSAL, by=who_tries(request), at=timezone.now(), subject=subject)
        response = render(request, "too_many_tries.html", {"wait": exception.wait}, status=TOO_MANY)
        response.headers["Retry-After"] = str(int(exception.wait.total_seconds()) + 1)
        return response


def end_session(request: HttpRequest, why: Ended) -> HttpResponse:
    """Sign them out, write it down, and lead to the sign-in page, which says why and leads back."""
    by = who_tries(request)
    logout(request)
    record_audit(AuditEvent.Kind.SIGN_OUT, by=by, at=timezone.now(), subject=f"session ended: {why.value}")
    return _to_sign_in(request, why)


def _lost(request: HttpRequest) -> HttpResponse | None:
    """Say that the session ended to a browser that still has a session which is no longer there."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.session.is_empty():
        return None
    return _to_sign_in(request, Ended.LOST)


def _to_sign_in(request: HttpRequest, why: Ended) -> HttpResponse:
    # What was sent is not kept, so that they come back to the page it was sent from, which has the same path.
    back = request.get_full_path() if request.method == "GET" else request.path
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': back, 'ended': why.value})}")


def _first(request: HttpRequest) -> HttpResponse | None:
    """Lead to what must be done before anything else."""
    if sessions.needs_password(request):
        return _led(request, "change-password")
    if sessions.needs_second_factor(request):
        return _led(request, "account")
    return None


def _led(request: HttpRequest, to: str) -> HttpResponse:
    if request.method == "GET":
        request.session[sessions.LED_FROM] = request.get_full_path()
    return redirect(to)
