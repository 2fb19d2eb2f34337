"""Duplicates found among two thousand made-up records whose truth is known, and what the data teach the model."""

import json
import random
from dataclasses import replace
from math import log2
from uuid import UUID

import pytest

from joinedup.core.nation import Nation
from joinedup.exchange.linkage import LINK, REVIEW, as_markdown, find_duplicates, judge, write_report
from joinedup.site.linkage_trial import UNTIL, people_to_link, truth_of, try_linkage
from joinedup.synthetic.duplicates import Slip, SlipRates, known_people
from people_to_link import ALDERINE, NHS, RIGHT, other

RECORDS, SEED = 2000, 11


@pytest.fixture(scope="module")
def known():
    return list(known_people(Nation.SCOTLAND, records=RECORDS, seed=SEED, until=UNTIL))


@pytest.fixture(scope="module")
def found(known):
    return find_duplicates(people_to_link(known))


@pytest.fixture(scope="module")
def trial(known, found):
    return judge(found.pairs, truth_of(known))


def test_nearly_all_duplicates_are_found_and_hardly_anything_else(trial):
    for threshold in (REVIEW, LINK):
        assert trial.at(threshold).precision >= 0.99
        assert trial.at(threshold).recall >= 0.93


@pytest.mark.parametrize("slip", [Slip.TYPO, Slip.NO_NUMBER, Slip.MOVED, Slip.SWAPPED_NAMES, Slip.SHORT_FORM])
def test_no_kind_of_slip_is_left_out(trial, slip):
    (quality,) = [each for each in trial.slips if each.slip == slip.value]
    assert quality.true > 20
    assert quality.linked / quality.true > 0.7


def test_twins_are_never_linked_nor_asked_about():
    """In every family that has two children they are twins here."""
    known = list(
        known_people(Nation.WALES, records=RECORDS, seed=SEED, until=UNTIL, rates=SlipRates(twins=1.0))
    )
    twins = {record.id for record in known if Slip.TWIN in record.slips}
    whose = {record.id: record.truth for record in known}
    found = find_duplicates(people_to_link(known))
    mixed_up = [
        pair
        for pair in found.pairs
        if twins >= {pair.left, pair.right} and whose[pair.left] != whose[pair.right]
    ]
    assert len(twins) > 200
    assert mixed_up == []


def test_the_order_in_which_people_come_makes_no_difference(known, found):
    people = people_to_link(known)
    random.Random(5).shuffle(people)
    again = find_duplicates(people)
    assert again.pairs == found.pairs
    assert again.compared == found.compared


def test_a_pair_is_said_once_the_smaller_id_first_the_surest_first(found):
    assert all(pair.left < pair.right for pair in found.pairs)
    assert len({(pair.left, pair.right) for pair in found.pairs}) == len(found.pairs)
    scores = [pair.score for pair in found.pairs]
    assert scores == sorted(scores, reverse=True)
    assert len(found.to_link) + len(found.to_review) == len(found.pairs)


def parameter(found, field, words):
    (one,) = [each for each in found.model.parameters if each.field == field and each.words == words]
    return one


def test_the_data_teach_how_often_mistakes_are_made(known, found):
    """Known from how the records were made: one field in twenty is mistyped, each record on its own."""
    assert found.model.sure_pairs > 500
    right_twice = 0.95**2 * 0.99**2
    assert parameter(found, "Date of birth", "the same").m == pytest.approx(right_twice, abs=0.04)
    assert parameter(found, "Date of birth", "one digit other").m == pytest.approx(2 * 0.05 * 0.95, abs=0.04)
    assert parameter(found, "National number", "the same").m == pytest.approx(0.95**2, abs=0.04)
    assert parameter(found, "Gender", "the same").u == pytest.approx(0.5, abs=0.05)
    assert parameter(found, "Given name", "the same").u == pytest.approx(1 / 48, rel=0.4)


def test_too_few_people_to_learn_from_are_judged_by_what_was_declared():
    people = [ALDERINE, other(given="Aldreine"), other_person(3), other_person(4)]
    found = find_duplicates(people)
    assert not found.model.sure_pairs
    assert parameter(found, "Telephone", "the same").m == pytest.approx(0.8)
    assert [(pair.left, pair.right) for pair in found.to_link] == [(UUID(int=1), UUID(int=2))]
    said = {each.field: each for each in found.pairs[0].agreements}
    assert said["Given name"].verdict == "nearly"
    assert said["National number"].verdict == "agrees"
    assert said["Family name"].weight == pytest.approx(log2(0.86 / 0.001), abs=0.06), (
        "no name is rare among four"
    )
    assert "how often one person's fields agree is as declared" in as_markdown(found)


def other_person(number):
    return replace(
        ALDERINE,
        id=UUID(int=number),
        given=("Bracken", "Cobbler")[number % 2],
        family=f"Muffin{'abcd'[number % 4]}march",
        born=f"19{number}1-0{number}-1{number}",
        gender="male",
        postcode=f"ZZ99 {number}QQ",
        line=f"{number} Muffin Row",
        phone="",
        numbers=(),
    )


def test_twins_without_a_number_are_apart_whatever_else_they_share():
    twin = other(given="Bramblia", numbers=())
    assert find_duplicates([replace(ALDERINE, numbers=()), twin]).pairs == ()


def test_one_system_s_own_duplicates_are_counted():
    assert find_duplicates([ALDERINE, other()]).within_one_system == 1
    assert find_duplicates([ALDERINE, other(systems=("council",))]).within_one_system == 0


def test_the_report_names_nobody_and_holds_the_figures(tmp_path):
    tried = try_linkage(Nation.WALES, records=300, seed=2)
    write_report(tmp_path / "report.json", tried.found, tried.trial)
    write_report(tmp_path / "report.md", tried.found, tried.trial)
    told = json.loads((tmp_path / "report.json").read_text())
    assert told["people"] == told["trial"]["records"] == 300
    assert {row["name"] for row in told["trial"]["thresholds"]} >= {"0.5", "0.99"}
    assert set(told["seconds"]) == {"reading", "loading", "learning", "comparing", "judging"}
    text = (tmp_path / "report.md").read_text()
    assert "| no national number |" in text
    names = {record.family for record in known_people(Nation.WALES, records=300, seed=2, until=UNTIL)}
    assert not [name for name in names if name in text]


def test_a_number_that_too_many_hold_says_nothing():
    people = [
        replace(other_person(1 + n % 9), id=UUID(int=100 + n), numbers=((NHS, RIGHT),)) for n in range(30)
    ]
    found = find_duplicates(people)
    assert {
        each.verdict for pair in found.pairs for each in pair.agreements if each.field == "National number"
    } <= {"unknown"}
    assert found.compared < 30 * 29 / 2
