"""The addresses under /fhir/R4. Each says which permission it needs; errors leave as an OperationOutcome."""

import functools
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, actor_of_token
from joinedup.care.record.logic import decode, stamp
from joinedup.care.record.queries import Page, Stored, given_back, read, search
from joinedup.exchange.fhir.bundle import FHIR_ID, Item, RawEntry, item_of, not_json, parse
from joinedup.exchange.fhir.capability import capability_statement
from joinedup.exchange.fhir.intake import Answer, take_in
from joinedup.exchange.fhir.outcome import (
    Issue,
    RefusedInputError,
    Severity,
    encoded_outcome,
    operation_outcome,
)
from joinedup.exchange.fhir.searching import criteria_of, page_of
from joinedup.exchange.fhir.validation import check_type

CONTENT_TYPE = "application/fhir+json; charset=utf-8"
MOST_BYTES = 20 * 1024 * 1024
View = Callable[..., HttpResponse]


def fhir_view(**permissions: Permission | None) -> Callable[[View], View]:
    """Declare, per method, the permission that a view needs (None: anybody), and answer errors in FHIR's form."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @login_not_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: str) -> HttpResponse:
            try:
                return view(request, _admitted(request, permissions), timezone.now(), *args)
            except RefusedInputError as refusal:
                return _json(encoded_outcome(refusal.issues), refusal.status)
            except RefusedError as refusal:
                issue = Issue("forbidden", " ".join(refusal.reasons))
                return _json(encoded_outcome([issue]), HTTPStatus.FORBIDDEN)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def _admitted(request: HttpRequest, permissions: dict[str, Permission | None]) -> Actor | None:
    """Return who asks, or refuse: unknown method, no token, token without the permission."""
    method = "GET" if request.method == "HEAD" else str(request.method)
    if method not in permissions:
        issue = Issue(
            "not-supported", f"{method} is not supported here; these are: {', '.join(sorted(permissions))}"
        )
        raise RefusedInputError(HTTPStatus.METHOD_NOT_ALLOWED, issue)
    permission = permissions[method]
    if permission is None:
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    actor = actor_of_token(token.strip()) if scheme.lower() == "bearer" and token else None
    if actor is None:
        issue = Issue("login", "send a valid token: Authorization: Bearer TOKEN")
        raise RefusedInputError(HTTPStatus.UNAUTHORIZED, issue)
    if not actor.may(permission):
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=timezone.now(), subject="fhir")
        raise RefusedError(f"This token's scopes do not include: {permission.value.replace('_', ' ')}.")
    return actor


def _json(body: bytes, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return a FHIR response."""
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=headers)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _body(request: HttpRequest) -> bytes:
    """Return the body of the request, refusing one that is too large before it is read."""
    limit = f"{MOST_BYTES // (1024 * 1024)} MB"
    too_large = RefusedInputError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        Issue("too-long", f"the body is larger than {limit}: send it as several Bundles"),
    )
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise too_large
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise too_large
    return body


@fhir_view(GET=None)
def metadata(request: HttpRequest, _actor: None, at: datetime) -> HttpResponse:
    """GET /metadata: what this server does. Open to anybody: it says nothing about anybody."""
    return _json(capability_statement(_base(request), at=at))


