"""The addresses of the server as a whole: what it does, and Bundles in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import require
from joinedup.care.record.logic import stamp
from joinedup.care.record.queries import read
from joinedup.exchange.fhir.admission import base_of, body_of, fhir_view, json_answer
from joinedup.exchange.fhir.as_of import PARAMETER, moment_asked
from joinedup.exchange.fhir.bundle import RawEntry, item_of, method_of, not_json, parse, withdrawal_of
from joinedup.exchange.fhir.capability import capability_statement
from joinedup.exchange.fhir.intake import Answer, take_in
from joinedup.exchange.fhir.outcome import (
    Issue,
    RefusedInputError,
    operation_outcome,
)
from joinedup.exchange.fhir.taking_back import take_back
from joinedup.exchange.fhir.type_views import searchset
from joinedup.exchange.fhir.validation import check_type


@fhir_view(GET=None)
def metadata(request: HttpRequest, _actor: None, at: datetime) -> HttpResponse:
    """GET /metadata: what this server does. Open to anybody: it says nothing about anybody."""
    return json_answer(capability_statement(base_of(request), at=at))


@fhir_view(POST=Permission.WRITE_RECORD)
def root(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """POST a transaction (all or none) or batch (each entry for itself)."""
    bundle = parse(body_of(request))
    base = base_of(request)
    if bundle.type == "transaction":
        entries = _transaction(bundle.entry, actor, at, base)
    else:
        entries = [_batch_entry(entry, index, actor, at, base) for index, entry in enumerate(bundle.entry)]
    answer = {"resourceType": "Bundle", "type": f"{bundle.type}-response", "entry": entries}
    return json_answer(msgspec.json.encode(answer))


def _transaction(entries: Sequence[RawEntry], actor: Actor, at: datetime, base: str) -> list[dict[str, Any]]:
    """Do everything or nothing, in FHIR's order: withdraw, write, read; answer in the order of the entries."""
    methods = [method_of(entry) for entry in entries]
    if not {"DELETE", "GET"} & set(methods):
        return _write_all(dict(enumerate(entries)), actor, at)
    with transaction.atomic():
        writes = {n: entry for n, entry in enumerate(entries) if methods[n] not in ("DELETE", "GET")}
        gone = [n for n, method in enumerate(methods) if method == "DELETE"]
        answers = {n: _withdraw_one(entries[n], n, actor, at) for n in gone}
        answers |= dict(zip(writes, _write_all(writes, actor, at), strict=True))
        return [
            answers[n] if n in answers else _read_one(entry, n, actor, at, base)
            for n, entry in enumerate(entries)
        ]


def _write_all(entries: Mapping[int, RawEntry], actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Take in the entries, all or none."""
    try:
        items = [item_of(entry, index) for index, entry in entries.items()]
    except UnicodeDecodeError as error:
        raise not_json(error) from error
    return [_entry(answer) for answer in take_in(items, by=actor, nation=settings.NATION, at=at)]


def _withdraw_one(entry: RawEntry, index: int, actor: Actor, at: datetime) -> dict[str, Any]:
    """Withdraw what one entry names."""
    key, condition = withdrawal_of(entry, index)
    gone = take_back({key: condition}, by=actor, at=at)
    tag = {"etag": f'W/"{gone[key].version}"'} if key in gone else {}
    return {"response": {"status": "204 No Content"} | tag}


def _read_one(entry: RawEntry, index: int, actor: Actor, at: datetime, base: str) -> dict[str, Any]:
    """Answer one entry that reads or searches."""
    require(actor, Permission.READ_RECORD)
    path, _, query = (entry.request.url if entry.request else "").partition("?")
    type_, _, fhir_id = path.partition("/")
    check_type(type_)
    if not fhir_id:
        found = searchset(type_, parse_qsl(query), base, actor, at)
        return {"resource": msgspec.Raw(found), "response": {"status": "200 OK"}}
    if moment_asked(parse_qsl(query), at=at):
        issue = Issue("not-supported", f"entry {index + 1}: ask {PARAMETER} by itself, or search by _id")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    stored = read(actor, type_, fhir_id, at=at)
    if stored is None or not stored.json:
        issue = Issue("not-found", f"entry {index + 1}: there is no {type_} with this id that you may see")
        raise RefusedInputError(HTTPStatus.NOT_FOUND, issue)
    response = {
        "status": "200 OK",
        "etag": f'W/"{stored.version}"',
        "lastModified": stamp(stored.recorded_at),
    }
    return {"resource": msgspec.Raw(stored.json), "response": response}


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


def _batch_entry(entry: RawEntry, index: int, actor: Actor, at: datetime, base: str) -> dict[str, Any]:
    """Do one entry of a batch by itself."""
    try:
        if method_of(entry) == "GET":
            return _read_one(entry, index, actor, at, base)
        if method_of(entry) == "DELETE":
            return _withdraw_one(entry, index, actor, at)
        return _write_all({index: entry}, actor, at)[0]
    except RefusedInputError as refusal:
        status = HTTPStatus(refusal.status)
        return {
            "response": {
                "status": f"{status.value} {status.phrase}",
                "outcome": operation_outcome(refusal.issues),
            }
        }
