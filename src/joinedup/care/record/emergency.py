"""What whoever meets a person in an emergency must know, in the sections of the International Patient Summary.

Decides what belongs in which section and what is no longer true; the standard's Bundle is made in
`joinedup.exchange.fhir.patient_summary`, the page in `joinedup.web`. Sections and their LOINC codes: HL7
International Patient Summary (IPS), based on EN 17269. Errs on the side of showing: only what is said to be over,
refuted or entered in error is left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import may_see, require
from joinedup.care.access.reasons import refusal_of
from joinedup.care.record.everything import current_of
from joinedup.care.record.logic import happened_at

Json = dict[str, Any]
WRONG = frozenset({"entered-in-error", "refuted", "cancelled", "not-done", "rejected"})
OVER = frozenset(
    {"resolved", "inactive", "remission", "stopped", "completed", "ended", "revoked", "not-taken"}
)
# Long enough for a slow illness, short enough that an emergency department reads it.
RECENT = timedelta(days=365)
MOST_RECENT = 20
VITAL_SIGNS = "vital-signs"
SUBJECT = "the emergency summary"


@dataclass(frozen=True)
class SectionKind:
    """One section: its LOINC code and title, the types that it is made of, which of them belong, how many at most."""

    key: str
    code: str
    title: str
    types: tuple[str, ...]
    belongs: Callable[[Json, datetime], bool]
    most: int | None = None
    is_required: bool = False


@dataclass(frozen=True)
class Section:
    """A section with what belongs in it, newest first."""

    kind: SectionKind
    contents: tuple[Json, ...]


def _codes(content: Json, *names: str) -> set[str]:
    """Return the codes of these elements, whether plain or coded."""
    found: set[str] = set()
    for name in names:
        value = content.get(name)
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, str):
                found.add(item)
            elif isinstance(item, dict):
                found |= {str(coding.get("code", "")) for coding in item.get("coding", [])}
    return found


def _is_right(content: Json) -> bool:
    """Say whether nobody has called it wrong or never done."""
    return not _codes(content, "status", "verificationStatus", "docStatus") & WRONG


def _is_current(content: Json, _at: datetime) -> bool:
    """Say whether it is right and not over."""
    return _is_right(content) and not _codes(content, "status", "clinicalStatus") & OVER


def _was(content: Json, _at: datetime) -> bool:
    """Say whether it is right, whenever it was."""
    return _is_right(content)


def _is_past(content: Json, at: datetime) -> bool:
    """Say whether it is right and over."""
    return _is_right(content) and not _is_current(content, at)


def _is_recent(content: Json, at: datetime) -> bool:
    """Say whether it is right and of the last year."""
    moment = happened_at(content)
    return _is_right(content) and moment is not None and moment >= at - RECENT


def _is_vital(content: Json, at: datetime) -> bool:
    """Say whether it is a recent vital sign."""
    return _is_recent(content, at) and VITAL_SIGNS in _codes(content, "category")


def _is_result(content: Json, at: datetime) -> bool:
    """Say whether it is a recent result other than a vital sign."""
    return _is_recent(content, at) and VITAL_SIGNS not in _codes(content, "category")


SECTIONS = (
    SectionKind("allergies", "48765-2", "Allergies", ("AllergyIntolerance",), _is_current, is_required=True),
    SectionKind(
        "medicines",
        "10160-0",
        "Medicines",
        ("MedicationRequest", "MedicationStatement"),
        _is_current,
        is_required=True,
    ),
    SectionKind("problems", "11450-4", "Problems", ("Condition",), _is_current, is_required=True),
    SectionKind("warnings", "75310-3", "Warnings", ("Flag",), _is_current),
    SectionKind("wishes", "42348-3", "Wishes and advance decisions", ("Consent",), _is_current),
    SectionKind("plan", "18776-5", "Plan", ("CarePlan", "Goal"), _is_current, MOST_RECENT),
    SectionKind("vital-signs", "8716-3", "Vital signs", ("Observation",), _is_vital, MOST_RECENT),
    SectionKind(
        "results", "30954-2", "Results", ("Observation", "DiagnosticReport"), _is_result, MOST_RECENT
    ),
    SectionKind("immunisations", "11369-6", "Immunisations", ("Immunization",), _was, MOST_RECENT),
    SectionKind("procedures", "47519-4", "Procedures", ("Procedure",), _was, MOST_RECENT),
    SectionKind("devices", "46264-8", "Devices", ("Device",), _is_current, MOST_RECENT),
    SectionKind("past-problems", "11348-0", "Past problems", ("Condition",), _is_past, MOST_RECENT),
)
TYPES = tuple(sorted({type_ for kind in SECTIONS for type_ in kind.types}))


def emergency_summary(
    actor: Actor, person_id: UUID, *, at: datetime, known_at: datetime | None = None, subject: str = SUBJECT
) -> tuple[Section, ...]:
    """Return the sections with what the actor may see of each; those that are required are there though empty.

    As it would have been at a moment, where one is given. The look is audited as one at `subject`. Raises
    `RefusedError` where the actor may see nothing of the person.
    """
    require(actor, Permission.READ_RECORD)
    contents = current_of(actor, person_id, TYPES, at=at, known_at=known_at)
    if not contents and not may_see(actor, person_id, at=at):
        raise refusal_of(actor, person_id, at=at, subject=subject)
    record_audit(AuditEvent.Kind.LOOK, by=actor, at=at, people=[person_id], subject=subject)
    sections = [Section(kind, _of(kind, contents, known_at or at)) for kind in SECTIONS]
    return tuple(section for section in sections if section.contents or section.kind.is_required)


def _of(kind: SectionKind, contents: Sequence[Json], at: datetime) -> tuple[Json, ...]:
    """Return what belongs in a section, the newest first, no more than it holds."""
    belonging = [c for c in contents if c["resourceType"] in kind.types and kind.belongs(c, at)]
    never = datetime.min.replace(tzinfo=at.tzinfo)
    newest_first = sorted(belonging, key=lambda content: happened_at(content) or never, reverse=True)
    return tuple(newest_first[: kind.most])
