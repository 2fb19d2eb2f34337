"""Rows of the rule books on who pays: domains of the tools, what their marks lead to, and parts paid without a means
test.
"""

from dataclasses import dataclass
from enum import StrEnum

from joinedup.rules.rows import Row
from joinedup.rules.who_pays.needs import Level

__all__ = ["ChecklistDomain", "FreePart", "Indication", "Payer", "Threshold", "ToolDomain"]


class Payer(StrEnum):
    """Who may have to pay. Which body `HEALTH` and `COUNCIL` are is the rule book's."""

    HEALTH = "health"
    COUNCIL = "council"
    PERSON = "person"


PAYERS = {Payer.HEALTH: "the NHS", Payer.COUNCIL: "the council or trust", Payer.PERSON: "the person"}


@dataclass(frozen=True, slots=True)
class ChecklistDomain(Row):
    """A domain of the checklist."""

    domain: str
    title: str

    def __str__(self) -> str:
        return f"{self.title} ({self.domain})"

    @property
    def in_words(self) -> str:
        """The domain."""
        return self.title


@dataclass(frozen=True, slots=True)
class ToolDomain(Row):
    """A domain of the decision support tool with the levels it may have. One that `may_be_left_out` is for needs that
    no other domain holds.
    """

    domain: str
    title: str
    levels: tuple[Level, ...]
    may_be_left_out: bool = False

    def __str__(self) -> str:
        return f"{self.title} ({self.domain}: {' '.join(level.value for level in self.levels)})"

    @property
    def in_words(self) -> str:
        """The domain and the levels it may have."""
        return f"{self.title}: {', '.join(level.value.replace('_', ' ') for level in self.levels)}"


@dataclass(frozen=True, slots=True)
class Threshold(Row):
    """Marks that together make a checklist positive: so many in A and B, or in A of a domain with a priority level."""

    name: str
    title: str
    a: int = 0
    b: int = 0
    a_of_priority_domain: int = 0

    def __post_init__(self) -> None:
        if not (self.a or self.b or self.a_of_priority_domain):
            raise ValueError("a threshold of nothing is always met: say how many marks it takes")

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Indication(Row):
    """Levels that point to eligibility: so many domains at a level or above, and so many others with any need."""

    name: str
    title: str
    level: Level
    at_least: int
    others: int = 0

    def __post_init__(self) -> None:
        if self.at_least < 1 or self.level is Level.NO_NEEDS:
            raise ValueError("an indication takes at least one domain with a need")

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class FreePart(Row):
    """A part of the price of a care home that is paid without a means test, and by whom.

    `parameter` is the amount in the rule book on charges for care homes, `higher_parameter` that for whoever is on the
    higher rate, `age_parameter` the age from which it is paid. Without `parameter` each board sets its own amount.
    """

    title: str
    payer: Payer
    for_nursing: bool
    parameter: str = ""
    higher_parameter: str = ""
    age_parameter: str = ""

    def __str__(self) -> str:
        amount = self.parameter or "each board sets the amount"
        return f"{self.title} ({self.payer.value}: {amount})"

    @property
    def in_words(self) -> str:
        """The part, and on which side it is paid."""
        return f"{self.title}, paid by {PAYERS[self.payer]}"
