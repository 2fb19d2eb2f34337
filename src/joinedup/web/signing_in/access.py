"""How the pages about signing in say who may open them, as `needs()` does for all others.

`own_account`: any signed-in user, for their own account, before and without any role. `open_to_all`: everyone, since
nobody is signed in yet; what such a page shows is about no one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from joinedup.web.signing_in.middleware import end_session
from joinedup.web.signing_in.sessions import Ended, was_signed_in_just_now

View = Callable[..., HttpResponse]


def own_account(view: View, *, is_no_activity: bool = False) -> View:
    """Declare a page about the user's own account."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        return view(request, *args, **parts)

    page.permission = None  # type: ignore[attr-defined]
    page.is_own_account = True  # type: ignore[attr-defined]
    page.is_no_activity = is_no_activity  # type: ignore[attr-defined]
    return page


def own_account_anew(view: View) -> View:
    """Declare a page that asks again who the user is unless they showed it just now.

    django-allauth asks whoever has a password or a second factor; the others signed in through their organisation's
    provider, and are sent there again.
    """

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **parts: Any) -> HttpResponse:
        if not was_signed_in_just_now(request) and not get_reauthentication_flows(request.user):
            return end_session(request, Ended.AGAIN)
        return view(request, *args, **parts)

    return own_account(page)


def open_to_all(view: View) -> View:
    """Declare a page that needs nobody signed in."""
    opened: View = login_not_required(view)
    opened.is_open = True  # type: ignore[attr-defined]
    return opened
