"""A person's choices about sharing: what holds, what came before, and recording a new one in two steps."""

from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.agreements import organisations_receiving
from joinedup.care.access.choices import ChoiceView, SaidBy, choices_of
from joinedup.care.access.queries import RefusedError
from joinedup.care.access.reasons import limits_on, standing_of
from joinedup.care.people.queries import PersonView, look_at_person, person_now
from joinedup.care.record import choices as actions
from joinedup.care.record.choices import NotPossibleError, may_record_choice
from joinedup.care.record.own_consents import Chosen, Form
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.notices import said, say
from joinedup.web.presenters import sharing as presenter
from joinedup.web.sharing_forms import RestForm, WhichForm
from joinedup.web.views.banners import banner_of


@needs(Permission.READ_RECORD)
def sharing(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """What the person chose, now and before; and the way to record a new choice."""
    at = timezone.now()
    if (whole := person_now(person_id)) != person_id:
        return redirect("sharing", person_id=whole)
    person = look_at_person(actor, person_id, at=at, subject="choices about sharing")
    choices = choices_of(actor, person_id, at=at)
    form = WhichForm(_offered(choices, at), request.POST if request.method == "POST" else None)
    may_record = may_record_choice(actor, person_id, at=at)
    if may_record and form.is_valid():
        return redirect("record-choice", person_id=person_id, choice=form.cleaned_data["choice"])
    context = {
        "crumbs": _crumbs(person),
        "banner_props": banner_of(actor, person, at=at),
        "notice": said(request),
        "now": presenter.in_force(choices, at=at),
        "before": presenter.over(choices, at=at),
        "limits": limits_on(actor, person_id, at=at).reasons,
        "form": form if may_record else None,
    }
    return render(request, "sharing.html", context)


@needs(Permission.RECORD_CHOICES)
def record_choice(request: HttpRequest, actor: Actor, person_id: UUID, choice: str) -> HttpResponse:
    """The rest of the choice, and what it does, before it is recorded."""
    at = timezone.now()
    chosen = next((form for form in Form if form == choice), None)
    if chosen is None:
        raise Http404
    if (whole := person_now(person_id)) != person_id:
        return redirect("record-choice", person_id=whole, choice=choice)
    person = look_at_person(actor, person_id, at=at, subject="choices about sharing")
    if not may_record_choice(actor, person_id, at=at):
        raise RefusedError(*standing_of(actor, person_id, at=at).reasons_against_care)
    places = [(place.reference, place.name) for place in organisations_receiving(at=at)]
    form = RestForm(chosen, places, request.POST if request.method == "POST" else None)
    if form.is_valid() and _recorded(form, chosen, person, actor, at):
        say(request, f"What {person.name} chose is recorded, and holds from now on.")
        return redirect("sharing", person_id=person_id)
    context = {
        "crumbs": (*_crumbs(person), Link("Sharing", reverse("sharing", kwargs={"person_id": person_id}))),
        "banner_props": banner_of(actor, person, at=at),
        "chosen": chosen,
        "ends": presenter.in_force(choices_of(actor, person_id, at=at), at=at),
        "form": form,
    }
    return render(request, "record_choice.html", context)


def _offered(choices: list[ChoiceView], at: datetime) -> list[Form]:
    """Return what can be chosen: sharing again only where something is refused."""
    is_refusing = any(not choice.is_over(at) for choice in choices)
    return [form for form in Form if is_refusing or form is not Form.AGAIN]


def _crumbs(person: PersonView) -> tuple[Link, ...]:
    """Return the way to the pages."""
    return (
        Link("My day", reverse("my-day")),
        Link("Record", reverse("person", kwargs={"person_id": person.id})),
    )


def _recorded(form: RestForm, chosen: Form, person: PersonView, by: Actor, at: datetime) -> bool:
    """Record the choice; what stands against it is said at the top."""
    answers = form.cleaned_data
    whole = Chosen(chosen, tuple(answers.get("organisations", ())), tuple(answers.get("kinds", ())))
    try:
        actions.record_choice(
            person_id=person.id, chosen=whole, said_by=SaidBy(answers["said_by"]), by=by, at=at
        )
    except NotPossibleError as error:
        form.add_error(None, str(error))
        return False
    return True
