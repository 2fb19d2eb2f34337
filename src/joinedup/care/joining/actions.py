"""Joining and parting people. Both are kept with who did it, when and why, and are audited on both records."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.joining.errors import NotPossibleError
from joinedup.care.joining.homes import homes_of, joined_with
from joinedup.care.joining.moving import move
from joinedup.care.people.actions import describe
from joinedup.care.people.contradictions import note_contradictions
from joinedup.care.people.fhir import PersonDetails, details_from_patient
from joinedup.care.people.identities import refuse_own
from joinedup.care.people.models import Merge, Person
from joinedup.care.people.reviews import note_different
from joinedup.care.record.queries import patients_of

LONGEST_REASON = 500


@transaction.atomic
def merge(*, kept: UUID, merged: UUID, reason: str, by: Actor, at: datetime) -> Merge:
    """Make the record of `merged` part of that of `kept`; both ids lead to the whole from now on.

    `NotPossibleError` when either is part of another's record already, or they are the same.
    """
    begin(by, reason)
    refuse_own(by, [kept, merged])
    people = Person.objects.in_bulk([kept, merged])
    if kept == merged or len(people) < 2:
        raise NotPossibleError("Two records can be joined, and these aren't two. Choose another person.")
    if any(person.replaced_by_id for person in people.values()):
        raise NotPossibleError("One of the records is part of another already. Open that one, and join it.")
    made = Merge.objects.create(
        kept_id=kept, merged_id=merged, reason=reason.strip(), by_user=by.user_id, by_name=by.name, at=at
    )
    _settle(joined_with([kept, merged]), at)
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, people=[kept, merged], subject="joined two records")
    return made


@transaction.atomic
def unmerge(*, merge_id: int, reason: str, by: Actor, at: datetime) -> Merge:
    """Undo a merge: what came under each person's own Patients is theirs again, whenever it came.

    `NotPossibleError` when it is undone already, or there is none.
    """
    begin(by, reason)
    made = Merge.objects.filter(pk=merge_id, undone_at=None).select_related("kept").first()
    if made is None:
        raise NotPossibleError("This joining is undone already. Look at the record again.")
    refuse_own(by, [made.kept_id, made.merged_id])
    made.undone_reason, made.undone_at = reason.strip(), at
    made.undone_by_user, made.undone_by_name = by.user_id, by.name
    made.save()
    _settle(joined_with([made.kept.replaced_by_id or made.kept_id]), at)
    note_different(made.kept_id, made.merged_id, reason=reason, by=by, at=at)
    who = [made.kept_id, made.merged_id]
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, people=who, subject="undid the joining of two records")
    return made


def begin(by: Actor, reason: str) -> None:
    """Check who asks and why, and wait for writers: whoever writes has read whose Patient it is.

    So this lock keeps every write that began before in front of the move and every later one behind it. It costs
    writers nothing, and a merge takes milliseconds.
    """
    require(by, Permission.JOIN_RECORDS)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise NotPossibleError(f"Say why, in at most {LONGEST_REASON} characters.")
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE people_sourcepatient IN ACCESS EXCLUSIVE MODE")


def _settle(people: Iterable[UUID], at: datetime) -> None:
    """Move everything of these people to where it belongs now, and describe them by it."""
    homes = homes_of(people)
    move(homes)
    known: dict[UUID, list[PersonDetails]] = defaultdict(list)
    for person, content in patients_of(set(homes.values())):
        known[person].append(details_from_patient(content))
    describe(known)
    note_contradictions(list(homes), at=at)
