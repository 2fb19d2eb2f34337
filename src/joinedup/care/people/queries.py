"""Reads of the people app. Each takes the actor and returns only people whom that actor may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.db.models.expressions import RawSQL

from joinedup.care.access.actions import record_audit
from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.models import AuditEvent
from joinedup.care.access.queries import limit_to_visible, require
from joinedup.care.access.reach import reach_of
from joinedup.care.access.reasons import refusal_of
from joinedup.care.access.scope import Scope
from joinedup.care.looking_up import look_up
from joinedup.care.people.candidates import Found, candidates_for
from joinedup.care.people.fhir import PersonDetails
from joinedup.care.people.finding import begin_with
from joinedup.care.people.logic import Sought, fold
from joinedup.care.people.logic_matching import account_of, national_numbers
from joinedup.care.people.logic_numbers import SaidNumber, Standing
from joinedup.care.people.models import Carer, Identifier, Person, SourcePatient
from joinedup.core.identifiers import IdentifierKind, format_number, kind_of_system, tidy

# With more ties than this, walking the names until a page is full costs less than reading all whom they name.
FEW = 10_000


@dataclass(frozen=True)
class Number:
    """A national number as it is shown, with its kind."""

    kind: IdentifierKind
    shown: str


@dataclass(frozen=True)
class OtherNumber:
    """A national number that is not the person's number now: an earlier one, or one that can't be right."""

    kind: IdentifierKind
    shown: str
    is_valid: bool


@dataclass(frozen=True)
class CarerView:
    """A carer as a page shows them."""

    name: str
    relationship: str
    phone: str


@dataclass(frozen=True)
class PersonView:
    """Who a person is, for the banner and for lists.

    Where any partner protects where they live, address, postcode and phone are empty.
    """

    id: UUID
    name: str
    family: str
    born: str
    gender: str
    died: str
    address: str
    postcode: str
    phone: str
    language: str
    number: Number | None
    other_numbers: tuple[OtherNumber, ...]
    carers: tuple[CarerView, ...]
    is_protected: bool = False


def people_visible_to(actor: Actor, *, at: datetime) -> QuerySet[Person]:
    """Return the people whom the actor may see now; whoever is part of another's record is found as that."""
    return limit_to_visible(Person.objects.filter(replaced_by=None), actor, at=at, person="id")


def _with_details(people: QuerySet[Person]) -> QuerySet[Person]:
    """Fetch numbers, carers and sources along, three queries however many people."""
    carers = Prefetch("carers", queryset=Carer.objects.order_by("name"))
    return people.prefetch_related(
        Prefetch("identifiers", queryset=Identifier.objects.order_by("id")), carers, "sources"
    )


def find_people(actor: Actor, sought: Sought, *, at: datetime, limit: int = 50) -> list[PersonView]:
    """Return the people sought whom the actor may see, by name; the search itself and each hit are audited."""
    require(actor, Permission.FIND_PEOPLE)
    found = [] if sought.is_empty else _found(actor, sought, at, limit)
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject="find a person")
    if found:
        record_audit(
            AuditEvent.Kind.LISTED, by=actor, at=at, people=[p.id for p in found], subject="find a person"
        )
    return [view_of(person) for person in found]


def _found(actor: Actor, sought: Sought, at: datetime, limit: int) -> list[Person]:
    """Return the first of the people sought whom the actor may see."""
    people = people_visible_to(actor, at=at)
    # A number names few; names and dates of birth may be those of thousands.
    people = people if sought.number else _in_reach(people, actor, at)
    return list(_with_details(matching(people, sought))[:limit])


def _in_reach(people: QuerySet[Person], actor: Actor, at: datetime) -> QuerySet[Person]:
    """Let a search of the people whom the actor may see begin with those in the actor's reach, where they are few."""
    reach = reach_of(Scope(actor, at))
    is_small = reach.has_at_most(FEW)
    return people.filter(id__in=RawSQL(reach.sql, reach.values)) if is_small else people  # noqa: S611 - ours


def matching(people: QuerySet[Person], sought: Sought) -> QuerySet[Person]:
    """Return those of the people who are sought, by name.

    Every word must begin a family or given name, a former one too; a number, an earlier one too, or date of birth
    must be the same.
    """
    if sought.number:
        people = people.filter(id__in=Identifier.objects.filter(value=sought.number).values("person_id"))
    if sought.born:
        people = people.filter(born=sought.born)
    if sought.words:
        people = people.filter(begin_with(sought.words))
    return people.order_by("sought_family", "sought_given", "born", "id")


def look_at_person(actor: Actor, person_id: UUID, *, at: datetime, subject: str) -> PersonView:
    """Return who the person is and write the look; refuse, and write that, when the actor may not see them.

    An unknown person and one whom the actor may not see are refused alike, so that nobody can probe.
    """
    person = _with_details(people_visible_to(actor, at=at)).filter(id=person_id).first()
    if person is None or not actor.may(Permission.READ_RECORD):
        raise refusal_of(actor, person_id, at=at, subject=subject)
    record_audit(AuditEvent.Kind.LOOK, by=actor, at=at, people=[person_id], subject=subject)
    return view_of(person)


