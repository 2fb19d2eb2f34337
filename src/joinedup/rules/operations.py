"""Every question that a system can ask of the rules: its name, what it takes, and who answers.

One declaration a question, for the HTTP interface, its description and its pages. What is asked and answered are plain
JSON types; the answer itself comes from the same function that the library, the command line and the pages call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from joinedup.core.nation import Nation
from joinedup.rules.boards.checking import check_board, untraced_rules
from joinedup.rules.boards.declared_board import Board
from joinedup.rules.books import TOPICS, catalogue
from joinedup.rules.charging.finances import CareHome, Finances, HomeCare
from joinedup.rules.charging.home_care_charge import home_care_charge
from joinedup.rules.charging.home_care_charge_topic import HOME_CARE_CHARGE
from joinedup.rules.charging.local_policy import load_local_policy
from joinedup.rules.charging.means_test import WeeklyCharge
from joinedup.rules.charging.residential_charge import residential_charge
from joinedup.rules.coverage import coverage
from joinedup.rules.explaining import as_json, entry_as_json, findings_as_json, parameter_as_json

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


@dataclass(frozen=True, slots=True)
class OfCareHome:
    """A charge for a care home."""

    nation: Nation
    on: date
    finances: Finances
    care: CareHome


@dataclass(frozen=True, slots=True)
class OfHomeCare:
    """A charge for care at home; `local_policy` is the council's own, as the text of its YAML file."""

    nation: Nation
    on: date
    finances: Finances
    care: HomeCare
    local_policy: str | None = None


@dataclass(frozen=True, slots=True)
class OfBoard:
    """A board as it was declared."""

    on: date
    board: Board


@dataclass(frozen=True, slots=True)
class Operation:
    """A question: `takes` is a dataclass of what is asked, `answer` turns one into JSON types, `example` is one.

    `gives` is the kind of value that an explained answer has; none where the answer is a list. One that `is_reading`
    is asked in an address, without a body.
    """

    name: str
    title: str
    takes: type
    answer: Callable[[Any], Any]
    example: Mapping[str, Any]
    gives: type | None = None
    is_reading: bool = False


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


def _residential(asked: OfCareHome) -> dict[str, Any]:
    return as_json(residential_charge(asked.nation, asked.on, asked.finances, asked.care))


def _home_care(asked: OfHomeCare) -> dict[str, Any]:
    local = None
    if asked.local_policy is not None:
        text = asked.local_policy.encode()
        local = load_local_policy(text, file="local_policy", nation=asked.nation, topic=HOME_CARE_CHARGE)
    return as_json(home_care_charge(asked.nation, asked.on, asked.finances, asked.care, local))


def _board(asked: OfBoard) -> dict[str, Any]:
    return {
        "findings": findings_as_json(check_board(asked.board, asked.on)),
        "rests_on_unverified": bool(untraced_rules(asked.board, asked.on)),
    }


OPERATIONS: tuple[Operation, ...] = (
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
    Operation(
        "residential-charge",
        "What somebody pays a week for a care home",
        OfCareHome,
        _residential,
        {
            "nation": "england",
            "on": "2022-05-01",
            "finances": {
                "age": 82,
                "capital": [{"kind": "savings", "amount": "18100.00"}],
                "income": [{"kind": "state_pension", "weekly": "250.00"}],
            },
            "care": {"price": "900.00"},
        },
        gives=WeeklyCharge,
    ),
    Operation(
        "home-care-charge",
        "What somebody pays a week for care at home",
        OfHomeCare,
        _home_care,
        {
            "nation": "wales",
            "on": "2021-06-01",
            "finances": {"age": 80, "capital": [{"kind": "savings", "amount": "30000.00"}]},
            "care": {"price": "180.00", "basic_entitlement": "177.10"},
        },
        gives=WeeklyCharge,
    ),
    Operation(
        "board-findings",
        "What is amiss with a board",
        OfBoard,
        _board,
        {
            "on": "2022-05-01",
            "board": {
                "nation": "scotland",
                "kind": "integration_joint_board",
                "name": "An invented board",
                "members": [{"role": "nurse", "votes": True}],
            },
        },
    ),
)
