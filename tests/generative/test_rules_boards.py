"""What must hold of every kind of board on every day on which the rules on its members changed."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import rule_book
from joinedup.rules.boards.checking import Board, BoardKind, Chair, Member, Plan, check_board
from joinedup.rules.boards.rows import PlanRule, Seat
from joinedup.rules.findings import Severity
from joinedup.rules.values import number_of, rows_of, words_of

LONG_AFTER = date(2060, 1, 1)
QUESTIONS = ("chair_roles", "chair_appointed_by", "chair_years", "chair_alternates")


def days_of(nation, kind):
    """The first and the last day of each entry on members."""
    known = rule_book(nation, "boards").parameters.get(f"{kind}_members")
    for entry in known.entries if known else ():
        yield from {entry.period.start, entry.period.end or LONG_AFTER}


CASES = [(nation, kind, day) for nation in Nation for kind in BoardKind for day in days_of(nation, kind)]
cases = st.sampled_from(CASES)


def complete(nation, kind, day):
    """A board with the members it must and should have and no more, a chair and every plan."""
    rules = rule_book(nation, "boards").on(day)
    seats = [seat for name in ("members", "members_advised") for seat in seats_on(rules, kind, name)]
    members = tuple(Member(seat.role, votes=seat.votes) for seat in seats for _ in range(seat.at_least))
    members += (Member("other"),) * (fixed_size(rules, kind) - len(members))
    roles, chosen = rules.find(f"{kind}_chair_roles"), rules.find(f"{kind}_chair_appointed_by")
    role = words_of(roles)[0] if roles else members[0].role
    body = words_of(chosen)[0] if chosen else "one"
    found = rules.find(f"{kind}_plans")
    plans = tuple(Plan(rule.kind, day) for rule in rows_of(found, PlanRule)) if found else ()
    return Board(nation, kind, "Elsewhere", members, Chair(role, body, day, "another"), plans)


def fixed_size(rules, kind):
    """How many members there must be, or must be at the least; none where neither is fixed."""
    found = rules.find(f"{kind}_size") or rules.find(f"{kind}_least_size")
    return number_of(found) if found else 0


def seats_on(rules, kind, name):
    found = rules.find(f"{kind}_{name}")
    return rows_of(found, Seat) if found else ()


def required(board, day):
    return seats_on(rule_book(board.nation, "boards").on(day), board.kind, "members")


def test_every_kind_with_members_is_tried():
    assert {kind for _, kind, _ in CASES} >= set(BoardKind) - {
        BoardKind.HEALTH_AND_SOCIAL_SERVICES_BOARD,
        BoardKind.HEALTH_AND_SOCIAL_CARE_BOARD,
    }


@given(cases)
def test_a_complete_board_lacks_nothing(case):
    assert check_board(complete(*case), case[2]) == []


@given(cases, st.data())
def test_a_required_member_who_goes_is_all_that_is_missed(case, data):
    board, day = complete(*case), case[2]
    seat = data.draw(st.sampled_from(required(board, day)))
    gone = next(place for place, member in enumerate(board.members) if member.role in seat.roles)
    (finding,) = check_board(replace(board, members=board.members[:gone] + board.members[gone + 1 :]), day)
    assert finding.severity is Severity.MUST
    assert finding.what.startswith(f"{seat.title}: ")
    assert [citation.parameter for citation in finding.citations] == [f"{board.kind}_members"]


@given(cases, st.lists(st.sampled_from(["neighbour", "observer", "visitor"]), max_size=4))
def test_members_of_other_kinds_matter_only_where_the_number_of_members_is_fixed(case, others):
    board, day = complete(*case), case[2]
    more = replace(board, members=board.members + tuple(Member(role) for role in others))
    size = rule_book(board.nation, "boards").on(day).find(f"{board.kind}_size")
    is_wrong = size is not None and len(more.members) != number_of(size)
    assert [finding.what for finding in check_board(more, day)] == (
        [f"Members: {len(more.members)}"] if is_wrong else []
    )


@given(cases)
def test_the_order_of_members_does_not_matter(case):
    board, day = complete(*case), case[2]
    fewer = replace(board, members=board.members[2:])
    turned = replace(fewer, members=tuple(reversed(fewer.members)))
    assert check_board(turned, day) == check_board(fewer, day)


@given(cases)
def test_who_becomes_a_member_tomorrow_is_none_today(case):
    board, day = complete(*case), case[2]
    later = tuple(replace(member, since=day + timedelta(days=1)) for member in board.members)
    missed = [
        finding for finding in check_board(replace(board, members=later), day) if "_members" in str(finding)
    ]
    assert len(missed) >= len(required(board, day))


@given(cases)
def test_a_board_without_a_chair_is_told_where_the_law_speaks_of_one(case):
    board, day = complete(*case), case[2]
    rules = rule_book(board.nation, "boards").on(day)
    speaks = any(rules.find(f"{board.kind}_{question}") for question in QUESTIONS)
    told = [finding.what for finding in check_board(replace(board, chair=None), day)]
    assert told == (["Chair: none"] if speaks else [])
