"""Boards: what rule books may say of them, how a board is declared, and both from the command line."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.core.explained import Confidence
from joinedup.core.nation import Nation
from joinedup.rules import RuleBookError, rule_book
from joinedup.rules.boards.checking import BoardKind, Plan, board_of
from joinedup.rules.boards.rows import PlanRule, Seat
from joinedup.rules.boards.topic import BOARDS
from joinedup.rules.coverage import coverage
from joinedup.rules.explaining import value_text
from joinedup.rules.loading import load_rule_book

INSTRUCTIONS = Path(__file__).parents[3] / "docs" / "how-to" / "check-a-board.md"
GOOD = """\
parameters:
  - id: lead_agency_members
    title: Members
    unit: table
    entries:
      - value:
          - {role: gp, title: Doctors, at_least: 2, at_most: 3, votes: true}
          - {role: nurse, title: Nurse or midwife, at_least: 1, other_roles: [midwife]}
        from: 2000-01-01
        to: null
        source: {document: An Act}
        status: in_force
        confidence: primary
  - id: lead_agency_plans
    title: Plans
    unit: table
    entries:
      - value:
          - {kind: strategy, title: Strategy, years: 3}
        from: 2000-01-01
        to: null
        source: {document: An Act}
        status: in_force
        confidence: primary
"""
BOARD = """\
kind: health_and_wellbeing_board
name: Elsewhere
members:
  - {role: councillor, body: council, votes: true, since: 2013-04-01}
chair: {role: councillor, body: council, since: 2013-04-01, previous_body: nobody}
plans:
  - {kind: strategy, made_on: 2013-05-01, covers_to: 2014-04-30, reviewed_on: 2013-12-01}
