"""What a sender asks before it writes: which resources fit its conditions, and what it said last itself.

Its own resources come before those of others: each partner's Patient stays as sent, so that several may fit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from joinedup.care.access.actions import record_audit, record_audits
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.access.scope import Scope
from joinedup.care.record.criteria import Where
from joinedup.care.record.keys import columns_of
from joinedup.care.record.logic import Key, with_identity
from joinedup.care.record.queries import COLUMNS, Stored
from joinedup.care.record.rows import fetched

MOST_AT_ONCE = 50
FITTING = """
    (SELECT %s::int, resource.type, resource.fhir_id, resource.version, resource.recorded_at, resource.person_id,
        resource.system_id IS NOT DISTINCT FROM %s::int AS is_own
    FROM {source} WHERE {where} AND {visible} {own} ORDER BY is_own DESC, resource.id LIMIT 2)
"""
NEWEST = """
    SELECT resource.type, resource.fhir_id, entry.version, entry.recorded_at, entry.body
    FROM record_resource AS resource
    JOIN unnest(%s::text[], %s::text[]) AS key (type, fhir_id)
        ON resource.type = key.type AND resource.fhir_id = key.fhir_id
    JOIN record_entry AS entry ON entry.resource_id = resource.id AND entry.version = resource.version
    WHERE resource.system_id = %s AND NOT resource.deleted
"""


@dataclass(frozen=True)
class Fitting:
    """One resource that fits a condition, in its newest version."""

    type: str
    fhir_id: str
    version: int
    recorded_at: datetime
    person_id: UUID | None
    is_own: bool


def fitting(
    actor: Actor, asked: Sequence[tuple[str, Where]], *, at: datetime, own_only: bool = False
) -> list[list[Fitting]]:
    """Return, for each (type, condition), what fits and the actor may see: at most two, their own first; audited.

    One statement for fifty conditions.
    """
    require(actor, Permission.READ_RECORD)
    found: list[list[Fitting]] = [[] for _ in asked]
    for start in range(0, len(asked), MOST_AT_ONCE):
        chunk = asked[start : start + MOST_AT_ONCE]
        parts = [_part(actor, where, start + n, at, own_only=own_only) for n, (_, where) in enumerate(chunk)]
        sql = " UNION ALL ".join(sql for sql, _ in parts)
        for number, *row in fetched(sql, [value for _, values in parts for value in values]):
            found[number].append(Fitting(*row))
    _audit(actor, {type_ for type_, _ in asked}, [one for each in found for one in each], at)
    return [sorted(each, key=lambda one: not one.is_own) for each in found]


def _part(
    actor: Actor, where: Where, number: int, at: datetime, *, own_only: bool
) -> tuple[str, list[object]]:
    """Return the statement of one condition, and its values."""
    visible, seen = Scope(actor, at).entry_sql(COLUMNS)
    own = "AND resource.system_id = %s" if own_only else ""
    sql = FITTING.format(source=where.source, where=where.sql, visible=visible, own=own)
    mine = [actor.source] if own_only else []
    return sql, [number, actor.source, *where.values, *seen, *mine]


def _audit(actor: Actor, types: Collection[str], found: Sequence[Fitting], at: datetime) -> None:
    """Write the searches, one for a type, and each person in their answers."""
    for type_ in sorted(types):
        record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject=type_)
    listed: dict[UUID | None, str] = {one.person_id: one.type for one in found if one.person_id}
    if listed:
        record_audits(AuditEvent.Kind.LISTED, listed, by=actor, at=at)


def own_newest(actor: Actor, keys: Collection[Key]) -> dict[Key, Stored]:
    """Return the newest versions of those resources that the actor wrote and is about to change, as given out."""
    if not keys:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [*columns_of(keys), actor.source])
        rows = cursor.fetchall()
    return {
        (type_, fhir_id): Stored(
            type_,
            fhir_id,
            version,
            recorded_at,
            with_identity(body, fhir_id=fhir_id, version=version, recorded_at=recorded_at),
        )
        for type_, fhir_id, version, recorded_at, body in rows
    }
