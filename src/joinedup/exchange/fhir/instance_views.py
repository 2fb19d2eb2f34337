"""The address of one resource: read it, or write it; and what is answered to whoever wrote."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.people.queries import person_called
from joinedup.care.record.arrivals import Change, Written
from joinedup.care.record.histories import Span, versions
from joinedup.care.record.logic import Json, Key, decode
from joinedup.care.record.queries import given_back, read
from joinedup.exchange.fhir.admission import base_of, body_of, fhir_view, json_answer
from joinedup.exchange.fhir.as_of import moment_asked, pairs_of
from joinedup.exchange.fhir.bundle import Item, check_id, not_json
from joinedup.exchange.fhir.conditions import is_unchanged
from joinedup.exchange.fhir.entity_tags import condition_of
from joinedup.exchange.fhir.history_views import gone, http_date, version_answer
from joinedup.exchange.fhir.intake import Answer, take_in
from joinedup.exchange.fhir.outcome import (
    Issue,
    RefusedInputError,
    Severity,
    encoded_outcome,
)
from joinedup.exchange.fhir.own_patient import look_at_own_patient
from joinedup.exchange.fhir.patching import CONTENT_TYPE
from joinedup.exchange.fhir.refusing import not_found
from joinedup.exchange.fhir.steps import Step
from joinedup.exchange.fhir.taking_back import take_back
from joinedup.exchange.fhir.transactions import do_one
from joinedup.exchange.fhir.validation import check_type


@fhir_view(
    GET=Permission.READ_RECORD,
    PUT=Permission.WRITE_RECORD,
    PATCH=Permission.WRITE_RECORD,
    DELETE=Permission.WRITE_RECORD,
)
def instance(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> HttpResponse:
    """GET: the newest version, or that of a moment. PUT, PATCH: write the next one. DELETE: withdraw it."""
    check_type(type_)
    check_id(fhir_id)
    if request.method == "PUT":
        return answer_written(request, take_one(request, actor, at, type_, fhir_id))
    if request.method == "PATCH":
        return answer_written(request, patch_one(request, actor, at, type_, fhir_id))
    if request.method == "DELETE":
        return withdrawn(take_back({(type_, fhir_id): condition_of(request.headers)}, by=actor, at=at))
    known_at = moment_asked(pairs_of(request), at=at)
    if known_at:
        return _as_of(actor, at, Span(type_, fhir_id, known_at=known_at, count=1))
    return _newest(request, actor, at, type_, fhir_id)


def _newest(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> HttpResponse:
    """Return the newest version, unless whoever asks has it already."""
    stored = read(actor, type_, fhir_id, at=at)
    if stored is None and type_ == "Patient" and (ours := person_called(fhir_id)):
        stored = look_at_own_patient(actor, ours, at=at)
        if stored:
            # Made now of several Patients, it has no version that anybody could hold it against.
            return json_answer(stored.json)
    if stored is None:
        raise not_found(actor, type_, at=at)
    headers = _version_headers(stored.version) | {"Last-Modified": http_date(stored.recorded_at)}
    if not stored.json:
        raise gone(type_, fhir_id, headers)
    if is_unchanged(request.headers, stored.version, stored.recorded_at):
        return json_answer(b"", HTTPStatus.NOT_MODIFIED, headers)
    return json_answer(stored.json, headers=headers)


def _as_of(actor: Actor, at: datetime, span: Span) -> HttpResponse:
    """Return the version that was known at a moment."""
    found = versions(actor, span, at=at).versions
    if found:
        return version_answer(found[0])
    ours = person_called(span.fhir_id) if span.type == "Patient" else None
    stored = look_at_own_patient(actor, ours, at=at, known_at=span.known_at) if ours else None
    if stored is None:
        raise not_found(actor, span.type, at=at)
    return json_answer(stored.json)


def withdrawn(gone_now: Mapping[Key, Written]) -> HttpResponse:
    """Answer a delete; one of what is not here is harmless."""
    versions_now = [written.version for written in gone_now.values()]
    headers = _version_headers(versions_now[0]) if len(versions_now) == 1 else {}
    return json_answer(b"", HTTPStatus.NO_CONTENT, headers)


def patch_one(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> Answer:
    """Apply the patch of the body to the newest version, which must still be the newest when it is written."""
    step = Step(0, "PATCH", type_, fhir_id, condition=condition_of(request.headers), is_alone=True)
    return do_one(replace(step, body=patch_in(request)), by=actor, at=at).answers[0]


def patch_in(request: HttpRequest) -> str:
    """Return the patch of the body."""
    if request.content_type != CONTENT_TYPE:
        issue = Issue("not-supported", f"send a patch as {CONTENT_TYPE}")
        raise RefusedInputError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, issue)
    try:
        return body_of(request).decode()
    except UnicodeDecodeError as error:
        raise not_json(error) from error


def take_one(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> Answer:
    """Take in the one resource of the body, under the id of the address or a new one."""
    text, content = resource_in(request, type_)
    if fhir_id and content.get("id") != fhir_id:
        issue = Issue("invalid", "the resource's id must be the one in the address", f"{type_}.id")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    item = Item(0, "", type_, fhir_id, text, content, condition_of(request.headers), is_alone=True)
    return take_in([item], by=actor, nation=settings.NATION, at=at)[0]


def resource_in(request: HttpRequest, type_: str) -> tuple[str, Json]:
    """Return the resource of the body as text and decoded; it must be of the type in the address."""
    try:
        text = body_of(request).decode()
        content = decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise not_json(error) from error
    if not isinstance(content, dict) or content.get("resourceType") != type_:
        issue = Issue(
            "invalid", f"the body must be a resource of type {type_}, as the address says", "resourceType"
        )
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    return text, content


def answer_written(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Answer a create or update: the resource as it is now, or what the Prefer header asks for instead."""
    written = answer.written
    location = f"{base_of(request)}/{written.type}/{written.fhir_id}/_history/{written.version}"
    headers = {"Location": location, **_version_headers(written.version)}
    preference = request.headers.get("Prefer", "")
    if "return=minimal" in preference:
        return json_answer(b"", answer.status, headers)
    if "return=OperationOutcome" in preference or written.change is Change.OLDER:
        return json_answer(encoded_outcome(answer.issues or (_all_well(answer),)), answer.status, headers)
    return json_answer(given_back(written.type, written.fhir_id), answer.status, headers)


def answer_found(request: HttpRequest, found: Written) -> HttpResponse:
    """Answer a create of what is here already, whoever made it: where it is, unchanged."""
    headers = {"Location": f"{base_of(request)}/{found.type}/{found.fhir_id}"}
    return json_answer(b"", HTTPStatus.OK, headers | _version_headers(found.version))


def _all_well(answer: Answer) -> Issue:
    """Say that there is nothing to say."""
    message = f"{answer.written.type}/{answer.written.fhir_id} is {answer.written.change.value}"
    return Issue("informational", message, severity=Severity.INFORMATION)


def _version_headers(version: int) -> dict[str, str]:
    """Return the headers that name a version."""
    return {"ETag": f'W/"{version}"'}
