"""The sharing agreements: who shares which kinds with whom, for what, from when until when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from joinedup.care.access import agreements as kept
from joinedup.care.access.actor import Actor, Permission
from joinedup.web.actors import needs
from joinedup.web.components import EmptyState
from joinedup.web.presenters.agreements import cards

NOTHING = EmptyState(
    "No agreement yet",
    "Each organisation sees only what it wrote itself. Whoever runs joinedup for you loads agreements from a file.",
)


@needs(Permission.SEE_AGREEMENTS)
def agreements(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Every agreement with its parties, those in force first."""
    context = {"agreements": cards(kept.agreements(), at=timezone.now()), "nothing": NOTHING}
    return render(request, "agreements.html", context)
