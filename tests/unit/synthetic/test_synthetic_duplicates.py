"""Made-up people as several systems know them: the truth is known, the slips are as frequent as they should be."""

from collections import Counter
from datetime import date
from random import Random

import pytest

from joinedup.core.identifiers import is_test_number
from joinedup.core.nation import Nation
from joinedup.synthetic.duplicates import Slip, SlipRates, known_people
from joinedup.synthetic.slips import mistyped, mistyped_date, short_form, turned_date

UNTIL = date(2026, 1, 1)
RECORDS = 8000


def made(records=RECORDS, seed=1, nation=Nation.ENGLAND, **rates):
    return list(
        known_people(
            nation, records=records, seed=seed, until=UNTIL, rates=SlipRates(**rates) if rates else None
        )
    )


@pytest.fixture(scope="module")
def known():
    return made()


def test_the_same_arguments_make_the_same_records():
    assert made(300) == made(300)
    assert made(300) != made(300, seed=2)


@pytest.mark.parametrize("records", [1, 2, 99, 1000])
def test_there_are_exactly_so_many_records_each_under_an_id_of_its_own(records):
    assert len({record.id for record in made(records)}) == records


@pytest.mark.parametrize("records", [0, 900_001])
def test_too_few_or_too_many_are_refused(records):
    with pytest.raises(ValueError, match="there can be 1 to 900,000 records"):
        made(records)


def test_no_system_knows_a_person_twice(known):
    doubled = [key for key, count in Counter((r.truth, r.system) for r in known).items() if count > 1]
    assert doubled == []
    assert len({record.system for record in known}) == 4


@pytest.mark.parametrize(
    ("slip", "share"),
    [
        (Slip.SWAPPED_NAMES, 0.02),
        (Slip.SHORT_FORM, 0.03),
        (Slip.MOVED, 0.08),
        (Slip.NO_NUMBER, 0.155),
        # Any of seven fields, each in one record of twenty.
        (Slip.TYPO, 0.29),
    ],
)
def test_slips_are_as_frequent_as_they_should_be(known, slip, share):
    assert sum(slip in record.slips for record in known) / RECORDS == pytest.approx(share, rel=0.25)


def test_without_slips_a_person_is_the_same_everywhere():
    none = dict.fromkeys(("typo", "swapped_names", "other_number", "moved", "short_form", "other_surname"), 0)
    none |= dict.fromkeys(("turned_date", "no_phone", "no_gender", "wrong_gender"), 0)
    said = {}
    for record in made(2000, **none):
        facts = (
            record.given,
            record.family,
            record.born,
            record.gender,
            record.postcode,
            record.line,
            record.phone,
        )
        assert said.setdefault(record.truth, facts) == facts


def test_twins_share_all_but_the_given_name():
    rates = dict.fromkeys(("typo", "swapped_names", "moved", "short_form", "turned_date", "other_number"), 0)
    twins = {}
    for record in made(4000, **rates, twins=1.0):
        if Slip.TWIN in record.slips:
            home = record.family, record.born, record.line, record.postcode
            twins.setdefault(home, {}).setdefault(record.truth, record)
    pairs = [tuple(held.values()) for held in twins.values() if len(held) == 2]
    assert len(pairs) > 50
    for first, second in pairs:
        assert first.given != second.given
        assert set(first.numbers).isdisjoint(second.numbers)


@pytest.mark.parametrize("nation", Nation)
def test_a_number_is_of_the_test_range_unless_mistyped(nation):
    for record in made(300, nation=nation, typo=0):
        assert all(is_test_number(value) for _, value in record.numbers)


@pytest.mark.parametrize("text", ["Alderine", "12 Treacle Lane", "ZZ99 1AB", "9990000026"])
def test_a_mistake_changes_one_or_two_characters(text):
    rng = Random(1)
    for _ in range(200):
        changed = mistyped(text, rng)
        assert abs(len(changed) - len(text)) <= 1
        if len(changed) == len(text):
            assert sum(a != b for a, b in zip(text, changed, strict=True)) <= 2


@pytest.mark.parametrize("text", ["", "A", "-"])
def test_too_little_text_has_no_mistake(text):
    assert mistyped(text, Random(1)) == text


def test_a_mistyped_date_is_another_date_with_one_other_digit():
    day = date(1984, 2, 29)
    for seed in range(50):
        changed = mistyped_date(day, Random(seed))
        assert sum(a != b for a, b in zip(day.isoformat(), changed.isoformat(), strict=True)) == 1


@pytest.mark.parametrize(
    ("day", "turned"),
    [(date(1950, 3, 4), date(1950, 4, 3)), (date(1950, 3, 13), date(1950, 3, 13))],
)
def test_day_and_month_are_exchanged_where_that_is_a_date(day, turned):
    assert turned_date(day) == turned


def test_a_short_form_begins_like_the_name():
    assert {short_form("Alderine", Random(seed)) for seed in range(20)} == {"Alde", "Aldey", "Aldeie"}
