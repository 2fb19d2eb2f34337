"""The clock that all four nations share. Parameters set it; this module does not know which nation asks.

The rules are those of the day on which the person was ready, so that a delay keeps the clock it began with
and never shrinks when a rule changes. Lengths of time are what truly passed; days are those of the UK.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joinedup.core.explained import Citation, Explained, Step
from joinedup.core.moments import (
    UK_TIME,
    later_by,
    say_duration,
    say_moment,
    start_of_day,
    time_between,
    uk_date,
)
from joinedup.rules.leaving_hospital.delay_checks import findings
from joinedup.rules.leaving_hospital.delay_targets import EVERYBODY, DelayRules, due_target
from joinedup.rules.leaving_hospital.stays import Clock, ClockState, DueTarget, Stay
from joinedup.rules.leaving_hospital.topic import ClockStart, DaysCounted, DelayBegins
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import is_set, number_of, text_of

ONE_DAY = timedelta(days=1)
NOTHING = timedelta(0)
WHY_THE_CLOCK_STARTS = {
    ClockStart.WHEN_READY: "The clock starts when the person is ready.",
    ClockStart.DAY_AFTER_READY: "The clock starts the day after, because the ready date is not counted.",
}
WHY_THESE_DAYS = {
    DaysCounted.AFTER_READY_DAY_TO_LAST: "Every day after the ready date, the last one too, is counted.",
    DaysCounted.NIGHTS_IN_BED: "Every night in the bed since the ready date is counted as a day.",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """When the clock stopped, and the step that says why."""

    at: datetime
    step: Step


@dataclass(frozen=True, slots=True)
class Threshold:
    """The moment at which a wait becomes a delay, whether that moment itself is one, and the step."""

    at: datetime
    is_reached_at_once: bool
    why_not_before: str
    step: Step | None

    def is_reached(self, end: datetime) -> bool:
        passed = time_between(self.at, end)
        return passed >= NOTHING if self.is_reached_at_once else passed > NOTHING


def run_clock(rules: RulesOfDay, own: DelayRules, stay: Stay, at: datetime) -> Explained[Clock]:
    """Apply one day's rules to a stay, as it stood at a moment."""
    ready_at = stay.ready_at
    if ready_at is None or time_between(ready_at, at) < NOTHING:
        return _not_ready(rules, stay, at)
    stop = _stop(rules, stay, at)
    end = stop.at if stop else at
    found = findings(rules, stay)
    why_never = next((finding.why_not for finding in found if finding.why_not), None)
    steps = [_ready_step(rules, ready_at), *(finding.step for finding in found)]
    if why_never is None:
        clock, measured = _measure(rules, own, stay, ready_at, end)
        remarks = own.remarks(rules, stay, end)
    else:
        clock, measured = Clock(state=ClockState.NOT_COUNTED, counts=False, why_not=why_never), ()
        remarks = ()
    if stop:
        clock = _stopped(clock, stop)
        steps.append(stop.step)
    return Explained(clock, (*steps, *measured, *remarks))


def _not_ready(rules: RulesOfDay, stay: Stay, at: datetime) -> Explained[Clock]:
    definition = rules.cite("delay_definition")
    has_left = stay.left_at is not None and time_between(stay.left_at, at) >= NOTHING
    why_not = (
        "The person left without having been declared ready."
        if has_left
        else "The person is not declared ready."
    )
    state = ClockState.LEFT if has_left else ClockState.NOT_READY
    stopped_at = stay.left_at if has_left else None
    step = Step("Ready to leave", "no", f"{why_not} {_what_counts(definition)}", (definition,))
    return Explained(Clock(state=state, counts=False, why_not=why_not, stopped_at=stopped_at), (step,))


def _ready_step(rules: RulesOfDay, ready_at: datetime) -> Step:
    definition = rules.cite("delay_definition")
    return Step("Ready since", say_moment(ready_at), _what_counts(definition), (definition,))


def _what_counts(definition: Citation) -> str:
    return f"What counts as a delay: {text_of(definition)}."


def _stop(rules: RulesOfDay, stay: Stay, at: datetime) -> Stop | None:
    """What stopped the clock by then, the earliest of leaving and of a move that ends the nation's count."""
    ends = rules.find("intermediate_care_ends_count")
    moved = stay.moved_to_intermediate_care_at
    if ends is not None and is_set(ends) and moved is not None and time_between(moved, at) >= NOTHING:
        because = "A move to intermediate care ends the count, whatever follows."
        return Stop(moved, Step("Moved to intermediate care", say_moment(moved), because, (ends,)))
    if stay.left_at is not None and time_between(stay.left_at, at) >= NOTHING:
        return Stop(stay.left_at, Step("Left", say_moment(stay.left_at), "Leaving stops the clock."))
    return None


