"""A board as somebody declares it: its members, chair and plans. Read like a rule book; errors name file and line."""

from dataclasses import dataclass
from datetime import date

from joinedup.core.nation import Nation
from joinedup.rules.boards.topic import BoardKind
from joinedup.rules.nodes import Node, read_node
from joinedup.rules.reading import read_declared

BOARD = frozenset({"kind", "name", "members"})


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a board, by role. `body` nominated them; `votes` is none where nothing is said."""

    role: str
    body: str = ""
    votes: bool | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Chair:
    """Who chairs a board, by their role on it, appointed by `body`.

    `since` is the first day of the term and `previous_body` who appointed in the term before: a body may put another
    person in the chair within its own term.
    """

    role: str
    body: str = ""
    since: date | None = None
    previous_body: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan a board has made, and when it last looked at it again. Without `covers_to` it has no last day."""

    kind: str
    made_on: date
    covers_to: date | None = None
    reviewed_on: date | None = None

    def looked_at_on(self, day: date) -> date:
        """Return when the board last made or reviewed it, as far as a day knows."""
        is_known = self.reviewed_on is not None and self.made_on <= self.reviewed_on <= day
        return self.reviewed_on if is_known and self.reviewed_on else self.made_on


@dataclass(frozen=True, slots=True)
class Board:
    """A board of one nation as it was declared."""

    nation: Nation
    kind: BoardKind
    name: str
    members: tuple[Member, ...]
    chair: Chair | None = None
    plans: tuple[Plan, ...] = ()

    def members_on(self, day: date) -> tuple[Member, ...]:
        """Return who was a member on a day: whoever gives no first day, or an earlier one."""
        return tuple(each for each in self.members if each.since is None or each.since <= day)


def board_of(text: bytes, *, file: str, nation: Nation) -> Board:
    """Read a board from YAML; `RuleBookError` with file and line where it can't be so."""
    return board_of_node(read_node(text, file), nation)


def board_of_node(node: Node, nation: Nation) -> Board:
    """Read a board from a piece of YAML."""
    fields = node.fields(BOARD, frozenset({"chair", "plans"}))
    return Board(
        nation=nation,
        kind=_kind(fields["kind"]),
        name=fields["name"].text(),
        members=tuple(read_declared(each, Member) for each in fields["members"].items()),
        chair=read_declared(fields["chair"], Chair) if "chair" in fields else None,
        plans=tuple(_plan(each) for each in fields["plans"].items()) if "plans" in fields else (),
    )


def _kind(node: Node) -> BoardKind:
    known = [kind.value for kind in BoardKind]
    if node.text() not in known:
        raise node.error(f"'{node.text()}' is no kind of board: use one of {', '.join(known)}")
    return BoardKind(node.text())


def _plan(node: Node) -> Plan:
    fields = node.fields(frozenset({"kind", "made_on"}), frozenset({"covers_to", "reviewed_on"}))
    covers_to = fields["covers_to"].day() if "covers_to" in fields else None
    if covers_to is not None and covers_to < fields["made_on"].day():
        raise fields["covers_to"].error("the plan ends before it is made: correct one of the days")
    reviewed_on = fields["reviewed_on"].day() if "reviewed_on" in fields else None
    return Plan(fields["kind"].text(), fields["made_on"].day(), covers_to, reviewed_on)
