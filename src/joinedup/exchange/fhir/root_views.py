"""The addresses of the server as a whole: what it does, and Bundles in."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.record.logic import stamp
from joinedup.exchange.fhir.admission import base_of, body_of, fhir_view, json_answer
from joinedup.exchange.fhir.bundle import RawEntry, item_of, not_json, parse
from joinedup.exchange.fhir.capability import capability_statement
from joinedup.exchange.fhir.intake import Answer, take_in
from joinedup.exchange.fhir.outcome import (
    RefusedInputError,
    operation_outcome,
)


@fhir_view(GET=None)
def metadata(request: HttpRequest, _actor: None, at: datetime) -> HttpResponse:
    """GET /metadata: what this server does. Open to anybody: it says nothing about anybody."""
    return json_answer(capability_statement(base_of(request), at=at))


@fhir_view(POST=Permission.WRITE_RECORD)
def root(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """POST a transaction (all or none) or batch (each entry for itself)."""
    bundle = parse(body_of(request))
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
    return json_answer(msgspec.json.encode(answer))


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
