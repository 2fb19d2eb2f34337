"""The Patient of ours: a person as all their Patients together say, under the person's own id.

Made when it is read, of those Patients that the reader may see, so it says nothing that they could not read anyway;
where the person's address is protected, nothing that would tell it to them.
Each element is the newest word of any partner on it (`ELEMENTS`); numbers are everybody's. Which Patient an element
was taken from stands in an extension.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor
from joinedup.care.access.models import AuditEvent
from joinedup.care.people.queries import joined_to, people_called, person_now
from joinedup.care.record.criteria import CriterionError
from joinedup.care.record.everything import stored_of
from joinedup.care.record.logic import REDACTED, stamp
from joinedup.care.record.queries import Stored
from joinedup.care.record.rows import Search

TAG = {"system": "https://joinedup.example/fhir/CodeSystem/patient", "code": "joined"}
SOURCE_URL = "https://joinedup.example/fhir/StructureDefinition/element-source"
# Whoever wrote the newest version wins, element by element; a Patient that is silent about one says nothing of it.
ELEMENTS = (
    "name",
    "telecom",
    "gender",
    "birthDate",
    "deceasedDateTime",
    "deceasedBoolean",
    "address",
    "maritalStatus",
    "communication",
    "generalPractitioner",
)
# Two ways to say one thing: of each group the Patient that is taken first settles it.
TOGETHER = {"deceasedBoolean": "deceased", "deceasedDateTime": "deceased"}
_top_level = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])


def look_at_own_patient(
    actor: Actor, person_id: UUID, *, at: datetime, known_at: datetime | None = None
) -> Stored | None:
    """Return the Patient of ours, audited; None where the actor may see nothing of the person."""
    now = person_now(person_id)
    found = own_patient(actor, now, at=at, known_at=known_at)
    kind = AuditEvent.Kind.LOOK if found else AuditEvent.Kind.REFUSAL
    record_audit(kind, by=actor, at=at, people=[now], subject=f"Patient/{person_id}")
    return found if found is None or now == person_id else _replaced(person_id, found)


def own_patient(
    actor: Actor, person_id: UUID, *, at: datetime, known_at: datetime | None = None
) -> Stored | None:
    """Return the Patient of ours of somebody who is part of nobody else's record; the caller audits."""
    stored = stored_of(actor, person_id, ["Patient"], at=at, known_at=known_at)
    if not stored:
        return None
    newest_first = sorted(stored, key=lambda one: one.recorded_at, reverse=True)
    recorded_at = newest_first[0].recorded_at
    content = _head(str(person_id), recorded_at) | _elements(newest_first)
    if any(one.is_withheld for one in newest_first):
        content["meta"]["security"] = [REDACTED]
    content["link"] = [
        *(_link(one.fhir_id, "seealso") for one in newest_first),
        *(_link(str(other), "replaces") for other in joined_to(person_id)),
    ]
    return Stored("Patient", str(person_id), 1, recorded_at, msgspec.json.encode(content))


def own_patients_asked(actor: Actor, asked: Search, *, at: datetime) -> tuple[Stored, ...]:
    """Return the Patients of ours that a search asks for by id, and by nothing else; each is audited.

    Raises `CriterionError` where what refers to it, or it to, is to be included.
    """
    if asked.type != "Patient" or [one.name for one in asked.asked] != ["_id"]:
        return ()
    people = list(people_called(asked.asked[0].values).values())
    if people and (asked.included or asked.also_referring):
        message = "can't go with an id of ours: ask for the other type by patient=, which takes it"
        raise CriterionError("_include" if asked.included else "_revinclude", message)
    found = [look_at_own_patient(actor, one, at=at, known_at=asked.known_at) for one in people]
    return tuple(one for one in found if one)


def _replaced(person_id: UUID, by: Stored) -> Stored:
    """Return what is left of the Patient of somebody who is part of another's record: where to look."""
    content = _head(str(person_id), by.recorded_at) | {
        "active": False,
        "link": [_link(by.fhir_id, "replaced-by")],
    }
    return Stored("Patient", str(person_id), 1, by.recorded_at, msgspec.json.encode(content))


def _head(fhir_id: str, recorded_at: datetime) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": fhir_id,
        "meta": {"lastUpdated": stamp(recorded_at), "tag": [TAG]},
    }


def _link(fhir_id: str, kind: str) -> dict[str, Any]:
    return {"other": {"reference": f"Patient/{fhir_id}"}, "type": kind}


def _elements(newest_first: Sequence[Stored]) -> dict[str, Any]:
    """Return each element from the newest Patient that has it, the extension that says which, and all numbers."""
    taken: dict[str, msgspec.Raw] = {}
    sources: dict[str, str] = {}
    numbers: dict[bytes, msgspec.Raw] = {}
    for stored in newest_first:
        said = _top_level.decode(stored.json)
        for number in _list.decode(said["identifier"]) if "identifier" in said else []:
            numbers.setdefault(bytes(number), number)
        for element in ELEMENTS:
            group = TOGETHER.get(element, element)
            if element in said and group not in sources:
                taken[element], sources[group] = said[element], stored.fhir_id
    extension = [_source(element, fhir_id) for element, fhir_id in sources.items()]
    head: dict[str, Any] = {"extension": extension} if extension else {}
    return head | ({"identifier": list(numbers.values())} if numbers else {}) | taken


def _source(element: str, fhir_id: str) -> dict[str, Any]:
    """Return the extension that says which Patient an element was taken from."""
    return {
        "url": SOURCE_URL,
        "extension": [
            {"url": "element", "valueCode": element},
            {"url": "source", "valueReference": {"reference": f"Patient/{fhir_id}"}},
        ],
    }
