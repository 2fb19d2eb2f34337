"""Coterminosity: how far the areas of one set and those of another have common boundaries, weighed by people.

Let p(a, b) be the people who live in area a of the first set and area b of the second, and p(a) and p(b) those of
either. An area *nests* when at least 1 - s of its people live in one area of the other set: max over b of
p(a, b) / p(a) >= 1 - s. The sliver s is the share of an area's people that may live elsewhere; none unless asked for.

- `nested`: the people of the first set's areas that nest, of all people. 1 if and only if each of them nests.
- `nested_back`: the same of the second set's areas in the first's.
- `identical`: the people of the first set's areas that nest in an area which nests in them: the two are one area
  under two names. 1 if and only if the two sets are the same.

`nested` is about one direction on purpose: joining areas of the second set can then never make it worse. Counted in
whole people and exact fractions, so that no rounding decides whether an area fits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from joinedup.rules.boundaries.overlaps import Area, Overlap, OverlapsError

NO_SLIVER = Fraction(0)
# From half on, an area could nest in two others at once.
LARGEST_SLIVER = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Part:
    """The people of an area who live in one area of the other set, and which share of the area's people they are."""

    area: Area
    people: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Spread:
    """How an area's people spread over the other set, the largest part first; `nests` as the sliver allows."""

    area: Area
    people: int
    parts: tuple[Part, ...]
    nests: bool

    @property
    def outside(self) -> int:
        """How many people live outside the largest part."""
        return self.people - self.parts[0].people


@dataclass(frozen=True, slots=True)
class Coterminosity:
    """Two sets of areas beside each other; `areas` and `others` in the order of their names."""

    people: int
    sliver: Fraction
    areas: tuple[Spread, ...]
    others: tuple[Spread, ...]

    @property
    def nested(self) -> Fraction:
        """The share of people whose area lies in one area of the other set."""
        return Fraction(sum(spread.people for spread in self.areas if spread.nests), self.people)

    @property
    def nested_back(self) -> Fraction:
        """The share of people whose area of the other set lies in one area."""
        return Fraction(sum(spread.people for spread in self.others if spread.nests), self.people)

    @property
    def identical(self) -> Fraction:
        """The share of people whose area is also one of the other set."""
        by_area = {spread.area: spread for spread in self.others}
        same = (each.people for each in self.areas if _is_same(each, by_area[each.parts[0].area]))
        return Fraction(sum(same), self.people)

    @property
    def misfits(self) -> tuple[Spread, ...]:
        """The areas that do not nest, those with most people outside their largest part first."""
        return tuple(
            sorted(
                (s for s in self.areas if not s.nests), key=lambda s: (-s.outside, s.area.name, s.area.code)
            )
        )

    @property
    def touched(self) -> tuple[Area, ...]:
        """The areas of the other set which have a part of an area that does not nest."""
        found = {part.area for spread in self.misfits for part in spread.parts}
        return tuple(sorted(found, key=_by_name))


def coterminosity(overlaps: Iterable[Overlap], *, sliver: Fraction = NO_SLIVER) -> Coterminosity:
    """Lay two sets of areas beside each other; parts of the same two areas are added up.

    `OverlapsError` where there is nothing to compare, a code has two names, or the sliver is none or over a half.
    """
    if not NO_SLIVER <= sliver < LARGEST_SLIVER:
        raise OverlapsError(f"the sliver is a share from 0 to below a half, not {float(sliver):g}")
    forth: dict[Area, dict[Area, int]] = defaultdict(lambda: defaultdict(int))
    back: dict[Area, dict[Area, int]] = defaultdict(lambda: defaultdict(int))
    for overlap in overlaps:
        forth[overlap.area][overlap.other] += overlap.people
        back[overlap.other][overlap.area] += overlap.people
    if not forth:
        raise OverlapsError("there are no areas to compare")
    for areas in (forth, back):
        _refuse_two_names(areas)
    everybody = sum(sum(parts.values()) for parts in forth.values())
    return Coterminosity(everybody, sliver, _spreads(forth, sliver), _spreads(back, sliver))


def _is_same(spread: Spread, back: Spread) -> bool:
    """Say whether an area nests in one that nests in it."""
    return spread.nests and back.nests and back.parts[0].area == spread.area


def _refuse_two_names(areas: Iterable[Area]) -> None:
    names: dict[str, str] = {}
    for area in areas:
        if names.setdefault(area.code, area.name) != area.name:
            raise OverlapsError(f"{area.code} is called {names[area.code]} and {area.name}: keep one name")


def _spreads(areas: Mapping[Area, Mapping[Area, int]], sliver: Fraction) -> tuple[Spread, ...]:
    return tuple(_spread(area, areas[area], sliver) for area in sorted(areas, key=_by_name))


def _spread(area: Area, into: Mapping[Area, int], sliver: Fraction) -> Spread:
    people = sum(into.values())
    largest_first = sorted(into.items(), key=lambda item: (-item[1], *_by_name(item[0])))
    parts = tuple(Part(other, count, Fraction(count, people)) for other, count in largest_first)
    return Spread(area, people, parts, parts[0].share >= 1 - sliver)


def _by_name(area: Area) -> tuple[str, str]:
    return area.name, area.code
