"""Pairs of people who may be one: what a comparison of them found, for the review queue."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Agreement:
    """What one field says for or against. `verdict`: agrees, nearly, differs or unknown; `weight` in bits."""

    field: str
    verdict: str
    weight: float


@dataclass(frozen=True)
class ProposedPair:
    """Two people who may be one. `score` is a probability, 0 to 1; `method` says who compared them.

    `is_sure` where a rule that links holds for this one pair alone: it may be joined without anybody being asked.
    """

    left: UUID
    right: UUID
    score: float
    agreements: tuple[Agreement, ...]
    method: str
    is_sure: bool = False
