"""Who does what as the props of its page: the table of functions and duties, the diagram, findings, and each source.

Ends at what components draw: who holds what is the rule book's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from joinedup.rules.accountability.answering import (
    Accountability,
    Duty,
    Finding,
    FindingKind,
    Function,
    HeldDuty,
    Level,
    Linked,
)
from joinedup.web import words
from joinedup.web.components import Column, Source, StatusTag, Table, Tone
from joinedup.web.diagrams import Arrow, ArrowKind, Box, Diagram
from joinedup.web.presenters.explanations import UNVERIFIED, sources_of

TAGS = {
    FindingKind.TWICE: StatusTag("Held by several", Tone.CONCERN),
    FindingKind.NOWHERE: StatusTag("Held by nobody", Tone.WAITING),
}
NOT_KNOWN = "Not known"
NOBODY = "Nobody"


@dataclass(frozen=True)
class FindingShown:
    """A duty that several hold, or nobody, with what is to be known of it."""

    tag: StatusTag
    what: str
    because: str


@dataclass(frozen=True)
class Line:
    """A duty or a link with where it is written; ``cells`` follow the columns of its table."""

    cells: tuple[str, ...]
    sources: tuple[Source, ...]


def in_a_sentence(answer: Accountability) -> str:
    """What the findings come to."""
    several = sum(finding.kind is FindingKind.TWICE for finding in answer.findings)
    nobody = len(answer.findings) - several
    if not answer.findings:
        return "No duty is held by several bodies, and none is known to be held by nobody."
    return f"{_duties(several)} held by several bodies, and {_duties(nobody).lower()} known to be held by nobody."


def caution(answer: Accountability) -> str:
    """What to check first, where something was not traced."""
    return UNVERIFIED if any(citation.is_unverified for citation in answer.citations) else ""


def duty_table(answer: Accountability) -> Table:
    """A row for each function, a column for each duty."""
    return Table(
        f"Who does what: {answer.nation.title}, {words.short_day(answer.on)}",
        (Column("Function"), *(Column(duty.value.capitalize()) for duty in Duty)),
        tuple(
            (function.title, *(_holders(answer, function, duty) for duty in Duty)) for function in Function
        ),
        stacks=True,
    )


def findings(answer: Accountability) -> tuple[FindingShown, ...]:
    """What several hold, then what nobody does."""
    order = list(FindingKind)
    return tuple(
        FindingShown(TAGS[finding.kind], _what(finding), finding.because)
        for finding in sorted(answer.findings, key=lambda finding: order.index(finding.kind))
    )


def diagram(answer: Accountability) -> Diagram:
    """The bodies that are linked, in the rows of their levels, and the links as arrows."""
    linked = {body for link in answer.links for body in (link.giver, link.receiver)}
    levels = list(Level)
    title = f"Money, direction and accountability: {answer.nation.title}, {words.short_day(answer.on)}"
    return Diagram(
        id="links",
        title=title,
        description=(
            f"{len(linked)} kinds of body in rows from government down to those who deliver, and "
            f"{words.plural(len(answer.links), 'arrow')}. The table beneath says the same in words."
        ),
        rows=tuple(level.title for level in levels),
        boxes=tuple(
            Box(body.id, body.title, levels.index(body.level)) for body in answer.bodies if body in linked
        ),
        arrows=tuple(
            Arrow(ArrowKind(link.kind.value), link.giver.id, link.receiver.id, _said(link))
            for link in answer.links
        ),
    )


def link_lines(answer: Accountability) -> tuple[Line, ...]:
    """Each link: from, what, to, what is to be known, and where it is written."""
    return tuple(
        Line(
            (link.giver.title, link.kind.value.capitalize(), link.receiver.title, link.note),
            sources_of(link.citations),
        )
        for link in answer.links
    )


def duty_lines(answer: Accountability) -> tuple[Line, ...]:
    """Each duty of each function with who holds it and where it is written."""
    return tuple(_line(held) for held in answer.duties)


def _line(held: HeldDuty) -> Line:
    body = held.body.title if held.body else NOBODY
    return Line(
        (held.function.title, held.duty.value.capitalize(), body, held.note), sources_of(held.citations)
    )


def _holders(answer: Accountability, function: Function, duty: Duty) -> str:
    return "; ".join(_names(answer.holding(function, duty))) or NOT_KNOWN


def _names(held: tuple[HeldDuty, ...]) -> Iterator[str]:
    for each in held:
        yield each.body.title if each.body else NOBODY


def _what(finding: Finding) -> str:
    return f"{finding.what}."


def _said(link: Linked) -> str:
    note = f" ({link.note})" if link.note else ""
    return f"{link.kind.value.capitalize()}: {link.giver.title} to {link.receiver.title}{note}"


def _duties(number: int) -> str:
    return (
        f"{words.plural(number, 'duty', 'duties') if number else 'No duty'} {'are' if number > 1 else 'is'}"
    )
