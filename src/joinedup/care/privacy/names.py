"""Whom the privacy officer is told about: a name and a date of birth, enough to ask, and nothing of their care."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import require
from joinedup.care.people.models import Person


@dataclass(frozen=True)
class Named:
    """Who a person is, no more."""

    name: str
    born: str


UNKNOWN = Named("Nobody that is known here", "")


def named(actor: Actor, ids: Iterable[UUID], *, at: datetime, subject: str) -> dict[UUID, Named]:
    """Return who these people are; that they were listed is written on each of them."""
    require(actor, Permission.REVIEW_LOOKING)
    people = Person.objects.filter(pk__in=set(ids))
    found = {person.pk: Named(person.full_name, person.born) for person in people}
    if found:
        record_audit(AuditEvent.Kind.LISTED, by=actor, at=at, people=sorted(found), subject=subject)
    return found
