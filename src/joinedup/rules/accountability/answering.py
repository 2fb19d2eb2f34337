"""Who does what in a nation on a day: the one way in to this topic.

Held by more than one body, and held by nobody, are findings; several who deliver are none, for that is usual. What the
rule book does not say of a day is told as not known, and never read as nobody. Ends at kinds of body as law and
accounts of it have them: which council or board it is, and what they agreed between them, is not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from joinedup.core.explained import Citation, Source
from joinedup.core.nation import Nation
from joinedup.rules.accountability.rows import Body, Duty, Function, Held, Level, LinkKind, Reference
from joinedup.rules.accountability.rows import Link as LinkRow
from joinedup.rules.accountability.topic import ACCOUNTABILITY, BODIES, LINKS, SOURCES, parameter_of
from joinedup.rules.books import rule_book
from joinedup.rules.explaining import citation_as_json
from joinedup.rules.parameters import NotCovered, RulesOfDay
from joinedup.rules.values import rows_of

__all__ = ["Accountability", "Body", "Duty", "Finding", "FindingKind", "Function", "Level", "accountability"]


class FindingKind(StrEnum):
    """How a duty is held other than by one body."""

    TWICE = "held twice"
    NOWHERE = "held nowhere"


@dataclass(frozen=True, slots=True)
class HeldDuty:
    """A duty that a body holds; without a body, that nobody holds."""

    function: Function
    duty: Duty
    body: Body | None
    note: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """That one body pays, directs or answers to another."""

    kind: LinkKind
    giver: Body
    receiver: Body
    note: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A duty that several bodies hold, or nobody."""

    kind: FindingKind
    function: Function
    duty: Duty
    what: str
    because: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A function of which nothing is known on the day, and why."""

    function: Function
    because: str


@dataclass(frozen=True, slots=True)
class Accountability:
    """Who does what in a nation on a day. `bodies` are those that hold or are linked, from government down."""

    nation: Nation
    on: date
    bodies: tuple[Body, ...]
    duties: tuple[HeldDuty, ...]
    links: tuple[Linked, ...]
    findings: tuple[Finding, ...]
    not_known: tuple[NotKnown, ...]

    def holding(self, function: Function, duty: Duty) -> tuple[HeldDuty, ...]:
        """Return who holds a duty of a function; nothing where it is not known."""
        return tuple(held for held in self.duties if (held.function, held.duty) == (function, duty))

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Everything that the answer rests on, once each."""
        parts: tuple[HeldDuty | Linked, ...] = (*self.duties, *self.links)
        return tuple(dict.fromkeys(citation for part in parts for citation in part.citations))


def accountability(nation: Nation, on: date) -> Accountability:
    """Return who does what; `NotCovered` on a day of which the rule book knows no links between bodies."""
    book = _Book(rule_book(nation, ACCOUNTABILITY.name).on(on))
    links = tuple(book.links())
    duties, not_known = [], []
    for function in Function:
        try:
            duties += book.duties(function)
        except NotCovered as error:
            not_known.append(NotKnown(function, str(error)))
    used = {held.body for held in duties} | {body for link in links for body in (link.giver, link.receiver)}
    return Accountability(
        nation=nation,
        on=on,
        bodies=tuple(
            body for level in Level for body in book.bodies.values() if body in used and body.level is level
        ),
        duties=tuple(duties),
        links=links,
        findings=tuple(_findings(duties)),
        not_known=tuple(not_known),
    )


def accountability_as_json(answer: Accountability) -> dict[str, Any]:
    """Return who does what as JSON types, each duty and link with what it rests on."""
    return {
        "nation": answer.nation.value,
        "on": answer.on.isoformat(),
        "bodies": [{"id": b.id, "title": b.title, "level": b.level.value} for b in answer.bodies],
        "duties": [
            {
                "function": held.function.value,
                "duty": held.duty.value,
                "body": held.body.id if held.body else None,
                "note": held.note,
                "citations": [citation_as_json(citation) for citation in held.citations],
            }
            for held in answer.duties
        ],
        "links": [
            {
                "kind": link.kind.value,
                "from": link.giver.id,
                "to": link.receiver.id,
                "note": link.note,
                "citations": [citation_as_json(citation) for citation in link.citations],
            }
            for link in answer.links
        ],
        "findings": [{"kind": f.kind.value, "what": f.what, "because": f.because} for f in answer.findings],
        "not_known": [{"function": n.function.value, "because": n.because} for n in answer.not_known],
        "rests_on_unverified": any(citation.is_unverified for citation in answer.citations),
    }


class _Book:
    """One nation's rule book on a day, with bodies and documents found by their ids."""

    def __init__(self, rules: RulesOfDay) -> None:
        self._rules = rules
        self.bodies: Mapping[str, Body] = {row.id: row for row in rows_of(rules.cite(BODIES), Body)}
        self._documents = {row.id: row for row in rows_of(rules.cite(SOURCES), Reference)}

    def links(self) -> Iterator[Linked]:
        """Return every link of the day."""
        table = self._rules.cite(LINKS)
        for row in rows_of(table, LinkRow):
            giver, receiver = self.bodies[row.giver], self.bodies[row.receiver]
            yield Linked(row.kind, giver, receiver, row.note, self._cited(table, row))

    def duties(self, function: Function) -> list[HeldDuty]:
        """Return who holds what of a function, in the order of the duties."""
        table = self._rules.cite(parameter_of(function))
        rows = sorted(rows_of(table, Held), key=lambda row: list(Duty).index(row.duty))
        return [
            HeldDuty(
                function,
                row.duty,
                self.bodies[row.body] if row.body else None,
                row.note,
                self._cited(table, row),
            )
            for row in rows
        ]

    def _cited(self, table: Citation, row: Held | LinkRow) -> tuple[Citation, ...]:
        """Return a citation of each document that a row names, in place of the table's own."""
        documents = (self._documents[name] for name in row.sources)
        return tuple(
            replace(
                table,
                value=str(row),
                source=Source(each.document, each.paragraph, each.url),
                confidence=each.confidence,
            )
            for each in documents
        )


def _findings(duties: list[HeldDuty]) -> Iterator[Finding]:
    """Return what is held by several bodies or by nobody."""
    for function in Function:
        for duty in Duty:
            held = [each for each in duties if (each.function, each.duty) == (function, duty)]
            holders = [each.body.title for each in held if each.body]
            citations = tuple(dict.fromkeys(c for each in held for c in each.citations))
            notes = "; ".join(f"{each.body.title}: {each.note}" for each in held if each.body and each.note)
            if held and not holders:
                what = f"{function.title}: nobody {duty.value}"
                yield Finding(FindingKind.NOWHERE, function, duty, what, held[0].note, citations)
            elif len(holders) > 1 and duty is not Duty.DELIVERS:
                what = f"{function.title}: {' and '.join(holders)} {_plural(duty)}"
                yield Finding(FindingKind.TWICE, function, duty, what, notes, citations)


def _plural(duty: Duty) -> str:
    """Return what several bodies do: they plan."""
    return duty.value.removesuffix("s")
