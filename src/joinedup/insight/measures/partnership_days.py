"""The partnership's own delays in days, month by month and area by area, by the rules of its nation.

As `rules.leaving_hospital.delay_clock` has it, and a test holds the two together: the rules of the day on
which a person was ready; the days after the ready date up to the last, or the nights since; nothing for whom
the nation does not count. In Scotland's method a delay is dropped where the ready date is the day of leaving
or the last of the month; here both come to no days of that month. Of those who are still in hospital, days up
to `at`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import groupby
from typing import Final

import ibis
from ibis.expr.types import BooleanValue, Table

from joinedup.core.moments import start_of_day, time_between, uk_date
from joinedup.core.nation import Nation
from joinedup.insight.calendar import months_table
from joinedup.insight.declaration import Ages
from joinedup.insight.tables import DELAY, PERSON
from joinedup.rules.leaving_hospital.by_nation import Complexity, Setting, Stay, counting_rule, delay_clock
from joinedup.rules.leaving_hospital.topic import DaysCounted, DelayBegins
from joinedup.rules.parameters import NotCovered

A_LONG_DELAY: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class DaysRule:
    """What of a nation's rules bears on the number of days. Empty settings: all beds."""

    from_day_after: bool
    minimum_age: int
    settings: tuple[str, ...]
    reasons_not_counted: tuple[str, ...]
    ends_with_intermediate_care: bool
    more_than: timedelta
    more_than_by_complexity: tuple[tuple[str, timedelta], ...]


@dataclass(frozen=True, slots=True)
class RuleSpan:
    """A rule and the ready dates it holds for, both ends among them."""

    first: date
    last: date
    rule: DaysRule


def days_rule(nation: Nation, ready_on: date) -> DaysRule:
    """The rule for people who were ready on a day; `NotCovered` when the rule book does not reach it."""
    rule = counting_rule(nation, ready_on)
    waits = rule.delay_begins.value != DelayBegins.CLOCK_START
    of = {kind: _wait(nation, ready_on, kind) if waits else timedelta(0) for kind in (None, *Complexity)}
    return DaysRule(
        from_day_after=rule.days_counted.value == DaysCounted.AFTER_READY_DAY_TO_LAST,
        minimum_age=rule.minimum_age.value or 0,
        settings=rule.settings.value or (),
        reasons_not_counted=rule.reasons_not_counted.value or (),
        ends_with_intermediate_care=bool(rule.intermediate_care_ends_count.value),
        more_than=of[None],
        more_than_by_complexity=tuple((kind.value, of[kind]) for kind in Complexity),
    )


def _wait(nation: Nation, ready_on: date, complexity: Complexity | None) -> timedelta:
    """How long a wait must be to become a delay: asked of the clock, so that its targets are read once."""
    ready_at = start_of_day(ready_on)
    stay = Stay(admitted_at=None, ready_at=ready_at, setting=Setting.ACUTE, complexity=complexity)
    counted_from = delay_clock(nation, stay, ready_at + A_LONG_DELAY).value.counted_from
    return timedelta(0) if counted_from is None else time_between(ready_at, counted_from)


def rule_spans(nation: Nation, ready_days: Iterable[date]) -> tuple[tuple[RuleSpan, ...], tuple[date, ...]]:
    """The rules that ready dates fall under, and the dates for which there is none."""
    rules: list[tuple[date, DaysRule]] = []
    not_covered = []
    for day in sorted(set(ready_days)):
        try:
            rules.append((day, days_rule(nation, day)))
        except NotCovered:
            not_covered.append(day)
    spans = []
    for rule, group in groupby(rules, key=lambda dated: dated[1]):
        days = [day for day, _ in group]
        spans.append(RuleSpan(days[0], days[-1], rule))
    return tuple(spans), tuple(not_covered)


def partnership_months(
    nation: Nation, spans: Sequence[RuleSpan], months: Sequence[date], at: datetime
) -> Table:
    """Areas and the whole partnership, a row for each month though nobody was delayed in it.

    Columns area_code, is_whole, month, numerator (days), people, denominator (adults), population_year,
    is_complete (the month is over).
    """
    calendar = months_table(months)
    days = _days_by_area(nation, spans, calendar, at)
    adults = _adults_by_area(nation, calendar)
    joined = adults.left_join(days, ["area_code", "is_whole", "month"])
    return joined.select(
        "area_code",
        "is_whole",
        "month",
        numerator=joined.days.fill_null(0).cast("float64"),
        people=joined.people.fill_null(0).cast("int64"),
        denominator=joined.adults.cast("float64"),
        population_year=joined.month.year().cast("int32"),
        is_complete=joined.next_month <= _day(uk_date(at)),
    )


