"""What UK Core asks for and R4 does not, as warnings: what is said is kept, and the sender hears what to make better.

Rules of UK Core STU 3 profiles (Patient, AllergyIntolerance, Condition, MedicationRequest, Organization, Practitioner,
Encounter), in our own words. Nothing is refused for them: much that partners hold can't be brought to these rules.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from joinedup.care.people.logic_numbers import VERIFICATION_URL, VERIFIED_CODES
from joinedup.core.identifiers import IdentifierKind, kind_of_system, problem_with_form
from joinedup.exchange.fhir.outcome import Issue, Severity

Json = dict[str, Any]
Check = Callable[[Json], Iterator[Issue]]
ODS_SYSTEMS = frozenset(
    {"https://fhir.nhs.uk/Id/ods-organization-code", "https://fhir.nhs.uk/Id/ods-organization"}
)
SNOMED = "http://snomed.info/sct"
DMD = "https://dmd.nhs.uk"
DIGITS = 10


def _warning(code: str, message: str, place: str) -> Issue:
    """Return a warning."""
    return Issue(code, message, place, Severity.WARNING)


def issues_of_uk_core(content: Json) -> Iterator[Issue]:
    """Return what UK Core would have otherwise."""
    for check in CHECKS.get(content["resourceType"], ()):
        yield from check(content)


def _patient_identifiers(content: Json) -> Iterator[Issue]:
    """Each identifier says its system, a national number is spelled as one, and says whether it was verified."""
    for index, item in enumerate(content.get("identifier", [])):
        place = f"Patient.identifier[{index}]"
        system, value = item.get("system"), str(item.get("value", ""))
        kind = kind_of_system(system) if system else None
        if not system:
            yield _warning("required", "say whose number it is: give its system", f"{place}.system")
        elif kind is None and _looks_national(value):
            known = ", ".join(kind.system for kind in IdentifierKind)
            message = f"it looks like a national number, under a system that we don't know as one; these are: {known}"
            yield _warning("value", message, f"{place}.system")
        elif kind is IdentifierKind.NHS_NUMBER:
            yield from _verification(item, place)


def _looks_national(value: str) -> bool:
    """Say whether a value has the form and check digit of a national number."""
    return len(value) == DIGITS and problem_with_form(IdentifierKind.NHS_NUMBER, value) is None


def _verification(item: Json, place: str) -> Iterator[Issue]:
    """An NHS number says whether it was verified."""
    said = next((e for e in item.get("extension", []) if e.get("url") == VERIFICATION_URL), None)
    if said is None:
        yield _warning("required", "say whether the NHS number was verified (verification status)", place)
        return
    codings = (said.get("valueCodeableConcept") or {}).get("coding", [])
    if not any(coding.get("code") in VERIFIED_CODES for coding in codings):
        yield _warning("value", "the NHS number is not said to be verified", f"{place}.extension")


def _patient_itself(content: Json) -> Iterator[Issue]:
    """A person is told apart by name, gender and date of birth."""
    for name in ("name", "gender", "birthDate"):
        if name not in content:
            yield _warning(
                "required",
                "without it a person is hard to recognise",
                f"Patient.{name}",
            )


def _coded_by(element: str, systems: frozenset[str], words: str) -> Check:
    """Return the check that a concept has a code of one of the systems."""

    def check(content: Json) -> Iterator[Issue]:
        concept = content.get(element)
        if isinstance(concept, dict):
            given = {coding.get("system") for coding in concept.get("coding", [])}
            if not given & systems:
                yield _warning("code-invalid", f"code it in {words}", f"{content['resourceType']}.{element}")

    return check


def _organisation(content: Json) -> Iterator[Issue]:
    """An organisation is known by its code."""
    if not any(item.get("system") in ODS_SYSTEMS for item in content.get("identifier", [])):
        yield _warning(
            "required", "give the organisation's ODS code if it has one", "Organization.identifier"
        )


def _encounter(content: Json) -> Iterator[Issue]:
    """A contact or stay says when it was and who provided it."""
    for name in ("period", "serviceProvider"):
        if name not in content:
            yield _warning("required", "say when it was and who provided it", f"Encounter.{name}")


CHECKS: Mapping[str, tuple[Check, ...]] = {
    "Patient": (_patient_identifiers, _patient_itself),
    "AllergyIntolerance": (_coded_by("code", frozenset({SNOMED, DMD}), "SNOMED CT or dm+d"),),
    "Condition": (_coded_by("code", frozenset({SNOMED}), "SNOMED CT"),),
    "Procedure": (_coded_by("code", frozenset({SNOMED}), "SNOMED CT"),),
    "MedicationRequest": (
        _coded_by("medicationCodeableConcept", frozenset({SNOMED, DMD}), "SNOMED CT or dm+d"),
    ),
    "MedicationStatement": (
        _coded_by("medicationCodeableConcept", frozenset({SNOMED, DMD}), "SNOMED CT or dm+d"),
    ),
    "Organization": (_organisation,),
    "Encounter": (_encounter,),
}
