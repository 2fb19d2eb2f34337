"""Deciding about two people who may be one, and everything that is known of who somebody is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.joining.actions import merge
from joinedup.care.joining.errors import NotPossibleError
from joinedup.care.people.fhir import names_in
from joinedup.care.people.identities import IdentityView, identities, refuse_own
from joinedup.care.people.models import Merge, Review
from joinedup.care.people.reviews import note_decision
from joinedup.care.record.queries import patients_of

DECIDED = {
    Review.State.SAME: "decided: the same person",
    Review.State.DIFFERENT: "decided: different people",
    Review.State.LATER: "left the decision for later",
}


@transaction.atomic
def decide(*, review_id: int, decision: Review.State, reason: str, by: Actor, at: datetime) -> Review:
    """Decide about a pair: the same person (they are joined), different people (nobody asks again), or later.

    `NotPossibleError` when somebody has decided meanwhile, or no reason is given for a decision.
    """
    require(by, Permission.JOIN_RECORDS)
    row = Review.objects.select_for_update().filter(pk=review_id).first()
    if row is None or row.state in (Review.State.SAME, Review.State.DIFFERENT):
        raise NotPossibleError("Somebody has decided about this pair meanwhile. Go back to the list.")
    refuse_own(by, [row.left_id, row.right_id])
    if decision is not Review.State.LATER and not reason.strip():
        raise NotPossibleError("Say why you think so.")
    if decision is Review.State.SAME:
        merge(kept=row.left_id, merged=row.right_id, reason=reason, by=by, at=at)
    note_decision(row, decision, reason=reason, by=by, at=at)
    who = [row.left_id, row.right_id]
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, people=who, subject=DECIDED[decision])
    return row


@dataclass(frozen=True)
class MergeView:
    """A merge, standing or undone."""

    id: int
    kept: UUID
    merged: UUID
    reason: str
    by: str
    at: datetime
    undone_reason: str
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True)
class WholeIdentity:
    """Everything that is known of who somebody is."""

    who: IdentityView
    other_names: tuple[str, ...]
    merges: tuple[MergeView, ...]


def look_at_identity(actor: Actor, person_id: UUID, *, at: datetime) -> WholeIdentity:
    """Return everything known of who the person is, as a look; to nobody about themselves."""
    require(actor, Permission.JOIN_RECORDS)
    known = identities([person_id])
    refuse_own(actor, [person_id])
    if not known:
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, people=[person_id], subject="who they are")
        raise RefusedError("There is no such person.")
    record_audit(AuditEvent.Kind.LOOK, by=actor, at=at, people=[person_id], subject="who they are")
    names = {name for _, content in patients_of([person_id]) for name in names_in(content)}
    merges = Merge.objects.filter(Q(kept=person_id) | Q(merged=person_id)).order_by("-at", "-id")
    who = known[person_id]
    return WholeIdentity(who, tuple(sorted(names - {who.name})), tuple(_merge(row) for row in merges))


def _merge(row: Merge) -> MergeView:
    """Put a merge in the form of a page."""
    return MergeView(
        id=row.pk,
        kept=row.kept_id,
        merged=row.merged_id,
        reason=row.reason,
        by=row.by_name,
        at=row.at,
        undone_reason=row.undone_reason,
        undone_by=row.undone_by_name,
        undone_at=row.undone_at,
    )
