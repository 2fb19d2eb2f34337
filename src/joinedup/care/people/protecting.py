"""Protected addresses: who is not to be found by somebody they fear, and what is withheld of where they live.

Protected is whoever any partner says is (`care.access.labels`), until that partner says so no more; a Patient that is
withdrawn protects still, for what was withdrawn by a slip must not betray anybody. What tells where they live is then
given to nobody but the organisation and the system that said it, who know it: not in an emergency either, where it
is asked of that organisation. It can't be searched or sorted by, and what matches is compared but not shown.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.access.scope import Columns, filled
from joinedup.care.people.models import SourcePatient

# Elements that tell where somebody lives, or may: free text, contacts, and extensions, which may hold anything.
TELLING: Mapping[str, frozenset[str]] = {
    "Patient": frozenset(
        {"address", "telecom", "contact", "generalPractitioner", "text", "contained", "extension"}
    ),
    "RelatedPerson": frozenset({"address", "text", "contained", "extension"}),
}
WITHHELD = (
    "([type] IN ('Patient', 'RelatedPerson') AND ([organisation] = :organisation) IS NOT TRUE"
    " AND ([system] = :system) IS NOT TRUE AND EXISTS (SELECT 1 FROM people_sourcepatient AS source"
    " WHERE source.person_id = [person] AND source.is_protected))"
)


def withheld_sql(actor: Actor | None, columns: Columns) -> tuple[str, list[object]]:
    """Return the condition (SQL, values) that what tells where the person lives is withheld from the actor.

    `columns` give the SQL of the resource's type, person, organisation and system. From nobody in particular it is
    withheld whoever said it.
    """
    known = (actor.organisation_id, actor.system_id) if actor else (None, None)
    return filled(WITHHELD, columns, dict(zip(("organisation", "system"), known, strict=True)))


def protected_among(people: Iterable[UUID]) -> set[UUID]:
    """Return those of the people whose address is protected."""
    rows = SourcePatient.objects.filter(person__in=list(people), is_protected=True)
    return set(rows.values_list("person_id", flat=True))
