"""For whoever looks after privacy: emergency openings, unusual looking, and what came of each."""

from datetime import datetime, timedelta

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import Glass, LookReview
from joinedup.care.privacy.findings import Finding, Period, finding_with_key, findings
from joinedup.care.privacy.openings import PAGE, look_at_opening
from joinedup.care.privacy.openings import openings as openings_seen_by
from joinedup.care.privacy.reviewing import LONGEST_NOTE, review_finding, review_opening
from joinedup.care.privacy.rules import RULE_OF
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.notices import said, say
from joinedup.web.presenters import looking as presenter
from joinedup.web.views.people import page_asked_for

OPENINGS = "Emergency openings"
UNUSUAL = "Unusual looking"
DAYS = (7, 30, 90, 365)
USUAL_DAYS = 30
OUTCOMES = {
    LookReview.Outcome.ACCOUNTED: "Accounted for: there was a good reason",
    LookReview.Outcome.ASKED: "To be asked: they, or whoever manages them, must explain it",
    LookReview.Outcome.MISUSE: "Misuse: there was no good reason",
}


class ReviewForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=[(outcome.value, text) for outcome, text in OUTCOMES.items()],
        error_messages={"required": "Choose what came of it", "invalid_choice": "Choose from the list"},
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="What did you find out?",
        help_text="Whom you asked and what they said. It is kept for good, with your name, and can’t be changed",
        max_length=LONGEST_NOTE,
        error_messages={
            "required": "Say what you found out",
            "max_length": f"Say it in at most {LONGEST_NOTE} letters",
        },
        widget=forms.Textarea,
    )

    @property
    def decided(self) -> LookReview.Outcome:
        """Return the outcome that was chosen; the form must be valid."""
        return LookReview.Outcome(self.cleaned_data["outcome"])


@needs(Permission.REVIEW_LOOKING)
def openings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every emergency opening, the new ones first."""
    at = timezone.now()
    found = openings_seen_by(actor, at=at, page=page_asked_for(request))
    context = {
        "rows": [presenter.opening_row(opening, at=at) for opening in found.shown],
        "new": found.new,
        "pages": presenter.pages(found, PAGE),
        "notice": said(request),
    }
    return render(request, "openings.html", context)


@needs(Permission.REVIEW_LOOKING)
def opening(request: HttpRequest, actor: Actor, opening_id: int) -> HttpResponse:
    """One emergency opening: why, what was looked at, and what came of it."""
    at = timezone.now()
    try:
        found, looks = look_at_opening(actor, opening_id, at=at)
    except Glass.DoesNotExist as error:
        raise Http404 from error
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        note = form.cleaned_data["note"]
        review_opening(opening=opening_id, outcome=form.decided, note=note, by=actor, at=at)
        say(request, f"The opening by {found.who} is reviewed: {form.decided.label.lower()}.")
        return redirect("openings")
    context = {
        "crumbs": (Link(OPENINGS, reverse("openings")),),
        "title": "Emergency opening",
        "facts": presenter.opening_facts(found, at=at),
        "rows": presenter.look_rows(looks),
        "looks_caption": "What was looked at in these three hours",
        "reviews": presenter.review_rows(found.reviews),
        "is_own": found.user_id == actor.user_id,
        "form": form,
    }
    return render(request, "look_review.html", context)


@needs(Permission.REVIEW_LOOKING)
def unusual(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What each rule finds in the chosen time."""
    at = timezone.now()
    days = _days(request)
    found = findings(actor, _period(days, at), at=at)
    context = {
        "sections": [presenter.rule_section(of_rule, days, at=at) for of_rule in found if of_rule.total],
        "quiet": [of_rule.rule.title for of_rule in found if not of_rule.total],
        "rules": [(of_rule.rule.title, presenter.asks_of(of_rule.rule)) for of_rule in found],
        "periods": presenter.periods(days, DAYS),
        "days": days,
        "notice": said(request),
    }
    return render(request, "unusual_looking.html", context)


@needs(Permission.REVIEW_LOOKING)
def finding(request: HttpRequest, actor: Actor, rule_id: str, key: str) -> HttpResponse:
    """One finding: why it is asked about, what was done, and what came of it."""
    at = timezone.now()
    days = _days(request)
    rule = RULE_OF.get(rule_id)
    found = finding_with_key(actor, _period(days, at), rule, key, at=at) if rule else None
    if found is None:
        raise Http404
    one, evidence = found
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        _keep(form, one, actor, at)
        say(request, f"“{one.rule.title}” ({one.who}) is reviewed: {form.decided.label.lower()}.")
        return redirect(f"{reverse('looking')}?days={days}")
    context = {
        "crumbs": (Link(UNUSUAL, f"{reverse('looking')}?days={days}"),),
        "title": one.rule.title,
        "facts": presenter.finding_facts(one, at=at),
        "rows": presenter.evidence_rows(evidence),
        "looks_caption": "What was done",
        "reviews": presenter.review_rows(one.reviews),
        "is_own": one.user_id is not None and one.user_id == actor.user_id,
        "form": form,
    }
    return render(request, "look_review.html", context)


def _keep(form: ReviewForm, finding: Finding, actor: Actor, at: datetime) -> None:
    """Keep the review; it covers what was found until now."""
    review_finding(
        finding=finding.key,
        about=finding.user_id,
        covers_until=finding.last_at,
        outcome=form.decided,
        note=form.cleaned_data["note"],
        by=actor,
        at=at,
    )


def _days(request: HttpRequest) -> int:
    """Return how many days back are chosen; whatever is no choice is the usual."""
    asked = request.GET.get("days", "")
    return next((days for days in DAYS if str(days) == asked), USUAL_DAYS)


def _period(days: int, at: datetime) -> Period:
    return Period(at - timedelta(days=days), at)
