"""Breaking the glass: opening a person's record in an emergency, without a relationship, for a reason and a few hours.

It is never silent: it is an event of its own kind in the audit, and *who has looked* shows it with its reason. What it
opens is decided in `joinedup.care.access.scope`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from joinedup.care.access.actions import record_audit, record_sealed_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent, Glass, StaffRecord
from joinedup.care.access.queries import require
from joinedup.care.access.sealing import seal_of

LASTS = timedelta(hours=3)
REASONS: Mapping[str, str] = {
    "life": "Their life or health is in danger now",
    "unable": "They can’t say what they want, and need care now",
    "safe": "A child or an adult is at risk of harm",
    "asked": "They are with me and ask me to look",
}
SHORTEST = 10
LONGEST = 400


class NotOpenedError(Exception):
    """The record can't be opened in this way; the message says so without saying whether there is one."""


def break_glass(*, person_id: UUID, reason: str, account: str, by: Actor, at: datetime) -> datetime:
    """Open the person's record to this user for three hours; return until when.

    `reason` is one of `REASONS`, `account` says what happened (10 to 400 letters). Raises `RefusedError` for a role
    that may not, `NotOpenedError` for one's own record or that of one's family, and `ValueError` for a reason that
    is none.
    """
    require(by, Permission.BREAK_GLASS)
    if reason not in REASONS or not SHORTEST <= len(account.strip()) <= LONGEST:
        raise ValueError("give one of the reasons, and what happened in 10 to 400 letters")
    if StaffRecord.objects.filter(person_id=person_id, user_id=by.user_id or 0).exists():
        record_audit(
            AuditEvent.Kind.REFUSAL, by=by, at=at, people=[person_id], subject="an emergency opening"
        )
        raise NotOpenedError
    until = at + LASTS
    with transaction.atomic():
        glass = Glass.objects.create(
            person_id=person_id,
            user_id=by.user_id or 0,
            organisation_id=by.organisation_id or 0,
            reason=f"{REASONS[reason]}. {account.strip()}",
            since=at,
            until=until,
        )
        record_sealed_audit(
            AuditEvent.Kind.GLASS,
            by=by,
            at=at,
            person=person_id,
            subject=REASONS[reason],
            seal=seal_of(glass),
        )
    return until


def open_until(actor: Actor, person_id: UUID, *, at: datetime) -> datetime | None:
    """Return until when the glass that this user broke stays broken; None where it is whole."""
    broken = Glass.objects.filter(
        person_id=person_id,
        user_id=actor.user_id or 0,
        organisation_id=actor.organisation_id or 0,
        since__lte=at,
        until__gt=at,
    )
    return broken.order_by("-until").values_list("until", flat=True).first()
