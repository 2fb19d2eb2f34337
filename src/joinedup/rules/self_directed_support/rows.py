"""Rows of the rule books on self-directed support: what a budget covers and states, and what it may not pay for."""

from dataclasses import dataclass

from joinedup.rules.rows import Row
from joinedup.rules.self_directed_support.kinds import Basis, Stated, Use


@dataclass(frozen=True, slots=True)
class Cover(Row):
    """What the amount of a budget has to be enough for."""

    what: str
    basis: Basis = Basis.LAW

    def __str__(self) -> str:
        return self.what if self.basis is Basis.LAW else f"{self.what} (guidance)"


@dataclass(frozen=True, slots=True)
class Statement(Row):
    """Something that a budget must state."""

    item: Stated
    title: str

    def __str__(self) -> str:
        return f"{self.title} ({self.item})"

    @property
    def in_words(self) -> str:
        """What is stated."""
        return self.title


@dataclass(frozen=True, slots=True)
class BarredUse(Row):
    """Something that the money may not, or by guidance should not, be spent on."""

    use: Use
    title: str
    basis: Basis = Basis.LAW

    def __str__(self) -> str:
        said = f"{self.title} ({self.use})"
        return said if self.basis is Basis.LAW else f"{said} by guidance"

    @property
    def in_words(self) -> str:
        """What it may not be spent on."""
        return self.title if self.basis is Basis.LAW else f"{self.title} (guidance)"
