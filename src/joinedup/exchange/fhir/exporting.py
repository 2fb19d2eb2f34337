"""Bulk export (FHIR Bulk Data Access): asked for here, made by `joinedup work`, taken away as files of NDJSON.

A file can be taken in parts (`Range`), so that a broken download goes on where it stopped.
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.outbound.exports import Asked, ask_for_export, cancel_export, export_of, files_of, path_of
from joinedup.care.outbound.models import Export
from joinedup.care.record.logic import stamp
from joinedup.care.record.moments import moment_of
from joinedup.exchange.fhir.admission import base_of, fhir_view, json_answer
from joinedup.exchange.fhir.as_of import PARAMETER
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.validation import check_type

NDJSON = "application/fhir+ndjson"
FORMATS = ("", NDJSON, "application/ndjson", "ndjson")
KNOWN = frozenset({"_type", "_since", "_outputFormat"})
RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})\Z")
PIECE = 256 * 1024


@fhir_view(GET=Permission.READ_RECORD)
def export_everything(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """GET $export: everything that the system may see."""
    return _accepted(request, ask_for_export(_asked(request, people_only=False), by=actor, at=at))


@fhir_view(GET=Permission.READ_RECORD)
def export_people(request: HttpRequest, actor: Actor, at: datetime) -> HttpResponse:
    """GET Patient/$export: what is about people."""
    return _accepted(request, ask_for_export(_asked(request, people_only=True), by=actor, at=at))


def _asked(request: HttpRequest, *, people_only: bool) -> Asked:
    """Read what is asked for; refuse what isn't supported."""
    if "respond-async" not in request.headers.get("Prefer", ""):
        raise _bad("an export takes a while: send Prefer: respond-async")
    unknown = sorted(set(request.GET) - KNOWN)
    if PARAMETER in (name.lstrip("_") for name in unknown):
        raise _bad(
            f"an export is of the record as it is now: leave {PARAMETER} out; what was known then is asked by"
            f" Type?{PARAMETER}= page by page, or by Patient/id/$everything?{PARAMETER}= for one person"
        )
    if unknown:
        raise _bad(f"not supported: {', '.join(unknown)}; these are: {', '.join(sorted(KNOWN))}")
    if request.GET.get("_outputFormat", "") not in FORMATS:
        raise _bad(f"_outputFormat must be {NDJSON}")
    types = tuple(
        sorted({name for value in request.GET.getlist("_type") for name in value.split(",") if name})
    )
    for name in types:
        check_type(name)
    since = request.GET.get("_since")
    moment = moment_of(since) if since else None
    if since and moment is None:
        raise _bad("_since must be a time with its zone")
    return Asked(f"{base_of(request)}{request.path.partition('/fhir/R4')[2]}", types, moment, people_only)


def _bad(message: str) -> RefusedInputError:
    """Return a refusal."""
    return RefusedInputError(HTTPStatus.BAD_REQUEST, Issue("not-supported", message))


def _accepted(request: HttpRequest, export: Export) -> HttpResponse:
    """Say where to ask how far it is."""
    where = {"Content-Location": f"{base_of(request)}/$export-status/{export.pk}"}
    return json_answer(b"", HTTPStatus.ACCEPTED, where)


def _own(actor: Actor, export_id: str) -> Export:
    """Return the system's own export; another's is not told from none."""
    try:
        export = export_of(actor, UUID(export_id))
    except ValueError:
        export = None
    if export is None or export.state == Export.State.CANCELLED:
        issue = Issue("not-found", "there is no export of yours here; its files are kept for a day")
        raise RefusedInputError(HTTPStatus.NOT_FOUND, issue)
    return export


@fhir_view(GET=Permission.READ_RECORD, DELETE=Permission.READ_RECORD)
def export_status(request: HttpRequest, actor: Actor, at: datetime, export_id: str) -> HttpResponse:
    """GET: how far it is, or what there is. DELETE: stop it, and remove what there is."""
    export = _own(actor, export_id)
    if request.method == "DELETE":
        cancel_export(export.pk, by=actor, at=at)
        return json_answer(b"", HTTPStatus.ACCEPTED)
    if export.state != Export.State.DONE:
        progress = f"{export.position} of {len(export.types)} types"
        return json_answer(b"", HTTPStatus.ACCEPTED, {"X-Progress": progress, "Retry-After": "5"})
    return json_answer(_manifest(export, base_of(request)))


def _manifest(export: Export, base: str) -> bytes:
    """Return what there is to be taken away."""
    output = [
        {"type": file.type, "url": f"{base}/$export-file/{export.pk}/{file.type}.ndjson", "count": file.lines}
        for file in files_of(export)
    ]
    return msgspec.json.encode(
        {
            "transactionTime": stamp(export.seen_at),
            "request": export.request,
            "requiresAccessToken": True,
            "output": output,
            "error": [],
        }
    )


@fhir_view(GET=Permission.READ_RECORD)
def export_file(
    request: HttpRequest, actor: Actor, at: datetime, export_id: str, type_: str
) -> HttpResponseBase:
    """GET: the lines of one type, whole or from a byte on."""
    del at
    export = _own(actor, export_id)
    if export.state != Export.State.DONE or type_ not in {file.type for file in files_of(export)}:
        raise RefusedInputError(
            HTTPStatus.NOT_FOUND, Issue("not-found", "there is no such file in this export")
        )
    path = path_of(export, type_)
    size = path.stat().st_size
    first, last = _range(request.headers.get("Range", ""), size)
    is_part = (first, last) != (0, size - 1)
    answer = StreamingHttpResponse(
        _pieces(path, first, last),
        status=HTTPStatus.PARTIAL_CONTENT if is_part else HTTPStatus.OK,
        content_type=NDJSON,
        headers={
            "Content-Length": str(last - first + 1),
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
        },
    )
    if is_part:
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    return answer


def _range(said: str, size: int) -> tuple[int, int]:
    """Return the first and last byte asked for; the whole where no part is."""
    match = RANGE.match(said)
    if match is None:
        return 0, size - 1
    first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if first > last:
        issue = Issue("value", f"the file has {size:,} bytes: ask from an earlier one")
        raise RefusedInputError(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, issue)
    return first, last


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    """Return the bytes from `first` to `last`, a piece at a time."""
    with path.open("rb") as file:
        file.seek(first, os.SEEK_SET)
        left = last - first + 1
        while left > 0 and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
