"""Writes of the discharge app. What is declared here is written to the record in the same transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import RefusedError, require
from joinedup.care.copying import copy_new
from joinedup.care.discharge.fhir import Declared, Readiness, StayDetails, encoded, task_content
from joinedup.care.discharge.models import Stay
from joinedup.care.discharge.scope import stays_visible_to
from joinedup.care.looking_up import look_up
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.actions import hold_identities
from joinedup.care.people.queries import patient_of_person
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Arrival
from joinedup.care.record.logic import decode
from joinedup.care.storing import store
from joinedup.core.moments import uk_date
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.leaving_hospital.by_nation import DelayReason, delay_reasons

CLOCK_SKEW = timedelta(minutes=5)


class NotPossibleError(Exception):
    """The step contradicts what is known of the stay. `field` is the form's field, the message says what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@dataclass(frozen=True)
class StayArrival:
    """One stay that came with an Encounter, and whose it is."""

    details: StayDetails
    person_id: UUID
    organisation_id: int | None


def receive_stays(arrivals: Sequence[StayArrival], *, nation: Nation) -> None:
    """Bring the stays up to date with the Encounters. Caller holds the transaction of the record write.

    What was declared here stays where the Encounter is silent about it.
    """
    known = _locked([a.details.encounter_id for a in arrivals])
    organisations = {a.organisation_id for a in arrivals if a.organisation_id}
    nations = dict(look_up(Organisation, "id", organisations, "nation"))
    new = []
    for arrival in arrivals:
        stay = known.get(arrival.details.encounter_id)
        if stay is None:
            stay = Stay(encounter_id=arrival.details.encounter_id)
            new.append(stay)
        stay.nation = nations.get(arrival.organisation_id or 0, nation.value)
        _take_over(stay, arrival)
    copy_new(new)
    store(known.values(), tuple(f.attname for f in Stay._meta.concrete_fields if not f.primary_key))


def forget_stays(encounter_ids: Sequence[str]) -> None:
    """Forget the stays of Encounters that were withdrawn; what was said of them stays in the record."""
    Stay.objects.filter(encounter_id__in=encounter_ids).delete()


def _locked(encounter_ids: Sequence[str]) -> dict[str, Stay]:
    """Return the stays of these Encounters, locked."""
    rows = Stay.objects.filter(encounter_id__in=encounter_ids).select_for_update().order_by("encounter_id")
    return {row.encounter_id: row for row in rows}


def _take_over(stay: Stay, arrival: StayArrival) -> None:
    """Copy what the Encounter says onto the stay."""
    details, ready = arrival.details, arrival.details.readiness
    stay.person_id, stay.organisation_id = arrival.person_id, arrival.organisation_id
    stay.admitted_at, stay.ward = details.admitted_at, details.ward
    stay.left_at = details.left_at or stay.left_at
    stay.ready_at = ready.ready_at or stay.ready_at
    stay.setting = ready.setting
    for name in ("reason", "responsible", "complexity"):
        setattr(stay, name, getattr(ready, name) or getattr(stay, name))
    _drop_impossible_ready(stay)


def _drop_impossible_ready(stay: Stay) -> None:
    """Forget a ready date that the hospital's own dates rule out; what was declared stays in the record."""
    if stay.ready_at and not stay.admitted_at <= stay.ready_at <= (stay.left_at or stay.ready_at):
        stay.ready_at, stay.reason, stay.responsible = None, "", ""


@transaction.atomic
def declare_ready(*, stay: UUID, ready_at: datetime, reason: str, by: Actor, at: datetime) -> Stay:
    """Declare the person ready to leave since `ready_at`, waiting for `reason` (a code of the rule book)."""
    row = _stay_for(by, stay, at)
    if row.ready_at:
        raise NotPossibleError(
            "ready_at", "This person was already declared ready. Change the reason instead."
        )
    if row.left_at:
        raise NotPossibleError("ready_at", "This person has left. Check that you chose the right person.")
    _check_time("ready_at", ready_at, row.admitted_at, "the admission", at)
    row.ready_at = ready_at
    _set_reason(row, reason, at)
    return _save(row, by, at)


@transaction.atomic
def change_reason(*, stay: UUID, reason: str, by: Actor, at: datetime) -> Stay:
    """Say what a person who is ready waits for now."""
    row = _stay_for(by, stay, at)
    if row.ready_at is None:
        raise NotPossibleError("reason", "This person isn't ready yet. Declare them ready first.")
    _set_reason(row, reason, at)
    return _save(row, by, at)


@transaction.atomic
def record_leaving(*, stay: UUID, left_at: datetime, by: Actor, at: datetime) -> Stay:
    """Record that the person left at `left_at`."""
    row = _stay_for(by, stay, at)
    if row.left_at:
        raise NotPossibleError("left_at", "This person's leaving is already recorded.")
    _check_time("left_at", left_at, row.ready_at or row.admitted_at, "the ready date", at)
    row.left_at = left_at
    return _save(row, by, at)


def _stay_for(by: Actor, stay: UUID, at: datetime) -> Stay:
    """Return the stay, locked, if the actor may change it; else refuse, an unknown one alike."""
    require(by, Permission.DECLARE_READY)
    hold_identities()
    row = stays_visible_to(by, at=at).select_for_update(of=("self",)).filter(pk=stay).first()
    if row is None:
        raise RefusedError("Your organisation has no care relationship with this person.")
    return row


def _check_time(field: str, moment: datetime, earliest: datetime, after: str, now: datetime) -> None:
    """Refuse a moment before another or in the future."""
    if moment < earliest:
        raise NotPossibleError(field, f"The time must not be before {after}.")
    if moment > now + CLOCK_SKEW:
        raise NotPossibleError(field, "The time must not be in the future.")


def _set_reason(stay: Stay, code: str, at: datetime) -> None:
    """Put the reason and who is responsible for it on the stay."""
    reason = reason_called(Nation(stay.nation), code, at)
    if reason is None:
        raise NotPossibleError("reason", "Choose a reason from the list.")
    stay.reason, stay.responsible = reason.code, reason.responsible.value


def reason_called(nation: Nation, code: str, at: datetime) -> DelayReason | None:
    """Return the reason with this code in the nation's rule book on that day."""
    return next((reason for reason in reasons_on(nation, at) if reason.code == code), None)


def reasons_on(nation: Nation, at: datetime) -> tuple[DelayReason, ...]:
    """Return the reasons that may be given; none where the rule book knows no list for that day."""
    try:
        return delay_reasons(nation, uk_date(at))
    except NotCovered:
        return ()


def _save(stay: Stay, by: Actor, at: datetime) -> Stay:
    """Store the stay and write the step to the record."""
    stay.save()
    reason = reason_called(Nation(stay.nation), stay.reason, at)
    declared = Declared(
        encounter_id=stay.encounter_id,
        patient_id=patient_of_person(stay.person_id),
        nation=stay.nation,
        readiness=Readiness(stay.ready_at, stay.reason, stay.responsible, stay.setting, stay.complexity),
        reason_words=reason.title if reason else "",
        left_at=stay.left_at,
        said_by=f"{by.name}, {by.role.title}" if by.role else by.name,
        at=at,
    )
    body = encoded(task_content(declared))
    write([Arrival("Task", f"leaving-{stay.pk}", body, decode(body))], by=by, at=at)
    return stay
