"""Everything about one person that the actor may see, and whoever and whatever in the directory it refers to.

What FHIR calls `Patient/$everything`. Pages like a search: nothing is missed or seen twice while data arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import may_see, require
from joinedup.care.access.scope import DIRECTORY
from joinedup.care.record.criteria import Where
from joinedup.care.record.including import rows_by_key
from joinedup.care.record.logic import decode, references_in
from joinedup.care.record.queries import Stored
from joinedup.care.record.rows import Row, Search
from joinedup.care.record.searching import Page, Place, matching, stored_in

MOST_IN_A_SUMMARY = 2000


@dataclass(frozen=True)
class Wanted:
    """How much of everything: since when recorded, of what time, which types (none: all), how many a page,
    and as of which moment (None: now)."""

    since: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    types: tuple[str, ...] = ()
    count: int = 200
    known_at: datetime | None = None


def everything(
    actor: Actor, person_id: UUID, wanted: Wanted, *, at: datetime, place: Place | None = None
) -> Page | None:
    """Return a page of everything about the person, audited; None where the actor may see nothing of them."""
    require(actor, Permission.READ_RECORD)
    asked = Search("Patient", count=wanted.count, known_at=wanted.known_at, is_counted=True)
    found = matching(actor, asked, _where(person_id, wanted), at=at, place=place)
    is_hidden = not found.rows and place is None and not may_see(actor, person_id, at=at)
    kind = AuditEvent.Kind.REFUSAL if is_hidden else AuditEvent.Kind.LOOK
    record_audit(kind, by=actor, at=at, people=[person_id], subject="everything")
    if is_hidden:
        return None
    beside = _directory(actor, found.rows, wanted.known_at, at) if not wanted.types else []
    return Page(stored_in(found.rows), stored_in(beside), found.total, found.following)


def _where(person_id: UUID, wanted: Wanted) -> Where:
    """Return the condition."""
    where = Where(is_narrow=True)
    where.add_lasting("resource.person_id = %s", person_id)
    where.add("NOT resource.deleted")
    if wanted.types:
        where.add_lasting("resource.type = ANY(%s)", list(wanted.types))
    if wanted.since:
        where.add("resource.recorded_at >= %s", wanted.since)
    # Who they are has no date, and belongs to any time.
    if wanted.start:
        where.add(
            "(resource.happened_at IS NULL OR COALESCE(resource.ended_at, 'infinity') >= %s)", wanted.start
        )
    if wanted.end:
        where.add("(resource.happened_at IS NULL OR resource.happened_at < %s)", wanted.end)
    return where


def _directory(actor: Actor, rows: Sequence[Row], known_at: datetime | None, at: datetime) -> list[Row]:
    """Return whoever and whatever in the directory the rows refer to."""
    targets = {key for row in rows for key in references_in(row.stored.json.decode()) if key[0] in DIRECTORY}
    return rows_by_key(actor, sorted(targets), at=at, known_at=known_at)


def stored_of(
    actor: Actor, person_id: UUID, types: Sequence[str], *, at: datetime, known_at: datetime | None = None
) -> list[Stored]:
    """Return what the actor may see of these types about the person, newest first; the caller audits.

    As it was known at a moment, where one is given.
    """
    where = Where(is_narrow=True)
    where.add_lasting("resource.person_id = %s AND resource.type = ANY(%s)", person_id, list(types))
    where.add("NOT resource.deleted")
    asked = Search("Patient", count=MOST_IN_A_SUMMARY, known_at=known_at)
    found = matching(actor, asked, where, at=at, place=None)
    return [row.stored for row in reversed(found.rows)]


def current_of(
    actor: Actor, person_id: UUID, types: Sequence[str], *, at: datetime, known_at: datetime | None = None
) -> list[dict[str, object]]:
    """Return the contents of `stored_of`, as given out; the caller audits."""
    return [decode(one.json) for one in stored_of(actor, person_id, types, at=at, known_at=known_at)]
