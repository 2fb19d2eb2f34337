"""The questions about a board: which, and then only what law and guidance of the day look at."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from joinedup.core.nation import Nation
from joinedup.rules.boards.asking import BoardAsked, kinds_of_board
from joinedup.rules.boards.declared_board import Board, Chair, Member, Plan
from joinedup.rules.boards.rows import Seat
from joinedup.rules.boards.topic import BoardKind
from joinedup.web.questions import DayField, WholeNumberField

MOST = 99
OTHER = "another"


def kind_words(kind: BoardKind) -> str:
    """A kind of board as a page says it."""
    return kind.value.replace("_", " ").capitalize()


def seat_name(seat: Seat) -> str:
    """The name of the question about a seat: a role may be called as another question is."""
    return f"seat_{seat.role}"


def _kinds() -> list[tuple[str, str]]:
    """Every kind of every nation: a kind belongs to one nation, or is called the same in several."""
    return [
        (f"{nation.value}.{kind.value}", f"{nation.title}: {kind_words(kind).lower()}")
        for nation in Nation
        for kind in kinds_of_board(nation)
    ]


class WhichBoardForm(forms.Form):
    """Which kind of board, on which day."""

    def __init__(self, sent: QueryDict | None, **given: Any) -> None:
        super().__init__(sent, **given)
        self.fields["board"] = forms.ChoiceField(
            label="Which board?",
            choices=_kinds(),
            error_messages={"required": "Choose a board", "invalid_choice": "Choose a board from the list"},
        )
        self.fields["day"] = DayField(
            label="On which day?",
            help_text="What a board must be has changed. For example, 1 5 2022",
            noun="The day",
            missing="Enter the day for which to check the board",
            today=None,
        )


class BoardForm(forms.Form):
    """Who is on the board, who chairs it, and which plans it has."""

    def __init__(self, asked: BoardAsked, sent: QueryDict | None) -> None:
        super().__init__(sent)
        self.asked = asked
        self.fields |= dict(_about_members(asked))
        self.fields |= dict(_about_chair(asked))
        self.fields |= dict(_about_plans(asked))

    def seat_rows(self) -> tuple[tuple[str, BoundField, BoundField | None], ...]:
        """A row for each seat: whom, how many, and with a vote where the law speaks of it."""
        names = [(seat.title, seat_name(seat)) for seat in self.asked.seats]
        names += [("Other members", "others")] if self.asked.counts_everybody else []
        return tuple(
            (title, self[name], self[f"{name}_voting"] if f"{name}_voting" in self.fields else None)
            for title, name in names
        )

    def rest(self) -> tuple[BoundField, ...]:
        """The questions after the seats: chair and plans."""
        return tuple(self[name] for name in self.fields if not name.startswith("seat_") and name != "others")

    def clean(self) -> dict[str, Any]:
        """Refuse more votes than members, and a plan that ends before it was made."""
        answers = super().clean() or {}
        for seat in self.asked.seats:
            name = seat_name(seat)
            voting, number = answers.get(f"{name}_voting"), answers.get(name)
            if voting is not None and voting > (number or 0):
                self.add_error(f"{name}_voting", "No more of them can have a vote than there are")
        for plan in self.asked.plans:
            made, ends = answers.get(f"plan_{plan.kind}"), answers.get(f"plan_{plan.kind}_to")
            if ends and not made:
                self.add_error(f"plan_{plan.kind}", "Enter the day it was made too")
            elif ends and ends < made:
                self.add_error(f"plan_{plan.kind}_to", "It can’t end before it was made")
        return answers

    def board(self, nation: Nation, kind: BoardKind) -> Board:
        """Return the board that was declared."""
        return Board(
            nation=nation,
            kind=kind,
            name=kind_words(kind),
            members=tuple(self._members()),
            chair=self._chair(),
            plans=tuple(self._plans()),
        )

    def _members(self) -> Iterator[Member]:
        for seat in self.asked.seats:
            number = self.cleaned_data[seat_name(seat)] or 0
            voting = self.cleaned_data.get(f"{seat_name(seat)}_voting")
            for place in range(number):
                yield Member(seat.role, votes=None if voting is None else place < voting)
        for _ in range(self.cleaned_data.get("others") or 0):
            yield Member("other")

    def _chair(self) -> Chair | None:
        role = self.cleaned_data.get("chair")
        if not role:
            return None
        answers = self.cleaned_data
        return Chair(
            role=role,
            body=answers.get("chair_body") or "",
            since=answers.get("chair_since"),
            previous_body=answers.get("chair_before") or "",
        )

    def _plans(self) -> Iterator[Plan]:
        for plan in self.asked.plans:
            made: date | None = self.cleaned_data[f"plan_{plan.kind}"]
            if made:
                yield Plan(plan.kind, made, self.cleaned_data[f"plan_{plan.kind}_to"])


def _about_members(asked: BoardAsked) -> Iterator[tuple[str, forms.Field]]:
    """Yield how many members of each role there are, and with a vote where the law speaks of it."""
    for seat in asked.seats:
        yield seat_name(seat), _number(f"How many: {seat.title.lower()}")
        if seat.votes is not None:
            yield (
                f"{seat_name(seat)}_voting",
                _number(f"With a vote: {seat.title.lower()}"),
            )
    if asked.counts_everybody:
        yield "others", _number("How many: other members")


def _about_chair(asked: BoardAsked) -> Iterator[tuple[str, forms.Field]]:
    """Yield who chairs the board, as far as the law speaks of it."""
    if not asked.has_chair:
        return
    roles = asked.chair_roles or tuple(seat.role for seat in asked.seats)
    yield "chair", _choice("Who chairs the board?", roles, "Nobody")
    if asked.chair_bodies:
        yield "chair_body", _choice("Who chose the chair?", asked.chair_bodies, "I don’t know")
    if asked.chair_alternates and asked.chair_bodies:
        yield "chair_before", _choice("Who chose the chair before?", asked.chair_bodies, "I don’t know")
    if asked.chair_has_term:
        yield "chair_since", _day("Since when is the chair in place?", "The day the chair’s term began")


def _about_plans(asked: BoardAsked) -> Iterator[tuple[str, forms.Field]]:
    """Yield when each plan was made, or looked at again, and to when it runs."""
    for plan in asked.plans:
        title = f"{plan.title[:1].lower()}{plan.title[1:]}"
        yield (
            f"plan_{plan.kind}",
            _day(f"When was the {title} made, or last looked at again?", "The day it was made"),
        )
        yield f"plan_{plan.kind}_to", _day(f"To when does the {title} run?", "The day it runs to")


def _number(label: str) -> WholeNumberField:
    return WholeNumberField(label=label, most=MOST, width=2)


def _choice(label: str, words: tuple[str, ...], nothing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[
            ("", nothing),
            *((word, word.replace("_", " ").capitalize()) for word in words),
            (OTHER, "Somebody else"),
        ],
    )


def _day(label: str, noun: str) -> DayField:
    return DayField(label=label, noun=noun, today=None, help_text="Leave it empty if there is none")
