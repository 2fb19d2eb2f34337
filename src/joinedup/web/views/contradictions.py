"""A contradiction in what partners say of one person: who says what, and that somebody looked into it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.joining.actions import LONGEST_REASON
from joinedup.care.people.settling import look_at_contradiction, settle
from joinedup.web.actors import needs
from joinedup.web.components import Link
from joinedup.web.notices import say
from joinedup.web.presenters import contradictions as presenter


class SettleForm(forms.Form):
    """What came of it."""

    reason = forms.CharField(
        label="What did you find out?",
        help_text="Whom you asked, and what is right. Nothing is changed by it: whoever sent it has to correct it.",
        widget=forms.Textarea,
        max_length=LONGEST_REASON,
        error_messages={"required": "Say what you found out"},
    )


@needs(Permission.JOIN_RECORDS)
def contradiction(request: HttpRequest, actor: Actor, contradiction_id: int) -> HttpResponse:
    """Who says what, and the form that takes it off the list."""
    at = timezone.now()
    view = look_at_contradiction(actor, contradiction_id, at=at)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        settle(contradiction_id=contradiction_id, reason=form.cleaned_data["reason"], by=actor, at=at)
        say(request, "It is off the list. It comes back when something else is said.")
        return redirect("possible-duplicates")
    context = {
        "crumbs": (
            Link("Possible duplicates", reverse("possible-duplicates")),
            Link("Who they are", reverse("identity", kwargs={"person_id": view.person})),
        ),
        "form": form,
        "name": view.name,
        "heading": presenter.HEADINGS[view.kind],
        "said": presenter.who_says_what(view),
    }
    return render(request, "contradiction.html", context)
