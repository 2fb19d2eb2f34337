"""Northern Ireland: the target depends on whether leaving is simple or complex."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from joinedup.core.explained import Step
from joinedup.rules.leaving_hospital.delay_targets import DelayRules, target_in_days, target_in_hours
from joinedup.rules.leaving_hospital.stays import Complexity, Stay, Target
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import number_of


def simple_targets(rules: RulesOfDay) -> tuple[Target, ...]:
    """Everybody in hours."""
    return target_in_hours(rules, "simple_target_hours")


def complex_targets(rules: RulesOfDay) -> tuple[Target, ...]:
    """Most people in hours, everybody in days."""
    share = rules.cite("complex_target_share")
    most = tuple(
        replace(target, share_per_cent=number_of(share), citations=(*target.citations, share))
        for target in target_in_hours(rules, "complex_target_hours")
    )
    return most + target_in_days(rules, "complex_limit_days")


TARGETS: dict[Complexity, Callable[[RulesOfDay], tuple[Target, ...]]] = {
    Complexity.SIMPLE: simple_targets,
    Complexity.COMPLEX: complex_targets,
}


def targets(rules: RulesOfDay, stay: Stay) -> tuple[Target, ...]:
    """None while it is not recorded whether leaving is simple or complex."""
    return TARGETS[stay.complexity](rules) if stay.complexity else ()


def ask_for_complexity(rules: RulesOfDay, stay: Stay, _end: datetime) -> tuple[Step, ...]:
    """Say that the target is unknown until somebody records what leaving needs."""
    if stay.complexity is not None:
        return ()
    services = rules.cite("complex_service_hours")
    because = (
        "The target depends on it. Leaving is complex when it needs significant services first, "
        f"such as {number_of(services)} hours or more at home."
    )
    return (Step("Simple or complex", "not recorded", because, (services,)),)


RULES = DelayRules(targets=targets, remarks=ask_for_complexity)
