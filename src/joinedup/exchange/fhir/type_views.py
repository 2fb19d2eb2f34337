"""The address of a type: search it, or make a resource of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.record.arrivals import Change
from joinedup.care.record.criteria import CriterionError
from joinedup.care.record.queries import Stored
from joinedup.care.record.searching import Page, count, search
from joinedup.exchange.fhir.admission import NUL, base_of, fhir_view, json_answer
from joinedup.exchange.fhir.entity_tags import condition_of
from joinedup.exchange.fhir.instance_views import (
    answer_found,
    answer_written,
    patch_in,
    resource_in,
    take_one,
    withdrawn,
)
from joinedup.exchange.fhir.negotiation import FORM, UTF_8, media_type
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.own_patient import own_patients_asked
from joinedup.exchange.fhir.searching import Paged, Pairs, opened, refusal, sealed, search_as_of
from joinedup.exchange.fhir.shaping import Shape, shape_of, shaped
from joinedup.exchange.fhir.steps import Step
from joinedup.exchange.fhir.transactions import do_one
from joinedup.exchange.fhir.validation import check_type


@fhir_view(
    GET=Permission.READ_RECORD,
    POST=Permission.WRITE_RECORD,
    PUT=Permission.WRITE_RECORD,
    PATCH=Permission.WRITE_RECORD,
    DELETE=Permission.WRITE_RECORD,
)
def of_type(request: HttpRequest, actor: Actor, at: datetime, type_: str) -> HttpResponse:
    """GET: search. POST: create a resource. PUT, PATCH, DELETE: write, patch or withdraw the one that is found."""
    check_type(type_)
    if request.method in ("PUT", "PATCH", "DELETE") or (
        request.method == "POST" and "If-None-Exist" in request.headers
    ):
        return _conditionally(request, actor, at, type_)
    if request.method == "POST":
        return answer_written(request, take_one(request, actor, at, type_, ""))
    return json_answer(searchset(type_, _pairs(request), base_of(request), actor, at))


@fhir_view(POST=Permission.READ_RECORD)
def search_form(request: HttpRequest, actor: Actor, at: datetime, type_: str) -> HttpResponse:
    """POST [type]/_search: as a search, with what is asked in the body, where no log keeps it."""
    check_type(type_)
    _check_form(request)
    return json_answer(searchset(type_, _pairs(request), base_of(request), actor, at))


def _check_form(request: HttpRequest) -> None:
    """Refuse a body that is no form: what it asks would be left out, and the answer be taken for the whole."""
    sent = media_type(request.headers.get("Content-Type", ""))
    is_form = sent.name == FORM and sent.parameters.get("charset", "") in UTF_8
    if not is_form and request.headers.get("Content-Length", "") not in ("", "0"):
        issue = Issue("not-supported", f"send what is asked as {FORM}, in UTF-8")
        raise RefusedInputError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, issue)


def _conditionally(request: HttpRequest, actor: Actor, at: datetime, type_: str) -> HttpResponse:
    """Create unless there is one; or write, patch or withdraw the one that there is."""
    method = str(request.method)
    is_create = method == "POST"
    query = request.headers["If-None-Exist"] if is_create else request.META.get("QUERY_STRING", "")
    step = Step(0, method, type_, query=query, condition=condition_of(request.headers), is_alone=True)
    if method == "PATCH":
        step = replace(step, body=patch_in(request))
    elif method != "DELETE":
        body, content = resource_in(request, type_)
        step = replace(step, body=body, content=content)
    done = do_one(step, by=actor, at=at)
    if method == "DELETE":
        gone = done.withdrawn[0]
        return withdrawn({gone.key: gone} if gone else {})
    answer = done.answers[0]
    is_found = answer.written.change is Change.FOUND
    return answer_found(request, answer.written) if is_found else answer_written(request, answer)


def _pairs(request: HttpRequest) -> Pairs:
    """Return the parameters of the address and the form, in order."""
    lists = [*request.GET.lists(), *(request.POST.lists() if request.method == "POST" else ())]
    return [(name, str(value)) for name, values in lists for value in values]


def searchset(type_: str, pairs: Pairs, base: str, actor: Actor, at: datetime) -> bytes:
    """Return the answer of a search as a Bundle; refuse with the parameter that can't be answered."""
    if any(NUL in name + value for name, value in pairs):
        issue = Issue("invalid", "a parameter holds the character NUL")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    said, place, of = dict(pairs), None, Paged(actor.source, type_)
    if "_page" in said:
        pairs, place = opened(said["_page"], of)
    try:
        asked = search_as_of(type_, pairs, at=place.seen_at if place else at)
        shape = shape_of(pairs)
        if shape.is_count or asked.count == 0:
            counted, ours = count(actor, asked, at=at), own_patients_asked(actor, asked, at=at)
            total = None if counted is None else counted + len(ours)
            return bundle_of({"total": total}, _links(type_, pairs, base), [])
        page = search(actor, asked, at=at, place=place)
        if place is None and (ours := own_patients_asked(actor, asked, at=at)):
            total = None if page.total is None else page.total + len(ours)
            page = replace(page, resources=(*page.resources, *ours), total=total)
    except CriterionError as error:
        raise refusal(error) from error
    links = _links(type_, pairs, base)
    if page.following:
        links.append(
            link("next", f"{base}/{type_}?{urlencode({'_page': sealed(pairs, page.following, of)})}")
        )
    return bundle_of({"total": page.total}, links, entries_of(page, base, shape))


def _links(type_: str, pairs: Pairs, base: str) -> list[dict[str, str]]:
    """Return the link to the search itself."""
    query = urlencode([pair for pair in pairs if pair[0] != "_page"])
    return [link("self", f"{base}/{type_}{'?' if query else ''}{query}")]


def link(relation: str, url: str) -> dict[str, str]:
    """Return one link."""
    return {"relation": relation, "url": url}


def bundle_of(
    head: dict[str, int | None], links: list[dict[str, str]], entries: list[dict[str, object]]
) -> bytes:
    """Return a searchset; without a total where nobody counted that far."""
    known = {name: value for name, value in head.items() if value is not None}
    content = {"resourceType": "Bundle", "type": "searchset", **known, "link": links}
    return msgspec.json.encode(content | ({"entry": entries} if entries else {}))


def entries_of(page: Page, base: str, shape: Shape) -> list[dict[str, object]]:
    """Return the entries of a page: what matches, then what it includes."""
    return [*_found(page.resources, base, shape, "match"), *_found(page.included, base, shape, "include")]


def _found(resources: Iterable[Stored], base: str, shape: Shape, mode: str) -> Iterable[dict[str, object]]:
    """Return entries, each resource as its own bytes."""
    for stored in resources:
        yield {
            "fullUrl": f"{base}/{stored.type}/{stored.fhir_id}",
            "resource": msgspec.Raw(shaped(stored.json, stored.type, shape)),
            "search": {"mode": mode},
        }
