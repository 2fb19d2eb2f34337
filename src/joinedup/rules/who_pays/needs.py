"""What a checklist and a decision support tool say of somebody's needs. Contradictions are refused here.

Which domains there are, and which levels each may have, is the rule book's; that a domain is given once is ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from joinedup.rules.facts import FactError

__all__ = ["Checklist", "Column", "Level", "Mark", "Need", "Needs"]


class Column(StrEnum):
    """The columns of the checklist: A says most, C least."""

    A = "A"
    B = "B"
    C = "C"


class Level(StrEnum):
    """How much is needed in one domain, from least to most."""

    NO_NEEDS = "no_needs"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    SEVERE = "severe"
    PRIORITY = "priority"

    @property
    def rank(self) -> int:
        """Place in the order, from nought."""
        return tuple(Level).index(self)

    @property
    def title(self) -> str:  # type: ignore[override]
        """The level as an explanation says it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Mark:
    """The column that was marked for one domain of the checklist."""

    domain: str
    column: Column


@dataclass(frozen=True, slots=True)
class Need:
    """The level that a multidisciplinary team agreed on for one domain of the decision support tool."""

    domain: str
    level: Level


@dataclass(frozen=True, slots=True)
class Checklist:
    """A completed checklist."""

    marks: tuple[Mark, ...]

    def __post_init__(self) -> None:
        _refuse_repeated("checklist", (mark.domain for mark in self.marks))


@dataclass(frozen=True, slots=True)
class Needs:
    """A completed decision support tool."""

    needs: tuple[Need, ...]

    def __post_init__(self) -> None:
        _refuse_repeated("levels", (need.domain for need in self.needs))


def _refuse_repeated(fact: str, domains: Iterable[str]) -> None:
    seen = set[str]()
    for domain in domains:
        if domain in seen:
            raise FactError(f"{fact}.{domain}", "it is given twice: keep one")
        seen.add(domain)