def _stopped(clock: Clock, stop: Stop) -> Clock:
    return Clock(
        state=ClockState.LEFT,
        counts=clock.counts,
        why_not=clock.why_not,
        starts_at=clock.starts_at,
        counted_from=clock.counted_from,
        stopped_at=stop.at.astimezone(UK_TIME),
        delayed=clock.delayed,
        delayed_days=clock.delayed_days,
        targets=clock.targets,
    )


def _measure(
    rules: RulesOfDay, own: DelayRules, stay: Stay, ready_at: datetime, end: datetime
) -> tuple[Clock, tuple[Step, ...]]:
    """The clock of a stay that the nation counts, as if nothing had stopped it, and the steps to it."""
    start = rules.cite("clock_start")
    starts_at = _starts_at(ClockStart(text_of(start)), ready_at)
    targets = _due_targets(rules, own, stay, ready_at, end)
    threshold = _threshold(rules, ready_at, starts_at, targets)
    counts = threshold.is_reached(end)
    delayed = time_between(starts_at, end) if counts else NOTHING
    days, length_step = _length(rules, ready_at, end, delayed if counts else None)
    clock = Clock(
        state=_state(counts, targets),
        counts=counts,
        why_not=None if counts else threshold.why_not_before,
        starts_at=starts_at,
        counted_from=threshold.at,
        delayed=delayed,
        delayed_days=days,
        targets=targets,
        time_left=max(NOTHING, time_between(end, targets[0].due_at)) if targets else None,
    )
    because = WHY_THE_CLOCK_STARTS[ClockStart(text_of(start))]
    steps = [Step("The clock starts", say_moment(starts_at), because, (start,)), threshold.step, length_step]
    return clock, (*(step for step in steps if step), *(_target_step(due) for due in targets))


def _starts_at(start: ClockStart, ready_at: datetime) -> datetime:
    if start is ClockStart.WHEN_READY:
        return ready_at.astimezone(UK_TIME)
    return start_of_day(uk_date(ready_at) + ONE_DAY)


def _due_targets(
    rules: RulesOfDay, own: DelayRules, stay: Stay, ready_at: datetime, end: datetime
) -> tuple[DueTarget, ...]:
    """The stay's targets, the one that falls due first in front."""
    due = [due_target(target, ready_at, end) for target in own.targets(rules, stay)]
    return tuple(sorted(due, key=lambda target: target.due_at.astimezone(UTC)))


def _threshold(
    rules: RulesOfDay, ready_at: datetime, starts_at: datetime, targets: tuple[DueTarget, ...]
) -> Threshold:
    begins = rules.cite("delay_begins")
    choice = DelayBegins(text_of(begins))
    if choice is DelayBegins.AFTER_MINIMUM:
        minimum = rules.cite("minimum_delay_hours")
        moment = later_by(ready_at, timedelta(hours=number_of(minimum)))
        because = f"Only delays of more than {number_of(minimum)} hours are counted."
        return Threshold(moment, False, because, _counted_step(moment, because, begins, minimum))
    if choice is DelayBegins.AFTER_TARGET and targets:
        because = "It becomes a delay when the time of the target has passed."
        moment = targets[0].due_at
        return Threshold(moment, False, because, _counted_step(moment, because, begins))
    return Threshold(starts_at, True, f"The clock starts on {say_moment(starts_at)}.", None)


def _counted_step(moment: datetime, because: str, *citations: Citation) -> Step:
    return Step("Counted after", say_moment(moment), because, citations)


def _length(
    rules: RulesOfDay, ready_at: datetime, end: datetime, delayed: timedelta | None
) -> tuple[int, Step | None]:
    """Days of delay and the step that says them; none and no step while the wait is no delay."""
    if delayed is None:
        return 0, None
    counted = rules.cite("days_counted")
    # Both ways of counting give this number: the days after the ready date, or the nights since.
    days = (uk_date(end) - uk_date(ready_at)).days
    said = f"{say_duration(delayed)}, counted as {days} {'day' if days == 1 else 'days'}"
    return days, Step("Delay", said, WHY_THESE_DAYS[DaysCounted(text_of(counted))], (counted,))


def _state(counts: bool, targets: tuple[DueTarget, ...]) -> ClockState:
    if targets and targets[0].is_missed:
        return ClockState.BREACHED
    return ClockState.DELAYED if counts else ClockState.WITHIN


def _target_step(due: DueTarget) -> Step:
    target = due.target
    within = f"{target.within.days} days" if target.counted_in_days else _in_hours(target.within)
    missed = "missed" if due.is_missed else "not missed"
    because = f"{target.title}: {within} from being ready, for {_whom(target.share_per_cent)}."
    return Step("Leave by", f"{say_moment(due.due_at)} ({missed})", because, target.citations)


def _whom(share_per_cent: int | None) -> str:
    if share_per_cent is None:
        return "a growing share of people"
    return "everybody" if share_per_cent == EVERYBODY else f"{share_per_cent} per cent of people"


def _in_hours(within: timedelta) -> str:
    return f"{int(within / timedelta(hours=1))} hours"
