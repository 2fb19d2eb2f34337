"""The address of one resource: read it, or write it; and what is answered to whoever wrote."""

from datetime import datetime
from http import HTTPStatus

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.people.queries import person_called
from joinedup.care.record.logic import decode
from joinedup.care.record.queries import given_back, read
from joinedup.exchange.fhir.admission import base_of, body_of, fhir_view, json_answer
from joinedup.exchange.fhir.bundle import FHIR_ID, Item, not_json
from joinedup.exchange.fhir.intake import Answer, take_in
from joinedup.exchange.fhir.outcome import (
    Issue,
    RefusedInputError,
    Severity,
    encoded_outcome,
)
from joinedup.exchange.fhir.own_patient import look_at_own_patient
from joinedup.exchange.fhir.validation import check_type


@fhir_view(GET=Permission.READ_RECORD, PUT=Permission.WRITE_RECORD)
def instance(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> HttpResponse:
    """GET: the newest version. PUT: create it under this id, or write its next version."""
    check_type(type_)
    if not FHIR_ID.match(fhir_id):
        issue = Issue("invalid", "an id is up to 64 letters, digits, - and .")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    if request.method == "PUT":
        return answer_written(request, take_one(request, actor, at, type_, fhir_id))
    stored = read(actor, type_, fhir_id, at=at)
    if stored is None and type_ == "Patient" and (ours := person_called(fhir_id)):
        stored = look_at_own_patient(actor, ours, at=at)
    if stored is None:
        issue = Issue("not-found", f"there is no {type_} with this id that you may see")
        raise RefusedInputError(HTTPStatus.NOT_FOUND, issue)
    return json_answer(stored.json, headers=_version_headers(stored.version))


def take_one(request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str) -> Answer:
    """Take in the one resource of the body."""
    body = body_of(request)
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


def answer_written(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Answer a create or update: the resource as it is now, or what the Prefer header asks for instead."""
    written = answer.written
    location = f"{base_of(request)}/{written.type}/{written.fhir_id}/_history/{written.version}"
    headers = {"Location": location, **_version_headers(written.version)}
    preference = request.headers.get("Prefer", "")
    if "return=minimal" in preference:
        return json_answer(b"", answer.status, headers)
    if "return=OperationOutcome" in preference:
        return json_answer(encoded_outcome(answer.issues or (_all_well(answer),)), answer.status, headers)
    return json_answer(given_back(written.type, written.fhir_id), answer.status, headers)


def _all_well(answer: Answer) -> Issue:
    """Say that there is nothing to say."""
    message = f"{answer.written.type}/{answer.written.fhir_id} is {answer.written.change.value}"
    return Issue("informational", message, severity=Severity.INFORMATION)


def _version_headers(version: int) -> dict[str, str]:
    """Return the headers that name a version."""
    return {"ETag": f'W/"{version}"'}
