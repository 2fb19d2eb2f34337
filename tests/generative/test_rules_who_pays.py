"""What must hold of who pays, whatever the marks, levels, shares and days; with second, obvious ways to an answer."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import rule_book
from joinedup.rules.charging.finances import Capital, CapitalKind, CareHome, Finances
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.values import rows_of
from joinedup.rules.who_pays.facts import BoardDecision, Facts, FastTrack, Setting, Share
from joinedup.rules.who_pays.needs import Checklist, Column, Level, Mark, Need, Needs
from joinedup.rules.who_pays.packages import Package, who_pays
from joinedup.rules.who_pays.rows import ChecklistDomain, Payer, ToolDomain
from joinedup.rules.who_pays.timetable import DueState, Events, timetable
from joinedup.rules.who_pays.tools import Strength, checklist_outcome, recommendation

DAY = date(2022, 10, 1)
PENNY = Decimal("0.01")
WITH_TOOLS = st.sampled_from((Nation.ENGLAND, Nation.WALES))
# As the form itself marks them, so that the oracle does not ask the rule book.
STARRED = {"breathing", "behaviour", "drug_therapies", "altered_states"}
STRENGTHS = list(Strength)
prices = st.integers(min_value=1, max_value=500_000).map(lambda pennies: pennies * PENNY)


@st.composite
def checklists(draw):
    domains = rows_of(
        rule_book(Nation.ENGLAND, "who_pays").on(DAY).cite("checklist_domains"), ChecklistDomain
    )
    # Mostly C, as near the thresholds as the oracle can be wrong.
    columns = st.sampled_from((Column.C, Column.C, Column.C, Column.B, Column.B, Column.A))
    return Checklist(tuple(Mark(row.domain, draw(columns)) for row in domains))


@st.composite
def tools(draw):
    """Every domain at one of its levels; the one that may be left out is, now and then."""
    domains = rows_of(rule_book(Nation.ENGLAND, "who_pays").on(DAY).cite("tool_domains"), ToolDomain)
    return Needs(
        tuple(
            Need(row.domain, draw(st.sampled_from(row.levels)))
            for row in domains
            if not row.may_be_left_out or draw(st.booleans())
        )
    )


@st.composite
def shares(draw):
    part = draw(st.integers(min_value=0, max_value=100))
    return (Share(Payer.HEALTH, part), Share(Payer.COUNCIL, 100 - part))


def is_positive(checklist):
    """The threshold as the form words it, case by case."""
    in_a = [mark.domain for mark in checklist.marks if mark.column == "A"]
    in_b = [mark.domain for mark in checklist.marks if mark.column == "B"]
    if any(domain in STARRED for domain in in_a):
        return True
    if len(in_a) >= 2:
        return True
    if len(in_a) == 1:
        return len(in_b) >= 4
    return len(in_b) >= 5


def strength(needs):
    """What the levels lead to, by sorting them: the two highest decide, and whether any others follow."""
    levels = sorted((each.level.rank for each in needs.needs), reverse=True)
    none, moderate, severe, priority = (
        Level.NO_NEEDS.rank, Level.MODERATE.rank, Level.SEVERE.rank, Level.PRIORITY.rank,
    )  # fmt: skip
    if levels[0] == priority or levels[1] == severe:
        return Strength.CLEAR
    if levels[1] >= moderate or (levels[0] == severe and levels[2] > none):
        return Strength.MAY_INDICATE
    return Strength.NOT_INDICATED


@given(WITH_TOOLS, checklists())
def test_a_checklist_is_positive_just_when_the_form_says_so(nation, checklist):
    assert checklist_outcome(nation, DAY, checklist).value.is_positive == is_positive(checklist)


@given(WITH_TOOLS, checklists(), st.data())
def test_a_higher_mark_never_makes_a_checklist_negative(nation, checklist, data):
    place = data.draw(st.integers(min_value=0, max_value=len(checklist.marks) - 1))
    mark = checklist.marks[place]
    higher = data.draw(st.sampled_from([column for column in Column if column <= mark.column]))
    marks = (*checklist.marks[:place], replace(mark, column=higher), *checklist.marks[place + 1 :])
    before = checklist_outcome(nation, DAY, checklist).value.is_positive
    assert checklist_outcome(nation, DAY, Checklist(marks)).value.is_positive >= before


@given(WITH_TOOLS, tools())
def test_the_levels_lead_to_what_their_order_says(nation, needs):
    assert recommendation(nation, DAY, needs).value.strength is strength(needs)


@given(WITH_TOOLS, tools(), st.data())
def test_a_higher_level_never_weakens_the_recommendation(nation, needs, data):
    domains = rows_of(rule_book(nation, "who_pays").on(DAY).cite("tool_domains"), ToolDomain)
    levels = {row.domain: row.levels for row in domains}
    place = data.draw(st.integers(min_value=0, max_value=len(needs.needs) - 1))
    need = needs.needs[place]
    higher = [level for level in levels[need.domain] if level.rank > need.level.rank]
    assume(higher)
    raised = replace(need, level=data.draw(st.sampled_from(higher)))
    after = Needs((*needs.needs[:place], raised, *needs.needs[place + 1 :]))
    before = recommendation(nation, DAY, needs).value.strength
    assert STRENGTHS.index(recommendation(nation, DAY, after).value.strength) >= STRENGTHS.index(before)


@given(prices, shares())
def test_shares_add_up_to_the_price_and_none_is_a_penny_off(price, agreed):
    answer = who_pays(Nation.ENGLAND, DAY, Facts(Setting.HOME, price, shares=agreed)).value
    assert answer.health_pays + answer.council_pays == price
    assert abs(answer.health_pays - price * agreed[0].per_cent / 100) < PENNY


@st.composite
def packages(draw):
    """Facts of one nation that go together."""
    nation = draw(st.sampled_from(Nation))
    setting = draw(st.sampled_from((Setting.HOME, Setting.CARE_HOME, Setting.NURSING_HOME)))
    price = draw(prices)
    facts = Facts(setting, price, age=draw(st.integers(min_value=0, max_value=100)))
    if nation in (Nation.ENGLAND, Nation.WALES) and draw(st.booleans()):
        if draw(st.booleans()):
            return nation, replace(facts, decision=BoardDecision(True, DAY))
        return nation, replace(facts, fast_track=FastTrack("doctor", DAY, True, True))
    needs_nursing = setting is Setting.NURSING_HOME and draw(st.booleans())
    has_own_rate = needs_nursing and nation is Nation.WALES
    own_rate = price / 4 // PENNY * PENNY if has_own_rate else None
    facts = replace(facts, needs_nursing=needs_nursing, nursing_amount=own_rate)
    if nation is not Nation.NORTHERN_IRELAND and draw(st.booleans()):
        facts = replace(facts, shares=draw(shares()))
    return nation, facts


@given(packages(), st.data())
def test_the_parts_add_up_to_the_price_with_and_without_a_charge(package, data):
    nation, facts = package
    answer = who_pays(nation, DAY, facts)
    assert sum(part.amount for part in answer.value.parts) == facts.price
    assert all(part.amount >= 0 for part in answer.value.parts)
    assert answer.value.person_pays == 0
    due = sum(part.amount for part in answer.value.parts if part.may_be_charged)
    assert (Package.MEANS_TESTED in answer.value.packages) == bool(due) == bool(answer.value.charge_topic)
    if due:
        charge = data.draw(st.integers(min_value=0, max_value=int(due / PENNY))) * PENNY
        charged = who_pays(nation, DAY, replace(facts, charge=charge)).value
        assert charged.person_pays == charge
        assert charged.health_pays == answer.value.health_pays
        assert charged.health_pays + charged.council_pays + charge == facts.price


@given(
    st.sampled_from((Nation.ENGLAND, Nation.SCOTLAND, Nation.NORTHERN_IRELAND)),
    prices,
    st.integers(min_value=18, max_value=100),
    st.booleans(),
)
def test_what_is_paid_whatever_the_means_is_what_the_charge_takes_off_the_price(
    nation, price, age, has_nursing
):
    setting = Setting.NURSING_HOME if has_nursing else Setting.CARE_HOME
    facts = Facts(setting, price, age=age, needs_nursing=has_nursing)
    free = [part.amount for part in who_pays(nation, DAY, facts).value.parts if not part.may_be_charged]
    # Somebody who pays the full price: so that no allowance is asked for, which is not known everywhere on the day.
    rich = Finances(age=age, capital=(Capital(CapitalKind.SAVINGS, Decimal(1_000_000)),))
    charge = residential_charge(nation, DAY, rich, CareHome(price, has_nursing=has_nursing))
    assert sum(free) == sum(amount for _, amount in charge.value.contributions)


@given(st.dates(date(2013, 4, 1), date(2030, 1, 1)), st.integers(min_value=0, max_value=400))
def test_what_is_overdue_stays_so_and_what_is_due_was_never_overdue(start, later):
    events = Events(checklist_on=start)
    (first,) = timetable(Nation.ENGLAND, start, events).value
    (then,) = timetable(Nation.ENGLAND, start + timedelta(days=later), events).value
    assert (first.due_on, first.state) == (start + timedelta(days=28), DueState.DUE)
    assert then.state is (DueState.OVERDUE if later > 28 else DueState.DUE)
