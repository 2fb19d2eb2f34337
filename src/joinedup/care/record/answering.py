"""Which organisation answers for an entry: the one that it names, else that of the worker's role, else the sender's."""

from collections.abc import Iterable, Mapping, Sequence

from joinedup.care.partnership.queries import organisation_numbers
from joinedup.care.record.keys import organisations_of
from joinedup.care.record.logic import Facts


def organisations_answering(facts: Sequence[Facts], *, default: int | None) -> list[int | None]:
    """Return the organisation (by id) that answers for each, in their order."""
    known = organisation_numbers(fact.organisation for fact in facts if fact.organisation)
    roles = _roles({fact.role for fact in facts if fact.role and not fact.organisation})
    return [_answering(fact, known, roles, default) for fact in facts]


def _roles(ids: Iterable[str]) -> dict[str, int | None]:
    """Return the organisation of each worker's role that has come before."""
    found = organisations_of([("PractitionerRole", fhir_id) for fhir_id in ids])
    return {fhir_id: organisation for (_, fhir_id), organisation in found.items()}


def _answering(
    fact: Facts, known: Mapping[str, int], roles: Mapping[str, int | None], default: int | None
) -> int | None:
    """Return the organisation of one entry."""
    if fact.organisation:
        return known.get(fact.organisation, default)
    return roles.get(fact.role or "", default)
