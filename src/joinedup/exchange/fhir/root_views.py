"""The addresses of the server as a whole: what it does, and Bundles in."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.access.undoing import undone_but_for_refusals
from joinedup.care.record.arrivals import Written
from joinedup.care.record.logic import stamp
from joinedup.care.record.queries import read
from joinedup.exchange.fhir.admission import base_of, body_of, fhir_view, json_answer
from joinedup.exchange.fhir.as_of import PARAMETER, moment_asked
from joinedup.exchange.fhir.bundle import RawEntry, check_id, parse
from joinedup.exchange.fhir.capability import capability_statement
from joinedup.exchange.fhir.intake import Answer, again_when_overtaken, take_in
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError, operation_outcome
from joinedup.exchange.fhir.steps import Step, step_of
from joinedup.exchange.fhir.transactions import do_all, is_plain
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
        entries = _transaction(dict(enumerate(bundle.entry)), actor, at, base)
    else:
        entries = [_batch_entry(entry, index, actor, at, base) for index, entry in enumerate(bundle.entry)]
    answer = {"resourceType": "Bundle", "type": f"{bundle.type}-response", "entry": entries}
    return json_answer(msgspec.json.encode(answer))


def _transaction(entries: dict[int, RawEntry], actor: Actor, at: datetime, base: str) -> list[dict[str, Any]]:
    """Do everything or nothing; answer in the order of the entries."""
    steps = [step_of(entry, index) for index, entry in entries.items()]
    if is_plain(steps):
        items = [step.item(step.fhir_id if step.method == "PUT" else "") for step in steps]
        return [_entry(answer) for answer in take_in(items, by=actor, nation=settings.NATION, at=at)]
    return again_when_overtaken(lambda: _in_order(steps, entries, actor, at, base))


def _in_order(
    steps: Sequence[Step], entries: dict[int, RawEntry], actor: Actor, at: datetime, base: str
) -> list[dict[str, Any]]:
    """Withdraw, write, then read, in one transaction."""
    with undone_but_for_refusals():
        done = do_all(steps, by=actor, at=at)
        answers = {index: _gone_entry(written) for index, written in done.withdrawn.items()}
        answers |= {index: _entry(answer) for index, answer in done.answers.items()}
        return [
            answers[index] if index in answers else _read_one(entry, index, actor, at, base)
            for index, entry in entries.items()
        ]


def _gone_entry(written: Written | None) -> dict[str, Any]:
    """Answer an entry that withdrew; one of what is not here is harmless."""
    tag = {"etag": f'W/"{written.version}"'} if written else {}
    return {"response": {"status": "204 No Content"} | tag}


def _read_one(entry: RawEntry, index: int, actor: Actor, at: datetime, base: str) -> dict[str, Any]:
    """Answer one entry that reads or searches."""
    require(actor, Permission.READ_RECORD)
    path, _, query = (entry.request.url if entry.request else "").partition("?")
    type_, _, fhir_id = path.partition("/")
    check_type(type_)
    if not fhir_id:
        found = searchset(type_, parse_qsl(query, keep_blank_values=True), base, actor, at)
        return {"resource": msgspec.Raw(found), "response": {"status": "200 OK"}}
    check_id(fhir_id)
    if moment_asked(parse_qsl(query), at=at):
        issue = Issue("not-supported", f"entry {index + 1}: ask {PARAMETER} by itself, or search by _id")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    stored = read(actor, type_, fhir_id, at=at)
    if stored is None or not stored.json:
        message = f"entry {index + 1}: there is no {type_} with this id that you may see"
        issue = Issue("not-found", message, f"Bundle.entry[{index}].request.url")
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
        return _transaction({index: entry}, actor, at, base)[0]
    except RefusedInputError as refusal:
        return _refused(HTTPStatus(refusal.status), refusal.issues)
    except RefusedError as refusal:
        return _refused(HTTPStatus.FORBIDDEN, [Issue("forbidden", " ".join(refusal.reasons))])


def _refused(status: HTTPStatus, issues: Sequence[Issue]) -> dict[str, Any]:
    """Return the answer of an entry that is refused."""
    return {"response": {"status": f"{status.value} {status.phrase}", "outcome": operation_outcome(issues)}}
