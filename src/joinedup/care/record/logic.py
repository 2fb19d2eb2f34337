"""Pure logic of the record: what a resource says about whom, when, by whom and of what kind.

Reads FHIR R4 content already checked for form; touches no database. Element names: HL7 FHIR R4 (4.0.1).
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from joinedup.care.access.labels import labels_of
from joinedup.care.record.indexing import Index, index_of
from joinedup.care.record.moments import interval_of, moment_of

Json = dict[str, Any]
Key = tuple[str, str]

REFERENCE = re.compile(
    r'"reference"\s*:\s*"([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?"'
)
LITERAL = re.compile(r"^([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})(?:/_history/[A-Za-z0-9\-.]{1,64})?$")
SUBJECTS = ("subject", "patient", "for", "beneficiary", "individual", "individualSubject")
ORGANISATIONS = (
    "serviceProvider",
    "managingOrganization",
    "custodian",
    "organization",
    "performerOrganization",
    "requestingOrganization",
)
HAPPENED = (
    "period",
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "performedDateTime",
    "performedPeriod",
    "occurrenceDateTime",
    "occurrencePeriod",
    "onsetDateTime",
    "onsetPeriod",
    "authoredOn",
    "authored",
    "sent",
    "date",
    "created",
    "start",
    "recordedDate",
    "dateAsserted",
    "whenHandedOver",
    "whenPrepared",
    "executionPeriod",
    "started",
    "issued",
    "recorded",
)
# An appointment happens when it starts, not when it was made.
HAPPENED_FIRST = {"Appointment": ("start", "requestedPeriod"), "Consent": ("dateTime",)}
AUTHORS = (
    "author",
    "recorder",
    "requester",
    "performer",
    "asserter",
    "participant",
    "sender",
    "owner",
    "source",
)

ANSWERING = (*ORGANISATIONS, *AUTHORS)

KINDS = {
    "Encounter": "Contact",
    "EpisodeOfCare": "Contact",
    "Appointment": "Contact",
    "Condition": "Condition",
    "AllergyIntolerance": "Allergy",
    "Flag": "Warning",
    "MedicationRequest": "Medicine",
    "MedicationStatement": "Medicine",
    "MedicationDispense": "Medicine",
    "MedicationAdministration": "Medicine",
    "Immunization": "Immunisation",
    "Observation": "Observation",
    "DiagnosticReport": "Result",
    "Procedure": "Procedure",
    "CarePlan": "Plan",
    "Goal": "Plan",
    "CareTeam": "Team",
    "ServiceRequest": "Referral",
    "Task": "Task",
    "QuestionnaireResponse": "Assessment",
    "DocumentReference": "Document",
    "Composition": "Document",
    "Communication": "Message",
    "Consent": "Choice",
    "RelatedPerson": "Carer",
    "Patient": "Who they are",
}
KINDS_BY_CLASS = {
    "IMP": "Hospital stay",
    "ACUTE": "Hospital stay",
    "NONAC": "Hospital stay",
    "EMER": "Emergency",
    "HH": "Home visit",
}
OTHER = "Other"
ALL_KINDS = frozenset({*KINDS.values(), *KINDS_BY_CLASS.values(), OTHER})


@dataclass(frozen=True)
class Facts:
    """What stands beside an entry."""

    kind: str
    subject: str | None
    organisation: str | None
    role: str | None
    happened_at: datetime | None
    ended_at: datetime | None
    labels: tuple[str, ...]
    author: str
    index: Index
    references: frozenset[Key]


def facts_of(content: Json, body: str) -> Facts:
    """Return what stands beside an entry with this content, which is `body` decoded."""
    answering = _answering(content)
    return Facts(
        kind=kind_of(content),
        subject=subject_of(content),
        organisation=answering.get("Organization"),
        role=answering.get("PractitionerRole"),
        happened_at=happened_at(content),
        ended_at=ended_at(content),
        labels=labels_of(content),
        author=_author_of(content),
        index=index_of(content),
        references=references_in(body),
    )


def literal(reference: object) -> Key | None:
    """Return (type, id) of a relative literal reference, or None for anything else."""
    return _literal(reference) if isinstance(reference, str) else None


@functools.lru_cache(maxsize=65_536)
def _literal(text: str) -> Key | None:
    """Return the (type, id) of a text. Much is said about the same few people and organisations."""
    match = LITERAL.match(text)
    return (match[1], match[2]) if match else None


def kind_of(content: Json) -> str:
    """Return what kind of thing it is, in the words of the timeline's filter."""
    encounter_class = content.get("class")
    if content["resourceType"] == "Encounter" and isinstance(encounter_class, dict):
        return KINDS_BY_CLASS.get(encounter_class.get("code", ""), "Contact")
    return KINDS.get(content["resourceType"], OTHER)