def person_exactly(
    actor: Actor, *, number: str, given: str, family: str, born: str, at: datetime
) -> UUID | None:
    """Return the one person who has exactly this number, or these names, and this date of birth; else None.

    For an emergency, so without the scope: the search is audited, and what it finds is not shown but opened.
    """
    require(actor, Permission.BREAK_GLASS)
    people = Person.objects.filter(born=born, replaced_by=None)
    if number:
        systems = [system for kind in IdentifierKind for system in (kind.system, *kind.aliases)]
        numbers = Identifier.objects.filter(value=tidy(number), system__in=systems)
        people = people.filter(id__in=numbers.values("person_id"))
    else:
        people = people.filter(sought_family=fold(family), sought_given=fold(given))
    found = list(people.values_list("id", flat=True)[:2])
    record_audit(AuditEvent.Kind.SEARCH, by=actor, at=at, subject="an emergency opening")
    return found[0] if len(found) == 1 else None


def views_of_people(actor: Actor, ids: Iterable[UUID], *, at: datetime) -> dict[UUID, PersonView]:
    """Return those of the people whom the actor may see, for a list; the caller audits the list."""
    people = _with_details(people_visible_to(actor, at=at)).filter(id__in=set(ids))
    return {person.id: view_of(person) for person in people}


def view_of(person: Person) -> PersonView:
    """Put a person in the form in which pages show them."""
    number, others = _numbers(person)
    carers = tuple(CarerView(c.name, c.relationship, c.phone) for c in person.carers.all())
    return PersonView(
        id=person.id,
        name=person.full_name,
        family=person.family,
        born=person.born,
        gender=person.gender,
        died=person.died,
        **person.place._asdict(),
        language=person.language,
        number=number,
        other_numbers=others,
        carers=carers,
        is_protected=person.is_protected,
    )


def _numbers(person: Person) -> tuple[Number | None, tuple[OtherNumber, ...]]:
    """Return the person's national number, a verified one first, and those that are earlier ones or can't be right."""
    said = [SaidNumber(i.system, i.value, Standing(i.standing)) for i in person.identifiers.all()]
    known = [(kind, number.value) for number in said if (kind := kind_of_system(number.system))]
    verified, in_force, earlier = national_numbers(said)
    ranked = [one for group in (verified, in_force) for one in known if one in group]
    others = dict.fromkeys(one for one in known if one not in in_force)
    return (
        next((Number(kind, format_number(value)) for kind, value in ranked), None),
        tuple(OtherNumber(kind, format_number(value), (kind, value) in earlier) for kind, value in others),
    )


def people_of_patients(fhir_ids: Iterable[str]) -> dict[str, UUID]:
    """Return the person behind each Patient id that is known: a link between ids, not a look at anybody."""
    return dict(look_up(SourcePatient, "fhir_id", fhir_ids, "person_id"))


def person_now(person_id: UUID) -> UUID:
    """Return whose record this person's is part of; their own id where it is of none or there is no such person."""
    replaced_by = Person.objects.filter(pk=person_id).values_list("replaced_by", flat=True).first()
    return replaced_by or person_id


def person_called(fhir_id: str) -> UUID | None:
    """Return the person whose Patient of ours has this id: their own id, also while they are part of another's."""
    return people_called([fhir_id]).get(fhir_id)


def people_called(fhir_ids: Iterable[str]) -> dict[str, UUID]:
    """Return the person of each id that is one's own, as `person_called`: one query, none where no id is written so."""
    ours = {person: fhir_id for fhir_id in fhir_ids if (person := _as_own_id(fhir_id))}
    return {ours[pk]: pk for pk in Person.objects.filter(pk__in=list(ours)).values_list("pk", flat=True)}


def people_behind(fhir_ids: Iterable[str]) -> dict[str, UUID]:
    """Return the person whom each id stands for now, a partner's Patient's or ours: a link, not a look at anybody."""
    asked = set(fhir_ids)
    found = people_of_patients(asked)
    ours = {fhir_id: _as_own_id(fhir_id) for fhir_id in asked - found.keys()}
    rows = Person.objects.filter(pk__in=[person for person in ours.values() if person])
    now = {pk: replaced_by or pk for pk, replaced_by in rows.values_list("pk", "replaced_by")}
    return found | {fhir_id: now[person] for fhir_id, person in ours.items() if person in now}


def own_ids_among(fhir_ids: Iterable[str]) -> set[str]:
    """Return those of the ids that are a person's own, under which no partner's Patient can be kept."""
    plain = {fhir_id.lower(): fhir_id for fhir_id in fhir_ids}
    return {plain[taken] for taken in people_called(plain)}


def _as_own_id(fhir_id: str) -> UUID | None:
    """Return the id as a person's own would be written; None where none is written so."""
    try:
        person_id = UUID(fhir_id)
    except ValueError:
        return None
    return person_id if str(person_id) == fhir_id else None


def joined_to(person_id: UUID) -> list[UUID]:
    """Return who is part of this person's record."""
    return list(Person.objects.filter(replaced_by=person_id).order_by("pk").values_list("pk", flat=True))


def who_may_be(actor: Actor, details: PersonDetails, *, at: datetime) -> list[Found]:
    """Return whom of the people that the actor may see these details may be of, likeliest first; the caller audits."""
    require(actor, Permission.READ_RECORD)
    account = account_of(details)
    candidates = candidates_for([account])
    seen = set(
        people_visible_to(actor, at=at).filter(pk__in=candidates.accounts).values_list("pk", flat=True)
    )
    found = candidates.found(account, among=seen)
    return sorted(found, key=lambda one: (-one.rule.score, one.whose.person))


def patient_of_person(person_id: UUID) -> str | None:
    """Return one Patient id of the person, the first that was known, for references in what we write."""
    found = SourcePatient.objects.filter(person_id=person_id).order_by("fhir_id").first()
    return found.fhir_id if found else None
