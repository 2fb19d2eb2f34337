"""Writes of the people app.

`recognise` decides whose Patient it is: by the id under which it came before, else by the named rules of
`logic_matching`. Whoever is likely to be somebody here but not surely becomes a new person, and the two a pair in the
review queue.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from joinedup.care.access.actor import Actor, Permission
from joinedup.care.access.queries import require
from joinedup.care.copying import copy_new
from joinedup.care.looking_up import look_up
from joinedup.care.people.candidates import Candidates, Whose, candidates_for, surely
from joinedup.care.people.comparing import pair_of, pairs_of
from joinedup.care.people.contradictions import died_of, note_contradictions
from joinedup.care.people.fhir import ALIVE, PersonDetails
from joinedup.care.people.logic import fold
from joinedup.care.people.logic_matching import account_of
from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.care.people.models import Carer, Person, SourcePatient
from joinedup.care.people.queries import own_ids_among
from joinedup.care.people.reviews import queue_pairs
from joinedup.care.people.stated import add_sources, note_identifiers, note_sources
from joinedup.care.storing import store

FIELDS = (
    "family",
    "given",
    "born",
    "gender",
    "died",
    "address",
    "postcode",
    "area",
    "phone",
    "language",
    "deprivation",
    "birth_order",
)
COMPARED = ("born", "gender", "address", "postcode", "phone", "birth_order")
SOUGHT = ("sought_family", "sought_given", "sought_former")
NAME = ("family", "given", "sought_family", "sought_given")
LONGEST_FAMILY, LONGEST_GIVEN, LONGEST_FORMER = 120, 200, 400
OWN_ID = (
    "is made here of what all partners say of the person: write your own Patient, under an id of your own"
)
# PostgreSQL keeps a fixed number of locks for everybody, so a large arrival must not take one a person.
LOCK_BUCKETS = 1024
LOCK = 1


@dataclass(frozen=True)
class CarerDetails:
    """What one RelatedPerson says."""

    fhir_id: str
    person_id: UUID
    name: str
    relationship: str
    phone: str


class OwnIdError(Exception):
    """A partner sent a Patient under the id of a person here, which is that of the Patient made of all of theirs."""

    def __init__(self, fhir_id: str) -> None:
        super().__init__(f"Patient/{fhir_id} {OWN_ID}")
        self.key = ("Patient", fhir_id)


@dataclass(frozen=True)
class Recognised:
    """Whose each Patient is, by its FHIR id, and the pairs of people here who turned out to be surely one."""

    people: dict[str, UUID]
    sure: tuple[ProposedPair, ...] = ()


def recognise(arrivals: Mapping[str, PersonDetails], *, by: Actor, at: datetime) -> Recognised:
    """Find or make the person of each Patient (by its FHIR id). Caller holds the transaction.

    Whose words made somebody here another than before, by a number, a name or a date of birth, is compared again.
    Pairs that are sure wait in the review queue as others do: joining them is for `care.joining`, and the caller asks.
    Raises `OwnIdError` for a Patient under a person's own id.
    """
    require(by, Permission.WRITE_RECORD)
    queue_up(arrivals)
    known = _known(arrivals)
    strangers = {fhir_id: details for fhir_id, details in arrivals.items() if fhir_id not in known}
    if taken := own_ids_among(strangers):
        raise OwnIdError(min(taken))
    made, new_people, pairs = _made(strangers)
    copy_new(new_people)
    add_sources(made, arrivals, by=by, at=at)
    whose = known | made
    people = {fhir_id: w.person for fhir_id, w in whose.items()}
    new_ids = {person.id for person in new_people}
    news = note_sources(known, arrivals, at=at)
    told = {fhir_id: said for fhir_id, said in arrivals.items() if fhir_id in news or fhir_id in made}
    changed = _bring_up_to_date(told, people, skip=new_ids)
    changed |= note_identifiers(arrivals, whose, known=known, new_people=new_ids, by=by, at=at) - new_ids
    pairs += pairs_of(changed)
    if pairs:
        queue_pairs(pairs, by=by, at=at)
    if joined := set(people.values()) - new_ids:
        note_contradictions(joined, at=at)
    return Recognised(people, tuple(pair for pair in pairs if pair.is_sure))


def _made(
    strangers: Mapping[str, PersonDetails],
) -> tuple[dict[str, Whose], list[Person], list[ProposedPair]]:
    """Return whose each new Patient is, the people who are new with them, and the pairs to decide about."""
    made: dict[str, Whose] = {}
    new_people: list[Person] = []
    pairs: list[ProposedPair] = []
    accounts = {fhir_id: account_of(details) for fhir_id, details in strangers.items()}
    candidates = candidates_for(accounts.values()) if strangers else Candidates()
    for fhir_id, account in accounts.items():
        found = candidates.found(account)
        if one := surely(found):
            made[fhir_id] = one.whose
            continue
        person = Person()
        _say(person, strangers[fhir_id])
        new_people.append(person)
        made[fhir_id] = Whose(person.pk, person.pk)
        candidates.add(person.pk, account)
        pairs += [pair_of(person.pk, each) for each in found]
    return made, new_people, pairs


def _known(fhir_ids: Iterable[str]) -> dict[str, Whose]:
    """Return whose those Patients are that came before."""
    rows = look_up(SourcePatient, "fhir_id", fhir_ids, "person_id", "origin_id")
    return {fhir_id: Whose(person, origin) for fhir_id, person, origin in rows}


def queue_up(arrivals: Mapping[str, PersonDetails], *, also: Iterable[str] = ()) -> None:
    """Wait for others who bring in the same Patients or numbers (or what `also` names) just now, until they are done.

    Without it, two systems that send a new person's number at the same moment would make two people. Locks are
    taken in rising order, before any row's, so that nobody waits in a circle; they end with the transaction.
    """
    words = [*also, *(f"patient {fhir_id}" for fhir_id in arrivals)]
    words += [
        f"alike {fold(details.family)} {details.born}"
        for details in arrivals.values()
        if details.family and details.born
    ]
    words += [f"number {number.value}" for details in arrivals.values() for number in details.identifiers]
    _take_locks("pg_advisory_xact_lock", words)


def wait_for_arrivals(patient_ids: Iterable[str]) -> None:
    """Wait until nobody is just bringing in one of these Patients; until the transaction ends nobody begins to.

    For who writes about a Patient that is not here: either it has arrived afterwards, or what was written is there
    for the Patient to find.
    """
    _take_locks("pg_advisory_xact_lock_shared", [f"patient {fhir_id}" for fhir_id in patient_ids])


def hold_identities() -> None:
    """Let nobody be joined or parted until the transaction ends.

    For a write that locks rows about a person before it asks whose Patients are whose: a merge, which locks in the
    other order, would otherwise wait for it in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE people_sourcepatient IN ACCESS SHARE MODE")


