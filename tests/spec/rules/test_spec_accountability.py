"""Runs the table of cases in `accountability.yaml`, and holds the four books to what must be true of each."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, rule_book
from joinedup.rules.accountability.answering import (
    Accountability,
    Duty,
    FindingKind,
    Function,
    accountability,
)
from joinedup.rules.accountability.rows import Body, Held, Link, Reference
from joinedup.rules.nodes import read_node

TABLE = Path(__file__).with_name("accountability.yaml")
CASES = [
    node.fields(frozenset({"case", "nation", "day", "function"}), frozenset({"expected", "not_covered"}))
    for node in read_node(TABLE.read_bytes(), TABLE.name).items()
]
NAMES = [f"{c['nation'].text()} {c['function'].text()}: {c['case'].text()}" for c in CASES]
TODAY = date(2026, 1, 1)


def days_of_change(nation):
    """The first day of every entry of a nation's book, the day before it where it is covered, and a late one."""
    starts = {
        entry.period.start
        for parameter in rule_book(nation, "accountability").parameters.values()
        for entry in parameter.entries
    }
    return sorted((starts | {day - timedelta(days=1) for day in starts if day > min(starts)}) | {TODAY})


DAYS = [(nation, day) for nation in Nation for day in days_of_change(nation)]
ANSWERS: dict[tuple[Nation, date], Accountability] = {}


def answer(nation, day):
    if (nation, day) not in ANSWERS:
        ANSWERS[nation, day] = accountability(nation, day)
    return ANSWERS[nation, day]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_each_case_comes_out_as_the_table_says(case):
    nation, day = Nation(case["nation"].text()), case["day"].day()
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            accountability(nation, day)
        assert caught.value.parameter == case["not_covered"].text()
        return
    function = Function(case["function"].text())
    found = {}
    for duty in Duty:
        held = answer(nation, day).holding(function, duty)
        if held:
            found[duty.value] = ", ".join(each.body.id if each.body else "nobody" for each in held)
    assert found == {key.text(): node.text() for key, node in case["expected"].named()}


@pytest.mark.parametrize(("nation", "day"), DAYS)
def test_every_function_is_known_and_every_duty_and_link_cited(nation, day):
    found = answer(nation, day)
    assert found.not_known == ()
    assert {held.function for held in found.duties} == set(Function)
    assert found.links
    for part in (*found.duties, *found.links):
        assert part.citations
        assert all(citation.source.document for citation in part.citations)


@pytest.mark.parametrize(("nation", "day"), DAYS)
def test_findings_are_just_what_several_hold_or_nobody(nation, day):
    found = answer(nation, day)
    counted = Counter((held.function, held.duty) for held in found.duties if held.body)
    nowhere = {(held.function, held.duty) for held in found.duties if held.body is None}
    twice = {pair for pair, number in counted.items() if number > 1 and pair[1] is not Duty.DELIVERS}
    said = {kind: {(f.function, f.duty) for f in found.findings if f.kind is kind} for kind in FindingKind}
    assert said == {FindingKind.TWICE: twice, FindingKind.NOWHERE: nowhere}
    assert all(finding.citations for finding in found.findings)


@pytest.mark.parametrize(("nation", "day"), DAYS)
def test_nobody_and_somebody_never_hold_the_same_duty(nation, day):
    for function in Function:
        for duty in Duty:
            held = answer(nation, day).holding(function, duty)
            assert len(held) <= 1 or all(each.body for each in held)


@pytest.mark.parametrize("nation", Nation)
def test_every_id_in_a_book_is_declared_and_used(nation):
    book = rule_book(nation, "accountability").parameters
    rows = [row for parameter in book.values() for entry in parameter.entries for row in entry.value]
    bodies = {row.id for row in rows if isinstance(row, Body)}
    documents = {row.id for row in rows if isinstance(row, Reference)}
    held = [row for row in rows if isinstance(row, Held)]
    links = [row for row in rows if isinstance(row, Link)]
    named = {row.body for row in held if row.body} | {
        body for row in links for body in (row.giver, row.receiver)
    }
    assert named == bodies
    assert {name for row in (*held, *links) for name in row.sources} == documents


@pytest.mark.parametrize("nation", Nation)
def test_a_duty_that_nobody_holds_says_why(nation):
    book = rule_book(nation, "accountability").parameters
    rows = [row for parameter in book.values() for entry in parameter.entries for row in entry.value]
    assert all(row.note for row in rows if isinstance(row, Held) and row.body is None)


@pytest.mark.parametrize("nation", Nation)
def test_an_entry_is_as_well_traced_as_its_weakest_row(nation):
    order = ["primary", "secondary", "unverified"]
    book = rule_book(nation, "accountability").parameters
    (documents,) = book["accountability_sources"].entries
    confidence = {row.id: row.confidence for row in documents.value}
    for parameter in book.values():
        for entry in parameter.entries:
            named = [
                confidence[name]
                for row in entry.value
                if isinstance(row, Held | Link)
                for name in row.sources
            ]
            assert not named or entry.confidence == max(named, key=order.index)
