"""What must hold of every target on every day: its history, its verdicts, and how closely it is watched."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from joinedup.core.dates import Period
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, rule_book
from joinedup.rules.targets.checking import Figure, Verdict, check_target
from joinedup.rules.targets.escalating import Intensity, RecordOfResults, Result, escalation
from joinedup.rules.targets.in_force import history, targets
from joinedup.rules.targets.rows import FigureUnit, Target

FIRST, LAST = date(2005, 1, 1), date(2027, 1, 1)
IDS = sorted(
    {
        (nation, row.id)
        for nation in Nation
        for parameter in rule_book(nation, "targets").parameters.values()
        for entry in parameter.entries
        if isinstance(entry.value, tuple)
        for row in entry.value
        if isinstance(row, Target)
    }
)
STAGES = [stage for nation, id_ in IDS for stage in history(nation, id_)]
WITH_LEVEL = [stage for stage in STAGES if stage.level is not None]
numbers = st.decimals(0, 1000, places=2)
days = st.dates(FIRST, LAST)


def figure_of(stage, value, **more):
    """A figure of what a stage is about, of the day on which it is due, or the stage's last day before that."""
    day = min(stage.target.due or stage.period.start, stage.period.end or LAST)
    return Figure(value, stage.target.unit, day, within=stage.within, **more)


def known_targets(nation, day):
    try:
        return targets(nation, day)
    except NotCovered:
        return ()


@given(st.sampled_from(IDS), days)
def test_the_history_of_a_target_is_what_each_day_says(one, day):
    nation, id_ = one
    of_history = [stage for stage in history(nation, id_) if stage.period.contains(day)]
    assert of_history == [each for each in known_targets(nation, day) if each.target.id == id_]


@given(st.sampled_from(IDS))
def test_stages_of_a_target_follow_each_other_and_never_share_a_day(one):
    stages = history(*one)
    assert stages
    for earlier, later in pairwise(stages):
        assert not earlier.period.overlaps(later.period)
        assert earlier.period.start < later.period.start


@given(st.sampled_from(list(Nation)), days)
def test_every_target_of_a_day_holds_on_it_is_cited_and_named_once(nation, day):
    known = known_targets(nation, day)
    assert all(each.period.contains(day) and each.citations for each in known)
    assert len({each.target.id for each in known}) == len(known)


@given(st.sampled_from(WITH_LEVEL), numbers, numbers)
def test_what_is_better_is_never_judged_worse(stage, one, other):
    worse, better = sorted((one, other), reverse=not stage.target.direction.is_up)
    was_met = check_target(stage, figure_of(stage, worse)).value is Verdict.MET
    is_met = check_target(stage, figure_of(stage, better)).value is Verdict.MET
    assert is_met or not was_met


@given(st.sampled_from(WITH_LEVEL))
def test_the_level_itself_meets_the_target(stage):
    assert check_target(stage, figure_of(stage, stage.level)).value is Verdict.MET


@given(st.sampled_from(STAGES), numbers, st.sampled_from(FigureUnit))
def test_figures_of_another_unit_or_day_are_never_compared(stage, value, unit):
    figure = figure_of(stage, value, before=Decimal(1))
    other_day = replace(figure, day=stage.period.start - timedelta(days=1))
    assert check_target(stage, other_day).value is Verdict.NOT_COMPARABLE
    verdict = check_target(stage, replace(figure, unit=unit)).value
    if unit is not stage.target.unit:
        assert verdict is Verdict.NOT_COMPARABLE
    elif stage.target.due is None:
        assert verdict is not Verdict.NOT_COMPARABLE


@given(st.sampled_from(STAGES), numbers)
def test_every_verdict_tells_the_target_the_figure_and_why(stage, value):
    answer = check_target(stage, figure_of(stage, value))
    asked, given_, comes_out = answer.steps
    said = f"{value:f} {stage.target.unit}"
    assert (asked.what, given_.value, comes_out.value) == (stage.target.title, said, answer.value)
    assert comes_out.because
    assert comes_out.citations == stage.citations


@given(numbers.filter(lambda value: value < 40), numbers.filter(lambda value: value < 40))
def test_watching_never_gets_less_close_as_a_result_gets_worse(before, now):
    first, second = date(2014, 6, 30), date(2014, 9, 30)

    def watched(value):
        figures = [Figure(before, FigureUnit.PER_CENT, first), Figure(value, FigureUnit.PER_CENT, second)]
        record = RecordOfResults(tuple(Result("smokers_quit", figure) for figure in figures))
        (one,) = escalation(Nation.WALES, second, record).value.watched
        return one.intensity

    order = [Intensity.ROUTINE, Intensity.RAISED, Intensity.RAISED_FURTHER]
    assert order.index(watched(min(now, before))) >= order.index(watched(max(now, before)))
    assert (watched(now) is Intensity.RAISED_FURTHER) is (now < before)


def test_stages_of_scotland_s_limit_are_those_that_were_announced():
    stages = history(Nation.SCOTLAND, "delayed_over_limit")
    assert [(stage.period, str(stage.within)) for stage in stages] == [
        (Period(date(2008, 1, 1), date(2013, 3, 31)), "42 days"),
        (Period(date(2013, 4, 1), date(2015, 3, 31)), "28 days"),
        (Period(date(2015, 4, 1), date(2016, 3, 31)), "14 days"),
        (Period(date(2016, 4, 1)), "14 days"),
    ]
