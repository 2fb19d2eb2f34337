"""Contradictions before whoever keeps the records of people: which there are, and that somebody looked into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, StaffRecord
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.people.models import Contradiction


@dataclass(frozen=True)
class ContradictionView:
    """What contradicts each other of one person. `said` is (who, what) each."""

    id: int
    person: UUID
    name: str
    kind: Contradiction.Kind
    said: tuple[tuple[str, str], ...]
    found_at: datetime


def _open_to(actor: Actor) -> QuerySet[Contradiction]:
    """Return the contradictions that wait, save those about the actor and their family."""
    require(actor, Permission.JOIN_RECORDS)
    own = StaffRecord.objects.filter(user_id=actor.user_id or 0).values("person_id")
    rows = Contradiction.objects.filter(closed_at=None, person__replaced_by=None).exclude(person__in=own)
    return rows.select_related("person")


def contradictions_to_settle(
    actor: Actor, *, at: datetime, limit: int = 50
) -> tuple[list[ContradictionView], int]:
    """Return the oldest contradictions, and how many there are in all; audited."""
    rows = _open_to(actor)
    views = _views(rows.order_by("found_at", "pk")[:limit])
    if views:
        people = sorted({view.person for view in views})
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=people, subject="contradictions")
    return views, rows.count()


def contradictions_of(actor: Actor, person_id: UUID) -> list[ContradictionView]:
    """Return what contradicts each other of one person; the caller audits the look."""
    return _views(_open_to(actor).filter(person=person_id).order_by("kind"))


def look_at_contradiction(actor: Actor, contradiction_id: int, *, at: datetime) -> ContradictionView:
    """Return one contradiction, as a look at the person. `RefusedError` where there is none."""
    views = _views(_open_to(actor).filter(pk=contradiction_id))
    if not views:
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, subject="a contradiction")
        raise RefusedError("This is settled already, or there is none.")
    record_audit(AuditEvent.Kind.LOOK, by=actor, at=at, people=[views[0].person], subject="a contradiction")
    return views[0]


@transaction.atomic
def settle(*, contradiction_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Keep that somebody looked into a contradiction; it opens again when something else is said.

    `RefusedError` where it is settled already.
    """
    row = _open_to(by).select_for_update(of=("self",)).filter(pk=contradiction_id).first()
    if row is None:
        raise RefusedError("This is settled already, or there is none.")
    row.closed_at, row.reason = at, reason.strip()
    row.by_user, row.by_name = by.user_id, by.name
    row.save()
    record_audit(
        AuditEvent.Kind.CHANGE, by=by, at=at, people=[row.person_id], subject="settled a contradiction"
    )


def _views(rows: QuerySet[Contradiction] | Sequence[Contradiction]) -> list[ContradictionView]:
    """Put contradictions in the form of a page."""
    return [
        ContradictionView(
            id=row.pk,
            person=row.person_id,
            name=row.person.full_name,
            kind=Contradiction.Kind(row.kind),
            said=tuple((who, what) for who, what in row.said),
            found_at=row.found_at,
        )
        for row in rows
    ]
