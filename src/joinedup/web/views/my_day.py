"""The first page after signing in: what must happen next for whoever asks, and the way to a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.discharge.queries import count_people_ready, people_ready
from joinedup.care.privacy.openings import count_new_openings
from joinedup.web.actors import needs
from joinedup.web.presenters.stays import longest_waits
from joinedup.web.views.finding import FindForm

# A few, so that the page stays one thing to read; the board has everyone.
LONGEST_WAITS = 5


@needs(None)
def my_day(request: HttpRequest, actor: Actor) -> HttpResponse:
    """For care roles, those of their people who have waited longest to leave hospital."""
    at = timezone.now()
    sees_stays = actor.may(Permission.SEE_LEAVING_HOSPITAL)
    ready = people_ready(actor, at=at, subject="my day", limit=LONGEST_WAITS) if sees_stays else []
    context = {
        "at": at,
        "actor": actor,
        "form": FindForm() if actor.may(Permission.FIND_PEOPLE) else None,
        "sees_stays": sees_stays,
        "waiting": longest_waits(ready, at=at),
        "count": count_people_ready(actor, at=at) if sees_stays else 0,
        "sees_measures": actor.may(Permission.SEE_MEASURES),
        "joins_records": actor.may(Permission.JOIN_RECORDS),
        "new_openings": count_new_openings(actor) if actor.may(Permission.REVIEW_LOOKING) else None,
        "manages_accounts": actor.may(Permission.MANAGE_ACCOUNTS),
        "sees_gallery": actor.may(Permission.SEE_GALLERY),
    }
    return render(request, "my_day.html", context)
