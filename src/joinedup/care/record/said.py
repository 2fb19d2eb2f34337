"""Who a person is as each partner says it: their Patients, as sent, to who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.people.fhir import PersonDetails, details_from_patient
from joinedup.care.record.everything import stored_of
from joinedup.care.record.logic import decode
from joinedup.care.record.models import Resource


@dataclass(frozen=True)
class Said:
    """What one Patient says, in whose system, and since when. `is_withheld`: where the person lives is left out."""

    system: str
    organisation: str
    since: datetime
    details: PersonDetails
    is_withheld: bool


def patients_said(actor: Actor, person_id: UUID, *, at: datetime) -> Sequence[Said]:
    """Return what each Patient of the person says that the actor may see, newest word first; the caller audits."""
    stored = sorted(
        stored_of(actor, person_id, ["Patient"], at=at), key=lambda one: one.recorded_at, reverse=True
    )
    rows = Resource.objects.filter(type="Patient", fhir_id__in=[one.fhir_id for one in stored])
    told_by = {
        fhir_id: (system, organisation or "")
        for fhir_id, system, organisation in rows.values_list("fhir_id", "system__name", "organisation__name")
    }
    return [
        Said(
            *told_by[one.fhir_id],
            one.recorded_at,
            details_from_patient(decode(one.json)),
            one.is_withheld,
        )
        for one in stored
    ]
