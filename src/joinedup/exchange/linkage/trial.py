"""How good a run was, where the truth is known: precision and recall over all pairs, and by what had gone wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.exchange.linkage.judging import LINK, REVIEW

THRESHOLDS = (REVIEW, 0.8, 0.9, 0.95, 0.98, LINK, 0.999)

Pair = tuple[UUID, UUID]


@dataclass(frozen=True)
class Truth:
    """Whose each record is, and what is wrong with it, in words."""

    whose: Mapping[UUID, str]
    slips: Mapping[UUID, frozenset[str]]


@dataclass(frozen=True)
class Quality:
    """Of `true` pairs of one person, `right` are among the `pairs` that were taken."""

    name: str
    pairs: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """Return the share of the pairs taken that are one person; 1 where none was taken."""
        return self.right / self.pairs if self.pairs else 1.0

    @property
    def recall(self) -> float:
        """Return the share of one person's pairs that were taken; 1 where there are none."""
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True)
class SlipQuality:
    """Pairs in which a record has the slip: how many are one person, are linked or asked about; wrong ones apart."""

    slip: str
    true: int
    linked: int
    asked: int
    wrongly_linked: int
    wrongly_asked: int


@dataclass(frozen=True)
class Trial:
    """What a run was worth. `joined`: when all linked pairs are joined, whoever is joined with whom."""

    records: int
    persons: int
    thresholds: tuple[Quality, ...]
    joined: Quality
    slips: tuple[SlipQuality, ...]

    def at(self, threshold: float) -> Quality:
        """Return the quality at one of `THRESHOLDS`."""
        return self.thresholds[THRESHOLDS.index(threshold)]


def judge(pairs: Sequence[ProposedPair], truth: Truth) -> Trial:
    """Set what was proposed beside the truth."""
    true = set(_true_pairs(truth.whose))
    return Trial(
        records=len(truth.whose),
        persons=len(set(truth.whose.values())),
        thresholds=tuple(_quality(pairs, true, threshold) for threshold in THRESHOLDS),
        joined=_joined(pairs, true),
        slips=tuple(_by_slip(pairs, true, truth)),
    )


def _true_pairs(whose: Mapping[UUID, str]) -> Iterator[Pair]:
    records = defaultdict(list)
    for record, person in whose.items():
        records[person].append(record)
    for held in records.values():
        yield from combinations(sorted(held), 2)


def _taken(pairs: Iterable[ProposedPair], threshold: float) -> set[Pair]:
    return {(pair.left, pair.right) for pair in pairs if pair.score >= threshold}


def _quality(pairs: Sequence[ProposedPair], true: set[Pair], threshold: float) -> Quality:
    taken = _taken(pairs, threshold)
    return Quality(f"{threshold:g}", len(taken), len(taken & true), len(true))


def _joined(pairs: Sequence[ProposedPair], true: set[Pair]) -> Quality:
    """Judge the groups that come of joining every linked pair: a wrong link may join whole groups."""
    group_of: dict[UUID, set[UUID]] = {}
    for left, right in _taken(pairs, LINK):
        group = group_of.setdefault(left, {left})
        other = group_of.setdefault(right, {right})
        if group is not other:
            group |= other
            group_of.update(dict.fromkeys(other, group))
    groups = {id(group): group for group in group_of.values()}
    taken = {pair for group in groups.values() for pair in combinations(sorted(group), 2)}
    return Quality("joined", len(taken), len(taken & true), len(true))


def _by_slip(pairs: Sequence[ProposedPair], true: set[Pair], truth: Truth) -> Iterator[SlipQuality]:
    linked = _taken(pairs, LINK)
    asked = _taken(pairs, REVIEW) - linked
    for slip in sorted({slip for slips in truth.slips.values() for slip in slips}):
        having = {record for record, slips in truth.slips.items() if slip in slips}
        yield SlipQuality(
            slip,
            _count(true, having),
            _count(linked & true, having),
            _count(asked & true, having),
            _count(linked - true, having),
            _count(asked - true, having),
        )


def _count(pairs: Iterable[Pair], having: set[UUID]) -> int:
    return sum(left in having or right in having for left, right in pairs)