"""


def loaded(text):
    return load_rule_book(text.encode(), file="trial.yaml", nation=Nation.SCOTLAND, topic=BOARDS).parameters


def run(*words):
    return CliRunner().invoke(main, ["rules", *words])


def test_seats_and_plans_are_read_and_told_as_text():
    book = loaded(GOOD)
    seats = book["lead_agency_members"].entries[0].value
    assert seats == (
        Seat("gp", "Doctors", 2, 3, True),
        Seat("nurse", "Nurse or midwife", 1, None, None, ("midwife",)),
    )
    assert value_text(seats) == (
        "Doctors (gp: at least 2, at most 3, with a vote), Nurse or midwife (nurse or midwife: at least 1)"
    )
    plans = book["lead_agency_plans"].entries[0].value
    assert plans == (PlanRule("strategy", "Strategy", 3),)
    assert value_text(plans) == "Strategy (strategy: every 3 years)"
    assert str(PlanRule("strategy", "Strategy")) == "Strategy (strategy)"
    assert str(Seat("gp", "Doctor", 1, 1, False)) == "Doctor (gp: exactly 1, without a vote)"


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("at_least: 2", "least: 2", 7, "'least' is not known here"),
        ("at_least: 2, ", "", 7, "'at_least' is missing"),
        ("at_least: 2", "at_least: 0", 7, "one or more"),
        ("at_most: 3", "at_most: 1", 7, "fewer than at least 2"),
        ("votes: true", "votes: yes", 7, "write true or false"),
        ("role: nurse", "role: gp", 8, "'gp' is listed twice"),
        ("[midwife]", "[gp]", 8, "'gp' is listed twice"),
        ("[midwife]", "[midwife, midwife]", 8, "listed twice"),
        ("years: 3", "years: 0", 19, "one or more"),
        ("years: 3", "months: 3", 19, "'months' is not known here"),
        ("lead_agency_plans", "lead_agency_hopes", 14, "no parameter of this topic"),
        ("unit: table", "unit: list", 4, "measured in table"),
    ],
)
def test_a_rule_book_on_boards_is_refused_at_its_line(old, new, line, problem):
    assert old in GOOD
    with pytest.raises(RuleBookError) as caught:
        loaded(GOOD.replace(old, new, 1))
    assert (caught.value.line, problem in str(caught.value)) == (line, True)


def test_a_plan_is_listed_once():
    twice = GOOD.replace("years: 3}", "years: 3}\n          - {kind: strategy, title: Another}")
    with pytest.raises(RuleBookError, match=r"trial\.yaml:20: 'strategy' is listed twice"):
        loaded(twice)


@pytest.mark.parametrize("nation", Nation)
def test_roles_that_are_weighed_or_may_chair_are_roles_of_the_board(nation):
    book = rule_book(nation, "boards").parameters
    for kind in BoardKind:
        members = book.get(f"{kind}_members")
        roles = (
            {role for entry in members.entries for seat in entry.value for role in seat.roles}
            if members
            else set()
        )
        for question in ("balance", "chair_roles"):
            named = book.get(f"{kind}_{question}")
            assert all(set(entry.value) <= roles for entry in named.entries) if named else True


@pytest.mark.parametrize("nation", Nation)
def test_each_kind_is_there_or_not_on_each_day_that_its_members_are_known_for(nation):
    book = rule_book(nation, "boards").parameters
    for kind in BoardKind:
        for entry in book[f"{kind}_members"].entries if f"{kind}_members" in book else ():
            for day in (entry.period.start, entry.period.end or date(2060, 1, 1)):
                assert book[f"{kind}_exists"].on(day).value is True


def test_counts_through_time_are_those_of_the_reforms():
    def number(nation, kind, day):
        return rule_book(nation, "boards").on(day).cite(f"{kind}_number").value

    assert number(Nation.WALES, "local_health_board", date(2009, 9, 30)) == 22
    assert number(Nation.WALES, "local_health_board", date(2009, 10, 1)) == 7
    assert number(Nation.NORTHERN_IRELAND, "health_and_social_services_board", date(2009, 3, 31)) == 4
    assert number(Nation.NORTHERN_IRELAND, "health_and_social_care_board", date(2009, 4, 1)) == 1
    assert number(Nation.NORTHERN_IRELAND, "health_and_social_care_trust", date(2007, 3, 31)) == 18
    assert number(Nation.NORTHERN_IRELAND, "health_and_social_care_trust", date(2007, 4, 1)) == 5
    assert number(Nation.ENGLAND, "integrated_care_board", date(2022, 7, 1)) == 42
    assert number(Nation.SCOTLAND, "integration_joint_board", date(2016, 4, 1)) == 30


def test_a_declared_board_is_read_whole():
    board = board_of(BOARD.encode(), file="board.yaml", nation=Nation.ENGLAND)
    assert (board.kind, board.members[0].votes, board.chair.previous_body) == (
        BoardKind.HEALTH_AND_WELLBEING_BOARD,
        True,
        "nobody",
    )
    (plan,) = board.plans
    assert plan == Plan("strategy", date(2013, 5, 1), date(2014, 4, 30), date(2013, 12, 1))
    assert plan.looked_at_on(date(2013, 11, 30)) == date(2013, 5, 1)
    assert plan.looked_at_on(date(2013, 12, 1)) == date(2013, 12, 1)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("kind: health_and_wellbeing_board", "kind: parliament", 1, "'parliament' is no kind of board"),
        ("name: Elsewhere\n", "", 1, "'name' is missing"),
        ("role: councillor, body: council, votes", "post: councillor, votes", 4, "'post' is not known here"),
        ("votes: true", "votes: 1", 4, "true or false is wanted"),
        ("chair: {role: councillor, ", "chair: {", 5, "'role' is missing"),
        ("covers_to: 2014-04-30", "covers_to: 2013-04-30", 7, "ends before it is made"),
    ],
)
def test_a_declared_board_is_refused_at_its_line(old, new, line, problem):
    assert old in BOARD
    with pytest.raises(RuleBookError) as caught:
        board_of(BOARD.replace(old, new, 1).encode(), file="board.yaml", nation=Nation.ENGLAND)
    assert (caught.value.line, problem in str(caught.value)) == (line, True)


@pytest.fixture
def declared(tmp_path):
    file = tmp_path / "board.yaml"
    file.write_text(BOARD)
    return str(file)


def test_the_command_tells_each_finding_with_what_it_rests_on(declared):
    done = run("check-board", "--nation", "england", "--on", "2013-05-01", "--board", declared)
    assert done.exit_code == 0
    assert "must: Local Healthwatch: none: there are to be at least 1" in done.output
    assert "(Health and Social Care Act 2012, section 194(2)" in done.output


def test_the_command_tells_findings_as_json(declared):
    done = run("check-board", "--nation", "england", "--on", "1999-01-01", "--board", declared, "--json")
    told = json.loads(done.output)
    assert told["rests_on_unverified"] is False
    (finding,) = told["findings"]
    assert finding["severity"] == "must"
    assert finding["what"] == "There were no health and wellbeing boards on Friday 1 January 1999"
    assert finding["citations"][0]["parameter"] == "health_and_wellbeing_board_exists"
    assert finding["citations"][0]["source"]["document"] == "Health and Social Care Act 2012"


def test_the_command_says_that_nothing_is_amiss_and_what_was_not_traced(tmp_path):
    file = tmp_path / "board.yaml"
    file.write_text(
        "kind: public_services_board\nname: Elsewhere\nmembers: [{role: local_authority}, {role: local_health_board},"
        " {role: fire_and_rescue_authority}, {role: natural_resources_wales}]\n"
    )
    done = run("check-board", "--nation", "wales", "--on", "2016-04-01", "--board", str(file))
    assert done.output == "Nothing amiss by what the rule book holds.\n"
    file.write_text("kind: health_and_social_care_trust\nname: Elsewhere\nmembers: [{role: chair}]\n")
    done = run("check-board", "--nation", "northern_ireland", "--on", "2016-04-01", "--board", str(file))
    assert "(Belfast Health and Social Care Trust, How the Trust is structured)" in done.output
    assert done.output.endswith(
        "Rests on values that have not been traced to a document: "
        "Members of a health and social care trust's board.\n"
    )


@pytest.mark.parametrize(
    ("nation", "said"),
    [("wales", "Wales has no health_and_wellbeing_board_exists"), ("england", "board.yaml:1: ")],
)
def test_the_command_refuses_in_one_line(declared, tmp_path, nation, said):
    if nation == "england":
        (tmp_path / "board.yaml").write_text("kind: parliament\nname: x\nmembers: [{role: y}]\n")
    done = run("check-board", "--nation", nation, "--on", "2016-04-01", "--board", declared)
    assert done.exit_code == 1
    assert said in done.output


def test_the_board_of_the_instructions_comes_out_as_they_say(tmp_path):
    text = INSTRUCTIONS.read_text(encoding="utf-8")
    board, said = (
        re.search(r"```yaml\n(.+?)```", text, re.DOTALL),
        re.search(r"```\n(must: .+?)```", text, re.DOTALL),
    )
    (tmp_path / "board.yaml").write_text(board[1])
    done = run(
        "check-board", "--nation", "scotland", "--on", "2019-05-01", "--board", str(tmp_path / "board.yaml")
    )
    assert done.output == said[1]


def test_show_tells_who_must_be_on_a_board():
    done = run("show", "integration_joint_board_members", "--on", "2026-09-01")
    assert "Scotland: Members of an integration joint board of one council's area (table)" in done.output
    assert "Member for unpaid carers (carer: at least 1, with a vote)" in done.output
    assert "SSI 2025/405" in done.output


def test_coverage_includes_boards_of_every_nation():
    covered = {row.nation for row in coverage([2019]) if row.topic == "boards"}
    assert covered == set(Nation)


def test_what_was_not_traced_is_called_so():
    unverified = {
        parameter.id
        for nation in Nation
        for parameter in rule_book(nation, "boards").parameters.values()
        for entry in parameter.entries
        if entry.confidence is Confidence.UNVERIFIED
    }
    assert unverified == {
        "health_and_social_care_trust_members",
        "local_health_board_members",
        "local_health_board_size",
    }
