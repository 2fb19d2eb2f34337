"""Measures: what was computed, as a list, as a page each, and as a file. Nothing is computed on the way."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from joinedup.care.access.actor import Actor, Permission
from joinedup.insight.results import MeasureResult, ResultError, csv_text, load_all
from joinedup.web.actors import needs
from joinedup.web.components import EmptyState, Link
from joinedup.web.presenters import measures as props

TITLE = "Measures"
NOTHING = EmptyState(
    "No measure has been computed yet",
    "Measures appear here when the record has been published or figures have been loaded, which is done by "
    "whoever runs joinedup for you.",
)


@needs(Permission.SEE_MEASURES)
def measures(request: HttpRequest, _actor: Actor) -> HttpResponse:
    """Every measure, with what it says of our own partnership first."""
    try:
        results = _results()
    except ResultError as error:
        return _unreadable(request, error)
    items = [(result, props.in_order(result)[:1]) for result in results]
    return render(request, "measures.html", {"items": items, "empty": None if items else NOTHING})


@needs(Permission.SEE_MEASURES)
def measure(request: HttpRequest, _actor: Actor, measure_id: str) -> HttpResponse:
    """One measure: its finding, chart, tables, definition, and what may be compared."""
    try:
        result = _result(measure_id)
    except ResultError as error:
        return _unreadable(request, error)
    crumbs = (Link(TITLE, reverse("measures")),)
    series = props.in_order(result)
    shown = props.chosen(series, request.GET.get("source", ""), request.GET.get("area", ""))
    if shown is None:
        context = {"crumbs": crumbs, "title": result.description.title, "empty": NOTHING}
        return render(request, "measure_empty.html", context)
    recent, earlier = props.tables(result, shown)
    context = {
        "crumbs": crumbs,
        "result": result,
        "series": shown,
        "origin": props.origin(shown),
        "latest": props.latest(shown, result.description.unit),
        "chooser": props.chooser(series, shown, request.path),
        "chart": props.chart(result, shown),
        "recent": recent,
        "earlier": earlier,
        "notes": props.notes(result, shown),
        "definition": props.definition(result),
        "own_definition": props.own_definition(result, shown),
        "compared": props.compared(result, shown.nation, shown.origin),
    }
    return render(request, "measure.html", context)


@needs(Permission.SEE_MEASURES)
def measure_csv(_request: HttpRequest, _actor: Actor, measure_id: str) -> HttpResponse:
    """Every figure of a measure as a CSV file."""
    try:
        result = _result(measure_id)
    except ResultError as error:
        raise Http404 from error
    response = HttpResponse(csv_text(result), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{result.id}.csv"'
    return response


def _results() -> list[MeasureResult]:
    return load_all(Path(settings.INSIGHT_FOLDER).parent)


def _result(measure_id: str) -> MeasureResult:
    """The measure of that name; 404 when there is none."""
    found = next((result for result in _results() if result.id == measure_id), None)
    if found is None:
        raise Http404
    return found


def _unreadable(request: HttpRequest, error: ResultError) -> HttpResponse:
    """The figures were kept by another version: say so, and what to do."""
    empty = EmptyState("The figures can’t be read", f"{error}.")
    return render(request, "measure_empty.html", {"crumbs": (), "title": TITLE, "empty": empty}, status=503)
