"""What an entry of a Bundle may ask: a search, a resource, one version of it, or a history. HL7 FHIR R4, 3.1.0.11.

An entry is answered as the address would be by itself; a refusal says which entry it is about.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import require
from joinedup.care.record.histories import Span
from joinedup.care.record.logic import stamp
from joinedup.care.record.queries import read
from joinedup.exchange.fhir.admission import NUL
from joinedup.exchange.fhir.as_of import PARAMETER, Pairs, moment_asked
from joinedup.exchange.fhir.bundle import check_id
from joinedup.exchange.fhir.history_views import history_of, version_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.type_views import searchset
from joinedup.exchange.fhir.validation import check_type

FORMS = (
    "a GET in a Bundle asks for Type?search, Type/id, Type/id/_history/version, or for a history:"
    " Type/id/_history, Type/_history or _history"
)
Json = dict[str, Any]


@dataclass(frozen=True)
class Address:
    """What follows the address of the API in the `request.url` of an entry: its path in parts, and its parameters."""

    parts: tuple[str, ...]
    pairs: list[tuple[str, str]]

    @property
    def path(self) -> str:
        """Return the path."""
        return "/".join(self.parts)


def answer_read(url: str, index: int, base: str, *, by: Actor, at: datetime) -> Json:
    """Answer the entry with this number that asks for an address; refuse it with its place."""
    require(by, Permission.READ_RECORD)
    path, _, query = url.partition("?")
    try:
        return _answer(
            Address(tuple(path.split("/")), parse_qsl(query, keep_blank_values=True)), base, by, at
        )
    except RefusedInputError as refusal:
        raise RefusedInputError(refusal.status, *_placed(refusal.issues, index)) from refusal


def _placed(issues: Sequence[Issue], index: int) -> list[Issue]:
    """Return issues with the number of the entry as people count, and its place."""
    place = f"Bundle.entry[{index}].request.url"
    return [replace(i, message=f"entry {index + 1}: {i.message}", expression=place) for i in issues]


def _check(asked: Address) -> None:
    """Refuse an address that no database could hold, or of a type that there is not."""
    if any(NUL in text for text in (*asked.parts, *(text for pair in asked.pairs for text in pair))):
        issue = Issue("invalid", "the address holds the character NUL")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    if asked.parts != ("_history",):
        check_type(asked.parts[0])


def _answer(asked: Address, base: str, by: Actor, at: datetime) -> Json:
    """Answer by the form of the address."""
    _check(asked)
    match asked.parts:
        case ("_history",):
            span = Span()
        case (type_,) | (type_, ""):
            return _whole(searchset(type_, asked.pairs, base, by, at))
        case (type_, fhir_id, "_history", version):
            return _version(type_, fhir_id, version, by, at)
        case (type_, "_history"):
            span = Span(type_)
        case (type_, fhir_id, "_history"):
            check_id(fhir_id)
            span = Span(type_, fhir_id)
        case (type_, fhir_id) if not fhir_id.startswith("$"):
            check_id(fhir_id)
            return _newest(type_, fhir_id, asked.pairs, by, at)
        case _:
            raise RefusedInputError(HTTPStatus.BAD_REQUEST, Issue("not-supported", FORMS))
    return _whole(history_of(span, asked.pairs, asked.path, base, by=by, at=at))


def _whole(bundle: bytes) -> Json:
    """Answer with a Bundle."""
    return {"resource": msgspec.Raw(bundle), "response": {"status": "200 OK"}}


def _version(type_: str, fhir_id: str, version: str, by: Actor, at: datetime) -> Json:
    """Answer with one version."""
    found = version_of(type_, fhir_id, version, by=by, at=at)
    return _one(found.json or b"", found.version, found.recorded_at)


def _newest(type_: str, fhir_id: str, pairs: Pairs, by: Actor, at: datetime) -> Json:
    """Answer with the newest version."""
    if moment_asked(pairs, at=at):
        issue = Issue("not-supported", f"ask {PARAMETER} by itself, or search by _id")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    stored = read(by, type_, fhir_id, at=at)
    if stored is None or not stored.json:
        issue = Issue("not-found", f"there is no {type_} with this id that you may see")
        raise RefusedInputError(HTTPStatus.NOT_FOUND, issue)
    return _one(stored.json, stored.version, stored.recorded_at)


def _one(content: bytes, version: int, recorded_at: datetime) -> Json:
    """Answer with one resource."""
    response = {"status": "200 OK", "etag": f'W/"{version}"', "lastModified": stamp(recorded_at)}
    return {"resource": msgspec.Raw(content), "response": response}