@fhir_view(POST=Permission.WRITE_RECORD)
def root(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """POST a transaction (all or none) or batch (each entry for itself)."""
    bundle = parse(_body(request))
    if bundle.type == "transaction":
        try:
            items = [item_of(entry, index) for index, entry in enumerate(bundle.entry)]
        except UnicodeDecodeError as error:
            raise not_json(error) from error
        answers = take_in(items, by=actor, nation=settings.NATION, at=at)
        entries = [_entry(answer) for answer in answers]
    else:
        entries = [_batch_entry(entry, index, actor, at) for index, entry in enumerate(bundle.entry)]
    answer = {"resourceType": "Bundle", "type": f"{bundle.type}-response", "entry": entries}
    return _json(msgspec.json.encode(answer))


def _entry(answer: Answer) -> dict[str, Any]:
    """Return one entry of a transaction or batch response."""
    written = answer.written
    response: dict[str, Any] = {
        "status": f"{answer.status.value} {answer.status.phrase}",
        "location": f"{written.type}/{written.fhir_id}/_history/{written.version}",
        "etag": f'W/"{written.version}"',
        "lastModified": stamp(written.recorded_at),
    }
    if answer.issues:
        response["outcome"] = operation_outcome(answer.issues)
    return {"response": response}


def _batch_entry(entry: RawEntry, index: int, actor: Actor, at: datetime) -> dict[str, Any]:
    """Take in one entry of a batch in a transaction of its own."""
    try:
        return _entry(take_in([item_of(entry, index)], by=actor, nation=settings.NATION, at=at)[0])
    except RefusedInputError as refusal:
        status = HTTPStatus(refusal.status)
        return {
            "response": {
                "status": f"{status.value} {status.phrase}",
                "outcome": operation_outcome(refusal.issues),
            }
        }


@fhir_view(GET=Permission.READ_RECORD, POST=Permission.WRITE_RECORD)
def of_type(request: HttpRequest, actor: Actor, at: datetime, type_: str) -> HttpResponse:
    """GET: search the type. POST: create a resource of it."""
    check_type(type_)
    if request.method == "POST":
        return _written(request, _take_one(request, actor, at, type_, ""))
    after, count = page_of(request.GET)
    page = search(actor, criteria_of(type_, request.GET), at=at, after=after, count=count)
    return _json(_searchset(request, page, type_))


@fhir_view(GET=Permission.READ_RECORD, PUT=Permission.WRITE_RECORD)
def instance(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> HttpResponse:
    """GET: the newest version. PUT: create it under this id, or write its next version."""
    check_type(type_)
    if not FHIR_ID.match(fhir_id):
        issue = Issue("invalid", "an id is up to 64 letters, digits, - and .")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    if request.method == "PUT":
        return _written(request, _take_one(request, actor, at, type_, fhir_id))
    stored = read(actor, type_, fhir_id, at=at)
    if stored is None:
        issue = Issue("not-found", f"there is no {type_} with this id that you may see")
        raise RefusedInputError(HTTPStatus.NOT_FOUND, issue)
    return _json(stored.json, headers=_version_headers(stored.version))


def _take_one(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> Answer:
    """Take in the one resource of the body."""
    body = _body(request)
    try:
        text = body.decode()
        content = decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise not_json(error) from error
    if not isinstance(content, dict) or content.get("resourceType") != type_:
        issue = Issue(
            "invalid", f"the body must be a resource of type {type_}, as the address says", "resourceType"
        )
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    if fhir_id and content.get("id") != fhir_id:
        issue = Issue("invalid", "the resource's id must be the one in the address", f"{type_}.id")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    item = Item(0, "", type_, fhir_id, text, content)
    return take_in([item], by=actor, nation=settings.NATION, at=at, in_bundle=False)[0]


def _written(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Answer a create or update: the resource as it is now, or what the Prefer header asks for instead."""
    written = answer.written
    location = f"{_base(request)}/{written.type}/{written.fhir_id}/_history/{written.version}"
    headers = {"Location": location, **_version_headers(written.version)}
    preference = request.headers.get("Prefer", "")
    if "return=minimal" in preference:
        return _json(b"", answer.status, headers)
    if "return=OperationOutcome" in preference:
        return _json(encoded_outcome(answer.issues or (_all_well(answer),)), answer.status, headers)
    return _json(given_back(written.type, written.fhir_id), answer.status, headers)


def _all_well(answer: Answer) -> Issue:
    """Say that there is nothing to say."""
    message = f"{answer.written.type}/{answer.written.fhir_id} is {answer.written.change.value}"
    return Issue("informational", message, severity=Severity.INFORMATION)


def _version_headers(version: int) -> dict[str, str]:
    """Return the headers that name a version."""
    return {"ETag": f'W/"{version}"'}


def _searchset(request: HttpRequest, page: Page, type_: str) -> bytes:
    """Return a page of a search as a Bundle."""
    base = _base(request)
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


def _base(request: HttpRequest) -> str:
    """Return the address of the API."""
    return request.build_absolute_uri("/fhir/R4")
