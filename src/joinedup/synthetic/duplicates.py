"""The people of a made-up partnership as several systems know them: with slips, and with the truth beside it.

For trying how well duplicates are found. A person is known to one to four systems; each system's record has slips
of its own. How often each happens is in `SlipRates`: plausible and on the hard side, not counted anywhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from random import Random
from uuid import UUID

from joinedup.core.identifiers import kind_of_nation
from joinedup.core.nation import Nation
from joinedup.synthetic.calendar import calendar_until
from joinedup.synthetic.chance import Weighted
from joinedup.synthetic.households import Place
from joinedup.synthetic.names import given_name, postcode, street_line, surname, telephone
from joinedup.synthetic.numbers import MOST_PEOPLE, made_up_numbers
from joinedup.synthetic.partnership import partnership
from joinedup.synthetic.people import ADULT, Person, people_of
from joinedup.synthetic.slips import mistyped, mistyped_date, short_form, turned_date

# Each system, and the share of its records without the national number.
SYSTEMS = (
    ("general practice", 0.02),
    ("hospital", 0.10),
    ("council", 0.35),
    ("community services", 0.15),
)
# How many of the systems know a person: one to four.
KNOWN_TO = Weighted((0.25, 0.40, 0.25, 0.10))


class Slip(StrEnum):
    """What is wrong with a record, or was when it was made."""

    TYPO = "typing mistake"
    SWAPPED_NAMES = "given and family name exchanged"
    NO_NUMBER = "no national number"
    OTHER_NUMBER = "another person's or a superseded number"
    MOVED = "address before a move"
    SHORT_FORM = "short form of the given name"
    OTHER_SURNAME = "family name before it changed"
    TURNED_DATE = "day and month of birth exchanged"
    TWIN = "has a twin"


@dataclass(frozen=True, slots=True)
class SlipRates:
    """The share of records, and of fields for typing mistakes, that go wrong."""

    typo: float = 0.05
    swapped_names: float = 0.02
    other_number: float = 0.001
    moved: float = 0.08
    short_form: float = 0.03
    other_surname: float = 0.015
    turned_date: float = 0.01
    no_phone: float = 0.25
    no_gender: float = 0.01
    wrong_gender: float = 0.003
    twins: float = 0.10


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """One system's record of a person. `truth` is whose it is; `slips` what went wrong with it."""

    id: UUID
    truth: str
    system: str
    given: str
    family: str
    former: tuple[str, ...]
    born: str
    gender: str
    postcode: str
    line: str
    phone: str
    numbers: tuple[tuple[str, str], ...]
    slips: frozenset[Slip]


def known_people(
    nation: Nation, *, records: int, seed: int, until: date, rates: SlipRates | None = None
) -> Iterator[KnownPerson]:
    """Exactly so many records, the same for the same arguments; the records of a household come together.

    Raises `ValueError` for fewer than one record or more than there are test numbers for.
    """
    if not 1 <= records <= MOST_PEOPLE:
        raise ValueError(f"there can be 1 to {MOST_PEOPLE:,} records, not {records:,}")
    return islice(_records(nation, records, seed, until, rates or SlipRates()), records)


def _records(nation: Nation, people: int, seed: int, until: date, rates: SlipRates) -> Iterator[KnownPerson]:
    place = partnership(nation, people=people, seed=seed, until=until)
    maker = _Maker(nation, Random(f"duplicates/{nation.value}/{seed}"), rates)
    for household in people_of(place, calendar_until(until)):
        for person, is_twin in _with_twins(household, maker.rng, rates.twins):
            yield from maker.records_of(person, is_twin=is_twin)


def _with_twins(household: Sequence[Person], rng: Random, share: float) -> list[tuple[Person, bool]]:
    """In some families the second child is born with the first, and then has another given name and age."""
    children = [person for person in household if person.place is Place.CHILD]
    if len(children) < 2 or rng.random() >= share:
        return [(person, False) for person in household]
    first, second = children[:2]
    twin = replace(second, born=first.born, age=first.age, given=_other_given(first, second, rng))
    changed = {first.id: first, second.id: twin}
    return [(changed.get(person.id, person), person.id in changed) for person in household]


