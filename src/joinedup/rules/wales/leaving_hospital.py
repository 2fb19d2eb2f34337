"""Wales: the parameters say all. No national target was found; delays over a minimum length are counted."""

from joinedup.rules.leaving_hospital.delay_targets import DelayRules

RULES = DelayRules()
