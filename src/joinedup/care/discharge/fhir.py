"""Stays in FHIR R4, both ways.

In: an inpatient Encounter, with our extension *ready to leave* where the hospital's system knows it.
Out: a Task that says what was declared here; its `focus` is the Encounter, which stays the hospital's own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from joinedup.care.record.logic import literal, stamp
from joinedup.care.record.moments import known_end, moment_of

CANONICAL = "https://joinedup.example/fhir"
READY_URL = f"{CANONICAL}/StructureDefinition/ready-to-leave"
REASON_SYSTEM = f"{CANONICAL}/CodeSystem/delay-reason-"
TASK_SYSTEM = f"{CANONICAL}/CodeSystem/task"
INPATIENT = frozenset({"IMP", "ACUTE", "NONAC"})
DEFAULT_SETTING = "acute"

Json = dict[str, Any]


@dataclass(frozen=True)
class Readiness:
    """What is said of a person's being ready to leave."""

    ready_at: datetime | None = None
    reason: str = ""
    responsible: str = ""
    setting: str = DEFAULT_SETTING
    complexity: str = ""


@dataclass(frozen=True)
class StayDetails:
    """What one inpatient Encounter says."""

    encounter_id: str
    admitted_at: datetime
    left_at: datetime | None
    ward: str
    readiness: Readiness


def stay_from_encounter(encounter_id: str, content: Json) -> StayDetails | None:
    """Read an Encounter; None where it is no stay in a bed, never began, or was a mistake."""
    class_code = (content.get("class") or {}).get("code")
    period = content.get("period") or {}
    admitted_at = moment_of(period.get("start"))
    if (
        class_code not in INPATIENT
        or admitted_at is None
        or content.get("status") in ("planned", "cancelled")
    ):
        return None
    return StayDetails(
        encounter_id=encounter_id,
        admitted_at=admitted_at,
        left_at=known_end(period.get("end")),
        ward=_ward(content),
        readiness=readiness_of(content),
    )


def _ward(content: Json) -> str:
    """Return the place of the newest location, in words."""
    places = [item.get("location", {}) for item in content.get("location", []) if isinstance(item, dict)]
    return str(places[-1].get("display", ""))[:120] if places else ""


def readiness_of(content: Json) -> Readiness:
    """Read our extension, from an Encounter or from a Task of ours."""
    found: Json = next((e for e in content.get("extension", []) if e.get("url") == READY_URL), {})
    parts = {part.get("url"): part for part in found.get("extension", [])}
    return Readiness(
        ready_at=moment_of(parts.get("readyAt", {}).get("valueDateTime")),
        reason=str(parts.get("reason", {}).get("valueCoding", {}).get("code", ""))[:40],
        responsible=str(parts.get("responsible", {}).get("valueCode", ""))[:40],
        setting=str(parts.get("setting", {}).get("valueCode", DEFAULT_SETTING))[:30],
        complexity=str(parts.get("complexity", {}).get("valueCode", ""))[:20],
    )


@dataclass(frozen=True)
class Declared:
    """What was declared here about a stay, for the record. `reason` is (code, in words)."""

    encounter_id: str
    patient_id: str | None
    nation: str
    readiness: Readiness
    reason_words: str
    left_at: datetime | None
    said_by: str
    at: datetime


def task_content(declared: Declared) -> Json:
    """Return the Task that records what was declared."""
    task: Json = {
        "resourceType": "Task",
        "extension": [{"url": READY_URL, "extension": _parts(declared)}],
        "status": "completed" if declared.left_at else "in-progress",
        "intent": "order",
        "code": {
            "coding": [{"system": TASK_SYSTEM, "code": "leaving-hospital", "display": "Leaving hospital"}],
            "text": "Left hospital" if declared.left_at else "Ready to leave hospital",
        },
        "focus": {"reference": f"Encounter/{declared.encounter_id}"},
        "authoredOn": stamp(declared.readiness.ready_at or declared.at),
        "lastModified": stamp(declared.at),
        "requester": {"display": declared.said_by},
    }
    if declared.patient_id:
        task["for"] = {"reference": f"Patient/{declared.patient_id}"}
    if declared.left_at:
        task["executionPeriod"] = {"end": stamp(declared.left_at)}
    if declared.reason_words:
        task["reasonCode"] = {"text": declared.reason_words}
    return task


def _parts(declared: Declared) -> list[Json]:
    """Return the parts of our extension that are known."""
    ready = declared.readiness
    coding = {
        "system": REASON_SYSTEM + declared.nation.replace("_", "-"),
        "code": ready.reason,
        "display": declared.reason_words,
    }
    parts: list[Json] = [{"url": "setting", "valueCode": ready.setting}]
    if ready.ready_at:
        parts.append({"url": "readyAt", "valueDateTime": stamp(ready.ready_at)})
    if ready.reason:
        parts.append({"url": "reason", "valueCoding": coding})
    if ready.responsible:
        parts.append({"url": "responsible", "valueCode": ready.responsible})
    if ready.complexity:
        parts.append({"url": "complexity", "valueCode": ready.complexity})
    return parts


def encounter_of_task(content: Json) -> str | None:
    """Return the Encounter that a Task of ours is about; None for anybody else's Task."""
    codings = (content.get("code") or {}).get("coding", [])
    if not any(c.get("system") == TASK_SYSTEM and c.get("code") == "leaving-hospital" for c in codings):
        return None
    target = literal((content.get("focus") or {}).get("reference"))
    return target[1] if target else None


def left_at_of_task(content: Json) -> datetime | None:
    """Return when the person left, where the Task says so."""
    return moment_of((content.get("executionPeriod") or {}).get("end"))


def encoded(content: Json) -> str:
    """Return content of ours as the JSON text that is stored."""
    return msgspec.json.encode(content).decode()
