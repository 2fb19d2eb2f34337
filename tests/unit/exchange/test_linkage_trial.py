"""Precision and recall against a truth small enough to count by hand, and the reports made of them."""

from uuid import UUID

import pytest

from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.exchange.linkage import LINK, REVIEW, Truth, judge

A, B, C, D, E = (UUID(int=number) for number in range(1, 6))
# a b c are one person, d e another.
TRUTH = Truth(
    {A: "x", B: "x", C: "x", D: "y", E: "y"},
    {A: frozenset(), B: frozenset({"moved"}), C: frozenset(), D: frozenset({"twin"}), E: frozenset()},
)


def pair(left, right, score):
    return ProposedPair(left, right, score, (), "by hand")


PAIRS = [pair(A, B, 0.999), pair(B, C, 0.99), pair(C, D, 0.99), pair(D, E, 0.6)]


def test_pairs_are_counted_at_each_threshold():
    trial = judge(PAIRS, TRUTH)
    at_link, at_review = trial.at(LINK), trial.at(REVIEW)
    assert (at_link.pairs, at_link.right, at_link.true) == (3, 2, 4)
    assert at_link.precision == pytest.approx(2 / 3)
    assert at_link.recall == pytest.approx(2 / 4)
    assert (at_review.pairs, at_review.right) == (4, 3)
    assert (trial.records, trial.persons) == (5, 2)


def test_a_wrong_link_joins_whole_groups():
    joined = judge(PAIRS, TRUTH).joined
    assert (joined.pairs, joined.right) == (6, 3), "a b c d are joined; a-b a-c b-c are right"


def test_pairs_are_counted_by_what_went_wrong():
    by_slip = {each.slip: each for each in judge(PAIRS, TRUTH).slips}
    moved, twin = by_slip["moved"], by_slip["twin"]
    assert (moved.true, moved.linked, moved.asked, moved.wrongly_linked) == (2, 2, 0, 0)
    assert (twin.true, twin.linked, twin.asked, twin.wrongly_linked) == (1, 0, 1, 1)


def test_nothing_proposed_is_precise_and_finds_nothing():
    none = judge([], TRUTH).at(LINK)
    assert (none.precision, none.recall) == (1.0, 0.0)
    assert judge([], Truth({A: "x"}, {})).at(LINK).recall == 1.0
