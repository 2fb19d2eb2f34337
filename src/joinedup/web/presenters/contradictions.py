"""What partners say of one person that can't all be true, in calm words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from joinedup.care.people.contradictions import DAY_UNKNOWN, DeathSaid
from joinedup.care.people.fhir import ALIVE
from joinedup.care.people.models import Contradiction
from joinedup.care.people.settling import ContradictionView
from joinedup.web import words
from joinedup.web.components import Column, Link, Table, WorkList, WorkRow
from joinedup.web.presenters.identity import date_as_known

Kind = Contradiction.Kind
HEADINGS = {
    Kind.NUMBERS: "Two numbers of one kind",
    Kind.BORN: "Two dates of birth",
    Kind.DIED: "Whether and when they died",
}

CAUTION = "Partners don’t agree about this death. Check it before you contact the family or stop any care."


def waiting(found: Sequence[ContradictionView]) -> WorkList:
    """The contradictions, the oldest first."""
    return WorkList(
        caption=words.plural(len(found), "contradiction"),
        columns=("What", "Found"),
        rows=tuple(
            WorkRow(
                person=link(each, each.name),
                under="",
                cells=(HEADINGS[each.kind], words.short_day(words.local(each.found_at))),
            )
            for each in found
        ),
    )


def link(found: ContradictionView, text: str) -> Link:
    """The way to a contradiction."""
    return Link(text, reverse("contradiction", kwargs={"contradiction_id": found.id}))


def links(found: Sequence[ContradictionView]) -> list[Link]:
    """The contradictions of one person by their kind."""
    return [link(each, HEADINGS[each.kind]) for each in found]


def who_says_what(found: ContradictionView) -> Table:
    """Who says what."""
    return Table(
        caption="Who says what",
        columns=(Column("System"), Column("Says")),
        rows=tuple((who, _said(found.kind, what)) for who, what in found.said),
        stacks=True,
    )


def _said(kind: Kind, what: str) -> str:
    """What is said, as a page writes it."""
    if kind is Kind.NUMBERS:
        return words.identifier(what)
    if kind is Kind.DIED and what in (ALIVE, DAY_UNKNOWN):
        return "Has not died" if what == ALIVE else "Died, date not recorded"
    return f"Died {date_as_known(what)}" if kind is Kind.DIED else date_as_known(what)


@dataclass(frozen=True)
class DeathNotice:
    """What partners say of a death, and where they contradict each other what to do before anything else."""

    caution: str
    told: tuple[str, ...]


def death(name: str, said: DeathSaid) -> DeathNotice | None:
    """What partners say of a death, where not all say the same: who it was is not told, only how many."""
    if said.is_unanimous or not said.days:
        return None
    days = sorted(set(said.days))
    told = [f"{_told(said.days.count(day), is_first=day == days[0])} {_when(name, day)}" for day in days]
    if said.denied_by:
        told.append(f"{words.plural(said.denied_by, 'partner')} recorded that they have not died")
    if said.silent:
        told.append(f"{words.plural(said.silent, 'partner')} recorded no death")
    is_contradicted = said.denied_by or len(set(said.days)) > 1
    return DeathNotice(CAUTION if is_contradicted else "", tuple(told))


def _told(count: int, *, is_first: bool) -> str:
    """Who told it, counted."""
    return (
        f"{words.plural(count, 'partner')} recorded that"
        if is_first or count > 1
        else "Another recorded that"
    )


def _when(name: str, day: str) -> str:
    """That they died, and when as far as it was told."""
    return f"{name} died" if day == DAY_UNKNOWN else f"{name} died on {date_as_known(day)}"
