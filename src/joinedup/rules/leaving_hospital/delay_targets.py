"""Targets made from parameters, and the shape of what a nation adds to the common clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joinedup.core.explained import Step
from joinedup.core.moments import UK_TIME, later_by
from joinedup.rules.leaving_hospital.stays import DueTarget, Stay, Target
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import number_of

EVERYBODY = 100


def no_targets(_rules: RulesOfDay, _stay: Stay) -> tuple[Target, ...]:
    """For a nation without a national target."""
    return ()


def no_remarks(_rules: RulesOfDay, _stay: Stay, _end: datetime) -> tuple[Step, ...]:
    """For a nation with nothing to add to the common steps."""
    return ()


@dataclass(frozen=True, slots=True)
class DelayRules:
    """What parameters alone do not say: which targets a stay has, and steps of the nation's own."""

    targets: Callable[[RulesOfDay, Stay], tuple[Target, ...]] = no_targets
    remarks: Callable[[RulesOfDay, Stay, datetime], tuple[Step, ...]] = no_remarks


def target_in_hours(rules: RulesOfDay, hours: str) -> tuple[Target, ...]:
    """The target of a parameter in hours, if one is in force; for everybody."""
    within = rules.find(hours)
    if within is None:
        return ()
    length = timedelta(hours=number_of(within))
    return (
        Target(within.title, length, counted_in_days=False, share_per_cent=EVERYBODY, citations=(within,)),
    )


def target_in_days(rules: RulesOfDay, days: str) -> tuple[Target, ...]:
    """The target of a parameter in days, if one is in force; for everybody."""
    within = rules.find(days)
    if within is None:
        return ()
    length = timedelta(days=number_of(within))
    return (
        Target(within.title, length, counted_in_days=True, share_per_cent=EVERYBODY, citations=(within,)),
    )


def due_target(target: Target, ready_at: datetime, end: datetime) -> DueTarget:
    """Apply a target to a stay that has lasted until `end`. Leaving at the very moment is in time."""
    due_at = (
        _days_later(ready_at, target.within) if target.counted_in_days else later_by(ready_at, target.within)
    )
    return DueTarget(target, due_at, is_missed=end.astimezone(UTC) > due_at.astimezone(UTC))


def _days_later(start: datetime, days: timedelta) -> datetime:
    """The same time of day so many days later, also where the clocks changed in between."""
    on_the_clock = start.astimezone(UK_TIME) + days
    return on_the_clock.astimezone(UTC).astimezone(UK_TIME)
