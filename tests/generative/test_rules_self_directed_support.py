"""What must hold of anybody's options on each day on which a rule changed, and of any budget; stays by a slow count."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, rule_book
from joinedup.rules.facts import FactError
from joinedup.rules.self_directed_support.budgets import check_budget, what_budget_must_cover
from joinedup.rules.self_directed_support.choosing import Standing, options_for
from joinedup.rules.self_directed_support.facts import Budget, Line, Person, Stay
from joinedup.rules.self_directed_support.kinds import (
    Circumstance,
    Duty,
    Group,
    Need,
    Option,
    Payee,
    Representative,
    Restriction,
    Use,
)

LONG_AFTER = date(2060, 1, 1)
ONE_DAY = timedelta(days=1)
ENGLAND_DAY = date(2022, 5, 1)
LIMIT = 28


def days_of(nation):
    """The first day of each entry and the day before it, and a day long after all of them."""
    entries = [
        each for p in rule_book(nation, "self_directed_support").parameters.values() for each in p.entries
    ]
    starts = {each.period.start for each in entries}
    return sorted(starts | {start - ONE_DAY for start in starts} | {LONG_AFTER})


DAYS = [(nation, day) for nation in Nation for day in days_of(nation)]


def built(**facts):
    """A person, or none where the facts contradict each other."""
    try:
        return Person(**facts)
    except FactError:
        return None


def subsets(kind):
    return st.frozensets(st.sampled_from(kind), max_size=2)


people = st.builds(
    built,
    group=st.sampled_from(Group),
    age=st.integers(0, 110) | st.sampled_from([15, 16, 17, 18]),
    has_eligible_needs=st.just(True) | st.booleans(),
    needs=subsets(Need),
    lacks_capacity=st.booleans(),
    representative=st.none() | st.sampled_from(Representative),
    can_manage=st.just(True) | st.booleans(),
    other_would_manage=st.booleans(),
    restrictions=subsets(Restriction),
    circumstances=subsets(Circumstance),
    lives_in_care_home=st.booleans(),
).filter(bool)


def asked(where, person):
    """The options of a person; a day of which the book can't tell is not looked at."""
    try:
        return options_for(*where, person)
    except NotCovered:
        assume(False)


def standings(where, person):
    return {each.option: each.standing for each in asked(where, person).value}


@given(st.sampled_from(DAYS), people)
def test_every_answer_is_whole(where, person):
    answer = asked(where, person)
    assert len(answer.value) == len(answer.steps)
    for each, step in zip(answer.value, answer.steps, strict=True):
        assert (step.what, step.value) == (each.name, each.standing)
        assert step.because
        is_yes = each.standing is Standing.YES
        assert (each.duty is not None) is is_yes
        assert (each.paid_to is not None) is (is_yes and each.option.is_payment)
        assert bool(step.citations) is (each.standing is not Standing.NOT_KNOWN)
        assert is_yes or not each.conditions
        assert is_yes or not each.to_explain or person.restrictions
    assert any(each.standing is not Standing.NOT_KNOWN for each in answer.value)


@given(st.sampled_from(DAYS), people)
def test_without_eligible_needs_nobody_may_have_anything(where, person):
    without = replace(person, has_eligible_needs=False, needs=frozenset())
    assert Standing.YES not in standings(where, without).values()


@given(st.sampled_from(DAYS), people, st.sampled_from(Restriction))
def test_a_restriction_opens_nothing(where, person, restriction):
    limited = standings(where, replace(person, restrictions=person.restrictions | {restriction}))
    free = standings(where, person)
    for option, standing in limited.items():
        if standing is Standing.YES:
            assert free[option] is Standing.YES


@given(st.sampled_from(DAYS), people)
def test_what_stands_in_the_way_of_money_leaves_the_other_ways_open(where, person):
    hindered = replace(
        person,
        restrictions=frozenset(Restriction),
        can_manage=False,
        other_would_manage=False,
        lives_in_care_home=True,
    )
    free, limited = standings(where, person), standings(where, hindered)
    others = [option for option in Option if not option.is_payment and option in free]
    assert [limited[option] for option in others] == [free[option] for option in others]


