"""What has to be asked before a board can be checked: only what law and guidance of that day look at.

Ends at the questions: how they are asked is for pages, what is amiss with the answers for `checking`. Which of two
bodies nominated a member is not among them: whoever wants that checked declares the board in a file.
"""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from joinedup.core.nation import Nation
from joinedup.rules.boards.rows import PlanRule, Seat
from joinedup.rules.boards.topic import BOARDS, BoardKind
from joinedup.rules.books import rule_book
from joinedup.rules.parameters import RulesOfDay
from joinedup.rules.rows import Row
from joinedup.rules.values import is_set, rows_of, words_of

__all__ = ["BoardAsked", "board_asked", "kinds_of_board"]
Kind = TypeVar("Kind", bound=Row)
CHAIR = ("chair_roles", "chair_appointed_by", "chair_years", "chair_alternates")


@dataclass(frozen=True, slots=True)
class BoardAsked:
    """What is asked of a kind of board on a day; nothing where there was none."""

    seats: tuple[Seat, ...] = ()
    plans: tuple[PlanRule, ...] = ()
    counts_everybody: bool = False
    has_chair: bool = False
    chair_roles: tuple[str, ...] = ()
    chair_bodies: tuple[str, ...] = ()
    chair_has_term: bool = False
    chair_alternates: bool = False


def kinds_of_board(nation: Nation) -> tuple[BoardKind, ...]:
    """Return the kinds that a nation's rule book speaks of."""
    parameters = rule_book(nation, BOARDS.name).parameters
    return tuple(kind for kind in BoardKind if f"{kind.value}_exists" in parameters)


def board_asked(nation: Nation, kind: BoardKind, on: date) -> BoardAsked:
    """Return what has to be asked; `NotCovered` where the book does not know the kind or its members on the day."""
    asked = _Asked(rule_book(nation, BOARDS.name).on(on), kind)
    if not is_set(asked.rules.cite(f"{kind.value}_exists")):
        return BoardAsked()
    seats = rows_of(asked.rules.cite(f"{kind.value}_members"), Seat)
    roles = {role for seat in seats for role in seat.roles}
    advised = (seat for seat in asked.rows("members_advised", Seat) if seat.role not in roles)
    alternates = asked.rules.find(f"{kind.value}_chair_alternates")
    return BoardAsked(
        seats=(*seats, *advised),
        plans=asked.rows("plans", PlanRule),
        counts_everybody=asked.has("size") or asked.has("least_size"),
        has_chair=any(asked.has(question) for question in CHAIR),
        chair_roles=asked.words("chair_roles"),
        chair_bodies=asked.words("chair_appointed_by"),
        chair_has_term=asked.has("chair_years"),
        chair_alternates=bool(alternates and is_set(alternates)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """The rules of a day about one kind of board."""

    rules: RulesOfDay
    kind: BoardKind

    def has(self, question: str) -> bool:
        return self.rules.find(f"{self.kind.value}_{question}") is not None

    def words(self, question: str) -> tuple[str, ...]:
        found = self.rules.find(f"{self.kind.value}_{question}")
        return words_of(found) if found else ()

    def rows(self, question: str, row: type[Kind]) -> tuple[Kind, ...]:
        found = self.rules.find(f"{self.kind.value}_{question}")
        return rows_of(found, row) if found else ()
