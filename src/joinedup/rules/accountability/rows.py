"""Rows of the rule books on accountability: bodies, what they hold, the links between them, and what says so."""

from dataclasses import dataclass
from enum import StrEnum

from joinedup.core.explained import Confidence
from joinedup.rules.rows import Row


class Function(StrEnum):
    """What health and care consist of, as far as it is told apart here."""

    ACUTE = "acute"
    PRIMARY = "primary"
    COMMUNITY = "community"
    MENTAL_HEALTH = "mental_health"
    SOCIAL_CARE = "social_care"
    PUBLIC_HEALTH = "public_health"
    CHILDREN = "children"
    HOUSING = "housing"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return FUNCTION_TITLES[self]


FUNCTION_TITLES = {
    Function.ACUTE: "Hospital care",
    Function.PRIMARY: "Primary care",
    Function.COMMUNITY: "Community health care",
    Function.MENTAL_HEALTH: "Mental health care",
    Function.SOCIAL_CARE: "Adult social care",
    Function.PUBLIC_HEALTH: "Public health",
    Function.CHILDREN: "Children's social care",
    Function.HOUSING: "Housing",
}


class Duty(StrEnum):
    """What a body may have to do about a function."""

    PLANS = "plans"
    COMMISSIONS = "commissions"
    PAYS = "pays"
    DELIVERS = "delivers"
    INSPECTS = "inspects"


class Level(StrEnum):
    """Where a body stands between government and whoever delivers; a diagram has a row for each."""

    GOVERNMENT = "government"
    NATIONAL = "national"
    AREA = "area"
    PROVIDER = "provider"

    @property
    def title(self) -> str:  # type: ignore[override]
        """As a page says it."""
        return LEVEL_TITLES[self]


LEVEL_TITLES = {
    Level.GOVERNMENT: "Government",
    Level.NATIONAL: "National bodies",
    Level.AREA: "Bodies of an area",
    Level.PROVIDER: "Those who deliver",
}


class LinkKind(StrEnum):
    """What passes between two bodies. Accountability goes from who answers to whom they answer."""

    MONEY = "money"
    DIRECTION = "direction"
    ACCOUNTABILITY = "accountability"

    @property
    def verb(self) -> str:
        """As a sentence says it: one body pays another."""
        return {"money": "pays", "direction": "directs", "accountability": "answers to"}[self]


@dataclass(frozen=True, slots=True)
class Body(Row):
    """An organisation, or organisations of one kind."""

    id: str
    title: str
    level: Level

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class Reference(Row):
    """A document that rows rest on, and how well it was traced."""

    id: str
    document: str
    confidence: Confidence
    paragraph: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if self.url is not None and not self.url.startswith("https://"):
            raise ValueError("give the whole address, starting with https://")

    def __str__(self) -> str:
        place = f", {self.paragraph}" if self.paragraph else ""
        return f"{self.id}: {self.document}{place} ({self.confidence})"


@dataclass(frozen=True, slots=True)
class Held(Row):
    """That a body holds a duty; without a body, that nobody does. What is not listed is not known."""

    duty: Duty
    sources: tuple[str, ...]
    body: str | None = None
    note: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        """A duty is held by a body once."""
        return (f"{self.duty}: {self.body or 'nobody'}",)

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self.body or 'nobody'} {self.duty}{note}"


@dataclass(frozen=True, slots=True)
class Link(Row):
    """That one body pays, directs or answers to another."""

    kind: LinkKind
    giver: str
    receiver: str
    sources: tuple[str, ...]
    note: str = ""

    def __post_init__(self) -> None:
        if self.giver == self.receiver:
            raise ValueError(f"'{self.giver}' is linked with itself: name two bodies")

    @property
    def keys(self) -> tuple[str, ...]:
        """Two bodies have one link of a kind in each direction."""
        return (f"{self.giver} {self.kind.verb} {self.receiver}",)

    def __str__(self) -> str:
        note = f" ({self.note})" if self.note else ""
        return f"{self.giver} {self.kind.verb} {self.receiver}{note}"
