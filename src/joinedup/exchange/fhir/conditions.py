"""Conditions that ask the record: has whoever asks this version already, and which is the one that a search finds."""

import zlib
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import parse_qsl

from django.db import connection
from django.utils.http import parse_http_date_safe

from joinedup.care.access.actor import Actor
from joinedup.care.record.criteria import CriterionError
from joinedup.care.record.searching import search
from joinedup.exchange.fhir.entity_tags import VERSION, version_of
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError
from joinedup.exchange.fhir.searching import refusal, search_of

LOCK = 2


def is_unchanged(headers: Mapping[str, str], version: int, recorded_at: datetime) -> bool:
    """Say whether whoever asks has this version already."""
    tags = [tag.strip() for tag in headers.get("If-None-Match", "").split(",") if tag.strip()]
    if tags:
        return any(VERSION.match(tag) and version_of(tag) == version for tag in tags)
    since = (
        parse_http_date_safe(headers.get("If-Modified-Since", "")) if "If-Modified-Since" in headers else None
    )
    return since is not None and int(recorded_at.timestamp()) <= since


def the_one(actor: Actor, type_: str, query: str, *, at: datetime) -> str | None:
    """Return the id of the one resource that a condition finds, None where there is none; refuse where there are more.

    Two who ask the same at once wait for each other until the transaction ends, so that they don't both make one.
    """
    with connection.cursor() as cursor:
        key = zlib.crc32(f"{type_}?{query}".encode()) - 2**31
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, key])
    pairs = parse_qsl(query.removeprefix("?"))
    try:
        if not pairs:
            raise CriterionError("condition", "say what to search by")
        page = search(actor, search_of(type_, [*pairs, ("_count", "2")]), at=at)
    except CriterionError as error:
        raise refusal(error) from error
    if len(page.resources) > 1:
        issue = Issue("multiple-matches", "more than one resource fits the condition: ask more narrowly")
        raise RefusedInputError(HTTPStatus.PRECONDITION_FAILED, issue)
    return page.resources[0].fhir_id if page.resources else None
