"""The rule books that come with joinedup."""

from importlib.resources import files

import pytest

from joinedup.core.explained import Confidence
from joinedup.core.nation import Nation
from joinedup.rules import catalogue, rule_book
from joinedup.rules.books import TOPICS


@pytest.mark.parametrize("nation", list(Nation))
def test_every_nation_has_every_topic_and_each_book_is_read_once(nation):
    for topic in TOPICS:
        book = rule_book(nation, topic.name)
        assert (book.nation, book.topic) == (nation, topic.name)
        assert rule_book(nation, topic.name) is book


def test_the_catalogue_lists_every_parameter_with_its_sources():
    parameters = catalogue()
    assert {parameter.nation for parameter in parameters} == set(Nation)
    names = [(parameter.nation, parameter.topic, parameter.id) for parameter in parameters]
    assert len(names) == len(set(names))
    entries = [entry for parameter in parameters for entry in parameter.entries]
    assert all(entry.source.document for entry in entries)
    assert {entry.confidence for entry in entries} == set(Confidence)


def test_what_was_not_traced_is_never_called_verified():
    untraced = [
        entry.confidence
        for parameter in catalogue()
        for entry in parameter.entries
        if "not yet traced" in entry.source.document
    ]
    assert untraced
    assert set(untraced) == {Confidence.UNVERIFIED}


def test_a_book_cannot_be_changed_by_who_reads_it():
    book = rule_book(Nation.WALES, "leaving_hospital")
    with pytest.raises(TypeError):
        book.parameters["clock_start"] = None


def test_no_module_of_a_nation_names_another():
    for nation in Nation:
        for file in files(f"joinedup.rules.{nation.value}").iterdir():
            if file.name.endswith(".py"):
                others = [other for other in Nation if other is not nation]
                text = file.read_text(encoding="utf-8")
                assert not [other for other in others if f"rules.{other.value}" in text]
