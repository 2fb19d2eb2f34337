"""Pages for when something went wrong: what happened, whether anything was lost, what to do.

They say nothing about a person and nothing about the machinery. The page for a fault of ours (500) asks
neither the session nor the database, either of which may be what is broken. Django names the parameters.
"""

import sys
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from joinedup.care.access.actor import Permission
from joinedup.care.access.reasons import NO_RELATIONSHIP, ONLY_DIRECT
from joinedup.care.outages import Outage, outage_of
from joinedup.web.actors import actor_may
from joinedup.web.components import Link

START = Link("Go to the start page", "/")
OPENED_IN_AN_EMERGENCY = frozenset({NO_RELATIONSHIP, ONLY_DIRECT})


@dataclass(frozen=True)
class ErrorPage:
    """The words of an error page."""

    title: str
    sentences: tuple[str, ...]
    links: tuple[Link, ...] = (START,)


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """400: the address or the form could not be understood."""
    page = ErrorPage(
        "This page could not understand the request",
        ("Nothing was changed. Go back, check what you entered or followed, and try again.",),
    )
    return _without_frame(page, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403: the role that they act in does not include this."""
    return refused(request, ("The role you are acting in does not include this page.",))


def refused(request: HttpRequest, reasons: tuple[str, ...]) -> HttpResponse:
    """403 with the reasons that the access rules gave. The refusal itself is already in the audit.

    Where glass may be broken the way there is shown: nobody should have to look for it in an emergency.
    """
    may_open = actor_may(request, Permission.BREAK_GLASS) and not OPENED_IN_AN_EMERGENCY.isdisjoint(reasons)
    page = ErrorPage(
        "You can’t see this page",
        (
            *reasons,
            "If you need it for someone’s care, ask your administrator what is missing.",
        ),
        (Link("Open a record in an emergency", reverse("open-in-emergency")), START)
        if may_open
        else (START,),
    )
    return render(request, "error.html", {"error": page}, status=HTTPStatus.FORBIDDEN)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """403: the form was too old, or was not one of ours."""
    page = ErrorPage(
        "This form is too old to use",
        (
            "Nothing was changed. This happens after a long pause or when you signed out in another window.",
            "Go back, reload the page, and send the form again.",
        ),
    )
    return _without_frame(page, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """404: no such page, or no such person for this actor, which must look the same."""
    page = ErrorPage(
        "Page not found",
        (
            "If you typed the address, check it is correct. If you followed a link, the page may have moved.",
            "Nothing was changed.",
        ),
    )
    return render(request, "error.html", {"error": page}, status=HTTPStatus.NOT_FOUND)


def server_error(_request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 or 507 while the database is away or full. Django calls it while it handles the error."""
    if outage := outage_of(sys.exc_info()[1]):
        return _out(outage)
    page = ErrorPage(
        "Sorry, something went wrong on our side",
        (
            "What you were doing may not have been saved. Wait a minute, then look before you do it again.",
            "If it keeps happening, tell whoever runs joinedup for you what you were doing and when.",
        ),
    )
    return _without_frame(page, HTTPStatus.INTERNAL_SERVER_ERROR)


def _out(outage: Outage) -> HttpResponse:
    """The page for a time without a database."""
    page = ErrorPage(
        "joinedup is not available just now",
        (
            "The database behind it can’t be used for the moment. Often it is back within a minute.",
            "What you were doing may not have been saved. Wait a minute, then look before you do it again.",
            "If it keeps happening, tell whoever runs joinedup for you.",
        ),
    )
    response = _without_frame(page, outage.status)
    response["Retry-After"] = str(outage.retry_after)
    return response


def _without_frame(page: ErrorPage, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(render_to_string("error.html", {"error": page}), status=status)
