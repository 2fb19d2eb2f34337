"""Questions about the rule books themselves: values through time, and what is covered."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from joinedup.core.nation import Nation
from joinedup.rules.books import TOPICS, catalogue
from joinedup.rules.coverage import coverage
from joinedup.rules.explaining import entry_as_json, parameter_as_json
from joinedup.rules.operations.operation import Operation

TopicName = StrEnum("TopicName", {topic.name.upper(): topic.name for topic in TOPICS})  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class OfParameters:
    """Which values: of one nation or topic, or all; with a day, as they stood on it."""

    nation: Nation | None = None
    topic: TopicName | None = None
    parameter: str | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class OfYears:
    """From the first year to the last."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not date.min.year <= self.first <= self.last <= date.max.year:
            raise ValueError("last must not be before first, and both must be years")
        if self.last - self.first > 100:
            raise ValueError("ask for at most a hundred years")


def _parameters(asked: OfParameters) -> list[dict[str, Any]]:
    """Return values with where each is written: through time, or as they stood on a day."""
    found = [
        each
        for each in catalogue([asked.nation] if asked.nation else tuple(Nation))
        if asked.topic in (None, each.topic) and asked.parameter in (None, each.id)
    ]
    if asked.on is None:
        return [parameter_as_json(each) for each in found]
    days = [(each, each.entry_on(asked.on)) for each in found]
    return [parameter_as_json(each) | {"entries": [entry_as_json(entry)]} for each, entry in days if entry]


def _coverage(asked: OfYears) -> list[dict[str, Any]]:
    """Return, by nation, topic, parameter and year, what is covered, unverified or missing."""
    return [
        {
            "nation": row.nation.value,
            "topic": row.topic,
            "parameters": {
                name: {str(year): covered.value for year, covered in years.items()}
                for name, years in row.parameters.items()
            },
        }
        for row in coverage(range(asked.first, asked.last + 1))
    ]


OPERATIONS = (
    Operation(
        "parameters",
        "Values of the rule books",
        OfParameters,
        _parameters,
        {"nation": "scotland", "topic": "residential_charge", "parameter": "free_personal_care"},
        is_reading=True,
    ),
    Operation(
        "coverage",
        "What the rule books cover",
        OfYears,
        _coverage,
        {"first": 2022, "last": 2023},
        is_reading=True,
    ),
)
