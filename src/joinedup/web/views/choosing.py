"""Two records by hand: find one, find another beside it, see both, and put them before whoever decides.

What was typed is personal: it waits in the session under a random key, as in `finding`.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.joining.reviewing import look_at_identity
from joinedup.care.people.choosing import find_identities, look_at_two, queue_by_hand
from joinedup.care.people.logic import read_search
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.notices import say
from joinedup.web.presenters import identity as presenter
from joinedup.web.views.finding import MOST_SHOWN, SEARCHES, FindForm


@needs(Permission.JOIN_RECORDS)
def find_record(
    request: HttpRequest, actor: Actor, key: str = "", beside: UUID | None = None
) -> HttpResponse:
    """Ask which record to find, and show the hits; `beside` is whom the one that is found is compared with."""
    at = timezone.now()
    form = FindForm(request.POST) if request.method == "POST" else FindForm()
    if form.is_bound and form.is_valid():
        return redirect(_found_address(SEARCHES.keep(request.session, form.cleaned_data["q"]), beside))
    text = SEARCHES.kept(request.session, key) if key else None
    context = {
        "crumbs": _crumbs(beside),
        "form": form if text is None or form.is_bound else FindForm(initial={"q": text}),
        "action": _address(beside),
        "beside": look_at_identity(actor, beside, at=at).who if beside else None,
        "is_forgotten": bool(key) and text is None,
        "found": None,
        "may_be_more": False,
    }
    if text is not None and not form.is_bound:
        hits = find_identities(actor, read_search(text), at=at, beside=beside, limit=MOST_SHOWN)
        context |= {"found": presenter.hits(hits, beside=beside), "may_be_more": len(hits) == MOST_SHOWN}
    return render(request, "find_record.html", context)


def _address(beside: UUID | None) -> str:
    """Return where the question is asked."""
    return reverse("compare-record", kwargs={"beside": beside}) if beside else reverse("find-record")


def _found_address(key: str, beside: UUID | None) -> str:
    """Return where the hits are shown."""
    if beside:
        return reverse("compare-record-found", kwargs={"beside": beside, "key": key})
    return reverse("found-record", kwargs={"key": key})


def _crumbs(person_id: UUID | None) -> tuple[Link, ...]:
    """Return the way back: to the queue, and to the record from which somebody came."""
    queue = Link("Possible duplicates", reverse("possible-duplicates"))
    if person_id is None:
        return (queue,)
    return (queue, Link("Who they are", reverse("identity", kwargs={"person_id": person_id})))


@needs(Permission.JOIN_RECORDS)
def two_records(request: HttpRequest, actor: Actor, one: UUID, other: UUID) -> HttpResponse:
    """Two records side by side, and the way to put them on the queue."""
    at = timezone.now()
    if request.method == "POST":
        review_id = queue_by_hand(one=one, other=other, by=actor, at=at)
        say(request, "The two records are on the list of possible duplicates.")
        return redirect("review-pair", review_id=review_id)
    left, right, pair = look_at_two(actor, one, other, at=at)
    context = {
        "crumbs": _crumbs(one),
        "split": presenter.two(left, right),
        "why": presenter.why(pair.agreements),
    }
    return render(request, "two_records.html", context)
