"""Boundaries: how far councils and health bodies share them, from the lookups that were loaded."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from joinedup.care.access.actor import Actor
from joinedup.insight.boundaries import kept
from joinedup.rules.boundaries.comparing import compare
from joinedup.web.actors import needs
from joinedup.web.components import EmptyState
from joinedup.web.presenters import boundaries as props
from joinedup.web.rule_pages import way_back

NOTHING = EmptyState(
    "No map has been loaded yet",
    "Boundaries appear here when a published lookup of areas has been loaded. Whoever runs joinedup for you does that: "
    "joinedup load published, with a source that begins with “lookup”.",
)


@needs(None)
def boundaries(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """One comparison: what does not fit, the scores, every area, and how it was worked out."""
    context: dict[str, Any] = {"crumbs": way_back(), "empty": None}
    try:
        comparisons = kept.load(Path(settings.INSIGHT_FOLDER).parent)
    except kept.KeptError as error:
        context["empty"] = EmptyState("The map can’t be read", f"{error}.")
        return render(request, "boundaries.html", context, status=503)
    if not comparisons:
        return render(request, "boundaries.html", context | {"empty": NOTHING})
    shown = props.asked(
        comparisons, settings.NATION, request.GET.get("of", ""), request.GET.get("sliver", "")
    )
    comparison = shown.comparison
    answer = compare(comparison, sliver=shown.share)
    context |= {
        "comparison": comparison,
        "chooser": props.chooser(comparisons, shown, request.path),
        "finding": props.finding(comparison, answer.value),
        "scores": props.scores(comparison, answer.value),
        "misfits": props.misfits(comparison, answer.value),
        "both_ways": props.both_ways(comparison, answer.value),
        "steps": props.steps(comparison, answer),
    }
    return render(request, "boundaries.html", context)
