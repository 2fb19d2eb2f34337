"""Protected addresses: who is not to be found by somebody they fear, and what is withheld of where they live.

Protected is whoever any partner says is (`care.access.labels`), until that partner says so no more; a Patient that is
withdrawn protects still, for what was withdrawn by a slip must not betray anybody. What tells where they live is then
given to nobody but the system that said it and its organisation, who know it: not in an emergency either, where it is
asked of them. Who is named in a Patient has said nothing. It can't be searched or sorted by, and matching does without.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.access.scope import Columns, filled
from joinedup.care.people.logic_numbers import VERIFICATION_URL
from joinedup.care.people.models import SourcePatient

# What is given out all the same. Anything else tells where somebody lives, or may: a practice, a contact, free text.
EITHER = "resourceType id meta implicitRules language identifier active name gender birthDate communication"
OF_PATIENT = "deceasedBoolean deceasedDateTime multipleBirthBoolean multipleBirthInteger maritalStatus link"
OF_RELATED_PERSON = "patient relationship telecom period"
KEPT: Mapping[str, frozenset[str]] = {
    "Patient": frozenset(f"{EITHER} {OF_PATIENT}".split()),
    "RelatedPerson": frozenset(f"{EITHER} {OF_RELATED_PERSON}".split()),
}
# Within what is kept an extension may hold anything, save that a number was verified; who gave it is a place, too.
TELLING_WITHIN = frozenset({"extension", "modifierExtension", "assigner"})
WITHHELD = (
    "([type] IN ('Patient', 'RelatedPerson') AND ([system] = :system OR [system] IN (SELECT own.id FROM access_system"
    " AS own WHERE own.organisation_id = :organisation)) IS NOT TRUE AND EXISTS (SELECT 1 FROM people_sourcepatient"
    " AS source WHERE source.person_id = [person] AND source.is_protected))"
)


def without_place(type_: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Patient or RelatedPerson without what tells where the person lives."""
    return {name: _without(value) for name, value in content.items() if name.removeprefix("_") in KEPT[type_]}


def _without(value: Any) -> Any:
    """Return a value without what may tell a place within it."""
    if isinstance(value, list):
        return [_without(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without(item) for name, item in value.items() if name not in TELLING_WITHIN}
    verified = [each for each in value.get("extension") or () if each.get("url") == VERIFICATION_URL]
    return kept | ({"extension": verified} if verified else {})


def withheld_sql(actor: Actor | None, columns: Columns) -> tuple[str, list[object]]:
    """Return the condition (SQL, values) that what tells where the person lives is withheld from the actor.

    `columns` give the SQL of the resource's type, person and system. From nobody in particular it is withheld whoever
    said it.
    """
    known = (actor.organisation_id, actor.system_id) if actor else (None, None)
    return filled(WITHHELD, columns, dict(zip(("organisation", "system"), known, strict=True)))


def protected_among(people: Iterable[UUID]) -> set[UUID]:
    """Return those of the people whose address is protected."""
    rows = SourcePatient.objects.filter(person__in=list(people), is_protected=True)
    return set(rows.values_list("person_id", flat=True))
