"""A rule's answer as a page explains it: every step with its amount or fact, why, and what it rests on."""

from decimal import Decimal

from joinedup.core.explained import Citation, Confidence, Explained, Status, Step
from joinedup.rules.explaining import value_text
from joinedup.rules.facts import FactError
from joinedup.rules.parameters import NotCovered
from joinedup.web import words
from joinedup.web.components import Explanation, ExplanationStep, Source

STANDING_WORDS: dict[Status, str] = {
    Status.IN_FORCE: "",
    Status.ENACTED_NOT_COMMENCED: "Not yet in force",
    Status.REVOKED: "No longer in force",
    Status.PROPOSED: "Only proposed",
}
TRACED_WORDS: dict[Confidence, str] = {
    Confidence.PRIMARY: "",
    Confidence.SECONDARY: "Secondary source",
    Confidence.UNVERIFIED: "Not verified",
}
UNVERIFIED = (
    "Part of this rests on a rule that has not been traced to its document. That part is marked “Not verified”. "
    "Check it before you rely on it."
)


def explained(title: str, result: str, answer: Explained[object]) -> Explanation:
    """An answer in a sentence, and its steps with their sources."""
    return Explanation(
        title=title,
        result=result,
        caution=UNVERIFIED if answer.rests_on_unverified else "",
        steps=tuple(step_of(step) for step in answer.steps),
    )


def step_of(step: Step) -> ExplanationStep:
    """One line of an explanation."""
    return ExplanationStep(
        what=step.what,
        result=said(step.value),
        because=step.because,
        sources=sources_of(step.citations),
    )


def sources_of(citations: tuple[Citation, ...]) -> tuple[Source, ...]:
    """What a step rests on: each document once, with what is to be known of it."""
    return tuple(dict.fromkeys(_source(citation) for citation in citations))


def why_none(error: NotCovered | FactError) -> str:
    """Why there is no answer, as a sentence without its stop."""
    because = error.because if isinstance(error, NotCovered) else error.problem
    return f"{because[:1].upper()}{because[1:]}".rstrip(".")


def said(value: object) -> str:
    """A value as a page shows it."""
    return words.money(value) if isinstance(value, Decimal) else value_text(value)


def _source(citation: Citation) -> Source:
    standing = (STANDING_WORDS[citation.status], TRACED_WORDS[citation.confidence])
    return Source(str(citation.source), citation.source.url, ", ".join(filter(None, standing)))
