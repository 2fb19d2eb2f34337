"""Organisations as FHIR R4 Organization resources."""

from typing import Any

from joinedup.care.partnership.actions import OrganisationDetails
from joinedup.core.nation import Nation


def details_from_organization(reference: str, content: dict[str, Any], nation: Nation) -> OrganisationDetails:
    """Read what we keep beside the record from an Organization; a nameless one is called by its reference."""
    identifiers = content.get("identifier") or [{}]
    kinds = content.get("type") or [{}]
    return OrganisationDetails(
        reference=reference,
        name=(content.get("name") or reference)[:200],
        nation=nation,
        code=str(identifiers[0].get("value", ""))[:40],
        kind=_display(kinds[0])[:60],
    )


def _display(concept: dict[str, Any]) -> str:
    """Return a CodeableConcept in words."""
    codings = concept.get("coding") or [{}]
    return str(concept.get("text") or codings[0].get("display") or codings[0].get("code") or "")
