"""Rows of the rule books on boards: seats that must be filled, and plans that must be made."""

from dataclasses import dataclass

from joinedup.rules.rows import Row


@dataclass(frozen=True, slots=True)
class Seat(Row):
    """Members of one role that a board must have, or of another that will do. Without `votes` the vote is open."""

    role: str
    title: str
    at_least: int
    at_most: int | None = None
    votes: bool | None = None
    other_roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.at_least < 1:
            raise ValueError("at_least must be one or more")
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError(
                f"at most {self.at_most} is fewer than at least {self.at_least}: correct one of them"
            )

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that fills this seat."""
        return (self.role, *self.other_roles)

    @property
    def keys(self) -> tuple[str, ...]:
        """A role fills one seat only."""
        return self.roles

    @property
    def in_words(self) -> str:
        """Whom, how many, and with what vote."""
        return f"{self.title}: {self._numbers()}"

    def __str__(self) -> str:
        return f"{self.title} ({' or '.join(self.roles)}: {self._numbers()})"

    def _numbers(self) -> str:
        number = f"exactly {self.at_least}" if self.at_least == self.at_most else f"at least {self.at_least}"
        if self.at_most is not None and self.at_most != self.at_least:
            number += f", at most {self.at_most}"
        return number + {None: "", True: ", with a vote", False: ", without a vote"}[self.votes]


@dataclass(frozen=True, slots=True)
class PlanRule(Row):
    """A plan that a board must have; with `years`, one that is no older."""

    kind: str
    title: str
    years: int | None = None

    def __post_init__(self) -> None:
        if self.years is not None and self.years < 1:
            raise ValueError("years must be one or more")

    @property
    def in_words(self) -> str:
        """The plan, and how often."""
        return self.title if self.years is None else f"{self.title}, every {self.years} years"

    def __str__(self) -> str:
        often = "" if self.years is None else f": every {self.years} years"
        return f"{self.title} ({self.kind}{often})"
