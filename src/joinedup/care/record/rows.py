"""Rows of the record as a search finds them: one resource each, in one version, with the keys of its order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.care.access.actor import Actor
from joinedup.care.access.scope import Scope
from joinedup.care.record.criteria import Asked, Where
from joinedup.care.record.logic import with_identity
from joinedup.care.record.queries import COLUMNS, Stored

MOST_AT_ONCE = 1000
FOUND = """
    SELECT resource.id, resource.type, resource.fhir_id, resource.person_id, entry.version, entry.recorded_at,
        entry.body{keys}
    FROM {source} JOIN record_entry AS entry ON entry.resource_id = resource.id
        AND entry.version = {version}
    WHERE {where} AND {visible}
"""


@dataclass(frozen=True)
class Search:
    """What is asked for. `order` is (parameter, whether falling); `included` are (Type, parameter).

    `is_counted` asks for how many there are in all, where a page does not hold them.
    """

    type: str
    asked: tuple[Asked, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    included: tuple[tuple[str, str], ...] = ()
    also_referring: tuple[tuple[str, str], ...] = ()
    count: int = 50
    is_counted: bool = False


@dataclass(frozen=True)
class Row:
    """One resource found, with its keys in the order of the search."""

    id: int
    person_id: UUID | None
    stored: Stored
    keys: tuple[str, ...]


def fetched(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def row_of(row: tuple[Any, ...]) -> Row:
    """Put a row of `FOUND` in its form."""
    number, type_, fhir_id, person_id, version, recorded_at, body, *keys = row
    shown = with_identity(body, fhir_id=fhir_id, version=version, recorded_at=recorded_at)
    return Row(number, person_id, Stored(type_, fhir_id, version, recorded_at, shown), tuple(keys))


def newest_rows(actor: Actor, where: Where, *, at: datetime, limit: int = MOST_AT_ONCE) -> list[Row]:
    """Return what the condition finds and the actor may see, in its newest version, in the order of arrival."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    sql = FOUND.format(
        keys="", version="resource.version", source=where.source, where=where.sql, visible=visible
    )
    rows = fetched(f"{sql} ORDER BY resource.id LIMIT %s", [*where.values, *seen, limit])
    return [row_of(row) for row in rows]
