"""Finding two records by hand, looking at them side by side, and putting them before whoever decides.

For whoever keeps the records of people apart and together: over everybody, save themselves and their family. Each
search, hit and look is audited.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, StaffRecord
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.people.comparing import pair_by_hand
from joinedup.care.people.identities import IdentityView, identities, refuse_own
from joinedup.care.people.logic import Sought
from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.care.people.models import Person
from joinedup.care.people.queries import matching
from joinedup.care.people.reviews import put_by_hand

SUBJECT = "find a record"


def find_identities(
    actor: Actor, sought: Sought, *, at: datetime, beside: UUID | None = None, limit: int = 50
) -> list[IdentityView]:
    """Return who is sought, by name; without `beside`, whom they are to be compared with. Audited."""
    require(actor, Permission.JOIN_RECORDS)
    own = StaffRecord.objects.filter(user_id=actor.user_id or 0).values("person_id")
    people = matching(Person.objects.filter(replaced_by=None).exclude(pk__in=own), sought)
    if beside is not None:
        people = people.exclude(pk=beside)
    found = [] if sought.is_empty else list(people.values_list("pk", flat=True)[:limit])
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject=SUBJECT)
    if found:
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=found, subject=SUBJECT)
    known = identities(found)
    return [known[person] for person in found]


def look_at_two(
    actor: Actor, one: UUID, other: UUID, *, at: datetime
) -> tuple[IdentityView, IdentityView, ProposedPair]:
    """Return two records and how they compare, as a look at both. `RefusedError` where they aren't two whole ones."""
    require(actor, Permission.JOIN_RECORDS)
    refuse_own(actor, [one, other])
    known = identities([one, other])
    if len(known) < 2 or Person.objects.filter(pk__in=known).exclude(replaced_by=None).exists():
        record_audit(AuditEvent.Kind.REFUSAL, by=actor, at=at, subject="two records side by side")
        raise RefusedError("These aren't two records. One may be part of the other already: find them again.")
    record_audit(
        AuditEvent.Kind.LOOK, by=actor, at=at, people=[one, other], subject="two records side by side"
    )
    return known[one], known[other], pair_by_hand(one, other)


@transaction.atomic
def queue_by_hand(*, one: UUID, other: UUID, by: Actor, at: datetime) -> int:
    """Put two records before whoever decides whether they are one person's; return the pair's id.

    Whoever was found to be different people is asked about again. `RefusedError` as with `look_at_two`.
    """
    *_, pair = look_at_two(by, one, other, at=at)
    row = put_by_hand(pair, at=at)
    who = [one, other]
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, people=who, subject="put two records on the queue")
    return row.pk
