"""Questions about bodies and the areas they are for: boards, who does what, boundaries."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from joinedup.core.nation import Nation
from joinedup.rules.accountability.answering import accountability, accountability_as_json
from joinedup.rules.boards.checking import check_board, untraced_rules
from joinedup.rules.boards.declared_board import Board
from joinedup.rules.boundaries.comparing import Comparison, compare, comparison_as_json
from joinedup.rules.explaining import findings_as_json
from joinedup.rules.facts import FactError
from joinedup.rules.operations.operation import Operation

MOST_SLIVER = 49


@dataclass(frozen=True, slots=True)
class OfBoard:
    """A board as it was declared."""

    on: date
    board: Board


@dataclass(frozen=True, slots=True)
class OfNation:
    """A nation on a day."""

    nation: Nation
    on: date


@dataclass(frozen=True, slots=True)
class OfBoundaries:
    """Two sets of areas; an area fits where no more than `sliver` per cent of it lies elsewhere."""

    comparison: Comparison
    sliver: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.sliver <= MOST_SLIVER:
            raise FactError("sliver", f"give a whole per cent, 0 to {MOST_SLIVER}")


def _board(asked: OfBoard) -> dict[str, Any]:
    return {
        "findings": findings_as_json(check_board(asked.board, asked.on)),
        "rests_on_unverified": bool(untraced_rules(asked.board, asked.on)),
    }


def _who_does_what(asked: OfNation) -> dict[str, Any]:
    return accountability_as_json(accountability(asked.nation, asked.on))


def _boundaries(asked: OfBoundaries) -> dict[str, Any]:
    answer = compare(asked.comparison, sliver=Fraction(asked.sliver, 100))
    return comparison_as_json(asked.comparison, answer)


OPERATIONS = (
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
    Operation(
        "who-does-what",
        "Who plans, commissions, pays for, delivers and inspects what",
        OfNation,
        _who_does_what,
        {"nation": "wales", "on": "2024-05-01"},
        is_reading=True,
    ),
    Operation(
        "boundaries",
        "How far two sets of areas have common boundaries",
        OfBoundaries,
        _boundaries,
        {
            "comparison": {
                "id": "invented",
                "title": "Invented councils and boards",
                "areas": "councils",
                "others": "boards",
                "counted": "people",
                "source": "made up",
                "caution": "",
                "overlaps": [
                    {
                        "area": {"code": "C1", "name": "Northern council"},
                        "other": {"code": "B1", "name": "First board"},
                        "people": 9000,
                    },
                    {
                        "area": {"code": "C1", "name": "Northern council"},
                        "other": {"code": "B2", "name": "Second board"},
                        "people": 1000,
                    },
                ],
            },
            "sliver": 5,
        },
    ),
)
