"""Declare ready, change reason, record leaving: one question page each, and back to the board with what was done.

Sending a form twice does no harm: what is already so counts as done, and nothing is written again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.discharge import actions
from joinedup.care.discharge.actions import NotPossibleError
from joinedup.care.discharge.queries import StayView, look_at_stay
from joinedup.web import words
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.leaving_forms import ChangeReasonForm, DeclareReadyForm, RecordLeavingForm, StayForm
from joinedup.web.notices import say
from joinedup.web.presenters.leaving import place
from joinedup.web.presenters.people import person_link
from joinedup.web.views.banners import banner_of

Answers = dict[str, Any]


@dataclass(frozen=True)
class LeavingStep:
    """One thing that can be done about a stay. ``why_not`` says why it can't be done to a stay at all."""

    title: str
    button: str
    form: type[StayForm]
    act: Callable[..., object]
    is_done: Callable[[StayView, Answers], bool]
    why_not: Callable[[StayView], str]
    done: Callable[[StayView, Answers, datetime], str]


def _has_reason(stay: StayView, answers: Answers) -> bool:
    return bool(stay.reason == answers["reason"])


def _why_not_declared(stay: StayView) -> str:
    if stay.left_at:
        return "They have left hospital, so they can’t be declared ready."
    return "They are already declared ready. You can change the reason instead." if stay.ready_at else ""


def _why_not_changed(stay: StayView) -> str:
    if stay.left_at:
        return "They have left hospital, so they no longer wait for anything."
    return "" if stay.ready_at else "They are not declared ready yet, so they wait for nothing."


DECLARE = LeavingStep(
    title="Declare ready to leave",
    button="Declare ready",
    form=DeclareReadyForm,
    act=actions.declare_ready,
    is_done=lambda stay, answers: stay.ready_at == answers["ready_at"] and _has_reason(stay, answers),
    why_not=_why_not_declared,
    done=lambda stay, answers, at: (
        f"{stay.person.name} is declared ready to leave since {words.moment(answers['ready_at'], at=at)}."
    ),
)
CHANGE = LeavingStep(
    title="Change the reason for waiting",
    button="Change reason",
    form=ChangeReasonForm,
    act=actions.change_reason,
    is_done=_has_reason,
    why_not=_why_not_changed,
    done=lambda stay, _answers, _at: f"The reason why {stay.person.name} is waiting is recorded.",
)
LEAVE = LeavingStep(
    title="Record leaving",
    button="Record leaving",
    form=RecordLeavingForm,
    act=actions.record_leaving,
    is_done=lambda stay, answers: stay.left_at == answers["left_at"],
    why_not=lambda stay: "Their leaving is already recorded." if stay.left_at else "",
    done=lambda stay, answers, at: f"{stay.person.name} left on {words.moment(answers['left_at'], at=at)}.",
)


@needs(Permission.DECLARE_READY)
def declare_ready(request: HttpRequest, actor: Actor, stay: UUID) -> HttpResponse:
    """Declare the person ready to leave."""
    return _page(request, actor, stay, DECLARE)


@needs(Permission.DECLARE_READY)
def change_reason(request: HttpRequest, actor: Actor, stay: UUID) -> HttpResponse:
    """Say what the person waits for now."""
    return _page(request, actor, stay, CHANGE)


@needs(Permission.DECLARE_READY)
def record_leaving(request: HttpRequest, actor: Actor, stay: UUID) -> HttpResponse:
    """Say when the person left."""
    return _page(request, actor, stay, LEAVE)


def _page(request: HttpRequest, actor: Actor, stay: UUID, step: LeavingStep) -> HttpResponse:
    at = timezone.now()
    found = look_at_stay(actor, stay, at=at, subject=step.title.lower())
    form = step.form(found, at, request.POST.dict() if request.method == "POST" else None)
    if form.is_valid() and _done(form, found, step, actor, at):
        say(request, step.done(found, form.cleaned_data, at))
        return redirect("leaving-hospital")
    context = {
        "crumbs": (Link("Leaving hospital", reverse("leaving-hospital")),),
        "step": step,
        "form": form,
        "why_not": "" if form.is_bound else step.why_not(found),
        "person": person_link(found.person),
        "stay": found,
        "banner_props": banner_of(actor, found.person, at=at),
        "place": place(found),
        "at": at,
    }
    return render(request, "leaving_step.html", context)


def _done(form: StayForm, stay: StayView, step: LeavingStep, by: Actor, at: datetime) -> bool:
    """Do it, unless it is so already; a step that is not possible becomes an error beside its field."""
    if step.is_done(stay, form.cleaned_data):
        return True
    try:
        step.act(stay=stay.id, by=by, at=at, **form.cleaned_data)
    except NotPossibleError as error:
        form.add_error(error.field, error.message)
        return False
    return True
