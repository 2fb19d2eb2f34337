"""Leaving hospital: who is ready and what they wait for, who is not ready yet, and why a clock says what it says."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.discharge.queries import StayView, look_at_stay, people_not_ready, people_ready
from joinedup.web.actors import needs
from joinedup.web.components import BoardView, EmptyState, Link
from joinedup.web.notices import said
from joinedup.web.presenters.clocks import explanation
from joinedup.web.presenters.leaving import (
    BOARD_FACETS,
    LIST_FACETS,
    Narrowed,
    board,
    list_to_declare,
    narrow,
    place,
    summary,
)
from joinedup.web.presenters.people import person_link
from joinedup.web.views.banners import banner_of

TITLE = "Leaving hospital"


@needs(Permission.SEE_LEAVING_HOSPITAL)
def leaving_hospital(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everyone ready to leave, by the state of their clocks."""
    at, path = timezone.now(), reverse("leaving-hospital")
    stays = people_ready(actor, at=at)
    narrowed = narrow(stays, BOARD_FACETS, request.GET.dict(), path)
    may_declare = actor.may(Permission.DECLARE_READY)
    shown = board(narrowed, stays, at=at, view=_view(request), may_declare=may_declare)
    context = {
        "board": shown,
        "summary": summary(narrowed.stays),
        "filter_groups": narrowed.groups,
        "empty": _nobody_ready(narrowed, path),
        "may_declare": may_declare,
        "notice": said(request),
    }
    response = render(request, "leaving_hospital.html", context)
    response["Vary"] = "User-Agent, Cookie"
    return response


def _view(request: HttpRequest) -> BoardView:
    """The view that is asked for; else the table on a phone, where columns would be one long strip."""
    asked = request.GET.get("view")
    if asked in set(BoardView):
        return BoardView(asked)
    return BoardView.TABLE if "Mobi" in request.headers.get("User-Agent", "") else BoardView.BOARD


def _nobody_ready(narrowed: Narrowed, path: str) -> EmptyState | None:
    if narrowed.stays:
        return None
    if narrowed.is_narrowed:
        return EmptyState(
            "Nobody here matches", "No one is ready to leave with these filters.", Link("Show all", path)
        )
    return EmptyState(
        "Nobody is ready to leave",
        "When someone is declared ready, they appear here.",
        Link("See who is in hospital", reverse("in-hospital")),
    )


@needs(Permission.SEE_LEAVING_HOSPITAL)
def in_hospital(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everyone in hospital who is not ready yet, to be declared ready from here."""
    at, path = timezone.now(), reverse("in-hospital")
    narrowed = narrow(people_not_ready(actor, at=at), LIST_FACETS, request.GET.dict(), path)
    may_declare = actor.may(Permission.DECLARE_READY)
    context = {
        "crumbs": (Link(TITLE, reverse("leaving-hospital")),),
        "list": list_to_declare(narrowed.stays, at=at, may_declare=may_declare),
        "at": at,
        "filter_groups": narrowed.groups,
        "empty": _nobody_in_hospital(narrowed, path),
    }
    return render(request, "in_hospital.html", context)


def _nobody_in_hospital(narrowed: Narrowed, path: str) -> EmptyState | None:
    if narrowed.stays:
        return None
    if narrowed.is_narrowed:
        return EmptyState(
            "Nobody here matches", "No one is in hospital with these filters.", Link("Show all", path)
        )
    return EmptyState(
        "Nobody to declare ready", "Everyone in hospital whom you may see is ready to leave.", None
    )


@needs(Permission.SEE_LEAVING_HOSPITAL)
def clock(request: HttpRequest, actor: Actor, stay: UUID) -> HttpResponse:
    """Why the clock of a stay says what it says, step by step, with the rules."""
    at = timezone.now()
    found = look_at_stay(actor, stay, at=at, subject="clock of a stay")
    context = {
        "crumbs": (Link(TITLE, reverse("leaving-hospital")),),
        "stay": found,
        "banner_props": banner_of(actor, found.person, at=at),
        "person": person_link(found.person),
        "place": place(found),
        "at": at,
        "explanation": explanation(found.clock, at) if found.clock else None,
        "actions": _actions(found, actor),
    }
    return render(request, "clock.html", context)


def _actions(stay: StayView, actor: Actor) -> tuple[Link, ...]:
    """What can be done next about the stay."""
    if not actor.may(Permission.DECLARE_READY) or stay.left_at:
        return ()
    steps = ("Change reason", "change-reason"), ("Record leaving", "record-leaving")
    chosen = steps if stay.ready_at else (("Declare ready", "declare-ready"),)
    return tuple(Link(text, reverse(name, args=[stay.id])) for text, name in chosen)
