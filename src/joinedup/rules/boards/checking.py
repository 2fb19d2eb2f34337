"""What is amiss with a board on a day, by the law and guidance of that day: the one way in to this topic.

Each kind of board is asked the same questions (`boards.topic`): whether it was there, who must and should be on it and
with what vote, in what numbers, who chairs it and for how long, and which plans it must have. Ends at the board as it
was declared: nothing is looked up, and a duty that a declaration cannot show is told by the rule book alone.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from joinedup.core.dates import MONTHS_A_YEAR, add_months, say_date
from joinedup.core.explained import Citation
from joinedup.rules.boards.declared_board import Board, Chair, Member, Plan, board_of, board_of_node
from joinedup.rules.boards.rows import PlanRule, Seat
from joinedup.rules.boards.topic import BOARDS, QUESTIONS, BoardKind
from joinedup.rules.books import rule_book
from joinedup.rules.findings import Finding, Severity, must
from joinedup.rules.parameters import RuleBook, RulesOfDay
from joinedup.rules.values import is_set, number_of, rows_of, words_of

__all__ = [
    "Board",
    "BoardKind",
    "Chair",
    "Member",
    "Plan",
    "board_of",
    "board_of_node",
    "check_board",
    "untraced_rules",
]
A_PAIR = 2


def check_board(board: Board, on: date) -> list[Finding]:
    """Return everything that is amiss with a board on a day; none when it is as it must and should be.

    `NotCovered` where the rule book does not know whether there were boards of its kind, or who must be on them.
    """
    return _Check(board, rule_book(board.nation, BOARDS.name).on(on)).findings()


def untraced_rules(board: Board, on: date) -> tuple[Citation, ...]:
    """Return what the rule book says of such a board on a day without having traced it; whoever reads must be told."""
    rules = rule_book(board.nation, BOARDS.name).on(on)
    found = (rules.find(f"{board.kind.value}_{question}") for question in QUESTIONS)
    return tuple(citation for citation in found if citation and citation.is_unverified)


class _Check:
    """One board beside the rules of one day."""

    def __init__(self, board: Board, rules: RulesOfDay) -> None:
        self.board, self.rules = board, rules
        self.members = board.members_on(rules.day)
        self.by_role = Counter(member.role for member in self.members)

    def findings(self) -> list[Finding]:
        """Return what is amiss; of a board that was not there, only that."""
        exists = self.rules.cite(self._name("exists"))
        if not is_set(exists):
            return [self._not_there(exists)]
        seats = self.rules.cite(self._name("members"))
        amiss = list(self._of_seats(seats, Severity.MUST))
        if not amiss:
            # A seat that is empty has been told; that numbers do not add up for it would tell it again.
            amiss += [*self._of_two_bodies(), *self._of_numbers()]
        amiss += self._of_votes(seats)
        amiss += self._of_chair()
        amiss += self._of_plans()
        advised = self._find("members_advised")
        return [*amiss, *self._of_seats(advised, Severity.SHOULD)] if advised else amiss

    def _name(self, question: str) -> str:
        return f"{self.board.kind.value}_{question}"

    def _find(self, question: str) -> Citation | None:
        return self.rules.find(self._name(question))

    def _not_there(self, exists: Citation) -> Finding:
        """Say that there was no such board on the day, and which kind came before or after."""
        book, kind, day = self.rules.book, self.board.kind, self.rules.day
        what = f"There were no {kind.plural} on {say_date(day)}"
        if _starts_after(book, kind, day):
            because, links = "they came later", _earlier(book, kind)
            others = [BoardKind(word) for link in links for word in words_of(link)]
            place = "before them there were"
        else:
            because, links = "they had ended", _later(book, kind)
            others = [_kind_of(link) for link in links]
            place = "after them came"
        if others:
            because += f"; {place} {' and '.join(other.plural for other in others)}"
        return must(what, because, exists, *links)

    def _of_seats(self, citation: Citation, severity: Severity) -> Iterator[Finding]:
        """Compare how many members of each role there are with how many there are to be."""
        for seat in rows_of(citation, Seat):
            number = sum(self.by_role[role] for role in seat.roles)
            if number < seat.at_least or (seat.at_most is not None and number > seat.at_most):
                what = f"{seat.title}: {_count(number)}"
                yield Finding(severity, what, _wanted(seat), (citation,))

    def _of_two_bodies(self) -> Iterator[Finding]:
        """Count what each of two bodies nominates that share a board, such as two councils."""
        citation = self._find("each_of_two")
        for seat in rows_of(citation, Seat) if citation else ():
            by_body = Counter(each.body for each in self.members if each.role in seat.roles and each.body)
            for body, number in sorted(by_body.items()) if len(by_body) == A_PAIR else ():
                if citation and number < seat.at_least:
                    because = f"each is to nominate at least {seat.at_least}"
                    yield must(f"{seat.title}: {number} from {body}", because, citation)

    def _of_numbers(self) -> Iterator[Finding]:
        """Compare the number of all members, and roles that must be equally many."""
        size, least, balance = self._find("size"), self._find("least_size"), self._find("balance")
        total = len(self.members)
        if size and total != number_of(size):
            yield must(f"Members: {total}", f"there must be {number_of(size)}", size)
        if least and total < number_of(least):
            yield must(f"Members: {total}", f"there must be at least {number_of(least)}", least)
        if balance:
            roles = words_of(balance)
            if len({self.by_role[role] for role in roles}) > 1:
                numbers = ", ".join(f"{role.replace('_', ' ')} {self.by_role[role]}" for role in roles)
                yield must(f"Unequal numbers: {numbers}", "there must be equally many of each", balance)

    def _of_votes(self, citation: Citation) -> Iterator[Finding]:
        """Compare the votes that members are said to have with those the law gives their roles."""
        for seat in rows_of(citation, Seat):
            said = {member.votes for member in self.members if member.role in seat.roles} - {None}
            if seat.votes is not None and (not seat.votes) in said:
                is_voting = "with a vote" if not seat.votes else "without a vote"
                has = "has a vote" if seat.votes else "has no vote"
                yield must(f"{seat.title}: {is_voting}", f"a member of this role {has}", citation)

    def _of_chair(self) -> Iterator[Finding]:
        """Look at who chairs the board, where the law speaks of it."""
        questions = ("chair_roles", "chair_appointed_by", "chair_years", "chair_alternates")
        rules = tuple(rule for rule in map(self._find, questions) if rule)
        if self.board.chair is not None:
            yield from self._of_choice(self.board.chair)
            yield from self._of_term(self.board.chair)
        elif rules:
            yield must("Chair: none", "the board must have one", *rules)

    def _of_choice(self, chair: Chair) -> Iterator[Finding]:
        """Look at what role the chair has on the board, and who chose them."""
        roles, chosen = self._find("chair_roles"), self._find("chair_appointed_by")
        if roles and chair.role not in words_of(roles):
            yield must(f"Chair: {_said(chair.role)}", f"must be {_one_of(roles)}", roles)
        if chosen and chair.body and chair.body not in words_of(chosen):
            yield must(f"Chair: chosen by {_said(chair.body)}", f"is chosen by {_one_of(chosen)}", chosen)

    def _of_term(self, chair: Chair) -> Iterator[Finding]:
        """Look at since when the chair is in place, and whose turn it was."""
        years, alternates = self._find("chair_years"), self._find("chair_alternates")
        if years and chair.since and self.rules.day >= _years_after(chair.since, number_of(years)):
            because = f"for at most {number_of(years)} years"
            yield must(f"Chair: since {say_date(chair.since)}", because, years)
        if alternates and is_set(alternates) and chair.body and chair.body == chair.previous_body:
            because = "the bodies that nominate members take turns"
            yield must(f"Chair: again from {_said(chair.body)}", because, alternates)

    def _of_plans(self) -> Iterator[Finding]:
        """Look for each plan that must be there, made and still running."""
        citation = self._find("plans")
        for rule in rows_of(citation, PlanRule) if citation else ():
            made = [p for p in self.board.plans if p.kind == rule.kind and p.made_on <= self.rules.day]
            what = _why_no_plan(rule, made, self.rules.day)
            if what and citation:
                yield must(f"{rule.title}: {what}", _renewed(rule), citation)


def _count(number: int) -> str:
    return str(number) if number else "none"


def _wanted(seat: Seat) -> str:
    if seat.at_least == seat.at_most:
        return f"there are to be exactly {seat.at_least}"
    most = f" and at most {seat.at_most}" if seat.at_most is not None else ""
    return f"there are to be at least {seat.at_least}{most}"


def _said(word: str) -> str:
    return word.replace("_", " ")


def _one_of(citation: Citation) -> str:
    return " or ".join(_said(word) for word in words_of(citation))


def _years_after(day: date, years: int) -> date:
    return add_months(day, years * MONTHS_A_YEAR)


def _why_no_plan(rule: PlanRule, made: list[Plan], day: date) -> str:
    """Return why none of the plans made will do; nothing where the newest does."""
    if not made:
        return "none"
    newest = max(made, key=lambda plan: plan.made_on)
    if newest.covers_to is not None and newest.covers_to < day:
        return f"ran to {say_date(newest.covers_to)}"
    looked_at = newest.looked_at_on(day)
    if rule.years is not None and day >= _years_after(looked_at, rule.years):
        return f"last looked at on {say_date(looked_at)}"
    return ""


def _renewed(rule: PlanRule) -> str:
    return (
        f"there must be one, looked at again within {rule.years} years" if rule.years else "there must be one"
    )


def _starts_after(book: RuleBook, kind: BoardKind, day: date) -> bool:
    entries = book.parameters[f"{kind.value}_exists"].entries
    return any(entry.is_in_force and entry.value and entry.period.start > day for entry in entries)


def _earlier(book: RuleBook, kind: BoardKind) -> list[Citation]:
    """Return what says which kinds a kind came after, as it stood when it began."""
    follows = book.parameters.get(f"{kind.value}_follows")
    return [follows.on(follows.entries[0].period.start)] if follows else []


def _later(book: RuleBook, kind: BoardKind) -> list[Citation]:
    """Return what says which kinds came after a kind."""
    links = [link for other in BoardKind for link in _earlier(book, other)]
    return [link for link in links if kind.value in words_of(link)]


def _kind_of(link: Citation) -> BoardKind:
    return BoardKind(link.parameter.removesuffix("_follows"))