@given(st.sampled_from(DAYS), people)
def test_circumstances_free_the_authority_and_bar_nobody(where, person):
    plain = {each.option: each for each in asked(where, replace(person, circumstances=frozenset())).value}
    for each in asked(where, person).value:
        if each.standing is not Standing.NOT_KNOWN:
            assert each.standing is plain[each.option].standing
            assert each.duty in {plain[each.option].duty, Duty.ALLOWED}


amounts = st.integers(0, 50_000).map(lambda pennies: Decimal(pennies) / 100)
uses = st.sampled_from([Use.SUPPORT, Use.ADMINISTRATION, Use.HEALTH_CARE, Use.OUTSIDE_PLAN])
lines = st.builds(Line, st.sampled_from(["A", "B", "C"]), amounts, uses, st.sampled_from(Payee))
budgets = st.builds(
    Budget,
    total=amounts,
    lines=st.lists(lines, min_size=1, max_size=4).map(tuple),
    cost_of_needs=st.none() | amounts,
    person_pays=st.none() | amounts,
    authority_pays=st.none() | amounts,
    is_direct_payment=st.booleans(),
)


def amiss(budget):
    return [finding.what for finding in check_budget(Nation.ENGLAND, budget, ENGLAND_DAY)]


@given(budgets)
def test_the_order_of_lines_does_not_matter(budget):
    assert sorted(amiss(replace(budget, lines=tuple(reversed(budget.lines))))) == sorted(amiss(budget))


@given(budgets)
def test_a_budget_that_covers_everything_is_never_called_too_small(budget):
    bought = sum((line.amount for line in budget.lines), Decimal(0))
    enough = replace(budget, total=max(bought, budget.cost_of_needs or Decimal(0)))
    assert not [what for what in amiss(enough) if what.startswith(("Total", "All lines"))]
    short = replace(budget, total=bought, cost_of_needs=bought + Decimal("0.01"))
    assert [what for what in amiss(short) if what.startswith("Total")]


@given(budgets)
def test_findings_rest_on_rules_that_the_book_tells_of(budget):
    told = {
        c.parameter for c in what_budget_must_cover(Nation.ENGLAND, ENGLAND_DAY, is_health=False).citations
    }
    findings = check_budget(Nation.ENGLAND, budget, ENGLAND_DAY)
    assert {citation.parameter for finding in findings for citation in finding.citations} <= told
    assert all(finding.citations for finding in findings)


def stays_of(gaps_and_lengths):
    day, stays = date(2022, 1, 1), []
    for gap, length in gaps_and_lengths:
        start = day + timedelta(days=gap)
        day = start + timedelta(days=length)
        stays.append(Stay(start, day - ONE_DAY))
    return tuple(stays)


# Gaps and lengths at the limit, and a day to each side: chance alone would seldom meet them.
near = st.sampled_from([LIMIT - 1, LIMIT, LIMIT + 1])
stays = st.lists(
    st.tuples(near | st.integers(1, 120), near | st.integers(1, 20)), min_size=1, max_size=16
).map(stays_of)


def a_year_on(day):
    """The day after twelve months from a day."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if is_leap_day else day.replace(year=day.year + 1)


def slowly_counted(stays):
    """The most days within twelve months of stays that count together, told day by day."""
    inside = {
        stay.start + timedelta(days=n) for stay in stays for n in range((stay.end - stay.start).days + 1)
    }
    together, chain, out = [], [], 0
    day = min(inside)
    while day <= max(inside):
        if day in inside:
            if out >= LIMIT:
                together.append(chain)
                chain = []
            chain.append(day)
            out = 0
        else:
            out += 1
        day += ONE_DAY
    together.append(chain)
    return max(
        sum(1 for day in chain if first <= day < a_year_on(first)) for chain in together for first in chain
    )


@given(stays)
def test_stays_in_a_care_home_are_counted_as_a_slow_count_counts_them(stays):
    line = Line("Breaks", Decimal(1), Use.CARE_HOME, stays=stays)
    budget = Budget(Decimal(1), (line,), Decimal(1), Decimal(0), Decimal(1), is_direct_payment=True)
    days = slowly_counted(stays)
    assert amiss(budget) == ([f"In a care home: {days} days"] if days > LIMIT else [])
