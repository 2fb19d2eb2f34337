"""What a statistical process control chart can say about a point. Words only; `statistics` finds them."""

from enum import StrEnum


class Better(StrEnum):
    """Which way a measure should go."""

    LOWER = "lower"
    HIGHER = "higher"


class Rule(StrEnum):
    """Why a point is not chance, in the order in which the rules are tried."""

    BEYOND_LIMIT = "beyond_limit"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    RUN = "run"


class Side(StrEnum):
    """Where a signal points: to higher or to lower values."""

    HIGH = "high"
    LOW = "low"


class Variation(StrEnum):
    """What a point means, given which way is better."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    COMMON_CAUSE = "common_cause"
