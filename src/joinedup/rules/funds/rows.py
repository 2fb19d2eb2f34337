"""Rows of the rule books on funds: what an agreement must say, report and pool, and who may do what at a year's end."""

from dataclasses import dataclass

from joinedup.rules.funds.kinds import Body, Term, VatRoute
from joinedup.rules.rows import Row


@dataclass(frozen=True, slots=True)
class Content(Row):
    """Something that an agreement must say."""

    term: Term
    title: str

    @property
    def in_words(self) -> str:
        """What is to be said."""
        return self.title

    def __str__(self) -> str:
        return f"{self.title} ({self.term})"


@dataclass(frozen=True, slots=True)
class Side(Row):
    """One of the sides that must be in an agreement, and which bodies stand for it."""

    side: str
    title: str
    bodies: tuple[Body, ...]

    @property
    def in_words(self) -> str:
        """The side, and who stands for it."""
        return f"{self.title}: {' or '.join(body.title for body in self.bodies)}"

    def __str__(self) -> str:
        return f"{self.title} ({' or '.join(self.bodies)})"


@dataclass(frozen=True, slots=True)
class ReportRule(Row):
    """A report that is due at least every so many months."""

    report: str
    title: str
    months: int

    def __post_init__(self) -> None:
        if self.months < 1:
            raise ValueError("months must be one or more")

    @property
    def in_words(self) -> str:
        """The report, and how often."""
        return f"{self.title}, every {self.months} months"

    def __str__(self) -> str:
        return f"{self.title} ({self.report}: every {self.months} months)"


@dataclass(frozen=True, slots=True)
class RequiredPool(Row):
    """Something for which there must be a pooled fund."""

    purpose: str
    title: str

    @property
    def in_words(self) -> str:
        """What the fund is for."""
        return self.title

    def __str__(self) -> str:
        return f"{self.title} ({self.purpose})"


@dataclass(frozen=True, slots=True)
class YearEnd(Row):
    """What a kind of body may do at a year's end. Without a word on either, that is not known."""

    body: Body
    may_overspend: bool | None = None
    may_carry_forward: bool | None = None

    def __post_init__(self) -> None:
        if self.may_overspend is None and self.may_carry_forward is None:
            raise ValueError("say whether it may overspend, carry forward, or both")

    def __str__(self) -> str:
        said = (("overspend", self.may_overspend), ("carry money forward", self.may_carry_forward))
        known = [f"{'may' if may else 'may not'} {what}" for what, may in said if may is not None]
        return f"{self.body.title}: {', '.join(known)}"


@dataclass(frozen=True, slots=True)
class VatRule(Row):
    """How value added tax comes back where a kind of body delivers."""

    body: Body
    route: VatRoute

    def __str__(self) -> str:
        return f"{self.body.title}: {self.route.title}"


@dataclass(frozen=True, slots=True)
class Condition(Row):
    """A national condition of the Better Care Fund."""

    condition: str
    title: str

    @property
    def in_words(self) -> str:
        """The condition."""
        return self.title

    def __str__(self) -> str:
        return f"{self.title} ({self.condition})"
