"""Possible duplicates: the queue, one pair to decide about, who a person is, and undoing a merge."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.joining.actions import LONGEST_REASON, unmerge
from joinedup.care.joining.errors import NotPossibleError
from joinedup.care.joining.reviewing import decide, look_at_identity
from joinedup.care.people.models import Review
from joinedup.care.people.reviews import look_at_pair, pairs_to_review
from joinedup.care.people.settling import contradictions_of, contradictions_to_settle
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.notices import said, say
from joinedup.web.presenters import identity as presenter
from joinedup.web.presenters.contradictions import links, waiting

DECISIONS = {
    Review.State.SAME: "The two records are one now.",
    Review.State.DIFFERENT: "They are kept apart. Nobody is asked again unless something new agrees.",
    Review.State.LATER: "The pair is left for later, at the end of the list.",
}


class DecisionForm(forms.Form):
    """Why. Whether a reason is needed, the action decides."""

    reason = forms.CharField(
        label="Why do you think so?",
        help_text="What you compared, or whom you asked. It is kept with the decision.",
        widget=forms.Textarea,
        max_length=LONGEST_REASON,
        required=False,
    )


class UndoForm(forms.Form):
    """Why a merge is undone."""

    reason = forms.CharField(
        label="Why are these different people?",
        help_text="Everything goes back to whom it came for, also what came since. Nobody is asked again "
        "unless something new agrees.",
        widget=forms.Textarea,
        max_length=LONGEST_REASON,
        error_messages={"required": "Say why these are different people"},
    )


@needs(Permission.JOIN_RECORDS)
def possible_duplicates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The pairs that wait for a decision, the likeliest first, and what contradicts of one person."""
    at = timezone.now()
    pairs, count = pairs_to_review(actor, at=at)
    contradictions, contradiction_count = contradictions_to_settle(actor, at=at)
    context = {
        "notice": said(request),
        "pairs": presenter.queue(pairs),
        "count": count,
        "contradictions": waiting(contradictions),
        "contradiction_count": contradiction_count,
    }
    return render(request, "possible_duplicates.html", context)


@needs(Permission.JOIN_RECORDS)
def review_pair(request: HttpRequest, actor: Actor, review_id: int) -> HttpResponse:
    """One pair, side by side, and what to do about it."""
    at = timezone.now()
    pair = look_at_pair(actor, review_id, at=at)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    decision = request.POST.get("decision", "")
    if form.is_valid() and _decided(form, review_id, decision, actor, at):
        say(request, DECISIONS[Review.State(decision)])
        return redirect("possible-duplicates")
    context = {
        "crumbs": (Link("Possible duplicates", reverse("possible-duplicates")),),
        "notice": said(request),
        "form": form,
        "split": presenter.side_by_side(pair),
        "why": presenter.why(pair.agreements),
        "likely": presenter.likely(pair.score),
        "method": pair.method,
        "asked_again": presenter.asked_again(pair, at=at),
        "left": pair.left,
        "right": pair.right,
    }
    return render(request, "review_pair.html", context)


def _decided(form: DecisionForm, review_id: int, decision: str, by: Actor, at: datetime) -> bool:
    """Decide; what stands against it is said beside the field."""
    if decision not in DECISIONS:
        form.add_error("reason", "Choose one of the three answers below.")
        return False
    try:
        decide(
            review_id=review_id,
            decision=Review.State(decision),
            reason=form.cleaned_data["reason"],
            by=by,
            at=at,
        )
    except NotPossibleError as error:
        form.add_error("reason", str(error))
        return False
    return True


@needs(Permission.JOIN_RECORDS)
def identity(request: HttpRequest, actor: Actor, person_id: UUID) -> HttpResponse:
    """Who a person is: numbers, names, where the record comes from, and what was joined."""
    at = timezone.now()
    whole = look_at_identity(actor, person_id, at=at)
    context = {
        "crumbs": (Link("Possible duplicates", reverse("possible-duplicates")),),
        "notice": said(request),
        "facts": presenter.who(whole),
        "numbers": presenter.numbers(whole.who.numbers),
        "sources": presenter.sources(whole),
        "contradictions": links(contradictions_of(actor, person_id)),
        "person_id": person_id,
        "merges": [presenter.merge_line(merge, whole, at=at) for merge in whole.merges],
    }
    return render(request, "identity.html", context)


@needs(Permission.JOIN_RECORDS)
def undo_merge(request: HttpRequest, actor: Actor, merge_id: int, person_id: UUID) -> HttpResponse:
    """Undo a merge, with the reason."""
    at = timezone.now()
    look_at_identity(actor, person_id, at=at)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            unmerge(merge_id=merge_id, reason=form.cleaned_data["reason"], by=actor, at=at)
        except NotPossibleError as error:
            form.add_error("reason", str(error))
        else:
            say(request, "The records are apart again, each with what came for it.")
            return redirect("identity", person_id=person_id)
    crumbs = (
        Link("Possible duplicates", reverse("possible-duplicates")),
        Link("Who they are", reverse("identity", kwargs={"person_id": person_id})),
    )
    return render(request, "undo_merge.html", {"crumbs": crumbs, "form": form})
