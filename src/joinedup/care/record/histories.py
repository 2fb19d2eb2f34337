"""Every version: of one resource, of a type, of the record; and what was known at a moment.

A version is visible when its resource is, and when none of its own labels denies: a label that came later hides what
was said before, and one that was there then hides that version still.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.labels import denied_to, labels_of
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.access.scope import Scope
from joinedup.care.record.logic import decode, with_identity
from joinedup.care.record.queries import COLUMNS
from joinedup.care.record.rows import fetched

VERSIONS = """
    SELECT entry.id, resource.type, resource.fhir_id, resource.person_id, resource.system_id, entry.version,
        entry.recorded_at, entry.body, resource.labels
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
    count = min(span.count, MOST)
    rows = fetched(VERSIONS.format(where=where, visible=visible), [*values, *seen, count + 1])
    found = [version for row in rows[:count] if (version := _version(actor, row))]
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


def _version(actor: Actor, row: tuple[Any, ...]) -> Version | None:
    """Put a row in its form; None where a label of that version denies it."""
    number, type_, fhir_id, person_id, system_id, version, recorded_at, body, decided = row
    if not body:
        return Version(number, type_, fhir_id, person_id, version, recorded_at, None)
    is_own = actor.system_id is not None and system_id == actor.system_id
    # The scope has decided on the labels that the resource has now, in an emergency too.
    if not is_own and set(labels_of(decode(body))) & set(denied_to(actor.role)) - set(decided):
        return None
    shown = with_identity(body, fhir_id=fhir_id, version=version, recorded_at=recorded_at)
    return Version(number, type_, fhir_id, person_id, version, recorded_at, shown)
