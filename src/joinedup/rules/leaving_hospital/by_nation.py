"""Leaving hospital: what each nation counts as delay, when its clock starts, and its targets over time.

The one way in to this topic. Ends at the clock: who is told, and what is recorded, is for `care.discharge`.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import TypeVar

from joinedup.core.explained import Citation, Explained
from joinedup.core.moments import require_aware, time_between, uk_date
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.england.leaving_hospital import RULES as ENGLAND
from joinedup.rules.leaving_hospital.delay_clock import NOTHING, run_clock
from joinedup.rules.leaving_hospital.delay_targets import DelayRules
from joinedup.rules.leaving_hospital.stays import (
    Cited,
    Clock,
    ClockState,
    Complexity,
    CountingRule,
    DelayReason,
    DueTarget,
    Responsible,
    Setting,
    Stay,
    Target,
)
from joinedup.rules.leaving_hospital.topic import LEAVING_HOSPITAL
from joinedup.rules.northern_ireland.leaving_hospital import RULES as NORTHERN_IRELAND
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.scotland.leaving_hospital import RULES as SCOTLAND
from joinedup.rules.values import is_set, number_of, rows_of, text_of, words_of
from joinedup.rules.wales.leaving_hospital import RULES as WALES

__all__ = [
    "Cited",
    "Clock",
    "ClockState",
    "Complexity",
    "CountingRule",
    "DelayReason",
    "DueTarget",
    "Responsible",
    "Setting",
    "Stay",
    "Target",
    "counting_rule",
    "delay_clock",
    "delay_reasons",
]

T = TypeVar("T")

REGISTRY: dict[Nation, DelayRules] = {
    Nation.ENGLAND: ENGLAND,
    Nation.SCOTLAND: SCOTLAND,
    Nation.WALES: WALES,
    Nation.NORTHERN_IRELAND: NORTHERN_IRELAND,
}


def delay_clock(nation: Nation, stay: Stay, at: datetime) -> Explained[Clock]:
    """How long a person has been delayed at a moment, and why it is that long.

    By the rules of the day on which the person was ready, or of the moment asked about while they are not.
    `ValueError` when the moment has no time zone; `NotCovered` when the rule book does not reach that day.
    """
    require_aware(at, "at")
    ready_by_then = stay.ready_at is not None and time_between(stay.ready_at, at) >= NOTHING
    day = uk_date(stay.ready_at) if stay.ready_at is not None and ready_by_then else uk_date(at)
    return run_clock(_rules(nation, day), REGISTRY[nation], stay, at)


def delay_reasons(nation: Nation, on: date) -> tuple[DelayReason, ...]:
    """Why people wait, by the nation's list on a day; `NotCovered` when no list is known for it."""
    return rows_of(_rules(nation, on).cite("delay_reasons"), DelayReason)


def counting_rule(nation: Nation, on: date) -> CountingRule:
    """What the nation counts as delay on a day; `NotCovered` when it is not known."""
    rules = _rules(nation, on)
    return CountingRule(
        nation=nation,
        day=on,
        definition=_cited(rules.cite("delay_definition"), text_of),
        counted=_cited(rules.cite("counted"), words_of),
        clock_start=_cited(rules.cite("clock_start"), text_of),
        delay_begins=_cited(rules.cite("delay_begins"), text_of),
        days_counted=_cited(rules.cite("days_counted"), text_of),
        minimum_age=_cited(rules.find("minimum_age"), number_of),
        minimum_delay_hours=_cited(rules.find("minimum_delay_hours"), number_of),
        settings=_cited(rules.find("settings"), words_of),
        census_day=_cited(rules.find("census_day"), text_of),
        intermediate_care_ends_count=_cited(rules.find("intermediate_care_ends_count"), is_set),
        reasons_not_counted=_cited(rules.find("reasons_not_counted"), words_of),
        reasons_outside_census=_cited(rules.find("reasons_outside_census"), words_of),
        reasons_reported_apart=_cited(rules.find("reasons_reported_apart"), words_of),
    )


def _rules(nation: Nation, day: date) -> RulesOfDay:
    return rule_book(nation, LEAVING_HOSPITAL.name).on(day)


def _cited(citation: Citation | None, read: Callable[[Citation], T]) -> Cited[T]:
    return Cited(read(citation) if citation else None, citation)
