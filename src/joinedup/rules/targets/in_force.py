"""What was aimed at on a day, and the course of one target through time: the way in to this topic.

Nothing is known of days that no entry covers: asking raises `NotCovered`. A nation's frameworks are told with whether
they were there (`frameworks`); one that is not in the answer is not known of.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from joinedup.core.dates import Period
from joinedup.core.explained import Citation
from joinedup.core.nation import Nation
from joinedup.rules.books import rule_book
from joinedup.rules.parameters import Entry, NotCovered, Parameter, RulesOfDay
from joinedup.rules.targets.rows import Outcome, Target
from joinedup.rules.targets.topic import TARGETS, Framework
from joinedup.rules.values import is_set, number_of, rows_of

T = TypeVar("T")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Within:
    """The time in which something is to have happened."""

    number: int
    unit: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


@dataclass(frozen=True, slots=True)
class TargetOfDay:
    """A target as it stood on the days of `period`, with its level and time taken from where they are kept."""

    framework: Framework
    target: Target
    level: Decimal | None
    within: Within | None
    period: Period
    citations: tuple[Citation, ...]

    @property
    def wanted(self) -> str:
        """What the figure is to be, as a line of text says it."""
        way = self.target.direction.replace("_", " ")
        return f"{way} {self.level:f} {self.target.unit}" if self.level is not None else way

    @property
    def measured(self) -> str:
        """What is measured, with the time where one belongs to it."""
        return f"{self.target.measured} ({self.within})" if self.within else self.target.measured


@dataclass(frozen=True, slots=True)
class OutcomeOfDay:
    """An outcome as it stood on a day."""

    framework: Framework
    outcome: Outcome
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class FrameworkOfDay:
    """Whether a framework was there on a day."""

    framework: Framework
    title: str
    exists: bool
    citations: tuple[Citation, ...]


def frameworks(nation: Nation, on: date) -> tuple[FrameworkOfDay, ...]:
    """Return each framework of which it is known whether it was there on a day; `NotCovered` when of none."""
    rules = rule_book(nation, TARGETS.name).on(on)
    found = ((each, rules.find(f"{each}_exists")) for each in Framework)
    answer = tuple(
        FrameworkOfDay(each, cited.title, is_set(cited), (cited,)) for each, cited in found if cited
    )
    return _known(answer, "frameworks", rules)


def targets(nation: Nation, on: date) -> tuple[TargetOfDay, ...]:
    """Return every target that held on a day; `NotCovered` when the rule book knows of none."""
    rules = rule_book(nation, TARGETS.name).on(on)
    return _known(tuple(_targets_of_day(rules)), "targets", rules)


def target(nation: Nation, on: date, id_: str) -> TargetOfDay:
    """Return one target as it stood on a day; `NotCovered` when it did not hold, or there is none of that id."""
    for each in _targets_of_day(rule_book(nation, TARGETS.name).on(on)):
        if each.target.id == id_:
            return each
    raise NotCovered(id_, nation, on, "the rule book knows of no such target on this day")


def outcomes(nation: Nation, on: date) -> tuple[OutcomeOfDay, ...]:
    """Return every outcome that held on a day; `NotCovered` when the rule book knows of none."""
    rules = rule_book(nation, TARGETS.name).on(on)
    answer = tuple(
        OutcomeOfDay(framework, row, (replace(cited, value=row),))
        for framework in Framework
        if (cited := rules.find(f"{framework}_outcomes"))
        for row in rows_of(cited, Outcome)
    )
    return _known(answer, "outcomes", rules)


def history(nation: Nation, id_: str) -> tuple[TargetOfDay, ...]:
    """Return the stages of a target, oldest first; none when the rule book has no target of that id.

    A new stage begins whenever the target, its level or its time changes, or what says so. Between stages there may be
    days on which it did not hold.
    """
    book = rule_book(nation, TARGETS.name)
    stages: list[TargetOfDay] = []
    for day in sorted(_days_of_change(nation, id_)):
        for stage in _targets_of_day(book.on(day)):
            if stage.target.id == id_:
                stages.append(stage)
    return tuple(stages)


def _known(answer: tuple[T, ...], what: str, rules: RulesOfDay) -> tuple[T, ...]:
    if not answer:
        raise NotCovered(what, rules.book.nation, rules.day, f"the rule book knows of no {what} on this day")
    return answer


def _targets_of_day(rules: RulesOfDay) -> Iterator[TargetOfDay]:
    """Find the targets of every framework on a day, each with its level and its time."""
    for framework in Framework:
        name = f"{framework}_targets"
        cited = rules.find(name)
        for row in rows_of(cited, Target) if cited else ():
            if cited:
                yield _target_of_day(rules, framework, replace(cited, value=row), row)


def _target_of_day(rules: RulesOfDay, framework: Framework, cited: Citation, row: Target) -> TargetOfDay:
    pointed = {pointer: _parameter(rules.book.nation, pointer).on(rules.day) for pointer in row.pointers}
    within = pointed.get(row.within_in)
    entries = [_entry(rules.book.parameters[cited.parameter], rules.day)]
    entries += [_entry(_parameter(rules.book.nation, pointer), rules.day) for pointer in row.pointers]
    return TargetOfDay(
        framework=framework,
        target=row,
        level=Decimal(number_of(pointed[row.level_in])) if row.level_in else row.level,
        within=Within(number_of(within), within.unit) if within else None,
        period=_common(entries),
        citations=(cited, *pointed.values()),
    )


def _parameter(nation: Nation, pointer: str) -> Parameter:
    topic, _, name = pointer.partition(".")
    return rule_book(nation, topic).parameters[name]


def _entry(parameter: Parameter, day: date) -> Entry:
    entry = parameter.entry_on(day)
    if entry is None:
        raise NotCovered(parameter.id, parameter.nation, day, "no value is in force")
    return entry


def _common(entries: list[Entry]) -> Period:
    """Return the days that belong to each of the entries."""
    ends = [entry.period.end for entry in entries if entry.period.end]
    return Period(max(entry.period.start for entry in entries), min(ends, default=None))


def _days_of_change(nation: Nation, id_: str) -> set[date]:
    """Return the days on which a stage of a target may begin."""
    own = [
        parameter
        for parameter in rule_book(nation, TARGETS.name).parameters.values()
        if any(id_ == row.id for row in _rows(parameter))
    ]
    pointed = [
        _parameter(nation, pointer)
        for parameter in own
        for row in _rows(parameter)
        if row.id == id_
        for pointer in row.pointers
    ]
    periods = [entry.period for parameter in (*own, *pointed) for entry in parameter.entries]
    return {period.start for period in periods} | {period.end + ONE_DAY for period in periods if period.end}


def _rows(parameter: Parameter) -> Iterator[Target]:
    for entry in parameter.entries:
        if isinstance(entry.value, tuple):
            yield from (row for row in entry.value if isinstance(row, Target))
