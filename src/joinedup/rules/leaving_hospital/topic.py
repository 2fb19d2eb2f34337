"""What every nation's rule book on leaving hospital must and may say, and the words it may say it in."""

from enum import StrEnum

from joinedup.rules.leaving_hospital.stays import DelayReason, Setting
from joinedup.rules.topics import Requirement, Topic, Unit, table_of


class ClockStart(StrEnum):
    """From when the length of a delay is measured."""

    WHEN_READY = "when_ready"
    DAY_AFTER_READY = "day_after_ready"


class DelayBegins(StrEnum):
    """When a wait becomes a delay that is counted."""

    CLOCK_START = "clock_start"
    AFTER_MINIMUM = "after_minimum"
    AFTER_TARGET = "after_target"


class DaysCounted(StrEnum):
    """Which days of a delay make its length in days."""

    AFTER_READY_DAY_TO_LAST = "after_ready_day_to_last"
    NIGHTS_IN_BED = "nights_in_bed"


class Counted(StrEnum):
    """What a nation's figures are numbers of."""

    BED_DAYS = "bed_days"
    PEOPLE_AT_CENSUS = "people_at_census"
    PEOPLE_EACH_DAY = "people_each_day"
    DAYS_FROM_READY_TO_LEAVING = "days_from_ready_to_leaving"
    SHARE_LEAVING_IN_TIME = "share_leaving_in_time"


class CensusDay(StrEnum):
    """The day of the month on which people are counted."""

    LAST_THURSDAY = "last_thursday"
    THIRD_WEDNESDAY = "third_wednesday"


def _words(choices: type[StrEnum]) -> frozenset[str]:
    return frozenset(choice.value for choice in choices)


LEAVING_HOSPITAL = Topic(
    name="leaving_hospital",
    title="Leaving hospital",
    requirements={
        "delay_definition": Requirement(Unit.TEXT, is_required=True),
        "counted": Requirement(Unit.LIST, is_required=True, allowed=_words(Counted)),
        "clock_start": Requirement(Unit.CHOICE, is_required=True, allowed=_words(ClockStart)),
        "delay_begins": Requirement(Unit.CHOICE, is_required=True, allowed=_words(DelayBegins)),
        "days_counted": Requirement(Unit.CHOICE, is_required=True, allowed=_words(DaysCounted)),
        "delay_reasons": table_of(DelayReason, is_required=True),
        "settings": Requirement(Unit.LIST, allowed=_words(Setting)),
        "minimum_age": Requirement(Unit.YEARS),
        "minimum_delay_hours": Requirement(Unit.HOURS),
        "census_day": Requirement(Unit.CHOICE, allowed=_words(CensusDay)),
        "intermediate_care_ends_count": Requirement(Unit.YES_OR_NO),
        "reasons_not_counted": Requirement(Unit.LIST),
        "reasons_outside_census": Requirement(Unit.LIST),
        "reasons_reported_apart": Requirement(Unit.LIST),
        "target_hours": Requirement(Unit.HOURS),
        "target_days": Requirement(Unit.DAYS),
        "simple_target_hours": Requirement(Unit.HOURS),
        "complex_target_hours": Requirement(Unit.HOURS),
        "complex_target_share": Requirement(Unit.PER_CENT),
        "complex_limit_days": Requirement(Unit.DAYS),
        "complex_service_hours": Requirement(Unit.HOURS),
        "long_stay_days": Requirement(Unit.LIST_OF_DAYS),
        "assessment_notice_days": Requirement(Unit.DAYS),
        "discharge_notice_days": Requirement(Unit.DAYS),
        "reimbursement_lower": Requirement(Unit.POUNDS_A_DAY),
        "reimbursement_higher": Requirement(Unit.POUNDS_A_DAY),
    },
)
