"""Stays that cannot be, questions that cannot be answered, reasons, and counting rules."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from joinedup.core.moments import UK_TIME
from joinedup.core.nation import Nation
from joinedup.rules import NotCovered, rule_book
from joinedup.rules.leaving_hospital.by_nation import (
    Cited,
    ClockState,
    Complexity,
    Responsible,
    Setting,
    Stay,
    counting_rule,
    delay_clock,
    delay_reasons,
)

EARLY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LATE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NAIVE = datetime(2026, 3, 1, 9, 0)  # noqa: DTZ001
READY = Stay(admitted_at=EARLY, ready_at=LATE, setting=Setting.ACUTE)


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"admitted_at": LATE, "ready_at": EARLY}, "ready_at is before admitted_at"),
        ({"admitted_at": LATE, "ready_at": None, "left_at": EARLY}, "left_at is before admitted_at"),
        ({"admitted_at": None, "ready_at": LATE, "left_at": EARLY}, "left_at is before ready_at"),
        (
            {"admitted_at": LATE, "ready_at": None, "moved_to_intermediate_care_at": EARLY},
            "moved_to_intermediate_care_at is before admitted_at",
        ),
        (
            {"admitted_at": None, "ready_at": LATE, "moved_to_intermediate_care_at": EARLY},
            "moved_to_intermediate_care_at is before ready_at",
        ),
        (
            {"admitted_at": None, "ready_at": None, "moved_to_intermediate_care_at": LATE, "left_at": EARLY},
            "left_at is before moved_to_intermediate_care_at",
        ),
        ({"admitted_at": None, "ready_at": LATE, "born": date(2026, 3, 3)}, "ready_at is before born"),
        ({"admitted_at": NAIVE, "ready_at": LATE}, "admitted_at has no time zone"),
        ({"admitted_at": None, "ready_at": NAIVE}, "ready_at has no time zone"),
        ({"admitted_at": None, "ready_at": None, "left_at": NAIVE}, "left_at has no time zone"),
    ],
)
def test_a_stay_that_cannot_be_is_refused_by_the_names_of_its_facts(facts, problem):
    with pytest.raises(ValueError, match=problem) as refused:
        Stay(setting=Setting.ACUTE, **facts)
    assert "2026" not in str(refused.value)


def test_facts_at_one_moment_are_in_order():
    Stay(admitted_at=EARLY, ready_at=EARLY, left_at=EARLY, setting=Setting.ACUTE, born=EARLY.date())


def test_order_is_that_of_time_and_not_of_the_clock_face():
    first_half_past_one = datetime(2026, 10, 25, 1, 50, tzinfo=UK_TIME, fold=0)
    second_ten_past_one = datetime(2026, 10, 25, 1, 10, tzinfo=UK_TIME, fold=1)
    stay = replace(READY, ready_at=first_half_past_one, left_at=second_ten_past_one)
    clock = delay_clock(Nation.ENGLAND, stay, second_ten_past_one).value
    assert clock.delayed == timedelta(minutes=20)


@pytest.mark.parametrize("nation", list(Nation))
def test_the_moment_asked_about_needs_a_time_zone(nation):
    with pytest.raises(ValueError, match="at has no time zone"):
        delay_clock(nation, READY, NAIVE)


@pytest.mark.parametrize("nation", list(Nation))
def test_a_clock_before_the_rule_book_begins_is_not_covered(nation):
    begins = rule_book(nation, "leaving_hospital").parameters["delay_definition"].entries[0].period.start
    day_before = datetime.combine(begins - timedelta(days=1), EARLY.time(), UK_TIME)
    stay = Stay(admitted_at=None, ready_at=day_before, setting=Setting.ACUTE)
    with pytest.raises(NotCovered, match="delay_definition") as refused:
        delay_clock(nation, stay, day_before + timedelta(days=30))
    assert (refused.value.nation, refused.value.day) == (nation, begins - timedelta(days=1))
    with pytest.raises(NotCovered):
        delay_clock(nation, replace(stay, ready_at=None), day_before)
    on_the_day = day_before + timedelta(days=1)
    assert delay_clock(nation, replace(stay, ready_at=on_the_day), on_the_day).value.starts_at


def test_a_delay_keeps_the_clock_that_it_began_with():
    ready = datetime(2020, 2, 28, 12, 0, tzinfo=UTC)
    stay = Stay(admitted_at=None, ready_at=ready, setting=Setting.MENTAL_HEALTH)
    assert delay_clock(Nation.ENGLAND, stay, ready + timedelta(days=40)).value.state is ClockState.DELAYED
    later = replace(stay, ready_at=ready + timedelta(days=40))
    assert (
        delay_clock(Nation.ENGLAND, later, ready + timedelta(days=41)).value.state is ClockState.NOT_COUNTED
    )


def test_an_answer_says_whether_it_rests_on_what_nobody_traced():
    at = LATE + timedelta(days=3)
    assert delay_clock(Nation.ENGLAND, READY, at).rests_on_unverified
    assert not delay_clock(Nation.SCOTLAND, READY, at).rests_on_unverified


@pytest.mark.parametrize(("nights", "mark"), [(7, 7), (13, 7), (14, 14), (21, 21), (60, 21)])
def test_england_names_the_furthest_mark_of_a_long_stay(nights, mark):
    steps = delay_clock(Nation.ENGLAND, READY, EARLY + timedelta(days=nights)).steps
    assert f"the mark of {mark} days" in steps[-1].because


@pytest.mark.parametrize("nation", list(Nation))
def test_every_step_says_what_and_why_in_words(nation):
    stay = replace(
        READY, complexity=Complexity.COMPLEX, born=date(1940, 2, 29), left_at=LATE + timedelta(days=9)
    )
    result = delay_clock(nation, stay, LATE + timedelta(days=30))
    assert result.steps[0].what == "Ready since"
    for step in result.steps:
        assert step.because.endswith(".")
        assert isinstance(step.value, str)
        assert "None" not in f"{step.what} {step.value} {step.because}"
    uncited = [step.what for step in result.steps if not step.citations]
    assert uncited == ["Left"]


@pytest.mark.parametrize(
    ("nation", "day", "codes"),
    [
        (Nation.ENGLAND, date(2020, 2, 29), {"assessment", "residential_home", "housing", "other"}),
        (Nation.ENGLAND, date(2020, 3, 19), {"pathway_0", "pathway_3"}),
        (Nation.SCOTLAND, date(2016, 7, 1), {"9", "100", "26X", "46X"}),
        (Nation.WALES, date(2020, 2, 29), {"care_home_choice"}),
        (Nation.WALES, date(2023, 4, 1), {"social_worker", "housing"}),
        (Nation.NORTHERN_IRELAND, date(2025, 1, 13), {"101", "110"}),
    ],
)
def test_reasons_by_nation_and_day(nation, day, codes):
    reasons = delay_reasons(nation, day)
    assert codes <= {reason.code for reason in reasons}
    assert all(reason.title and reason.responsible.title for reason in reasons)


def test_england_lists_eleven_reasons_for_delayed_transfers_and_who_may_be_responsible():
    reasons = {reason.code: reason.responsible for reason in delay_reasons(Nation.ENGLAND, date(2019, 1, 1))}
    assert len(reasons) == 11
    assert reasons["further_nhs_care"] is Responsible.NHS
    assert reasons["housing"] is Responsible.HOUSING


@pytest.mark.parametrize(
    ("nation", "day"),
    [
        (Nation.ENGLAND, date(2020, 3, 1)),
        (Nation.ENGLAND, date(2020, 3, 18)),
        (Nation.WALES, date(2020, 3, 1)),
        (Nation.WALES, date(2023, 3, 31)),
        (Nation.SCOTLAND, date(2016, 6, 30)),
    ],
)
def test_no_reasons_are_made_up_for_days_without_a_list(nation, day):
    with pytest.raises(NotCovered, match="delay_reasons"):
        delay_reasons(nation, day)


def test_counting_rules_say_what_differs_between_the_nations():
    day = date(2024, 4, 1)
    rules = {nation: counting_rule(nation, day) for nation in Nation}
    assert [rules[nation].minimum_age.value for nation in Nation] == [None, 18, 18, None]
    assert [rules[nation].minimum_delay_hours.value for nation in Nation] == [None, None, 48, None]
    assert [rules[nation].clock_start.value for nation in Nation] == [
        "when_ready",
        "day_after_ready",
        "when_ready",
        "when_ready",
    ]
    assert rules[Nation.SCOTLAND].counted.value == ("bed_days", "people_at_census")
    assert rules[Nation.WALES].counted.value == ("people_at_census",)
    assert rules[Nation.NORTHERN_IRELAND].settings.value == ("acute",)
    assert [rules[nation].census_day.value for nation in Nation] == [
        None,
        "last_thursday",
        "third_wednesday",
        None,
    ]
    assert rules[Nation.NORTHERN_IRELAND].intermediate_care_ends_count.value is True
    assert rules[Nation.SCOTLAND].reasons_not_counted.value == ("100",)
    assert rules[Nation.SCOTLAND].reasons_outside_census.value == ("26X", "46X")


@pytest.mark.parametrize("nation", list(Nation))
def test_every_attribute_of_a_counting_rule_is_cited_or_not_stated(nation):
    rule = counting_rule(nation, date(2024, 4, 1))
    attributes = [getattr(rule, field.name) for field in fields(rule)]
    cited = [attribute for attribute in attributes if isinstance(attribute, Cited)]
    assert len(cited) == len(attributes) - 2
    for attribute in cited:
        assert attribute.is_stated is (attribute.value is not None)
        assert attribute.is_stated is (attribute.citation is not None)


@pytest.mark.parametrize(
    ("nation", "day"), [(Nation.ENGLAND, date(2020, 3, 1)), (Nation.WALES, date(2023, 3, 31))]
)
def test_counting_rules_have_gaps_where_nothing_was_counted(nation, day):
    with pytest.raises(NotCovered, match="delay_definition"):
        counting_rule(nation, day)
