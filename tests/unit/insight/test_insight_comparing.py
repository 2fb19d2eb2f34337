"""Which nations may be compared follows from what they declare, and from nothing else."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest

from joinedup.core.nation import Nation
from joinedup.insight.comparing import CountedVariant, Verdict, compare, differences
from joinedup.insight.declaration import Ages, Counted, Origin, Variant
from joinedup.insight.measures.delayed_days import DECLARATION
from joinedup.rules.leaving_hospital.by_nation import counting_rule
from joinedup.rules.leaving_hospital.stays import Cited

ON = date(2025, 8, 31)


def _variant(nation, counted=Counted.BED_DAYS, ages=Ages.ADULTS):
    return Variant(nation=nation, origin=Origin.PARTNERSHIP, counted=counted, ages=ages)


def _like_scotland(nation, **unlike):
    """A nation that counts as Scotland does, save for what is named."""
    rule = replace(counting_rule(Nation.SCOTLAND, ON), nation=nation, **unlike)
    return CountedVariant(_variant(nation), rule)


SCOTLAND = _like_scotland(Nation.SCOTLAND)


def test_who_counts_alike_may_compare_levels():
    (found,) = compare([SCOTLAND, _like_scotland(Nation.WALES)])
    assert found.verdict is Verdict.LEVEL
    assert found.reasons == ("They are counted alike in every respect that is declared.",)


@pytest.mark.parametrize(
    ("attribute", "value", "verdict", "said"),
    [
        ("minimum_age", 16, Verdict.TREND_ONLY, "Youngest age counted — Scotland: 18; Wales: 16."),
        ("minimum_age", None, Verdict.TREND_ONLY, "Youngest age counted — Scotland: 18; Wales: not stated."),
        ("settings", ("acute",), Verdict.TREND_ONLY, "Wales: acute hospital. Delays in the other beds"),
        ("days_counted", "nights_in_bed", Verdict.LEVEL, "Wales: the nights in bed since the ready date."),
        ("intermediate_care_ends_count", True, Verdict.TREND_ONLY, "Scotland: not stated; Wales: yes."),
        ("delay_begins", "after_target", Verdict.TREND_ONLY, "Wales: when the target time has passed."),
    ],
)
def test_each_difference_has_its_effect_and_a_sentence_of_the_two_values(attribute, value, verdict, said):
    other = _like_scotland(Nation.WALES, **{attribute: Cited(value, None)})
    (found,) = compare([SCOTLAND, other])
    assert found.verdict is verdict
    assert len(found.reasons) == 1
    assert said in found.reasons[0]


def test_the_gravest_difference_is_the_verdict_and_comes_first():
    rule = replace(SCOTLAND.rule, nation=Nation.WALES, minimum_age=Cited(16, None))
    other = CountedVariant(_variant(Nation.WALES, Counted.PEOPLE_AT_CENSUS), rule)
    (found,) = compare([SCOTLAND, other])
    assert found.verdict is Verdict.NOT_COMPARABLE
    assert found.reasons[0].startswith("What is counted — Scotland: days spent")
    assert len(found.reasons) == 2


def test_what_matters_to_a_census_only_is_not_held_against_days():
    other = _like_scotland(Nation.WALES, census_day=Cited("third_wednesday", None))
    assert differences(SCOTLAND, other) == []


def test_another_population_leaves_only_the_trend():
    other = CountedVariant(_variant(Nation.WALES, ages=Ages.EVERYONE), SCOTLAND.rule)
    (found,) = compare([SCOTLAND, other])
    assert found.verdict is Verdict.TREND_ONLY
    assert "people of all ages" in found.reasons[0]


def test_a_comparison_is_the_same_both_ways():
    counted = [CountedVariant(v, counting_rule(v.nation, ON)) for v in DECLARATION.variants]
    for a, b in combinations(counted, 2):
        assert [d.effect for d in differences(a, b)] == [d.effect for d in differences(b, a)]


def test_the_declared_measure_compares_each_pair_of_nations_of_one_origin_once():
    counted = [CountedVariant(v, counting_rule(v.nation, ON)) for v in DECLARATION.variants]
    found = compare(counted)
    verdicts = {(c.origin, frozenset({c.nation_a, c.nation_b})): c.verdict for c in found}
    assert len(found) == len(verdicts) == 3 + 6
    assert verdicts["published", frozenset({Nation.SCOTLAND, Nation.WALES})] is Verdict.NOT_COMPARABLE
    assert verdicts["published", frozenset({Nation.SCOTLAND, Nation.ENGLAND})] is Verdict.TREND_ONLY