def subject_of(content: Json) -> str | None:
    """Return the id of the Patient whose record the resource belongs to, as it was sent."""
    if content["resourceType"] == "Patient":
        return content.get("id")
    for name in SUBJECTS:
        found = content.get(name)
        target = literal(found.get("reference")) if isinstance(found, dict) else None
        if target and target[0] == "Patient":
            return target[1]
    return _participant_patient(content)


def _participant_patient(content: Json) -> str | None:
    """Return the Patient among the participants of an Appointment."""
    for participant in content.get("participant") or []:
        actor = participant.get("actor") if isinstance(participant, dict) else None
        target = literal(actor.get("reference")) if isinstance(actor, dict) else None
        if target and target[0] == "Patient":
            return target[1]
    return None


def _answering(content: Json) -> dict[str, str]:
    """Return who answers for the resource: of each type, the organisation or worker's role too, the first one's id."""
    found: dict[str, str] = {}
    for item in _items(content, ANSWERING):
        actor = item.get("actor")
        target = literal(item.get("reference")) or literal(
            actor.get("reference") if isinstance(actor, dict) else None
        )
        if target:
            found.setdefault(*target)
    return found


def _items(content: Json, names: Iterable[str]) -> Iterator[Json]:
    """Return the objects in the elements of these names, whether they repeat or not."""
    for name in names:
        if name in content:
            yield from _each(content[name])


def _each(value: object) -> list[Json]:
    """Return an element that may repeat as a list of objects."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _author_of(content: Json) -> str:
    """Return who wrote it, in words where words were sent."""
    for item in _items(content, AUTHORS):
        person = item.get("individual") or item.get("actor") or item
        if isinstance(person, dict) and person.get("display"):
            return str(person["display"])[:200]
    return ""


def happened_at(content: Json) -> datetime | None:
    """Return when the fact happened: the first of the elements that say so, at the start of a period."""
    return moment_of(happened_text(content))


def happened_text(content: Json) -> str:
    """Return when the fact happened as it was sent, so that "2015" can be said as no more than that."""
    for name in _happened_names(content["resourceType"]):
        if name not in content:
            continue
        found = content[name]
        text = found.get("start") if isinstance(found, dict) else found
        if moment_of(text):
            return str(text)
    return ""


@functools.cache
def _happened_names(type_: str) -> tuple[str, ...]:
    """Return the elements that may say when it happened, the surest first."""
    return HAPPENED_FIRST.get(type_, ()) + HAPPENED


def ended_at(content: Json) -> datetime | None:
    """Return when the time in which the fact happened was over; None where it goes on, or nothing is said."""
    for name in _happened_names(content["resourceType"]):
        interval = interval_of(content[name]) if name in content else None
        if interval:
            return interval[1]
    return None


def references_in(body: str) -> frozenset[Key]:
    """Return every literal reference in the JSON text: relative, with or without a version."""
    return frozenset(REFERENCE.findall(body))


_canonical = msgspec.json.Encoder(order="sorted")


def digest_of(content: Json) -> bytes:
    """Return a digest of what a resource says, whatever the order and spacing of its JSON.

    What the server itself sets (id, version, time of recording) is left out. `content` must have been decoded with
    numbers kept as text, so that 1.0 and 1.00 stay different.
    """
    said = {name: value for name, value in content.items() if name != "id"}
    meta = {k: v for k, v in (said.pop("meta", None) or {}).items() if k not in ("versionId", "lastUpdated")}
    if meta:
        said["meta"] = meta
    return hashlib.blake2b(_canonical.encode(said), digest_size=16).digest()


_decoder = msgspec.json.Decoder(float_hook=lambda text: msgspec.Raw(text.encode()))


def decode(body: bytes | str) -> Any:
    """Decode JSON with every decimal kept as its text."""
    return _decoder.decode(body)


_top_level = msgspec.json.Decoder(dict[str, msgspec.Raw])


REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}


def with_identity(body: str, *, fhir_id: str, version: int, recorded_at: datetime) -> bytes:
    """Return the resource as it is given out: the JSON as it came, with the id and version that it has here."""
    elements = _top_level.decode(body)
    meta = _top_level.decode(elements["meta"]) if "meta" in elements else {}
    meta["versionId"] = msgspec.Raw(f'"{version}"'.encode())
    meta["lastUpdated"] = msgspec.Raw(f'"{stamp(recorded_at)}"'.encode())
    ours = {
        "resourceType": elements["resourceType"],
        "id": msgspec.Raw(msgspec.json.encode(fhir_id)),
        "meta": meta,
    }
    return msgspec.json.encode(ours | {k: v for k, v in elements.items() if k not in ours})


def redacted(content: Json) -> str:
    """Return the JSON of a resource of which something was withheld, which its `meta.security` says."""
    meta = content.get("meta") or {}
    security = [*(meta.get("security") or ()), REDACTED]
    return msgspec.json.encode(content | {"meta": meta | {"security": security}}).decode()


def stamp(moment: datetime) -> str:
    """Return a moment as a FHIR instant, to the millisecond, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
