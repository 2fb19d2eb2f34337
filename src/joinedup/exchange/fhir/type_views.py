"""The address of a type: search it, or make a resource of it."""

from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.record.queries import Page, Stored, search
from joinedup.exchange.fhir.admission import base_of, fhir_view, json_answer
from joinedup.exchange.fhir.instance_views import answer_written, take_one
from joinedup.exchange.fhir.searching import criteria_of, page_of
from joinedup.exchange.fhir.validation import check_type


@fhir_view(GET=Permission.READ_RECORD, POST=Permission.WRITE_RECORD)
def of_type(request: HttpRequest, actor: Actor, at: datetime, type_: str) -> HttpResponse:
    """GET: search the type. POST: create a resource of it."""
    check_type(type_)
    if request.method == "POST":
        return answer_written(request, take_one(request, actor, at, type_, ""))
    after, count = page_of(request.GET)
    page = search(actor, criteria_of(type_, request.GET), at=at, after=after, count=count)
    return json_answer(_searchset(request, page, type_))


def _searchset(request: HttpRequest, page: Page, type_: str) -> bytes:
    """Return a page of a search as a Bundle."""
    base = base_of(request)
    links = [{"relation": "self", "url": request.build_absolute_uri()}]
    if page.next_after is not None:
        query = request.GET.copy()
        query["_after"] = str(page.next_after)
        links.append({"relation": "next", "url": f"{base}/{type_}?{query.urlencode()}"})
    entries = [_found(stored, base) for stored in page.resources]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": page.total, "link": links}
    return msgspec.json.encode(bundle | ({"entry": entries} if entries else {}))


def _found(stored: Stored, base: str) -> dict[str, object]:
    """Return one entry of a searchset, the resource as its own bytes."""
    return {
        "fullUrl": f"{base}/{stored.type}/{stored.fhir_id}",
        "resource": msgspec.Raw(stored.json),
        "search": {"mode": "match"},
    }
