"""Who somebody is, for whoever keeps the records of people apart and together: no entries of care."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.access.models import StaffRecord
from joinedup.care.access.queries import RefusedError
from joinedup.care.people.logic_numbers import IN_FORCE, Standing
from joinedup.care.people.models import Identifier, Person
from joinedup.core.identifiers import format_number, kind_of_system, problem_with_form

CONTRADICTS = "Contradicts another number"
AS_GIVEN = "As given"
STANDINGS = {
    Standing.VERIFIED: "Verified",
    Standing.STATED: "Not verified",
    Standing.EARLIER: "Earlier number",
    Standing.DROPPED: "No longer given",
}


@dataclass(frozen=True)
class NumberView:
    """A number with what kind it is, what it is worth, who says so and since when."""

    kind: str
    shown: str
    status: str
    asserted_by: str
    since: datetime
    is_in_force: bool = False


@dataclass(frozen=True)
class SourceView:
    """One Patient: its id and the system that sent it."""

    fhir_id: str
    system: str


@dataclass(frozen=True)
class IdentityView:
    """Who somebody is; where `is_protected`, without what tells where they live."""

    id: UUID
    name: str
    family: str
    given: str
    born: str
    gender: str
    died: str
    address: str
    postcode: str
    phone: str
    numbers: tuple[NumberView, ...]
    sources: tuple[SourceView, ...]
    is_protected: bool = False


def refuse_own(actor: Actor, people: Iterable[UUID]) -> None:
    """Raise `RefusedError` where one of the people is the actor or one of their family."""
    if StaffRecord.objects.filter(user_id=actor.user_id or 0, person_id__in=list(people)).exists():
        raise RefusedError("This is about you or your family. Ask a colleague to do it.")


def identities(people: Iterable[UUID]) -> dict[UUID, IdentityView]:
    """Return who these people are, four queries however many; the caller has asked for leave and audits it."""
    asked = list(people)
    numbers: dict[UUID, list[NumberView]] = defaultdict(list)
    for row in Identifier.objects.filter(person__in=asked).select_related("asserted_by").order_by("id"):
        numbers[row.person_id].append(_number(row))
    known = Person.objects.filter(pk__in=asked).prefetch_related("sources__system")
    return {person.pk: _identity(person, numbers[person.pk]) for person in known}


def _identity(person: Person, numbers: list[NumberView]) -> IdentityView:
    """Put a person in the form of a page."""
    sources = sorted((source.fhir_id, source.system.name) for source in person.sources.all())
    return IdentityView(
        id=person.pk,
        name=person.full_name,
        family=person.family,
        given=person.given,
        born=person.born,
        gender=person.gender,
        died=person.died,
        **person.place._asdict(),
        numbers=_checked(numbers),
        sources=tuple(SourceView(*source) for source in sources),
        is_protected=person.is_protected,
    )


def _number(row: Identifier) -> NumberView:
    """Put a number in the form of a page: a national one by its name, another by its system."""
    kind, standing = kind_of_system(row.system), Standing(row.standing)
    if kind is None:
        status = STANDINGS[standing] if standing is Standing.EARLIER else AS_GIVEN
        return NumberView(row.system, row.value, status, row.asserted_by.name, row.since)
    if standing is Standing.WRONG or problem_with_form(kind, row.value):
        status = f"Not a valid {kind.title}"
        return NumberView(kind.title, row.value, status, row.asserted_by.name, row.since)
    shown, is_in_force = format_number(row.value), standing in IN_FORCE
    return NumberView(
        kind.title, shown, STANDINGS[standing], row.asserted_by.name, row.since, is_in_force=is_in_force
    )


def _checked(numbers: list[NumberView]) -> tuple[NumberView, ...]:
    """Return the numbers, those that contradict each other marked: nobody has two of a kind in force."""
    superseded = {(n.kind, n.shown) for n in numbers if n.status == STANDINGS[Standing.EARLIER]}
    in_force = {(n.kind, n.shown) for n in numbers if n.is_in_force} - superseded
    kinds = [kind for kind, _ in in_force]
    return tuple(
        replace(n, status=CONTRADICTS) if (n.kind, n.shown) in in_force and kinds.count(n.kind) > 1 else n
        for n in numbers
    )
