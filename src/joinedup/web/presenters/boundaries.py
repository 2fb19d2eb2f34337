"""Two sets of areas beside each other as the props of their page: the finding, what does not fit, and every area.

Pure: what was counted comes in, how far it fits is worked out by the rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from joinedup.core.explained import Explained
from joinedup.core.nation import Nation
from joinedup.rules.boundaries.comparing import Comparison, per_cent
from joinedup.rules.boundaries.coterminosity import Coterminosity, Spread
from joinedup.web import words
from joinedup.web.addresses import address
from joinedup.web.components import Column, Explanation, FilterGroup, FilterLink, Table
from joinedup.web.presenters.explanations import explained

# As an address gives them, in hundredths.
SLIVERS = ("0", "1", "5")
SLIVER_WORDS = {"0": "None", "1": "Up to 1% of an area", "5": "Up to 5% of an area"}


@dataclass(frozen=True)
class Asked:
    """Which comparison the page shows, and with which sliver."""

    comparison: Comparison
    sliver: str

    @property
    def share(self) -> Fraction:
        """The sliver as a share."""
        return Fraction(int(self.sliver), 100)


def key_of(comparison: Comparison) -> str:
    """How an address names a comparison."""
    return f"{comparison.nation.value}.{comparison.id}" if comparison.nation else comparison.id


def asked(comparisons: Sequence[Comparison], own: Nation, of: str, sliver: str) -> Asked:
    """What the address asks for; else the first of our own nation, or of all, with no sliver."""
    usual = _by_nation(comparisons).get(own, comparisons)[0]
    found = next((each for each in comparisons if key_of(each) == of), usual)
    return Asked(found, sliver if sliver in SLIVERS else SLIVERS[0])


def chooser(comparisons: Sequence[Comparison], shown: Asked, path: str) -> tuple[FilterGroup, ...]:
    """Every comparison by nation, and the slivers."""
    groups = [
        FilterGroup(
            nation.title,
            tuple(
                FilterLink(each.title, _href(path, each, shown.sliver), None, each is shown.comparison)
                for each in theirs
            ),
        )
        for nation, theirs in sorted(
            _by_nation(comparisons).items(), key=lambda item: list(Nation).index(item[0])
        )
    ]
    slivers = tuple(
        FilterLink(SLIVER_WORDS[sliver], _href(path, shown.comparison, sliver), None, sliver == shown.sliver)
        for sliver in SLIVERS
    )
    return (*groups, FilterGroup("Left out", slivers))


def _by_nation(comparisons: Sequence[Comparison]) -> dict[Nation, list[Comparison]]:
    """Comparisons by the nation that they are of, in its order; one of no nation is in no group."""
    groups: dict[Nation, list[Comparison]] = {}
    for comparison in comparisons:
        if comparison.nation:
            groups.setdefault(comparison.nation, []).append(comparison)
    return groups


def finding(comparison: Comparison, result: Coterminosity) -> str:
    """What the page says first."""
    number, split = len(result.areas), len(result.misfits)
    if not split:
        return f"Each of {number} {comparison.areas} lies in one of the {len(result.others)} {comparison.others}."
    lie = "lies" if split == 1 else "lie"
    return (
        f"{words.number(split)} of {number} {comparison.areas} {lie} in more than one of the "
        f"{len(result.others)} {comparison.others}, touching {len(result.touched)} of them."
    )


def scores(comparison: Comparison, result: Coterminosity) -> Table:
    """The three scores, as shares of what was counted."""
    areas, others = comparison.areas, comparison.others
    return Table(
        "How far the boundaries are common",
        (Column("Score"), Column("Share", True), Column("What it is the share of")),
        (
            ("Nested", per_cent(result.nested), f"In {areas} that lie in one of the {others}"),
            ("Nested back", per_cent(result.nested_back), f"In {others} that lie in one of the {areas}"),
            ("Identical", per_cent(result.identical), f"In {areas} that are the same as one of the {others}"),
        ),
        stacks=True,
    )


def misfits(comparison: Comparison, result: Coterminosity) -> Table | None:
    """The areas that do not fit, with where their parts lie; none where all do."""
    if not result.misfits:
        return None
    return _spreads(f"{_great(comparison.areas)} that do not fit", comparison.others, result.misfits)


def both_ways(comparison: Comparison, result: Coterminosity) -> tuple[Table, Table]:
    """Every area of either set with its shares of the other."""
    areas, others = comparison.areas, comparison.others
    return (
        _spreads(f"{_great(areas)} and where they lie", others, result.areas),
        _spreads(f"{_great(others)} and what lies in them", areas, result.others),
    )


def steps(comparison: Comparison, answer: Explained[Coterminosity]) -> Explanation:
    """How it was counted and worked out, with what law and reports say."""
    return explained("How this was worked out", finding(comparison, answer.value), answer)


def _spreads(caption: str, others: str, spreads: Sequence[Spread]) -> Table:
    rows = tuple((spread.area.name, words.number(spread.people), _parts(spread)) for spread in spreads)
    return Table(
        caption, (Column("Area"), Column("Counted", True), Column(_great(others))), rows, stacks=True
    )


def _parts(spread: Spread) -> str:
    return "; ".join(f"{part.area.name} {per_cent(part.share)}" for part in spread.parts)


def _href(path: str, comparison: Comparison, sliver: str) -> str:
    return address(path, {"of": key_of(comparison), "sliver": "" if sliver == SLIVERS[0] else sliver})


def _great(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}"
