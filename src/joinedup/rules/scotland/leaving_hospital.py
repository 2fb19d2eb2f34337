"""Scotland: one target in days for the longest delay, and since April 2016 one in hours.

The latter is an indicator of integration: a larger share of people should leave in that time.
"""

from dataclasses import replace

from joinedup.rules.leaving_hospital.delay_targets import DelayRules, target_in_days, target_in_hours
from joinedup.rules.leaving_hospital.stays import Stay, Target
from joinedup.rules.parameters import RulesOfDay


def targets(rules: RulesOfDay, _stay: Stay) -> tuple[Target, ...]:
    """The same for every stay."""
    in_hours = tuple(
        replace(target, share_per_cent=None) for target in target_in_hours(rules, "target_hours")
    )
    return in_hours + target_in_days(rules, "target_days")


RULES = DelayRules(targets=targets)
