"""Staff records: that a person is somebody who signs in here, or of the family of one.

From then on nobody opens their own record or their family's, and their colleagues only where they give the care: see
`joinedup.care.access.scope`. Who is marked is known to whoever runs the installation, and is told on no page.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor
from joinedup.care.access.models import Assignment, AuditEvent, StaffRecord, User
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.actions import hold_identities
from joinedup.care.people.queries import people_behind

SUBJECT = "a staff record"


class StaffRecordError(Exception):
    """The record can't be marked in this way; the message says what is wrong and what to do. It names no person."""


class UnknownPatientError(StaffRecordError):
    """No Patient has this id."""

    def __init__(self) -> None:
        super().__init__(
            "There is no Patient with this id in the record. Give the id of one of the person's Patients, or the id in"
            " the address of their page."
        )


class UnknownUserError(StaffRecordError):
    """Nobody signs in so."""

    def __init__(self, username: str) -> None:
        super().__init__(f"Nobody signs in as {username}. joinedup account create makes accounts.")


class NoRoleThereError(StaffRecordError):
    """The user has no role for the organisation, or for any."""

    def __init__(self, username: str, organisation: str) -> None:
        place = f"for the organisation {organisation}" if organisation else "for any organisation"
        super().__init__(
            f"{username} never had a role {place}. Give them one first, or name another organisation."
        )


class OwnAlreadyError(StaffRecordError):
    """The user has a record of their own already, which is another person's."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"{username} is marked as another person already. End that first, or say that this one is family."
        )


class NotMarkedError(StaffRecordError):
    """There is nothing to end."""

    def __init__(self, username: str) -> None:
        super().__init__(
            f"This record isn't marked for {username}. joinedup staff-record list shows which are."
        )


@dataclass(frozen=True)
class StaffRecordView:
    """One mark: whose record it is (the person's id), for which user, at which organisation."""

    person_id: UUID
    username: str
    organisation: str
    is_family: bool


@transaction.atomic
def mark_staff(
    *, patient: str, username: str, organisation: str = "", is_family: bool, by: Actor, at: datetime
) -> list[str]:
    """Mark the record behind the Patient id as the user's own or their family's; return the organisations' names.

    `organisation` is an id in the record; without one it is each that the user ever had a role for. Marked again,
    nothing doubles. Raises a `StaffRecordError`.
    """
    hold_identities()
    person_id, user = _person(patient), _user(username)
    places = _places(user, organisation)
    own = StaffRecord.objects.filter(user=user, is_family=False)
    if not is_family and own.exclude(person_id=person_id).exists():
        raise OwnAlreadyError(username)
    for place in places:
        StaffRecord.objects.update_or_create(
            person_id=person_id, user=user, organisation=place, defaults={"is_family": is_family}
        )
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, people=[person_id], subject=f"{SUBJECT} marked")
    return [place.name for place in places]


@transaction.atomic
def unmark_staff(*, patient: str, username: str, by: Actor, at: datetime) -> None:
    """Take the user's marks off the record behind the Patient id, at every organisation; what was stays in the audit.

    Raises a `StaffRecordError`.
    """
    person_id, user = _person(patient), _user(username)
    ended, _ = StaffRecord.objects.filter(person_id=person_id, user=user).delete()
    if not ended:
        raise NotMarkedError(username)
    record_audit(AuditEvent.Kind.CHANGE, by=by, at=at, people=[person_id], subject=f"{SUBJECT} ended")


def staff_records() -> list[StaffRecordView]:
    """Return every mark, by user and organisation. For whoever runs the installation: no actor is asked for."""
    rows = StaffRecord.objects.select_related("user", "organisation")
    return [
        StaffRecordView(row.person_id, row.user.username, row.organisation.name, row.is_family)
        for row in rows.order_by("user__username", "organisation__name", "person_id")
    ]


def _person(patient: str) -> UUID:
    """Return the person behind a Patient's id, a partner's or ours."""
    found = people_behind([patient]).get(patient)
    if found is None:
        raise UnknownPatientError
    return found


def _user(username: str) -> User:
    """Return the user who signs in so."""
    user = User.objects.filter(username=username).first()
    if user is None:
        raise UnknownUserError(username)
    return user


def _places(user: User, organisation: str) -> list[Organisation]:
    """Return the organisations at which the record is to be marked."""
    held = Organisation.objects.filter(pk__in=Assignment.objects.filter(user=user).values("organisation"))
    places = list((held.filter(reference=organisation) if organisation else held).order_by("name"))
    if not places:
        raise NoRoleThereError(user.username, organisation)
    return places
