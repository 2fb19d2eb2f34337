"""Rows of the record as a search finds them: one resource each, in one version, with the keys of its order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from joinedup.care.record.criteria import Asked
from joinedup.care.record.queries import Stored, stored

FOUND = """
    SELECT resource.id, resource.type, resource.fhir_id, resource.person_id, entry.version, entry.recorded_at,
        entry.body, {withheld} AS is_withheld, CASE WHEN entry.version <> resource.version THEN entry.id END{keys}
    FROM {source} JOIN record_entry AS entry ON entry.resource_id = resource.id
        AND entry.version = {version}
    WHERE {where} AND {visible}
"""


@dataclass(frozen=True)
class Search:
    """What is asked for. `order` is (parameter, whether falling); `included` are (Type, parameter).

    `known_at` is the moment as of which it is asked; None: now. `is_counted` asks for
    how many there are in all, where a page does not hold them.
    """

    type: str
    asked: tuple[Asked, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    included: tuple[tuple[str, str], ...] = ()
    also_referring: tuple[tuple[str, str], ...] = ()
    count: int = 50
    known_at: datetime | None = None
    is_counted: bool = False


@dataclass(frozen=True)
class Row:
    """One resource found, with its keys in the order of the search.

    `former` is the number of the entry where that is not the newest version.
    """

    id: int
    person_id: UUID | None
    stored: Stored
    keys: tuple[str, ...]
    former: int | None = None


def fetched(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def row_of(row: tuple[Any, ...]) -> Row:
    """Put a row of `FOUND` in its form."""
    number, type_, fhir_id, person_id, version, recorded_at, body, is_withheld, former, *keys = row
    given = stored(type_, fhir_id, version, recorded_at, body, is_withheld=is_withheld)
    return Row(number, person_id, given, tuple(keys), former)
