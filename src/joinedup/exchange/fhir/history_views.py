"""Versions: one by its number (vread), and the history of a resource, of a type, or of everything."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date as header_date

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.record.histories import Past, Span, Version, versions
from joinedup.care.record.logic import stamp
from joinedup.care.record.moments import moment_of
from joinedup.exchange.fhir.admission import base_of, fhir_view, json_answer
from joinedup.exchange.fhir.as_of import PARAMETER, Pairs, moment_asked, pairs_of
from joinedup.exchange.fhir.bundle import check_id
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.searching import WHOLE_NUMBER
from joinedup.exchange.fhir.validation import check_type

A_PAGE = 50
MOST_A_PAGE = 500
KNOWN = frozenset({"_since", "_count", "_before", "_format", "_pretty", PARAMETER})


@fhir_view(GET=Permission.READ_RECORD)
def one_version(
    request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str, version: str
) -> HttpResponse:
    """GET: this version, as it was given out then."""
    del request
    return version_answer(version_of(type_, fhir_id, version, by=actor, at=at))


def version_of(type_: str, fhir_id: str, version: str, *, by: Actor, at: datetime) -> Version:
    """Return one version by its number; refuse one that is not there or may not be seen, and a withdrawal."""
    check_type(type_)
    check_id(fhir_id)
    number = int(version) if WHOLE_NUMBER.match(version) and len(version) < 10 else 0
    found = versions(by, Span(type_, fhir_id, number, count=1), at=at).versions
    if not found:
        raise _not_found(type_)
    return _refused_if_gone(found[0])


def version_answer(version: Version) -> HttpResponse:
    """Return a version: 200 with the resource, or 410 where it says that the resource was withdrawn."""
    return json_answer(_refused_if_gone(version).json or b"", headers=_headers(version))


def _refused_if_gone(version: Version) -> Version:
    """Return the version; refuse one that says that the resource was withdrawn."""
    if version.json is None:
        raise gone(version.type, version.fhir_id, _headers(version))
    return version


def _headers(version: Version) -> dict[str, str]:
    """Return the headers that name a version and its time."""
    return {"ETag": f'W/"{version.version}"', "Last-Modified": http_date(version.recorded_at)}


def gone(type_: str, fhir_id: str, headers: dict[str, str]) -> RefusedInputError:
    """Return the answer for what was withdrawn."""
    issue = Issue("deleted", f"{type_}/{fhir_id} was withdrawn; its history is still here")
    return RefusedInputError(HTTPStatus.GONE, issue, headers=headers)


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP writes it."""
    return header_date(moment.timestamp())


@fhir_view(GET=Permission.READ_RECORD)
def instance_history(
    request: HttpRequest, actor: Actor, at: datetime, type_: str, fhir_id: str
) -> HttpResponse:
    """GET: every version of one resource, the newest first."""
    check_type(type_)
    check_id(fhir_id)
    return _history(request, actor, at, Span(type_, fhir_id))


@fhir_view(GET=Permission.READ_RECORD)
def type_history(request: HttpRequest, actor: Actor, at: datetime, type_: str) -> HttpResponse:
    """GET: every version of every resource of a type, the newest first."""
    check_type(type_)
    return _history(request, actor, at, Span(type_))


@fhir_view(GET=Permission.READ_RECORD)
def whole_history(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """GET: every version of everything, the newest first."""
    return _history(request, actor, at, Span())


def _history(request: HttpRequest, actor: Actor, at: datetime, span: Span) -> HttpResponse:
    """Answer with a page of versions."""
    path = request.path.partition("/fhir/R4/")[2]
    return json_answer(history_of(span, pairs_of(request), path, base_of(request), by=actor, at=at))


def _not_found(type_: str) -> RefusedInputError:
    """Say that there is none, whether it is unknown or may not be seen."""
    issue = Issue("not-found", f"there is no such version of a {type_} that you may see")
    return RefusedInputError(HTTPStatus.NOT_FOUND, issue)


def history_of(span: Span, pairs: Pairs, path: str, base: str, *, by: Actor, at: datetime) -> bytes:
    """Return a page of versions as a Bundle; `path` is the history's own. Refuses what can't be answered."""
    said = dict(pairs)
    unknown = sorted(said.keys() - KNOWN)
    if unknown:
        issue = Issue("not-supported", f"not supported in a history: {', '.join(unknown)}")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    found = versions(by, _span_asked(span, said, pairs, at), at=at)
    if span.fhir_id and not found.versions and "_before" not in said and "_since" not in said:
        raise _not_found(span.type)
    return _bundle(f"{base}/{path}", said, base, found)


def _span_asked(span: Span, said: Mapping[str, str], pairs: Pairs, at: datetime) -> Span:
    """Return the span with what the parameters say of it."""
    since, before = said.get("_since"), said.get("_before", "")
    moment = moment_of(since) if since else None
    count = said.get("_count", str(A_PAGE))
    numbers = [count, before] if before else [count]
    if (since and moment is None) or not all(WHOLE_NUMBER.match(number) for number in numbers):
        issue = Issue("value", "_since must be a time with its zone, _count a whole number")
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    return replace(
        span,
        since=moment,
        known_at=moment_asked(pairs, at=at),
        before=int(before) if before else None,
        count=min(max(1, int(count)), MOST_A_PAGE),
    )


def _bundle(address: str, said: Mapping[str, str], base: str, found: Past) -> bytes:
    """Return the history."""
    kept = {name: value for name, value in said.items() if name != "_before"}
    links = [{"relation": "self", "url": f"{address}?{urlencode(kept)}" if kept else address}]
    if found.following:
        query = urlencode(kept | {"_before": str(found.following)})
        links.append({"relation": "next", "url": f"{address}?{query}"})
    entries = [_entry(version, base) for version in found.versions]
    bundle = {"resourceType": "Bundle", "type": "history", "link": links}
    return msgspec.json.encode(bundle | ({"entry": entries} if entries else {}))


def _entry(version: Version, base: str) -> dict[str, Any]:
    """Return one entry of the history."""
    url = f"{version.type}/{version.fhir_id}"
    method, status = ("DELETE", "204 No Content") if version.json is None else ("PUT", "200 OK")
    status = "201 Created" if version.version == 1 else status
    entry: dict[str, Any] = {"fullUrl": f"{base}/{url}"}
    if version.json is not None:
        entry["resource"] = msgspec.Raw(version.json)
    return entry | {
        "request": {"method": method, "url": url},
        "response": {
            "status": status,
            "etag": f'W/"{version.version}"',
            "lastModified": stamp(version.recorded_at),
        },
    }
