"""Who has looked at a person: every look, search hit, change and refusal about them, newest first.

A page is asked for by the look that it comes after, so that pages stay what they are while looks are added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, Q

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Role
from joinedup.care.access.models import AuditEvent, Glass, LookReview
from joinedup.care.access.queries import RefusedError, may_see

AT_ONCE = 500
SUBJECT = "who has looked"


@dataclass(frozen=True)
class Place:
    """A place in the list: right after this look."""

    at: datetime
    id: int


@dataclass(frozen=True)
class Opening:
    """What was said when a record was opened in an emergency, and what came of its review."""

    reason: str
    outcome: str
    reviewed_at: datetime | None


@dataclass(frozen=True)
class Look:
    """One line of *who has looked at my record*. `opening` only for an emergency opening."""

    id: int
    at: datetime
    kind: str
    actor_name: str
    role: str
    organisation_name: str
    subject: str
    opening: Opening | None = None

    @property
    def place(self) -> Place:
        """Return the place right after it."""
        return Place(self.at, self.id)


def looks_at(
    actor: Actor,
    person_id: UUID,
    *,
    at: datetime,
    limit: int = 50,
    joined: Sequence[UUID] = (),
    after: Place | None = None,
) -> list[Look]:
    """Return who has looked at the person, newest first, to an actor who may see the person.

    `joined` are those who are part of the person's record: a look at them was one at the person.
    """
    _require_seen(actor, person_id, at)
    return _page([person_id, *joined], after, limit)


def every_look_at(
    actor: Actor, person_id: UUID, *, at: datetime, joined: Sequence[UUID] = ()
) -> Iterator[Look]:
    """Return all looks at the person, newest first, to take along: that they were is an export in the audit."""
    _require_seen(actor, person_id, at)
    record_audit(AuditEvent.Kind.EXPORT, by=actor, at=at, people=[person_id], subject=SUBJECT)
    return _all([person_id, *joined])


def view_of_look(event: AuditEvent) -> Look:
    """Put one event in the words of a page."""
    role = Role(event.role).title if event.role else ("Partner’s system" if event.system_id else "")
    return Look(
        id=event.pk,
        at=event.at,
        kind=event.get_kind_display(),
        actor_name=event.actor_name,
        role=role,
        organisation_name=event.organisation_name,
        subject=event.subject,
    )


def _require_seen(actor: Actor, person_id: UUID, at: datetime) -> None:
    """Raise `RefusedError`, and write it down, for a person whom the actor may not see."""
    if not may_see(actor, person_id, at=at):
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, people=[person_id], subject=SUBJECT)
        raise RefusedError("Your organisation has no care relationship with this person.")


def _all(people: Sequence[UUID]) -> Iterator[Look]:
    """Yield all looks, fetched some at once."""
    looks = _page(people, None, AT_ONCE)
    while looks:
        yield from looks
        looks = _page(people, looks[-1].place, AT_ONCE)


def _page(people: Sequence[UUID], after: Place | None, limit: int) -> list[Look]:
    """Return the next looks after a place."""
    events = AuditEvent.objects.filter(person_id__in=people)
    if after:
        # Said twice, so that the index by time is used for where to begin.
        events = events.filter(at__lte=after.at).filter(Q(at__lt=after.at) | Q(at=after.at, pk__lt=after.id))
    page = list(events.order_by("-at", "-pk")[:limit])
    openings = _openings([event for event in page if event.kind == AuditEvent.Kind.GLASS])
    return [replace(view_of_look(event), opening=openings.get(_key(event))) for event in page]


def _openings(events: Sequence[AuditEvent]) -> dict[tuple[UUID | None, int | None, datetime], Opening]:
    """Return what stands behind each event of an emergency opening."""
    if not events:
        return {}
    rows = Glass.objects.filter(
        person_id__in={event.person_id for event in events}, since__in={event.at for event in events}
    ).prefetch_related(Prefetch("reviews", LookReview.objects.order_by("-at", "-pk")))
    found: dict[tuple[UUID | None, int | None, datetime], Opening] = {}
    for row in rows:
        newest = next(iter(row.reviews.all()), None)
        outcome = newest.get_outcome_display() if newest else ""
        found[row.person_id, row.user_id, row.since] = Opening(
            row.reason, outcome, newest.at if newest else None
        )
    return found


def _key(event: AuditEvent) -> tuple[UUID | None, int | None, datetime]:
    """Return whose record who opened when."""
    return event.person_id, event.user_id, event.at
