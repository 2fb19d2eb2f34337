"""Conditions that ask the record: has whoever asks this version already, and which is the one that fits."""

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.db import connection
from django.utils.http import parse_http_date_safe

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.record.criteria import CriterionError, Where
from joinedup.care.record.fitting import Fitting, fitting
from joinedup.care.record.searching import condition_of
from joinedup.exchange.fhir.entity_tags import VERSION, version_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.searching import search_of

LOCK = 2
NUL = "\x00"


@dataclass(frozen=True)
class Wanted:
    """A condition: the type, the query, its place (FHIRPath), and the number of the entry that it stands in."""

    type: str
    query: str
    place: str = ""
    entry: int | None = None

    def said(self, message: str) -> str:
        """Return a message with the number of the entry, as people count, in front."""
        return message if self.entry is None else f"entry {self.entry + 1}: {message}"


def is_unchanged(headers: Mapping[str, str], version: int, recorded_at: datetime) -> bool:
    """Say whether whoever asks has this version already."""
    tags = [tag.strip() for tag in headers.get("If-None-Match", "").split(",") if tag.strip()]
    if tags:
        return any(VERSION.match(tag) and version_of(tag) == version for tag in tags)
    since = (
        parse_http_date_safe(headers.get("If-Modified-Since", "")) if "If-Modified-Since" in headers else None
    )
    return since is not None and int(recorded_at.timestamp()) <= since


def hold(conditions: Collection[tuple[str, str]]) -> None:
    """Wait for whoever asks one of these (type, query) just now; until the transaction ends nobody else begins to.

    So that two who ask the same don't both make one. Before anything else is locked, and in rising order, so that
    nobody waits in a circle.
    """
    keys = sorted({zlib.crc32(f"{type_}?{query}".encode()) - 2**31 for type_, query in conditions})
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS key", [LOCK, keys]
            )


def the_ones(
    actor: Actor, conditions: Sequence[Wanted], *, at: datetime, own_only: bool = False
) -> list[Fitting | None]:
    """Return the one resource that each condition finds, None where there is none; refuse where there are more.

    The sender's own comes before those of others: where one of its own fits, others are not asked after.
    """
    if not conditions:
        return []
    _may_search(actor, at)
    asked = [(wanted.type, _where(actor, wanted, at)) for wanted in conditions]
    found = fitting(actor, asked, at=at, own_only=own_only)
    return [_one(wanted, each) for wanted, each in zip(conditions, found, strict=True)]


def _may_search(actor: Actor, at: datetime) -> None:
    """Raise `RefusedError` for whoever may write but not ask; that they asked stays in the audit."""
    if not actor.may(Permission.READ_RECORD):
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, subject="fhir")
    require(actor, Permission.READ_RECORD)


def _where(actor: Actor, wanted: Wanted, at: datetime) -> Where:
    """Read one condition; refuse it with its place when it can't be answered."""
    pairs = parse_qsl(wanted.query.removeprefix("?"))
    try:
        if NUL in wanted.query or any(NUL in value for _, value in pairs):
            raise CriterionError("condition", "it holds the character NUL")
        asked = search_of(wanted.type, pairs)
        if not asked.asked:
            raise CriterionError("condition", "say what to search by")
        return condition_of(actor, asked, at=at)
    except CriterionError as error:
        issue = Issue("not-supported", wanted.said(f"{error.name}: {error}"), wanted.place)
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue) from error


def _one(wanted: Wanted, found: Sequence[Fitting]) -> Fitting | None:
    """Return the only one, or the only one of the sender's own."""
    own = [each for each in found if each.is_own] or found
    if len(own) > 1:
        message = "more than one resource fits the condition: ask more narrowly"
        issue = Issue("multiple-matches", wanted.said(message), wanted.place)
        raise RefusedInputError(HTTPStatus.PRECONDITION_FAILED, issue)
    return own[0] if own else None
