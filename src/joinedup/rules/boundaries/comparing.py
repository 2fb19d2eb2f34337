"""Two named sets of areas laid beside each other, with the steps of the answer: the one way in to this topic.

What is counted, from which lookup, and what it can't show is said with the answer: a lookup that puts each whole
council into one health body has no split to find, and its score says nothing about the map. What a report counted
stands beside it, with its source; that two counts differ is told, never settled.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.boundaries.coterminosity import NO_SLIVER, Coterminosity, Spread, coterminosity
from joinedup.rules.boundaries.overlaps import Overlap
from joinedup.rules.boundaries.rows import NamedArea, ReportedFit, SharedBody
from joinedup.rules.explaining import as_json
from joinedup.rules.values import rows_of

DIGITS = 6
TOPIC = "boundaries"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets of areas: what they are, how people were counted, from which source, and what that can't show.

    `areas` and `others` name them in the plural; `counted` is what one of `people` stands for.
    """

    id: str
    title: str
    areas: str
    others: str
    counted: str
    source: str
    caution: str
    overlaps: tuple[Overlap, ...]
    nation: Nation | None = None


def compare(comparison: Comparison, *, sliver: Fraction = NO_SLIVER) -> Explained[Coterminosity]:
    """Return how far two sets of areas fit, with the steps; `OverlapsError` where they can't be compared."""
    result = coterminosity(comparison.overlaps, sliver=sliver)
    return Explained(result, tuple(_steps(comparison, result)))


def names_of(nation: Nation) -> Mapping[str, str]:
    """Return the names that a rule book gives to areas by their code."""
    citation = _latest(nation, "boundaries_names")
    return {row.code: row.name for row in rows_of(citation, NamedArea)} if citation else {}


def shared_bodies(nation: Nation) -> tuple[SharedBody, ...]:
    """Return the bodies that several areas have together."""
    citation = _latest(nation, "boundaries_shared")
    return rows_of(citation, SharedBody) if citation else ()


def comparison_as_json(comparison: Comparison, answer: Explained[Coterminosity]) -> dict[str, Any]:
    """Return a comparison with its steps as JSON types, shares rounded to six digits."""
    result = answer.value
    return {
        "id": comparison.id,
        "title": comparison.title,
        "nation": comparison.nation.value if comparison.nation else None,
        "counted": comparison.counted,
        "source": comparison.source,
        "caution": comparison.caution,
        "people": result.people,
        "sliver": _rounded(result.sliver),
        "nested": _rounded(result.nested),
        "nested_back": _rounded(result.nested_back),
        "identical": _rounded(result.identical),
        "misfits": [spread.area.code for spread in result.misfits],
        "touched": [area.code for area in result.touched],
        "areas": [_spread_as_json(spread) for spread in result.areas],
        "others": [_spread_as_json(spread) for spread in result.others],
        "steps": as_json(Explained(None, answer.steps))["steps"],
    }


def per_cent(share: Fraction) -> str:
    """Return a share as a page says it. What is not quite all, or not quite nothing, is never rounded to it."""
    hundredths = round(share * 1000)
    if 0 < share < 1:
        hundredths = min(max(hundredths, 1), 999)
    whole, tenth = divmod(hundredths, 10)
    return f"{whole}.{tenth}%" if tenth else f"{whole}%"


def _steps(comparison: Comparison, result: Coterminosity) -> Iterator[Step]:
    areas, others = comparison.areas, comparison.others
    yield Step("Counted", f"{result.people:,} {comparison.counted}", comparison.source)
    if comparison.caution:
        yield Step("To be read with care", "what the lookup can't show", comparison.caution)
    if result.sliver:
        because = "an area fits as long as no more than this share of it lies elsewhere"
        yield Step("Slivers left out", f"up to {per_cent(result.sliver)} of an area", because)
    yield from _fitting(areas, others, result.areas, result.nested)
    yield from _fitting(others, areas, result.others, result.nested_back)
    because = "of all that was counted, the share in areas that are one and the same in both sets"
    yield Step("Identical", per_cent(result.identical), because)
    yield from _beside_rules(comparison, result)


def _fitting(areas: str, others: str, spreads: tuple[Spread, ...], share: Fraction) -> Iterator[Step]:
    """Say how many areas of a set nest in the other, and the share of people in them."""
    fitting = sum(spread.nests for spread in spreads)
    split = len(spreads) - fitting
    because = (
        f"{split} {'lies' if split == 1 else 'lie'} in several of the {others}" if split else "each does"
    )
    yield Step(f"{_great(areas)} that lie in one of the {others}", f"{fitting} of {len(spreads)}", because)
    because = f"of all that was counted, the share in {areas} that lie in one of the {others}"
    yield Step(f"{_great(areas)} nested in {others}", per_cent(share), because)


def _great(words: str) -> str:
    return words[:1].upper() + words[1:]


def _beside_rules(comparison: Comparison, result: Coterminosity) -> Iterator[Step]:
    """Say what boundaries are to follow, and what a report counted."""
    follow = comparison.nation and _latest(comparison.nation, "boundaries_follow")
    if follow:
        yield Step("What boundaries are to follow", follow.value, "law or guidance says so", (follow,))
    reported = comparison.nation and _latest(comparison.nation, "boundaries_reported")
    for row in rows_of(reported, ReportedFit) if reported else ():
        if reported and row.comparison == comparison.id:
            here = f"here {len(result.misfits)} are split, touching {len(result.touched)} of {len(result.others)}"
            of_areas = f" of {row.areas}" if row.areas is not None else ""
            said = f"{row.split}{of_areas} split, touching {row.touched} of {row.others}"
            because = f"{here}; {row.remark}" if row.remark else here
            yield Step("What a report counted", said, because, (reported,))


def _latest(nation: Nation, parameter: str) -> Citation | None:
    """Return the newest value that a rule book holds: a map has the day of its lookup, not of who asks."""
    known = rule_book(nation, TOPIC).parameters.get(parameter)
    in_force = [entry for entry in known.entries if entry.is_in_force] if known else []
    return known.on(in_force[-1].period.start) if known and in_force else None


def _spread_as_json(spread: Spread) -> dict[str, Any]:
    return {
        "code": spread.area.code,
        "name": spread.area.name,
        "people": spread.people,
        "nests": spread.nests,
        "parts": [
            {"code": p.area.code, "name": p.area.name, "people": p.people, "share": _rounded(p.share)}
            for p in spread.parts
        ],
    }


def _rounded(share: Fraction) -> float:
    return round(float(share), DIGITS)
