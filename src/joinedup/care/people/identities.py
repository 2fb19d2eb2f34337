"""Who somebody is, for whoever keeps the records of people apart and together: no entries of care."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actor import Actor
from joinedup.care.access.models import StaffRecord
from joinedup.care.access.queries import RefusedError
from joinedup.care.people.models import Identifier, Person, SourcePatient
from joinedup.core.identifiers import format_number, kind_of_system, problem_with_form

RIGHT = "Check digit is right"
CONTRADICTS = "Contradicts another number"


@dataclass(frozen=True)
class NumberView:
    """A number with what kind it is, whether it can be right, who says so and since when."""

    kind: str
    shown: str
    status: str
    asserted_by: str
    since: datetime


@dataclass(frozen=True)
class SourceView:
    """One Patient: its id and the system that sent it."""

    fhir_id: str
    system: str


@dataclass(frozen=True)
class IdentityView:
    """Who somebody is."""

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


def refuse_own(actor: Actor, people: Iterable[UUID]) -> None:
    """Raise `RefusedError` where one of the people is the actor or one of their family."""
    if StaffRecord.objects.filter(user_id=actor.user_id or 0, person_id__in=list(people)).exists():
        raise RefusedError("This is about you or your family. Ask a colleague to do it.")


def identities(people: Iterable[UUID]) -> dict[UUID, IdentityView]:
    """Return who these people are, three queries however many; the caller has asked for leave and audits it."""
    asked = list(people)
    numbers: dict[UUID, list[NumberView]] = defaultdict(list)
    for row in Identifier.objects.filter(person__in=asked).select_related("asserted_by").order_by("id"):
        numbers[row.person_id].append(_number(row))
    sources: dict[UUID, list[SourceView]] = defaultdict(list)
    for source in SourcePatient.objects.filter(person__in=asked).select_related("system").order_by("fhir_id"):
        sources[source.person_id].append(SourceView(source.fhir_id, source.system.name))
    return {
        person.pk: _identity(person, numbers[person.pk], sources[person.pk])
        for person in Person.objects.filter(pk__in=asked)
    }


def _identity(person: Person, numbers: list[NumberView], sources: list[SourceView]) -> IdentityView:
    """Put a person in the form of a page."""
    return IdentityView(
        id=person.pk,
        name=person.full_name,
        family=person.family,
        given=person.given,
        born=person.born,
        gender=person.gender,
        died=person.died,
        address=person.address,
        postcode=person.postcode,
        phone=person.phone,
        numbers=_checked(numbers),
        sources=tuple(sources),
    )


def _number(row: Identifier) -> NumberView:
    """Put a number in the form of a page: a national one by its name, another by its system."""
    kind = kind_of_system(row.system)
    if kind is None:
        return NumberView(row.system, row.value, "As given", row.asserted_by.name, row.since)
    problem = problem_with_form(kind, row.value)
    shown = row.value if problem else format_number(row.value)
    status = "Check digit is wrong" if problem else RIGHT
    return NumberView(kind.title, shown, status, row.asserted_by.name, row.since)


def _checked(numbers: list[NumberView]) -> tuple[NumberView, ...]:
    """Return the numbers, those that contradict each other marked: nobody has two right ones of a kind."""
    right = {(number.kind, number.shown) for number in numbers if number.status == RIGHT}
    kinds = [kind for kind, _ in right]
    return tuple(
        replace(number, status=CONTRADICTS)
        if number.status == RIGHT and kinds.count(number.kind) > 1
        else number
        for number in numbers
    )