def _take_locks(function: str, words: Iterable[str]) -> None:
    """Take a lock for each word, in rising order, until the transaction ends."""
    buckets = sorted({zlib.crc32(word.encode()) % LOCK_BUCKETS for word in words})
    statement = f"SELECT {function}(%s, bucket) FROM unnest(%s::int[]) AS bucket"  # noqa: S608 - ours
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK, buckets])


def _columns(details: PersonDetails) -> dict[str, str | int | None]:
    """Return the columns of a person that follow from the details."""
    said: dict[str, str | int | None] = {field: getattr(details, field) for field in FIELDS}
    # Folded, a text can be longer than it was: one letter may stand for a whole phrase.
    return said | {
        "sought_family": fold(details.family)[:LONGEST_FAMILY],
        "sought_given": fold(details.given)[:LONGEST_GIVEN],
    }


def _bring_up_to_date(
    arrivals: Mapping[str, PersonDetails], whose: Mapping[str, UUID], *, skip: set[UUID]
) -> set[UUID]:
    """Write what the newest Patient says over what we kept, save what it is silent about; return whom that changed."""
    known = Person.objects.in_bulk({whose[fhir_id] for fhir_id in arrivals} - skip)
    if not known:
        return set()
    before = {person_id: _compared(person) for person_id, person in known.items()}
    for fhir_id, details in arrivals.items():
        if person := known.get(whose[fhir_id]):
            _say(person, details)
    died = died_of(known)
    for person_id, person in known.items():
        person.died = died.get(person_id, person.died)
    store(known.values(), (*FIELDS, *SOUGHT))
    return {person_id for person_id, person in known.items() if _compared(person) != before[person_id]}


def _compared(person: Person) -> tuple[str, ...]:
    """Return what a person is compared by, numbers aside."""
    return (*(getattr(person, column) for column in COMPARED), person.sought_family, person.sought_given)


def _say(person: Person, details: PersonDetails) -> None:
    """Write what the details say over what is known; a name that is another now is a former one.

    A name or an address that is another is taken whole: half of one and half of the other is nobody's. A name that is
    not in parts never takes the place of one that is.
    """
    names = [person.sought_former, person.sought_family, person.sought_given, *map(fold, details.names)]
    said = _columns(details)
    if person.family and not details.is_name_in_parts:
        said |= dict.fromkeys(NAME, "")
    elif _is_another(person.family, details.family):
        person.given = person.sought_given = ""
    if _is_another(person.address, details.address) or _is_another(person.postcode, details.postcode):
        _forget_address(person, unless_at=details.postcode)
    for column, value in said.items():
        if value not in ("", None) and not (column == "died" and value == ALIVE):
            setattr(person, column, value)
    now = {*person.sought_family.split(), *person.sought_given.split()}
    former = {word for name in names for word in name.split()} - now
    person.sought_former = " ".join(sorted(former))[:LONGEST_FORMER]


def _forget_address(person: Person, *, unless_at: str) -> None:
    """Forget the address; also what is known of the place, unless the next one has the same postcode."""
    person.address = ""
    if not unless_at or _alike(person.postcode) != _alike(unless_at):
        person.postcode = person.area = ""
        person.deprivation = None


def _is_another(known: str, said: str) -> bool:
    """Say whether something else is said than what is known; silence is not."""
    return bool(said) and _alike(said) != _alike(known)


def _alike(text: str) -> str:
    """Return what two ways to write one thing have in common."""
    return fold(text).replace(" ", "")


def forget_carers(fhir_ids: Sequence[str]) -> None:
    """Forget the carers whose RelatedPersons were withdrawn; what was said of them stays in the record."""
    Carer.objects.filter(fhir_id__in=fhir_ids).delete()


def note_carers(carers: Sequence[CarerDetails]) -> None:
    """Keep the carers, bringing known ones up to date."""
    rows = [
        Carer(
            fhir_id=c.fhir_id, person_id=c.person_id, name=c.name, relationship=c.relationship, phone=c.phone
        )
        for c in carers
    ]
    Carer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["fhir_id"],
        update_fields=["person", "name", "relationship", "phone"],
    )


def describe(known: Mapping[UUID, Sequence[PersonDetails]]) -> None:
    """Describe these people anew by what their Patients say, oldest first: the newest word on each field counts."""
    people = Person.objects.in_bulk(list(known))
    for person_id, person in people.items():
        for column in (*FIELDS, *SOUGHT):
            setattr(person, column, None if column == "deprivation" else "")
        for details in known[person_id]:
            _say(person, details)
    store(people.values(), (*FIELDS, *SOUGHT))