def _other_given(first: Person, second: Person, rng: Random) -> str:
    given = second.given
    while given == first.given:
        given = given_name(rng, second.is_woman)
    return given


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What was so before, the same in all systems that did not hear of the change."""

    surname: str
    line: str
    postcode: str
    phone: str


class _Maker:
    """Makes each system's record of a person."""

    def __init__(self, nation: Nation, rng: Random, rates: SlipRates) -> None:
        self.rng = rng
        self._rates = rates
        self._number_system = kind_of_nation(nation).system
        self._numbers = made_up_numbers(Random("numbers of others"))

    def records_of(self, person: Person, *, is_twin: bool) -> Iterator[KnownPerson]:
        """The person's record in each system that knows them."""
        rng = self.rng
        earlier = _Earlier(surname(rng), street_line(rng), postcode(rng), telephone(rng))
        for system, without_number in rng.sample(SYSTEMS, 1 + KNOWN_TO.draw(rng)):
            record = self._truly(person, system)
            slips = {Slip.TWIN} if is_twin else set[Slip]()
            record = self._outdated(record, person, earlier, slips)
            record = self._named(record, slips)
            record = self._born(record, person, slips)
            record = self._numbered(record, without_number, slips)
            record = self._typed(record, slips)
            yield replace(record, slips=frozenset(slips))

    def _truly(self, person: Person, system: str) -> KnownPerson:
        rng, rates = self.rng, self._rates
        gender = "female" if person.is_woman is (rng.random() >= rates.wrong_gender) else "male"
        return KnownPerson(
            id=UUID(int=rng.getrandbits(128), version=4),
            truth=person.id,
            system=system,
            given=person.given,
            family=person.family,
            former=(),
            born=person.born.isoformat(),
            gender="" if rng.random() < rates.no_gender else gender,
            postcode=person.home.postcode,
            line=person.home.line,
            phone="" if rng.random() < rates.no_phone else person.home.telephone or "",
            numbers=((self._number_system, person.national_number),),
            slips=frozenset(),
        )

    def _outdated(
        self, record: KnownPerson, person: Person, earlier: _Earlier, slips: set[Slip]
    ) -> KnownPerson:
        """Some systems did not hear of a move or a new name; of these names some know the former one too."""
        rng, rates = self.rng, self._rates
        if rng.random() < rates.moved:
            slips.add(Slip.MOVED)
            phone = earlier.phone if record.phone and rng.random() < 0.5 else record.phone
            record = replace(record, line=earlier.line, postcode=earlier.postcode, phone=phone)
        if person.age >= ADULT and rng.random() < rates.other_surname:
            slips.add(Slip.OTHER_SURNAME)
            is_noted = rng.random() < 0.5
            former = (earlier.surname,) if is_noted else ()
            record = replace(record, family=record.family if is_noted else earlier.surname, former=former)
        return record

    def _named(self, record: KnownPerson, slips: set[Slip]) -> KnownPerson:
        rng, rates = self.rng, self._rates
        if rng.random() < rates.short_form:
            slips.add(Slip.SHORT_FORM)
            record = replace(record, given=short_form(record.given, rng))
        if rng.random() < rates.swapped_names:
            slips.add(Slip.SWAPPED_NAMES)
            record = replace(record, given=record.family, family=record.given)
        return record

    def _born(self, record: KnownPerson, person: Person, slips: set[Slip]) -> KnownPerson:
        rng, rates = self.rng, self._rates
        born = person.born
        if rng.random() < rates.turned_date and turned_date(born) != born:
            slips.add(Slip.TURNED_DATE)
            born = turned_date(born)
        elif rng.random() < rates.typo:
            slips.add(Slip.TYPO)
            born = mistyped_date(born, rng)
        return replace(record, born=born.isoformat())

    def _numbered(self, record: KnownPerson, without: float, slips: set[Slip]) -> KnownPerson:
        rng, rates = self.rng, self._rates
        if rng.random() < without:
            slips.add(Slip.NO_NUMBER)
            return replace(record, numbers=())
        if rng.random() < rates.other_number:
            slips.add(Slip.OTHER_NUMBER)
            return replace(record, numbers=((self._number_system, next(self._numbers)),))
        return record

    def _typed(self, record: KnownPerson, slips: set[Slip]) -> KnownPerson:
        """Each field that was typed is mistyped with the same chance."""
        rng, share = self.rng, self._rates.typo
        typed = [
            mistyped(value, rng) if rng.random() < share else value
            for value in (record.given, record.family, record.postcode, record.line, record.phone)
        ]
        given, family, postcode_, line, phone = typed
        numbers = tuple(
            (system, mistyped(value, rng) if rng.random() < share else value)
            for system, value in record.numbers
        )
        made = replace(
            record,
            given=given,
            family=family,
            postcode=postcode_,
            line=line,
            phone=phone,
            numbers=numbers,
        )
        if made != record:
            slips.add(Slip.TYPO)
        return made
