"""The people of a made-up partnership, household by household.

A person's lot (age, deprivation, illnesses, frailty, where they live) is drawn here; what happens to them in
the two years is drawn from it in the modules of each kind of care.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from random import Random

from joinedup.synthetic.calendar import DAY, Calendar
from joinedup.synthetic.chance import Weighted, between, one_of
from joinedup.synthetic.households import Member, Place, by_age, households
from joinedup.synthetic.illnesses import DIABETES, ILLNESSES, Illness, age_position
from joinedup.synthetic.names import given_name, postcode, street_line, surname, telephone
from joinedup.synthetic.nation_data import LanguageData, Service, nation_data
from joinedup.synthetic.numbers import made_up_numbers
from joinedup.synthetic.partnership import MadeUpArea, MadeUpPartnership

# The most deprived fifth is ill more often, and earlier; sizes plausible, not measured.
ILLNESS_BY_DEPRIVATION = (1.35, 1.15, 1.0, 0.88, 0.75)
DEATHS_A_YEAR = ((90, 0.20), (85, 0.11), (75, 0.045), (65, 0.014), (45, 0.004), (18, 0.0008), (0, 0.0002))
FRAILTY_BY_AGE = ((85, 0.48), (75, 0.22), (65, 0.08), (45, 0.02), (18, 0.008), (0, 0.0))
SEVERELY_FRAIL, MODERATELY_FRAIL, MILDLY_FRAIL = 0.28, 0.60, 1.0
OLDER = 65
ADULT = 18
LEAST_IN_HOSPITAL = 12
IN_HOSPITAL_SHARE = 0.0064
PEOPLE_FOR_ONE_DAILY_VISITED = 1250
# Everyone who is to be in hospital at the end is found before so much of the line of people has passed.
FOUND_BY = 0.85


@dataclass(frozen=True, slots=True)
class Home:
    """What a household has in common. Deprivation runs from 1, the most deprived fifth, to 5.

    `council_body` is the organisation of the council that they live under.
    """

    area: MadeUpArea
    council: str
    council_body: str
    deprivation: int
    line: str
    postcode: str
    telephone: str | None
    practice: str
    care_home: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Someone made up. Frailty runs from 0, not frail, to 3, severe.

    `in_hospital` numbers the people who are in hospital at the end, `visited_daily` those whom a nurse sees
    every day; none for everyone else. `died` is a moment of the calendar.
    """

    index: int
    id: str
    national_number: str
    given: str
    family: str
    is_woman: bool
    born: date
    age: int
    place: Place
    home: Home
    language: LanguageData | None
    illnesses: tuple[Illness, ...]
    frailty: int
    died: int | None
    in_hospital: int | None
    visited_daily: int | None

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    def has(self, code: str) -> bool:
        """Whether they live with the illness of this code."""
        return any(illness.code == code for illness in self.illnesses)


class Quota:
    """So many places dealt out along the line of people, to the next one who fits when a place falls due."""

    def __init__(self, places: int, people: int) -> None:
        self._places, self._people, self._taken = places, people, 0

    def take(self, index: int, age: int, least_age: int) -> int | None:
        """The number of the place this person takes; towards the end any adult will do."""
        due = min(self._places, ceil(self._places * index / (self._people * FOUND_BY)))
        wanted = due - self._taken
        is_last_chance = self._people - index < 4 * (self._places - self._taken)
        if wanted <= 0 or age < (ADULT if is_last_chance else least_age):
            return None
        self._taken += 1
        return self._taken - 1


def people_of(place: MadeUpPartnership, calendar: Calendar) -> Iterator[tuple[Person, ...]]:
    """Households of people, until there are exactly as many as the partnership has."""
    return _Maker(place, calendar).households()


