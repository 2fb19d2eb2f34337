"""A person's pages: their record, and who has looked at it. Each page view is one look in the audit."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.glass import open_until
from joinedup.care.access.reasons import limits_on
from joinedup.care.discharge.queries import stays_of_person
from joinedup.care.people.contradictions import said_of_death
from joinedup.care.people.queries import PersonView, look_at_person, person_now, views_of_people
from joinedup.care.record.emergency import SUBJECT as SUMMARY
from joinedup.care.record.emergency import emergency_summary
from joinedup.care.record.past import TooManyError
from joinedup.care.record.queries import contents_of_kind
from joinedup.care.record.said import patients_said
from joinedup.care.record.timeline import Timeline, Wanted, timeline, versions_of_entry
from joinedup.core.moments import uk_date
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.presenters import record as record_presenter
from joinedup.web.presenters.contradictions import DeathNotice, death
from joinedup.web.presenters.emergency import sections as emergency_sections
from joinedup.web.presenters.essentials import TYPES, essentials
from joinedup.web.presenters.people import banner, who_they_are
from joinedup.web.presenters.said import who_says_what as fields_said
from joinedup.web.presenters.stays import stay_summary
from joinedup.web.then import FIELD, TOO_MUCH, Then, then_of
from joinedup.web.then import PARAMETER as AS_OF
from joinedup.web.views.finding import usual_number

PLAN = "Plan"


@needs(Permission.READ_RECORD)
def person_record(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """Who they are, who is involved, and everything that any organisation wrote, newest first."""
    at = timezone.now()
    whole = person_now(person_id)
    if whole != person_id:
        return redirect("person", person_id=whole)
    then = then_of(request, at=at)
    chosen = record_presenter.Chosen(
        request.GET.get("organisation", ""), request.GET.get("kind", ""), then.text
    )
    if then.is_asked:
        return redirect(reverse("person", kwargs={"person_id": person_id}) + chosen.address())
    person = look_at_person(actor, person_id, at=at, subject=_subject("the record", then))
    found, then = _timeline(
        actor, person_id, Wanted(chosen.organisation, chosen.kind, page_asked_for(request)), then, at
    )
    chosen = replace(chosen, as_of=then.text)
    shows_stays = actor.may(Permission.SEE_LEAVING_HOSPITAL) and not then.day
    stays = stays_of_person(actor, person_id, at=at) if shows_stays else []
    context = about(actor, person, at) | {
        "crumbs": (Link("My day", reverse("my-day")),),
        "facts": who_they_are(person),
        "death": _death(person),
        "stays": [stay_summary(stay, at=at) for stay in stays],
        "involved": record_presenter.involved(found, chosen, at=at),
        "timeline_props": record_presenter.timeline(found, chosen, person_id, at=at),
        "then": then,
        "chosen": chosen,
        "now_href": replace(chosen, as_of="").address(),
        "emergency_href": reverse("emergency", kwargs={"person_id": person_id}) + then.query,
        "filter_groups": record_presenter.filters(found, chosen),
        "is_filtered": chosen.is_any,
        "clear": record_presenter.clear(chosen),
        "pages": record_presenter.pages(found, chosen),
        "plans_href": record_presenter.Chosen(kind=PLAN, as_of=then.text).address() + record_presenter.LIST,
        "has_plans": any(choice.value == PLAN for choice in found.kinds),
    }
    return render(request, "person_record.html", context)


@needs(Permission.READ_RECORD)
def emergency(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """What whoever meets the person in an emergency must know, on one page that prints on one sheet."""
    at = timezone.now()
    then = then_of(request, at=at)
    try:
        found = (
            ()
            if then.form.errors
            else emergency_summary(
                actor, person_id, at=at, known_at=then.known_at, subject=_subject(SUMMARY, then)
            )
        )
    except TooManyError:
        found = ()
    if not found:
        # Where the day can be asked for again, with what is wrong with it.
        asked = urlencode({AS_OF: request.GET.get(AS_OF, "")})
        return redirect(f"{reverse('person', kwargs={'person_id': person_id})}?{asked}")
    person = views_of_people(actor, [person_id], at=at)[person_id]
    crumbs = (
        Link("My day", reverse("my-day")),
        Link("Record", reverse("person", kwargs={"person_id": person_id})),
    )
    context = about(actor, person, at) | {
        "crumbs": crumbs,
        "death": _death(person),
        "sections": emergency_sections(found, at=at),
        "then": then,
        "now_href": reverse("emergency", kwargs={"person_id": person_id}),
    }
    return render(request, "emergency_summary.html", context)


@needs(Permission.READ_RECORD)
def entry_versions(request: HttpRequest, actor: Actor, person_id: UUID, entry: int) -> HttpResponse:
    """Every version of one entry, the newest first: what it says, said before, and that it was withdrawn."""
    at = timezone.now()
    whole = person_now(person_id)
    if whole != person_id:
        return redirect("entry-versions", person_id=whole, entry=entry)
    person = look_at_person(actor, person_id, at=at, subject="the versions of an entry")
    found = versions_of_entry(actor, person_id, entry, at=at)
    if not found:
        raise Http404
    crumbs = (
        Link("My day", reverse("my-day")),
        Link("Record", reverse("person", kwargs={"person_id": person_id})),
    )
    context = about(actor, person, at) | {
        "crumbs": crumbs,
        "versions": record_presenter.versions(found),
    }
    return render(request, "entry_versions.html", context)


@needs(Permission.READ_RECORD)
def who_says_what(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """Who they are as each organisation says it, field by field."""
    at = timezone.now()
    whole = person_now(person_id)
    if whole != person_id:
        return redirect("who-says-what", person_id=whole)
    person = look_at_person(actor, person_id, at=at, subject="who says what of them")
    crumbs = (
        Link("My day", reverse("my-day")),
        Link("Record", reverse("person", kwargs={"person_id": person_id})),
    )
    context = about(actor, person, at) | {
        "crumbs": crumbs,
        "said": fields_said(patients_said(actor, person_id, at=at)),
    }
    return render(request, "who_says_what.html", context)


def _timeline(
    actor: Actor, person_id: UUID, wanted: Wanted, then: Then, at: datetime
) -> tuple[Timeline, Then]:
    """Return the timeline as of the day, or as it is now with the reason in the form where that is too much."""
    try:
        return timeline(actor, person_id, replace(wanted, known_at=then.known_at), at=at), then
    except TooManyError:
        then.form.add_error(FIELD, TOO_MUCH)
        return timeline(actor, person_id, wanted, at=at), Then(None, then.form)


def _death(person: PersonView) -> DeathNotice | None:
    """Return what partners say of the death, where not all say the same."""
    return death(person.name, said_of_death(person.id)) if person.died else None


def _subject(what: str, then: Then) -> str:
    """Return what was looked at, for the audit."""
    return f"{what} as it was known on {then.said}" if then.day else what


def about(actor: Actor, person: PersonView, at: datetime) -> dict[str, Any]:
    """Return what every page about a person shows."""
    known = essentials(contents_of_kind(actor, person.id, TYPES, at=at), at=at)
    limits = limits_on(actor, person.id, at=at)
    return {
        "person": person,
        "limits": limits,
        "banner_props": banner(
            person,
            known,
            usual=usual_number(),
            on=uk_date(at),
            emergency_until=open_until(actor, person.id, at=at),
            limits=limits,
        ),
        "coordinator": known.coordinator,
    }


def page_asked_for(request: HttpRequest) -> int:
    """Return the page asked for; whatever isn't a number is the first."""
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
