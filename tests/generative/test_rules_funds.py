"""What must hold of money held together: no penny is lost or made, and an agreement lacks just what it does not say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from joinedup.core.nation import Nation
from joinedup.rules import rule_book
from joinedup.rules.funds.agreements import Agreement, Contribution, Party, Report
from joinedup.rules.funds.checking import check_agreement
from joinedup.rules.funds.kinds import Cover, Form, Term
from joinedup.rules.funds.performance import Admissions, performance_payment
from joinedup.rules.funds.risk_share import (
    Outturn,
    Pool,
    RiskTerms,
    Scheme,
    SchemeOutturn,
    Share,
    risk_share,
)
from joinedup.rules.funds.rows import Content, ReportRule, Side
from joinedup.rules.values import rows_of

LONG_AFTER = date(2060, 1, 1)
PENNY = Decimal("0.01")
NOTHING = Decimal(0)
IN_2015 = st.dates(date(2015, 4, 1), date(2016, 3, 31))
pennies = st.integers(0, 10**10).map(lambda number: number * PENNY)
few_pennies = st.integers(0, 200).map(lambda number: number * PENNY)


# --- Agreements ----------------------------------------------------------------------------------------------------
def days_of(nation, form):
    """The first and the last day of each entry on what an agreement of a form must say."""
    known = rule_book(nation, "funds").parameters.get(f"{form}_contents")
    for entry in known.entries if known else ():
        yield from {entry.period.start, entry.period.end or LONG_AFTER}


CASES = [(nation, form, day) for nation in Nation for form in Form for day in days_of(nation, form)]
cases = st.sampled_from(CASES)


def rules_of(case, name, kind):
    nation, form, day = case
    found = rule_book(nation, "funds").on(day).find(name.format(form=form))
    return rows_of(found, kind) if found else ()


def complete(case):
    """An agreement that says and provides for everything it must, by the rule book of the day."""
    nation, form, day = case
    parties = tuple(Party(side.title, side.bodies[0]) for side in rules_of(case, "partners", Side))
    reports = tuple(Report(rule.report, rule.months) for rule in rules_of(case, "{form}_reports", ReportRule))
    paid = tuple(Contribution(party.name, PENNY) for party in parties)
    return Agreement(
        nation=nation,
        form=form,
        name="Elsewhere",
        starts=day,
        parties=parties,
        ends=day,
        pool=len(paid) * PENNY if form is Form.POOLED_FUND else None,
        contributions=paid,
        terms=frozenset(rule.term for rule in rules_of(case, "{form}_contents", Content)),
        reports=reports,
    )


def without(agreement, term):
    """The agreement without anything that says a term."""
    less = replace(agreement, terms=agreement.terms - {term})
    if term in (Term.CONTRIBUTIONS, Term.PAYMENTS):
        return replace(less, contributions=())
    return replace(less, ends=None) if term is Term.DURATION else less


def test_contents_of_three_nations_and_two_forms_are_tried():
    assert {(nation, form) for nation, form, _ in CASES} == {
        (Nation.ENGLAND, Form.POOLED_FUND),
        (Nation.ENGLAND, Form.DELEGATED_COMMISSIONING),
        (Nation.SCOTLAND, Form.POOLED_FUND),
        (Nation.SCOTLAND, Form.DELEGATED_COMMISSIONING),
        (Nation.WALES, Form.POOLED_FUND),
    }


@given(cases)
def test_a_complete_agreement_lacks_nothing(case):
    assert check_agreement(complete(case), case[2]) == []


@given(cases, st.data())
def test_what_an_agreement_leaves_out_is_all_that_is_missed(case, data):
    rule = data.draw(st.sampled_from(rules_of(case, "{form}_contents", Content)))
    # Whoever is a party is named, so that this can be missed only where there is none.
    assume(rule.term is not Term.PARTIES)
    found = check_agreement(without(complete(case), rule.term), case[2])
    assert [finding.what for finding in found] == [f"{rule.title}: not stated"]
    assert [citation.parameter for citation in found[0].citations] == [f"{case[1]}_contents"]


@given(cases)
def test_a_day_before_or_after_is_told(case):
    agreement, day = complete(case), case[2]
    later = replace(agreement, starts=day + timedelta(1), ends=None, terms=agreement.terms | {Term.DURATION})
    earlier = replace(agreement, starts=day - timedelta(1), ends=day - timedelta(1))
    assert [f.what.split(" ")[1] for f in check_agreement(later, day)] == ["starts"]
    assert [f.what.split(" ")[1] for f in check_agreement(earlier, day)] == ["ended"]


@given(cases, pennies, pennies)
def test_a_pool_is_right_to_the_penny_or_told(case, stated, paid):
    assume(case[1] is Form.POOLED_FUND)
    agreement = complete(case)
    first, *rest = agreement.contributions
    changed = replace(agreement, pool=stated, contributions=(replace(first, amount=paid), *rest))
    is_right = paid + len(rest) * PENNY == stated
    assert (check_agreement(changed, case[2]) == []) is is_right


@given(cases, st.integers(1, 36))
def test_a_report_may_come_more_often_but_not_less(case, months):
    agreement = complete(case)
    changed = replace(agreement, reports=tuple(replace(each, months=months) for each in agreement.reports))
    late = [rule for rule in rules_of(case, "{form}_reports", ReportRule) if months > rule.months]
    assert len(check_agreement(changed, case[2])) == len(late)


# --- Payment for performance ---------------------------------------------------------------------------------------
@st.composite
def admissions(draw):
    baseline = draw(st.integers(1, 10**6))
    return Admissions(baseline, draw(st.integers(0, baseline - 1)), draw(st.integers(0, 2 * 10**6)))


def payment(on, facts, tied):
    return performance_payment(Nation.ENGLAND, on, facts, tied)


@given(IN_2015, admissions(), pennies)
def test_no_penny_of_the_payment_is_lost(on, facts, tied):
    paid = payment(on, facts, tied).value
    assert paid.earned + paid.kept_for_nhs == tied
    assert paid.earned >= 0 <= paid.kept_for_nhs


@given(IN_2015, admissions(), pennies)
def test_the_payment_is_what_counting_admission_by_admission_gives(on, facts, tied):
    """The oracle goes from the baseline down, one admission at a time, and adds a part for each that was planned."""
    assume(facts.baseline <= 500)
    part = Fraction(tied) / (facts.baseline - facts.planned)
    due = sum(
        (part for number in range(facts.planned, facts.baseline) if number >= facts.actual), Fraction(0)
    )
    expected = (Decimal(due.numerator * 100 // due.denominator) * PENNY).quantize(PENNY, rounding=ROUND_DOWN)
    assert payment(on, facts, tied).value.earned == expected


@given(IN_2015, admissions(), pennies, st.integers(1, 1000))
def test_fewer_admissions_never_earn_less_nor_a_greater_plan_more(on, facts, tied, step):
    earned = payment(on, facts, tied).value.earned
    fewer = replace(facts, actual=max(facts.actual - step, 0))
    bolder = replace(facts, planned=max(facts.planned - step, 0))
    assert payment(on, fewer, tied).value.earned >= earned
    assert payment(on, bolder, tied).value.earned <= earned


@given(IN_2015, admissions(), pennies)
def test_the_payment_says_that_its_basis_was_not_traced(on, facts, tied):
    assert payment(on, facts, tied).rests_on_unverified


# --- Who covers an overspend ---------------------------------------------------------------------------------------
@st.composite
def years(draw):
    """A pool, its outturn and the terms of its agreement, in an order of its own."""
    names = [f"scheme {number}" for number in range(draw(st.integers(1, 5)))]
    schemes = tuple(Scheme(name, draw(few_pennies)) for name in names)
    spent = [draw(few_pennies) for _ in names]
    outturn = tuple(
        SchemeOutturn(name, each, draw(st.integers(0, int(each / PENNY))) * PENNY)
        for name, each in zip(names, spent, strict=True)
    )
    weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any))
    shares = tuple(Share(f"partner {place}", Decimal(weight)) for place, weight in enumerate(weights))
    order = tuple(draw(st.lists(st.sampled_from(list(Cover)), min_size=1, unique=True)))
    return Pool(schemes, draw(few_pennies)), Outturn(outturn), RiskTerms(shares, order)


def shared(year):
    return risk_share(Nation.ENGLAND, date(2023, 3, 31), *year)


def total(parts):
    return sum((part for _, part in parts), NOTHING)


def penny_by_penny(pool, outturn, terms):
    """The oracle: each penny of the overspend asks one cover after the other whether it has one left."""
    pairs = list(zip(pool.schemes, outturn.schemes, strict=True))
    left = {
        Cover.UNDERSPENDS: sum(max(plan.budget - out.spent, NOTHING) for plan, out in pairs),
        Cover.RISK_POOL: pool.risk_pool,
        Cover.UNCOMMITTED_SCHEMES: sum(out.uncommitted for out in outturn.schemes),
        Cover.OUTSIDE_MONEY: Decimal("Infinity"),
    }
    over = sum(max(out.spent - plan.budget, NOTHING) for plan, out in pairs)
    taken = dict.fromkeys([*Cover, None], NOTHING)
    for _ in range(int(over / PENNY)):
        cover = next((each for each in terms.order if left[each] > 0), None)
        if cover:
            left[cover] -= PENNY
        taken[cover] += PENNY
    return taken


@given(years())
def test_every_penny_of_an_overspend_is_covered_once(year):
    value = shared(year).value
    covered = total(value.from_underspends) + value.from_risk_pool + total(value.from_cuts)
    assert covered + total(value.from_outside) + value.uncovered == value.overspend
    pool, outturn, _ = year
    budgets, spent = (
        sum(scheme.budget for scheme in pool.schemes),
        sum(scheme.spent for scheme in outturn.schemes),
    )
    # What is left of each pot, and what came in, is what was there less what was spent, cuts being not spent.
    more = total(value.from_outside) + total(value.from_cuts) + value.uncovered
    assert budgets + pool.risk_pool + more - spent == value.underspend_left + value.risk_pool_left


@given(years())
def test_an_overspend_is_covered_as_penny_by_penny(year):
    value, taken = shared(year).value, penny_by_penny(*year)
    assert total(value.from_underspends) == taken[Cover.UNDERSPENDS]
    assert value.from_risk_pool == taken[Cover.RISK_POOL]
    assert total(value.from_cuts) == taken[Cover.UNCOMMITTED_SCHEMES]
    assert total(value.from_outside) == taken[Cover.OUTSIDE_MONEY]
    assert value.uncovered == taken[None]


@given(years())
def test_nobody_gives_more_than_they_have_and_shares_differ_by_less_than_a_penny(year):
    pool, outturn, terms = year
    value = shared(year).value
    under = {p.name: p.budget - o.spent for p, o in zip(pool.schemes, outturn.schemes, strict=True)}
    assert all(0 < part <= under[name] for name, part in value.from_underspends)
    may_be_cut = {scheme.name: scheme.uncommitted for scheme in outturn.schemes}
    assert all(0 < part <= may_be_cut[name] for name, part in value.from_cuts)
    whole, outside = sum(share.weight for share in terms.shares), total(value.from_outside)
    paid = dict(value.from_outside)
    for share in terms.shares:
        exact = Fraction(outside) * Fraction(share.weight) / Fraction(whole)
        assert abs(Fraction(paid.get(share.party, NOTHING)) - exact) < Fraction(PENNY)


@given(years())
def test_the_steps_say_every_part(year):
    answer = shared(year)
    parts = [*answer.value.from_underspends, *answer.value.from_cuts, *answer.value.from_outside]
    said = [(step.what.split(": ")[-1], step.value) for step in answer.steps if step.because == "its part"]
    assert sorted(said) == sorted(parts)
