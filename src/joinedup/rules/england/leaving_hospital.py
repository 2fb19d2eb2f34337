"""England: no national target, the marks at which long stays are looked at.

Targets for delays are set locally. The marks of 7, 14 and 21 days are not yet traced to a document.
"""

from datetime import datetime

from joinedup.core.explained import Step
from joinedup.core.moments import uk_date
from joinedup.rules.leaving_hospital.delay_targets import DelayRules
from joinedup.rules.leaving_hospital.stays import Stay
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.values import numbers_of


def length_of_stay(rules: RulesOfDay, stay: Stay, end: datetime) -> tuple[Step, ...]:
    """Say which mark the stay has reached, counted in nights since admission."""
    marks = rules.find("long_stay_days")
    if marks is None or stay.admitted_at is None:
        return ()
    nights = (uk_date(end) - uk_date(stay.admitted_at)).days
    reached = [mark for mark in numbers_of(marks) if mark <= nights]
    if not reached:
        return ()
    because = (
        f"It has reached the mark of {max(reached)} days, one of those at which long stays are looked at."
    )
    return (Step("Length of stay", f"{nights} days", because, (marks,)),)


RULES = DelayRules(remarks=length_of_stay)
