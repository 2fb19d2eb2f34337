"""Ages and households: who lives with whom, so that the ages are those of the nation.

Ages are drawn first, spread evenly over the nation's structure within each block of people, and then put
together into households; so the structure is kept whatever the households are. A block at a time: nothing
holds the whole population. Shares of couples, of grown children at home and of care home residents are
plausible, not counted from any source.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from joinedup.synthetic.chance import Weighted, between
from joinedup.synthetic.nation_data import YEARS_A_BAND, PopulationData

BLOCK = 150
ADULT = 18
OLDEST = 101
BROTHERS_AND_SISTERS = Weighted((0.42, 0.40, 0.13, 0.05))
YOUNGEST_PARENT, OLDEST_PARENT = 18, 45
WOMEN_AMONG_ADULTS = ((85, 0.64), (75, 0.55), (60, 0.52), (0, 0.50))
WOMEN_ALONE = ((75, 0.74), (0, 0.46))
IN_COUPLES = ((90, 0.20), (85, 0.35), (65, 0.62), (30, 0.60), (22, 0.35), (0, 0.05))
IN_CARE_HOMES = ((90, 0.20), (85, 0.11), (75, 0.035), (0, 0.0))
GROWN_CHILDREN_AT_HOME = ((24, 0.0), (18, 0.45), (0, 1.0))
SAME_SEX_COUPLES = 0.03
WIDEST_GAP = 11


class Place(StrEnum):
    """What someone is in their household."""

    PARENT = "parent"
    CHILD = "child"
    PARTNER = "partner"
    ALONE = "alone"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Member:
    """One of a household: age in years at the end of the two years, sex, place."""

    age: int
    is_woman: bool
    place: Place


Household = tuple[Member, ...]


def by_age(table: tuple[tuple[int, float], ...], age: int) -> float:
    """The value of the first row whose age has been reached."""
    return next(value for from_age, value in table if age >= from_age)


def households(population: PopulationData, people: int, rng: Random) -> Iterator[Household]:
    """Households until there are exactly so many people."""
    while people > 0:
        size = min(BLOCK, people)
        people -= size
        block = _Block(ages(population, size, rng), population.lone_parent_share, rng)
        yield from block.households()


def ages(population: PopulationData, size: int, rng: Random) -> list[int]:
    """So many ages, spread evenly over the structure; one at least is an adult's: no child lives alone."""
    bands = Weighted(population.age_bands)
    drawn = [bands.at((index + rng.random()) / size) for index in range(size)]
    found = [_age_in(band, rng) for band in drawn]
    if max(found) < ADULT:
        found[-1] = between(rng, 25, 40)
    rng.shuffle(found)
    return found


def _age_in(band: int, rng: Random) -> int:
    """An age within the band; in the last one, each year older is less likely."""
    age = band * YEARS_A_BAND + int(rng.random() * YEARS_A_BAND)
    while band == 18 and age < OLDEST and rng.random() < 0.45:
        age += 1
    return age


class _Block:
    """The people of one block, taken out as they find their household."""

    def __init__(self, found: list[int], lone_parent_share: float, rng: Random) -> None:
        self._rng = rng
        self._lone_parent_share = lone_parent_share
        children = [age for age in found if rng.random() < by_age(GROWN_CHILDREN_AT_HOME, age)]
        self._children = sorted(children)
        adults = sorted(found)
        for age in children:
            adults.remove(age)
        self._adults = adults or [self._children.pop()]

    def households(self) -> Iterator[Household]:
        while self._children:
            yield self._family()
        self._rng.shuffle(self._adults)
        while self._adults:
            yield self._adults_together(self._adults.pop())

    def _family(self) -> Household:
        child = self._children.pop()
        parent = self._take_adult(lambda age: abs(age - child - 30), 0)
        if parent is None:
            # More children than this small block has adults for: they grow up, and find their own household.
            self._adults.append(child if child >= ADULT else between(self._rng, 25, 40))
            return self._family_of(self._adults.pop(), [])
        children = [child]
        for _ in range(BROTHERS_AND_SISTERS.draw(self._rng)):
            sibling = self._take_child(parent)
            if sibling is not None:
                children.append(sibling)
        return self._family_of(parent, children)

    def _family_of(self, parent: int, children: list[int]) -> Household:
        rng = self._rng
        has_partner = bool(children) and rng.random() >= self._lone_parent_share
        is_woman = rng.random() < (0.5 if has_partner else 0.85)
        partner = self._take_adult(lambda age: abs(age - parent), WIDEST_GAP) if has_partner else None
        members = [Member(parent, is_woman, Place.PARENT if children else Place.ALONE)]
        if partner is not None:
            members.append(Member(partner, self._sex_of_partner(is_woman), Place.PARENT))
        members += [Member(age, rng.random() < 0.49, Place.CHILD) for age in sorted(children, reverse=True)]
        return tuple(members)

    def _adults_together(self, age: int) -> Household:
        rng = self._rng
        if rng.random() < by_age(IN_CARE_HOMES, age):
            return (Member(age, rng.random() < 0.70, Place.RESIDENT),)
        if rng.random() < by_age(IN_COUPLES, age):
            partner = self._take_adult(lambda other: abs(other - age), WIDEST_GAP)
            if partner is not None:
                is_woman = rng.random() < 0.5
                other = Member(partner, self._sex_of_partner(is_woman), Place.PARTNER)
                return Member(age, is_woman, Place.PARTNER), other
        return (Member(age, rng.random() < by_age(WOMEN_ALONE, age), Place.ALONE),)

    def _sex_of_partner(self, is_woman: bool) -> bool:
        return is_woman if self._rng.random() < SAME_SEX_COUPLES else not is_woman

    def _take_adult(self, distance: Callable[[int], int], widest: int) -> int | None:
        """The adult at the smallest distance, unless that is wider than `widest` (0: any will do)."""
        if not self._adults:
            return None
        index = min(range(len(self._adults)), key=lambda position: distance(self._adults[position]))
        if widest and distance(self._adults[index]) > widest:
            return None
        return self._adults.pop(index)

    def _take_child(self, parent: int) -> int | None:
        """A brother or sister whose age fits the parent's."""
        low, high = parent - OLDEST_PARENT, parent - YOUNGEST_PARENT
        fitting = [index for index, age in enumerate(self._children) if low <= age <= high]
        return self._children.pop(fitting[between(self._rng, 0, len(fitting))]) if fitting else None
