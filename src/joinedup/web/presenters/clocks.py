"""A delay clock in the words of a page: its state as a tag, what it says now, and every step that led to it."""

from datetime import datetime, timedelta

from joinedup.core.explained import Explained
from joinedup.core.moments import time_between
from joinedup.rules.leaving_hospital.by_nation import Clock, ClockState, DueTarget, Target
from joinedup.web import words
from joinedup.web.components import Explanation, StatusTag, Tone
from joinedup.web.presenters.explanations import explained

# In the order in which someone has to look at them.
STATES: dict[ClockState, StatusTag] = {
    ClockState.BREACHED: StatusTag("Target missed", Tone.URGENT),
    ClockState.DELAYED: StatusTag("Delayed", Tone.CONCERN),
    ClockState.WITHIN: StatusTag("Within time", Tone.INFORMATION),
    ClockState.NOT_COUNTED: StatusTag("Not counted", Tone.PLAIN),
    ClockState.LEFT: StatusTag("Left", Tone.GOOD),
    ClockState.NOT_READY: StatusTag("Not ready", Tone.PLAIN),
}
# Where the rule book has no answer, such as for a ready date before its first day.
NO_CLOCK = StatusTag("No clock", Tone.WAITING)
NO_CLOCK_HINT = "Ready, and no rule says how to count"
HINTS: dict[ClockState, str] = {
    ClockState.BREACHED: "Past a time by which people should have left",
    ClockState.DELAYED: "Counted as a delay",
    ClockState.WITHIN: "Ready, and not a delay yet",
    ClockState.NOT_COUNTED: "Ready, but never counted as a delay here",
    ClockState.LEFT: "",
    ClockState.NOT_READY: "",
}
COUNTED_AS: dict[ClockState, str] = {
    ClockState.BREACHED: "past a target",
    ClockState.DELAYED: "delayed",
    ClockState.WITHIN: "within time",
    ClockState.NOT_COUNTED: "not counted",
}
ONE_HOUR = timedelta(hours=1)


def clock_words(clock: Clock, at: datetime) -> str:
    """What the clock says now: how far past a target, how long there is left, or how long the delay is."""
    if clock.state in (ClockState.LEFT, ClockState.NOT_READY, ClockState.NOT_COUNTED):
        return clock.why_not or ""
    said = [*_missed(clock, at), *_coming(clock, at)]
    if not said:
        said = [_without_target(clock, at)]
    return "; ".join(said)


def next_due(clock: Clock) -> datetime | None:
    """When the person should leave: the next target, or the last one where all were missed."""
    coming = [target for target in clock.targets if not target.is_missed]
    due = coming[:1] or clock.targets[-1:]
    return due[0].due_at if due else None


def within(target: Target) -> str:
    """``14 days`` or ``48 hours``, as the target is written."""
    if target.counted_in_days:
        return words.plural(target.within.days, "day")
    return words.plural(int(target.within / ONE_HOUR), "hour")


def explanation(clock: Explained[Clock], at: datetime) -> Explanation:
    """The clock's answer in a sentence, and its steps with their sources."""
    return explained("The clock says", answer(clock.value, at), clock)


def answer(clock: Clock, at: datetime) -> str:
    """The clock in full sentences: whether it is a delay and how long, then the target."""
    said = clock_words(clock, at)
    state = STATES[clock.state].text
    if clock.state not in (ClockState.DELAYED, ClockState.BREACHED):
        return f"{state}: {_small(said)}"
    days = words.plural(clock.delayed_days, "day")
    delay = f"Delayed for {words.duration(clock.delayed)}, counted as {days}."
    missed = f"{state}. " if clock.state is ClockState.BREACHED else ""
    target = f" {said[0].upper()}{said[1:]}." if clock.targets else ""
    return f"{missed}{delay if clock.counts else 'Not counted as a delay.'}{target}"


def _missed(clock: Clock, at: datetime) -> list[str]:
    """How far past the last target that was missed."""
    missed = [target for target in clock.targets if target.is_missed]
    return [f"{_between(due, at)} past {within(due.target)}" for due in missed[-1:]]


def _coming(clock: Clock, at: datetime) -> list[str]:
    """How long until the next target."""
    coming = [target for target in clock.targets if not target.is_missed]
    return [f"{_between(due, at)} left of {within(due.target)}" for due in coming[:1]]


def _without_target(clock: Clock, at: datetime) -> str:
    if clock.counts:
        return f"for {words.duration(clock.delayed)}"
    if clock.counted_from:
        return f"a delay after {words.moment(clock.counted_from, at=at)}"
    return clock.why_not or ""


def _between(due: DueTarget, at: datetime) -> str:
    return words.duration(time_between(due.due_at, at))


def _small(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}".rstrip(".") + "."
