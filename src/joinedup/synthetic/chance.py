"""Draws that `random` lacks, each made of as few calls as can be: a partnership makes millions of them."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import exp
from random import Random
from typing import TypeVar

T = TypeVar("T")


def count_of(rng: Random, expected: float) -> int:
    """How often something happens that happens `expected` times on average (Poisson, by Knuth's method)."""
    limit, product, count = exp(-expected), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def one_of(rng: Random, things: Sequence[T]) -> T:
    """One of the things, each as likely."""
    return things[int(rng.random() * len(things))]


def between(rng: Random, low: int, high: int) -> int:
    """A whole number from `low` up to but not including `high`."""
    return low + int(rng.random() * (high - low))


class Weighted:
    """Positions drawn in proportion to their weights."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._cumulative = list(accumulate(weights))

    def draw(self, rng: Random) -> int:
        return self.at(rng.random())

    def at(self, share: float) -> int:
        """The position that holds this share (0 to 1) of the whole weight."""
        found = bisect_right(self._cumulative, share * self._cumulative[-1])
        return min(found, len(self._cumulative) - 1)
