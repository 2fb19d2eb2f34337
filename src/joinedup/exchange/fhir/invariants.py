"""Those of FHIR R4's invariants that matter in a shared record, by type. Their names are HL7's; the words are ours.

Each check takes an object of its type, whose form is right, and gives issues with places that begin with `x` for the
object. FHIR's *best practice* rules and those about definitions (Questionnaire, ValueSet ...) are left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from joinedup.exchange.fhir.outcome import Issue, Severity

Json = dict[str, Any]
Check = Callable[[Json], Iterator[Issue]]
OVER = frozenset({"inactive", "resolved", "remission"})
NOT_YET_BOOKED = frozenset({"proposed", "cancelled", "waitlist"})
WRONG = "entered-in-error"


def _broken(name: str, message: str, place: str = "", severity: Severity = Severity.ERROR) -> Issue:
    """Return the issue of a broken invariant."""
    return Issue("invariant", f"{message} (invariant {name})", f"x.{place}" if place else "x", severity)


def _codes(concept: Any) -> frozenset[str]:
    """Return the codes of a concept, empty when there is none."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return frozenset(str(coding.get("code", "")) for coding in codings or ())


def _starts_with(content: Json, prefix: str) -> bool:
    """Say whether there is a choice element of this name, of whatever type."""
    return any(name.startswith(prefix) for name in content)


def _has_any(content: Json, names: Sequence[str]) -> bool:
    """Say whether any of the elements is there, with a value or beside one."""
    return any(name in content or f"_{name}" in content for name in names)


def extension(content: Json) -> Iterator[Issue]:
    """Refuse an extension with neither a value nor extensions, or with both."""
    has_value = _starts_with(content, "value") or _starts_with(content, "_value")
    if has_value == bool(content.get("extension")):
        yield _broken("ext-1", "an extension must have either a value or extensions of its own")


def contact_point(content: Json) -> Iterator[Issue]:
    """Refuse a number or address of which it is not said what it is."""
    if "value" in content and not _has_any(content, ("system",)):
        yield _broken("cpt-2", "say by system what it is (phone, email ...)", "system")


def quantity(content: Json) -> Iterator[Issue]:
    """Refuse a coded unit of which it is not said in which system."""
    if "code" in content and not _has_any(content, ("system",)):
        yield _broken("qty-3", "a coded unit needs the system that it is from", "system")


def attachment(content: Json) -> Iterator[Issue]:
    """Refuse data of an unknown media type."""
    if "data" in content and not _has_any(content, ("contentType",)):
        yield _broken("att-1", "data need a contentType", "contentType")


def patient_contact(content: Json) -> Iterator[Issue]:
    """Refuse a contact that says nothing of who it is."""
    if not _has_any(content, ("name", "telecom", "address", "organization")):
        yield _broken("pat-1", "a contact needs a name, a telecom, an address or an organisation")


def observation(content: Json) -> Iterator[Issue]:
    """Refuse a value together with a reason for its absence."""
    if "dataAbsentReason" in content and _starts_with(content, "value"):
        yield _broken("obs-6", "there is a value and a reason for its absence", "dataAbsentReason")


def condition(content: Json) -> Iterator[Issue]:
    """Refuse an abatement of what still goes on, and a clinical status of what was entered in error."""
    status = _codes(content.get("clinicalStatus"))
    if _starts_with(content, "abatement") and not status & OVER:
        yield _broken(
            "con-4", "a condition with an end must be inactive, resolved or in remission", "clinicalStatus"
        )
    if status and WRONG in _codes(content.get("verificationStatus")):
        yield _broken("con-5", "what was entered in error has no clinical status", "clinicalStatus")


def allergy(content: Json) -> Iterator[Issue]:
    """Refuse an allergy without clinical status, unless it was entered in error, and then with one."""
    is_wrong = WRONG in _codes(content.get("verificationStatus"))
    if is_wrong and "clinicalStatus" in content:
        yield _broken("ait-2", "what was entered in error has no clinical status", "clinicalStatus")
    if not is_wrong and "clinicalStatus" not in content:
        yield _broken("ait-1", "an allergy must have a clinical status", "clinicalStatus")


def organisation(content: Json) -> Iterator[Issue]:
    """Refuse an organisation without a name or identifier."""
    if not _has_any(content, ("name", "identifier")):
        yield _broken("org-1", "an organisation needs a name or an identifier")


def appointment(content: Json) -> Iterator[Issue]:
    """Refuse a time with one end only, and a booking without a time."""
    if ("start" in content) != ("end" in content):
        yield _broken("app-2", "give both start and end, or neither", "start")
    elif "start" not in content and content.get("status") not in NOT_YET_BOOKED:
        yield _broken(
            "app-3", "only what is proposed, cancelled or on a waiting list can be without a time", "start"
        )


def care_plan_activity(content: Json) -> Iterator[Issue]:
    """Refuse an activity that is described twice."""
    if "detail" in content and "reference" in content:
        yield _broken("cpl-3", "give a detail or a reference, not both", "detail")


def list_of_entries(content: Json) -> Iterator[Issue]:
    """Refuse a reason for being empty where there are entries, and deleted entries of what has no changes."""
    if "emptyReason" in content and "entry" in content:
        yield _broken("lst-1", "there are entries and a reason why there are none", "emptyReason")
    is_deleting = any("deleted" in entry for entry in content.get("entry", ()))
    if is_deleting and content.get("mode") != "changes":
        yield _broken("lst-2", "only a list of changes can have deleted entries", "entry")


INVARIANTS: Mapping[str, tuple[Check, ...]] = {
    "Extension": (extension,),
    "ContactPoint": (contact_point,),
    "Quantity": (quantity,),
    "Age": (quantity,),
    "Duration": (quantity,),
    "Attachment": (attachment,),
    "Patient.contact": (patient_contact,),
    "Observation": (observation,),
    "Condition": (condition,),
    "AllergyIntolerance": (allergy,),
    "Organization": (organisation,),
    "Appointment": (appointment,),
    "CarePlan.activity": (care_plan_activity,),
    "List": (list_of_entries,),
}
