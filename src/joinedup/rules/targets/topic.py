"""What every nation's rule book on targets may say: of each framework the same questions, each dated and cited.

A parameter is called by the framework and the question: `heat_targets`. Whether a framework was there on a day is
data of its own (`_exists`), so that "there was none" and "we do not know" stay apart.
"""

from enum import StrEnum

from joinedup.rules.targets.rows import MonitoringLevel, MonitoringTier, Outcome, Target
from joinedup.rules.topics import Requirement, Topic, Unit, table_of


class Framework(StrEnum):
    """The sets of targets and outcomes of the four nations that a rule book may speak of."""

    DELAYED_DISCHARGE = "delayed_discharge"
    EMERGENCY_DEPARTMENT = "emergency_department"
    BETTER_CARE_FUND = "better_care_fund"
    ADULT_SOCIAL_CARE_OUTCOMES = "adult_social_care_outcomes"
    NHS_OUTCOMES = "nhs_outcomes"
    PUBLIC_HEALTH_OUTCOMES = "public_health_outcomes"
    HEAT = "heat"
    MINISTERIAL_STRATEGIC_GROUP = "ministerial_strategic_group"
    HEALTH_AND_WELLBEING_OUTCOMES = "health_and_wellbeing_outcomes"
    COMMUNITY_CARE_OUTCOMES = "community_care_outcomes"
    NATIONAL_PERFORMANCE = "national_performance"
    DELIVERY = "delivery"
    ESCALATION = "escalation"
    WELL_BEING_GOALS = "well_being_goals"
    SHIFT_TO_COMMUNITY = "shift_to_community"
    PROGRAMME_FOR_GOVERNMENT = "programme_for_government"


QUESTIONS = {
    # Whether the framework was there; its title names the framework.
    "exists": Requirement(Unit.YES_OR_NO),
    "targets": table_of(Target),
    "outcomes": table_of(Outcome),
    # How closely targets are watched, the levels a body may be put at, and who decides on them.
    "tiers": table_of(MonitoringTier),
    "levels": table_of(MonitoringLevel),
    "decided_by": Requirement(Unit.TEXT),
}

TARGETS = Topic(
    name="targets",
    title="Targets and frameworks",
    requirements={
        f"{framework.value}_{question}": requirement
        for framework in Framework
        for question, requirement in QUESTIONS.items()
    },
)
