"""Sensitivity labels: what a partner or a worker marks as more than ordinarily private, and who may see it then.

A label stands in an entry's `meta.security`. Codes are those of HL7 v3 (ActCode, Confidentiality) and our own. A
label that nobody here knows counts as *restricted*: what is marked as private is never shown for want of a word.
*Restricted* on a Patient means, as in England's demographics service, that nobody is to learn where they live: it
closes nothing else of the Patient (`care.people.protecting`). A stronger label on it protects that as well.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from joinedup.care.access.actor import Role

OWN_LABELS = "https://joinedup.example/fhir/CodeSystem/sensitivity"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
# Unrestricted, low, moderate and normal: nothing to hide from whoever may see the record at all.
ORDINARY = frozenset({"U", "L", "M", "N"})


class Label(StrEnum):
    """A reason why an entry is seen by fewer people."""

    SEXUAL_HEALTH = "sexual-health"
    MENTAL_HEALTH = "mental-health"
    SUBSTANCES = "substances"
    SAFEGUARDING = "safeguarding"
    ADOPTION = "adoption"
    PRISONER = "prisoner"
    PROTECTED_ADDRESS = "protected-address"
    RESTRICTED = "restricted"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Return the label as it is said on a page."""
        return self.value.replace("-", " ").capitalize()


HL7_CODES: Mapping[str, Label] = {
    "SEX": Label.SEXUAL_HEALTH,
    "STD": Label.SEXUAL_HEALTH,
    "HIV": Label.SEXUAL_HEALTH,
    "PSY": Label.MENTAL_HEALTH,
    "MH": Label.MENTAL_HEALTH,
    "ETH": Label.SUBSTANCES,
    "SUD": Label.SUBSTANCES,
    "SDV": Label.SAFEGUARDING,
    "VIO": Label.SAFEGUARDING,
}
PROTECTS_ADDRESS = frozenset({("R", ""), ("R", CONFIDENTIALITY), (Label.PROTECTED_ADDRESS.value, OWN_LABELS)})
# On a Patient each of these says that somebody may be in danger, or that nobody here knows why it is private.
PROTECTING = frozenset({Label.PROTECTED_ADDRESS, Label.SAFEGUARDING, Label.ADOPTION, Label.RESTRICTED})
# Who sees a labelled entry in the ordinary way. A partner's system sees none but what it wrote itself.
SEEN_BY: Mapping[Label, frozenset[Role]] = {
    Label.SEXUAL_HEALTH: frozenset({Role.GENERAL_PRACTITIONER}),
    Label.MENTAL_HEALTH: frozenset({Role.GENERAL_PRACTITIONER, Role.SOCIAL_WORKER}),
    Label.SUBSTANCES: frozenset({Role.GENERAL_PRACTITIONER, Role.SOCIAL_WORKER}),
    Label.SAFEGUARDING: frozenset(
        {Role.GENERAL_PRACTITIONER, Role.SOCIAL_WORKER, Role.DISTRICT_NURSE, Role.DISCHARGE_COORDINATOR}
    ),
    Label.ADOPTION: frozenset({Role.SOCIAL_WORKER}),
    Label.PRISONER: frozenset({Role.GENERAL_PRACTITIONER, Role.DISTRICT_NURSE}),
    Label.RESTRICTED: frozenset(),
}
# What even an emergency does not open: knowing it would harm someone and saves nobody.
SEALED = frozenset({Label.ADOPTION})


def labels_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the labels of a resource, in order, each once."""
    security = (content.get("meta") or {}).get("security")
    codings = security if isinstance(security, list) else []
    is_patient = content.get("resourceType") == "Patient"
    found = {_label(coding, is_patient=is_patient) for coding in codings if isinstance(coding, dict)}
    return tuple(sorted(label.value for label in found if label))


def _label(coding: Mapping[str, Any], *, is_patient: bool) -> Label | None:
    """Return the label that a coding stands for; None for what is ordinary."""
    code, system = str(coding.get("code", "")), str(coding.get("system", ""))
    if code in ORDINARY and system in ("", CONFIDENTIALITY):
        return None
    if (code, system) in PROTECTS_ADDRESS:
        # Nothing but a Patient can say so; on anything else it is a label that nobody here knows.
        return Label.PROTECTED_ADDRESS if is_patient else Label.RESTRICTED
    if system == OWN_LABELS and code in set(Label):
        return Label(code)
    return HL7_CODES.get(code, Label.RESTRICTED)


def denied_to(role: Role | None) -> list[str]:
    """Return the labels whose entries someone in that role doesn't see; without a role, all of them."""
    return sorted(label.value for label, roles in SEEN_BY.items() if role not in roles)


def sealed_to(role: Role | None) -> list[str]:
    """Return the labels that nothing opens for someone in that role, who doesn't see them in the ordinary way."""
    return sorted(label.value for label in SEALED if role not in SEEN_BY[label])
