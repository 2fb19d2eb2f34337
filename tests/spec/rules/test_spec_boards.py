"""Runs the table of cases in `boards.yaml`, which also tells a reader what each kind of board must be."""

from dataclasses import replace
from pathlib import Path

import pytest

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered
from joinedup.rules.boards.checking import board_of_node, check_board
from joinedup.rules.nodes import read_node

TABLE = Path(__file__).with_name("boards.yaml")
FIELDS = frozenset({"case", "nation", "day", "board"})
ANSWERS = frozenset({"findings", "omitted", "not_covered"})
CASES = [node.fields(FIELDS, ANSWERS) for node in read_node(TABLE.read_bytes(), TABLE.name).items()]
OMISSIONS = [
    pytest.param(case, role.text(), what.text(), id=f"{case['case'].text()} without {role.text()}")
    for case in CASES
    if "omitted" in case
    for role, what in case["omitted"].named()
]


def declared(case):
    return board_of_node(case["board"], Nation(case["nation"].text()))


def told(findings):
    return [f"{finding.severity}: {finding.what}" for finding in findings]


@pytest.mark.parametrize("case", CASES, ids=[case["case"].text() for case in CASES])
def test_each_board_comes_out_as_the_table_says(case):
    board, day = declared(case), case["day"].day()
    if "not_covered" in case:
        with pytest.raises(NotCovered) as caught:
            check_board(board, day)
        assert caught.value.parameter == case["not_covered"].text()
        return
    expected = case["findings"]
    assert told(check_board(board, day)) == (
        [each.text() for each in expected.items()] if expected.is_list() else []
    )


@pytest.mark.parametrize(("case", "role", "what"), OMISSIONS)
def test_a_complete_board_without_one_member_lacks_just_that(case, role, what):
    board = declared(case)
    gone = next(member for member in board.members if member.role == role)
    rest = tuple(member for member in board.members if member is not gone)
    assert told(check_board(replace(board, members=rest), case["day"].day())) == [f"must: {what}"]


@pytest.mark.parametrize("case", [case for case in CASES if "omitted" in case])
def test_the_table_leaves_out_each_role_of_a_complete_board(case):
    assert {role.text() for role, _ in case["omitted"].named()} == {m.role for m in declared(case).members}


def test_a_board_that_was_not_there_is_told_what_came_before_it():
    case = next(
        case for case in CASES if case["case"].text() == "the day before there were integration joint boards"
    )
    (finding,) = check_board(declared(case), case["day"].day())
    assert finding.because == "they came later; before them there were community health partnerships"
    assert [c.parameter for c in finding.citations] == [
        "integration_joint_board_exists",
        "integration_joint_board_follows",
    ]