def _adults_by_area(nation: Nation, calendar: Table) -> Table:
    """People registered and alive in the month, aged 18 by the end of its year: only years are known."""
    people = PERSON.filter(PERSON.nation == nation.value).cross_join(calendar)
    age = people.month.year() - people.birth_year
    there = people.filter(
        age >= Ages.ADULTS.age_from,
        people.registered_from.isnull() | (people.registered_from < people.next_month),
        people.died_on.isnull() | (people.died_on >= people.month),
    )
    return _areas_and_whole(there, ["month", "next_month"], adults=there.person.nunique())


def _days_by_area(nation: Nation, spans: Sequence[RuleSpan], calendar: Table, at: datetime) -> Table:
    """Days of delay that fall in each month, and of how many people."""
    delays = DELAY.filter(DELAY.nation == nation.value)
    counted = reduce(Table.union, (_counted_days(delays, span, at) for span in spans))
    pairs = counted.cross_join(calendar)
    shared = pairs.filter(pairs.first_day < pairs.next_month, pairs.end_day > pairs.month)
    overlap = ibis.least(shared.end_day, shared.next_month).delta(
        ibis.greatest(shared.first_day, shared.month), unit="day"
    )
    daily = shared.mutate(days=overlap)
    return _areas_and_whole(daily, ["month"], days=daily.days.sum(), people=daily.person.nunique())


def _counted_days(delays: Table, span: RuleSpan, at: datetime) -> Table:
    """Columns person, area, first_day and end_day (the day after the last) of the delays under one rule."""
    rule = span.rule
    now, today = ibis.literal(at, type="timestamp('UTC')"), _day(uk_date(at))
    left_at, left_on = delays.left_at, delays.left_on
    if rule.ends_with_intermediate_care:
        left_at = ibis.coalesce(delays.intermediate_care_at, left_at)
        left_on = ibis.coalesce(delays.intermediate_care_on, left_on)
    ended = delays.filter(
        delays.ready_on.between(_day(span.first), _day(span.last)), delays.ready_at <= now
    ).mutate(
        end_at=ibis.least(ibis.coalesce(left_at, now), now),
        end_on=ibis.least(ibis.coalesce(left_on, today), today),
    )
    counted = ended.filter(*_conditions(ended, rule))
    shift = ibis.interval(days=1 if rule.from_day_after else 0)
    return counted.select(
        "person",
        "area",
        first_day=(counted.ready_on + shift).cast("timestamp"),
        end_day=(counted.end_on + shift).cast("timestamp"),
    )


def _conditions(ended: Table, rule: DaysRule) -> list[BooleanValue]:
    """Whom the nation counts. What is not known does not exclude."""
    wait = ibis.cases(
        *((ended.complexity == kind, _seconds(least)) for kind, least in rule.more_than_by_complexity),
        else_=_seconds(rule.more_than),
    )
    conditions = [
        ended.age.isnull() | (ended.age >= rule.minimum_age),
        (wait == 0) | (ended.end_at.delta(ended.ready_at, unit="second") > wait),
    ]
    if rule.settings:
        conditions.append(ended.setting.isin(rule.settings))
    if rule.reasons_not_counted:
        conditions.append(ended.reason.isnull() | ended.reason.notin(rule.reasons_not_counted))
    return conditions


def _areas_and_whole(table: Table, by: list[str], **figures: ibis.Value) -> Table:
    """The figures by area, people without one apart, and for all together."""
    placed = table.mutate(area_code=table.area.fill_null("not known"))
    areas = placed.group_by("area_code", *by).agg(**figures).mutate(is_whole=ibis.literal(False))
    whole = (
        table.group_by(by).agg(**figures).mutate(is_whole=ibis.literal(True), area_code=ibis.literal("all"))
    )
    return areas.union(whole.select(*areas.columns))


def _day(day: date) -> ibis.Value:
    return ibis.date(day.year, day.month, day.day)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
