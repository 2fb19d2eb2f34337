"""Who has looked at a person's record: by day, page by page, and as a file to take along. Each is itself a look."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.looks import every_look_at, looks_at
from joinedup.care.people.queries import joined_to, look_at_person, person_now
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.csv_files import csv_lines
from joinedup.web.presenters.looks import csv_rows, look_days, place_of, place_text
from joinedup.web.views.people import about

SHOWN = 50


@needs(Permission.READ_RECORD)
def who_has_looked(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """Every look at the person, newest first; the look that this page is comes first itself."""
    at = timezone.now()
    whole = person_now(person_id)
    if whole != person_id:
        return redirect("who-has-looked", person_id=whole)
    person = look_at_person(actor, person_id, at=at, subject="who has looked")
    after = place_of(request.GET.get("after", ""))
    looks = looks_at(actor, person_id, at=at, limit=SHOWN + 1, joined=joined_to(person_id), after=after)
    shown = looks[:SHOWN]
    crumbs = (
        Link("My day", reverse("my-day")),
        Link("Record", reverse("person", kwargs={"person_id": person_id})),
    )
    context = about(actor, person, at) | {
        "crumbs": crumbs,
        "days": look_days(shown),
        "is_first": after is None,
        "older": f"?after={place_text(shown[-1].place)}" if len(looks) > SHOWN else "",
    }
    return render(request, "who_has_looked.html", context)


@needs(Permission.READ_RECORD)
def who_has_looked_csv(_request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponseBase:
    """Every look at the person as a file. That it was taken is written down, and stands in it as its first line."""
    at = timezone.now()
    whole = person_now(person_id)
    if whole != person_id:
        return redirect("who-has-looked-csv", person_id=whole)
    looks = every_look_at(actor, person_id, at=at, joined=joined_to(person_id))
    response = StreamingHttpResponse(csv_lines(csv_rows(looks)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="who-has-looked.csv"'
    response["Cache-Control"] = "no-store"
    return response
