"""Every version: of one resource, of a type, of the record; and what was known at a moment.

A version is visible when its resource is, and when it would be itself (`past`): a label that came later hides what was
said before, and one that was there then hides that version still.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.access.scope import Scope
from joinedup.care.people.protecting import withheld_sql
from joinedup.care.record.past import visible_versions
from joinedup.care.record.queries import COLUMNS, stored
from joinedup.care.record.rows import fetched

VERSIONS = """
    SELECT entry.id, resource.type, resource.fhir_id, resource.person_id, entry.version, entry.recorded_at,
        entry.body, resource.version, {withheld} AS is_withheld
    FROM record_entry AS entry JOIN record_resource AS resource ON resource.id = entry.resource_id
    WHERE {where} AND {visible} ORDER BY entry.id DESC LIMIT %s
"""
MOST = 1000


@dataclass(frozen=True)
class Version:
    """One version. `json` is None where it says that the resource was withdrawn."""

    number: int
    type: str
    fhir_id: str
    person_id: UUID | None
    version: int
    recorded_at: datetime
    json: bytes | None


@dataclass(frozen=True)
class Span:
    """Which versions: of one type or all, of one id or all, since when, known when, before which, how many."""

    type: str = ""
    fhir_id: str = ""
    version: int | None = None
    since: datetime | None = None
    known_at: datetime | None = None
    before: int | None = None
    count: int = 50


@dataclass(frozen=True)
class Past:
    """Versions, the latest recorded first. `following` is where more may follow, also where some were withheld."""

    versions: tuple[Version, ...]
    following: int | None


def versions(actor: Actor, span: Span, *, at: datetime) -> Past:
    """Return the versions that the actor may see, the latest recorded first; each person among them is audited."""
    require(actor, Permission.READ_RECORD)
    where, values = _where(span)
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    withheld, theirs = withheld_sql(actor, COLUMNS)
    count = min(span.count, MOST)
    sql = VERSIONS.format(where=where, visible=visible, withheld=withheld)
    rows = fetched(sql, [*theirs, *values, *seen, count + 1])
    found = _visible(actor, rows[:count], at)
    people: Sequence[UUID | None] = sorted({v.person_id for v in found if v.person_id}) or [None]
    subject = "/".join(part for part in (span.type, span.fhir_id, "history") if part)
    kind = AuditEvent.Kind.LOOK if span.fhir_id else AuditEvent.Kind.LISTED
    record_audit(kind, by=actor, at=at, people=people, subject=subject)
    return Past(tuple(found), rows[count - 1][0] if len(rows) > count else None)


def _where(span: Span) -> tuple[str, list[Any]]:
    """Return the condition and its values."""
    tests = {
        "resource.type = %s": span.type or None,
        "resource.fhir_id = %s": span.fhir_id or None,
        "entry.version = %s": span.version,
        "entry.recorded_at >= %s": span.since,
        "entry.recorded_at <= %s": span.known_at,
        "entry.id < %s": span.before,
    }
    asked = {test: value for test, value in tests.items() if value is not None}
    return " AND ".join(asked) or "TRUE", list(asked.values())


def _visible(actor: Actor, rows: Sequence[tuple[Any, ...]], at: datetime) -> list[Version]:
    """Return the rows as versions, without those that may not be seen. On the newest the scope has decided already."""
    former = {row[0] for row in rows if row[6] and row[4] != row[7]}
    withheld = former - visible_versions(actor, former, at=at)
    return [_version(row) for row in rows if row[0] not in withheld]


def _version(row: tuple[Any, ...]) -> Version:
    """Put a row in its form."""
    number, type_, fhir_id, person_id, version, recorded_at, body, _, is_withheld = row
    given = stored(type_, fhir_id, version, recorded_at, body, is_withheld=is_withheld)
    return Version(number, type_, fhir_id, person_id, version, recorded_at, given.json or None)
