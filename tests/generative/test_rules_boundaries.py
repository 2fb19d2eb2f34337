"""What must hold of any two sets of areas, whatever their overlaps."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from joinedup.rules.boundaries.coterminosity import coterminosity
from joinedup.rules.boundaries.overlaps import Area, Overlap

names = st.sampled_from("PQRSTU")
areas = names.map(lambda name: Area(name, f"Area {name}"))
others = names.map(lambda name: Area(name.lower(), f"Board {name}"))
overlap = st.builds(Overlap, areas, others, st.integers(1, 1000))
maps = st.lists(overlap, min_size=1, max_size=30)
slivers = st.fractions(0, Fraction(49, 100), max_denominator=100)


def turned(overlaps):
    """The same map with the two sets in each other's place."""
    return [Overlap(each.other, each.area, each.people) for each in overlaps]


def people_of(overlaps, side):
    """People by area, added up the obvious way."""
    found = Counter()
    for each in overlaps:
        found[getattr(each, side)] += each.people
    return found


@given(maps, slivers)
def test_nobody_is_lost_and_shares_sum_to_1(overlaps, sliver):
    result = coterminosity(overlaps, sliver=sliver)
    assert result.people == sum(each.people for each in overlaps)
    for spreads, side in ((result.areas, "area"), (result.others, "other")):
        assert {spread.area: spread.people for spread in spreads} == people_of(overlaps, side)
        for spread in spreads:
            assert sum(part.people for part in spread.parts) == spread.people
            assert sum(part.share for part in spread.parts) == 1


@given(maps, slivers)
def test_scores_lie_between_0_and_1_and_identical_is_no_more_than_nested(overlaps, sliver):
    result = coterminosity(overlaps, sliver=sliver)
    assert 0 <= result.identical <= result.nested <= 1
    assert 0 <= result.nested_back <= 1


@given(maps)
def test_the_score_is_1_just_when_each_area_lies_in_one_other(overlaps):
    boards = {
        area: {each.other for each in overlaps if each.area == area} for area in people_of(overlaps, "area")
    }
    result = coterminosity(overlaps)
    assert (result.nested == 1) == all(len(found) == 1 for found in boards.values())
    assert {spread.area for spread in result.misfits} == {a for a, found in boards.items() if len(found) > 1}


@given(maps)
def test_identical_is_1_just_when_the_two_sets_are_one(overlaps):
    pairs = {(each.area, each.other) for each in overlaps}
    is_one = len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    assert (coterminosity(overlaps).identical == 1) == is_one


@given(maps, st.randoms(use_true_random=False), slivers)
def test_the_order_of_rows_does_not_matter(overlaps, random, sliver):
    mixed = list(overlaps)
    random.shuffle(mixed)
    assert coterminosity(mixed, sliver=sliver) == coterminosity(overlaps, sliver=sliver)


@given(maps, slivers)
def test_the_other_way_round_says_the_same(overlaps, sliver):
    forth, back = coterminosity(overlaps, sliver=sliver), coterminosity(turned(overlaps), sliver=sliver)
    assert (forth.areas, forth.others) == (back.others, back.areas)
    assert (forth.nested, forth.nested_back) == (back.nested_back, back.nested)
    if not sliver:
        assert forth.identical == back.identical


@given(maps, others, others, slivers)
def test_joining_areas_of_the_other_set_never_makes_it_worse(overlaps, one, two, sliver):
    joined = [replace(each, other=one) if each.other == two else each for each in overlaps]
    assert coterminosity(joined, sliver=sliver).nested >= coterminosity(overlaps, sliver=sliver).nested


@given(maps, slivers, slivers)
def test_a_larger_sliver_never_makes_it_worse(overlaps, one, two):
    small, large = sorted((one, two))
    for score in ("nested", "nested_back", "identical"):
        assert getattr(coterminosity(overlaps, sliver=large), score) >= getattr(
            coterminosity(overlaps, sliver=small), score
        )


@given(maps, st.integers(1, 50))
def test_only_shares_count(overlaps, times):
    more = [replace(each, people=each.people * times) for each in overlaps]
    for score in ("nested", "nested_back", "identical"):
        assert getattr(coterminosity(more), score) == getattr(coterminosity(overlaps), score)