class _Maker:
    """What goes on from one household to the next: numbers, places in hospital, the line of people."""

    def __init__(self, place: MadeUpPartnership, calendar: Calendar) -> None:
        self._place, self._calendar = place, calendar
        self._data = nation_data(place.nation)
        self._rng = Random(f"people/{place.nation.value}/{place.seed}/{place.people}")
        self._numbers = made_up_numbers(self._rng)
        self._index = 0
        in_hospital = max(LEAST_IN_HOSPITAL, round(place.people * IN_HOSPITAL_SHARE))
        self._in_hospital = Quota(min(in_hospital, place.people // 3), place.people)
        self._visited = Quota(place.people // PEOPLE_FOR_ONE_DAILY_VISITED, place.people)
        self._localities = place.localities
        self._by_share = Weighted([area.share for area in self._localities])
        self._deprivation = {area.code: Weighted(area.deprivation) for area in self._localities}
        self._practices = {each.area: each.id for each in place.organisations if each.area}
        self._council_bodies = {each.code: each.id for each in place.organisations if each.is_gss}
        self._councils = {area.code: area.name for area in place.areas}

    def households(self) -> Iterator[tuple[Person, ...]]:
        for members in households(self._data.population, self._place.people, self._rng):
            home = self._home(members)
            families = self._surnames(members)
            language = self._language()
            yield tuple(
                self._person(member, home, family, language)
                for member, family in zip(members, families, strict=True)
            )

    def _home(self, members: tuple[Member, ...]) -> Home:
        rng = self._rng
        area = self._localities[self._by_share.draw(rng)]
        care_home = None
        if members[0].place is Place.RESIDENT:
            care_home = one_of(rng, self._place.organisations_for(Service.CARE_HOME))
        return Home(
            area=area,
            council=self._councils[area.part_of or area.code],
            council_body=self._council_bodies[area.part_of or area.code],
            deprivation=1 + self._deprivation[area.code].draw(rng),
            line=self._place.name_of(care_home) if care_home else street_line(rng),
            postcode=postcode(rng),
            telephone=telephone(rng) if rng.random() < 0.7 else None,
            practice=self._practices[area.code],
            care_home=care_home,
        )

    def _surnames(self, members: tuple[Member, ...]) -> list[str]:
        """One for all, but some partners keep their own."""
        shared = surname(self._rng)
        keeps = self._rng.random() < 0.3
        return [
            surname(self._rng) if keeps and position == 1 and member.place is not Place.CHILD else shared
            for position, member in enumerate(members)
        ]

    def _language(self) -> LanguageData | None:
        drawn = self._rng.random()
        for language in self._data.languages:
            if drawn < language.share:
                return language
            drawn -= language.share
        return None

    def _person(self, member: Member, home: Home, family: str, language: LanguageData | None) -> Person:
        rng = self._rng
        self._index += 1
        in_hospital = self._in_hospital.take(self._index, member.age, OLDER)
        visited = self._visited.take(self._index, member.age, OLDER) if in_hospital is None else None
        is_marked = in_hospital is not None or visited is not None
        illnesses = tuple(self._illnesses(member.age, home.deprivation, is_visited=visited is not None))
        frailty = self._frailty(member, illnesses)
        born = self._born(member.age)
        return Person(
            index=self._index,
            id=f"p-{self._index:06}",
            national_number=next(self._numbers),
            given=given_name(rng, member.is_woman),
            family=family,
            is_woman=member.is_woman,
            born=born,
            age=member.age,
            place=member.place,
            home=home,
            language=language,
            illnesses=illnesses,
            frailty=max(frailty, 2) if is_marked else frailty,
            died=None if is_marked else self._died(member, frailty, born),
            in_hospital=in_hospital,
            visited_daily=visited,
        )

    def _born(self, age: int) -> date:
        until = self._place.until
        birthday = date(until.year - age, until.month, min(until.day, 28))
        # At least three days old at the end, so that even the youngest has a life to tell of.
        return birthday - timedelta(days=between(self._rng, 3, 360))

    def _illnesses(self, age: int, deprivation: int, *, is_visited: bool) -> Iterator[Illness]:
        position = age_position(age)
        gradient = ILLNESS_BY_DEPRIVATION[deprivation - 1]
        for illness in ILLNESSES:
            needs_insulin = is_visited and illness.code == DIABETES
            if self._rng.random() < illness.shares[position] * gradient or needs_insulin:
                yield illness

    def _frailty(self, member: Member, illnesses: tuple[Illness, ...]) -> int:
        rng = self._rng
        share = by_age(FRAILTY_BY_AGE, member.age) + sum(illness.makes_frail for illness in illnesses)
        if member.place is Place.RESIDENT:
            return 2 + (rng.random() < 0.6)
        if rng.random() >= share:
            return 0
        drawn = rng.random()
        return 3 if drawn < SEVERELY_FRAIL else 2 if drawn < MODERATELY_FRAIL else 1

    def _died(self, member: Member, frailty: int, born: date) -> int | None:
        chance = 2 * by_age(DEATHS_A_YEAR, member.age) * (1, 1.5, 2.5, 4)[frailty] * 0.7
        if self._rng.random() >= chance:
            return None
        first = max(self._calendar.index_of(born) + 2, 1)
        return between(self._rng, first, self._calendar.days) * DAY + between(self._rng, 4 * 60, 23 * 60)
