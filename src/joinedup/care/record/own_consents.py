"""A choice about sharing that was recorded here, as a Consent of ours (FHIR R4); `consents` reads it back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from joinedup.care.access.choices import SaidBy, Word
from joinedup.care.record.logic import Json, stamp
from joinedup.care.record.provisions import OWN_KINDS, RECIPIENT

SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"
CATEGORIES = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"


class Form(StrEnum):
    """What can be chosen here, as it stands in an address."""

    NOTHING = "nothing"
    ONLY_WITH = "only-with"
    NOT_WITH = "not-with"
    NOT_KINDS = "not-kinds"
    AGAIN = "again"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Return the choice in plain words."""
        return TITLES[self]

    @property
    def names_organisations(self) -> bool:
        """Say whether organisations belong to it."""
        return self in (Form.ONLY_WITH, Form.NOT_WITH)

    @property
    def names_kinds(self) -> bool:
        """Say whether kinds of entries belong to it."""
        return self is Form.NOT_KINDS


TITLES = {
    Form.NOTHING: "No sharing at all",
    Form.ONLY_WITH: "No sharing, except with some organisations",
    Form.NOT_WITH: "No sharing with some organisations",
    Form.NOT_KINDS: "No sharing of some kinds of information",
    Form.AGAIN: "Share again",
}


@dataclass(frozen=True)
class Chosen:
    """What a person chose; organisations by their id in the record."""

    form: Form
    organisations: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Say whether it names what belongs to it."""
        return (
            bool(self.organisations) == self.form.names_organisations
            and bool(self.kinds) == self.form.names_kinds
        )


def consent_content(
    chosen: Chosen, *, patient: str, word: Word, organisation: str | None, at: datetime
) -> Json:
    """Return the Consent that says what was chosen, whose word it is, and to whom it was told."""
    himself = {"reference": f"Patient/{patient}"}
    said_by = word.said_by or SaidBy.PERSON
    content: Json = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": SCOPES, "code": "patient-privacy"}]},
        "category": [
            {"coding": [{"system": CATEGORIES, "code": "IDSCL"}], "text": f"Sharing: {chosen.form.title}"}
        ],
        "patient": himself,
        "dateTime": stamp(at),
        "performer": [himself if said_by is SaidBy.PERSON else {"display": said_by.title}],
        "policyRule": {"text": f"Told to {word.told_to}"},
        "provision": _provision(chosen),
    }
    if organisation:
        content["organization"] = [{"reference": f"Organization/{organisation}"}]
    return content


def ended(content: Json) -> Json:
    """Return the next version of a Consent of ours, which says that it holds no more."""
    category, *others = content["category"]
    said = category | {"text": f"Ended. {category['text']}"}
    return content | {"status": "inactive", "category": [said, *others]}


def _provision(chosen: Chosen) -> Json:
    """Return the rule that a choice is."""
    actors = [
        {
            "role": {"coding": [{"system": PARTICIPATION, "code": RECIPIENT}]},
            "reference": {"reference": f"Organization/{reference}"},
        }
        for reference in chosen.organisations
    ]
    match chosen.form:
        case Form.AGAIN:
            return {"type": "permit"}
        case Form.ONLY_WITH:
            return {"type": "deny", "provision": [{"type": "permit", "actor": actors}]}
        case Form.NOT_WITH:
            return {"type": "deny", "actor": actors}
        case Form.NOT_KINDS:
            return {"type": "deny", "class": [{"system": OWN_KINDS, "code": kind} for kind in chosen.kinds]}
        case Form.NOTHING:
            return {"type": "deny"}
