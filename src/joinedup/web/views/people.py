"""A person's pages: their record, and who has looked at it. Each page view is one look in the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.glass import open_until
from joinedup.care.discharge.queries import stays_of_person
from joinedup.care.people.contradictions import said_of_death
from joinedup.care.people.queries import PersonView, look_at_person, person_now, views_of_people
from joinedup.care.record.emergency import emergency_summary
from joinedup.care.record.queries import contents_of_kind, timeline
from joinedup.core.moments import uk_date
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.presenters import record as record_presenter
from joinedup.web.presenters.contradictions import death
from joinedup.web.presenters.emergency import sections as emergency_sections
from joinedup.web.presenters.essentials import TYPES, essentials
from joinedup.web.presenters.people import banner, who_they_are
from joinedup.web.presenters.stays import stay_summary
from joinedup.web.views.finding import usual_number

PLAN = "Plan"


@needs(Permission.READ_RECORD)
def person_record(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """Who they are, who is involved, and everything that any organisation wrote, newest first."""
    at = timezone.now()
    whole = person_now(person_id)
    if whole != person_id:
        return redirect("person", person_id=whole)
    person = look_at_person(actor, person_id, at=at, subject="the record")
    chosen = record_presenter.Chosen(request.GET.get("organisation", ""), request.GET.get("kind", ""))
    found = timeline(
        actor,
        person_id,
        at=at,
        organisation=chosen.organisation,
        kind=chosen.kind,
        page=page_asked_for(request),
    )
    stays = stays_of_person(actor, person_id, at=at) if actor.may(Permission.SEE_LEAVING_HOSPITAL) else []
    context = about(actor, person, at) | {
        "crumbs": (Link("My day", reverse("my-day")),),
        "facts": who_they_are(person),
        "death": death(person.name, said_of_death(person_id)) if person.died else "",
        "stays": [stay_summary(stay, at=at) for stay in stays],
        "involved": record_presenter.involved(found, at=at),
        "timeline_props": record_presenter.timeline(found, chosen, at=at),
        "filter_groups": record_presenter.filters(found, chosen),
        "is_filtered": chosen.is_any,
        "clear": record_presenter.clear(chosen),
        "pages": record_presenter.pages(found, chosen),
        "plans_href": record_presenter.Chosen(kind=PLAN).address() + record_presenter.LIST,
        "has_plans": any(choice.value == PLAN for choice in found.kinds),
    }
    return render(request, "person_record.html", context)


@needs(Permission.READ_RECORD)
def emergency(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """What whoever meets the person in an emergency must know, on one page that prints on one sheet."""
    at = timezone.now()
    found = emergency_summary(actor, person_id, at=at)
    person = views_of_people(actor, [person_id], at=at)[person_id]
    crumbs = (
        Link("My day", reverse("my-day")),
        Link("Record", reverse("person", kwargs={"person_id": person_id})),
    )
    context = about(actor, person, at) | {"crumbs": crumbs, "sections": emergency_sections(found, at=at)}
    return render(request, "emergency_summary.html", context)


def about(actor: Actor, person: PersonView, at: datetime) -> dict[str, Any]:
    """Return what every page about a person shows."""
    known = essentials(contents_of_kind(actor, person.id, TYPES, at=at), at=at)
    return {
        "person": person,
        "banner_props": banner(
            person,
            known,
            usual=usual_number(),
            on=uk_date(at),
            emergency_until=open_until(actor, person.id, at=at),
        ),
        "coordinator": known.coordinator,
    }


def page_asked_for(request: HttpRequest) -> int:
    """Return the page asked for; whatever isn't a number is the first."""
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
