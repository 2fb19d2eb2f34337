"""What a person chose about sharing, in plain words: the choice, whose word it is, since when, and what came before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from joinedup.care.access.choices import ChoiceView
from joinedup.web import words

# Kinds of entries as things that can be shared or not.
KIND_WORDS = {
    "Allergy": "allergies",
    "Assessment": "assessments",
    "Carer": "carers",
    "Choice": "choices about sharing",
    "Condition": "conditions",
    "Contact": "contacts and appointments",
    "Document": "letters and documents",
    "Emergency": "emergency visits",
    "Home visit": "home visits",
    "Hospital stay": "hospital stays",
    "Immunisation": "immunisations",
    "Medicine": "medicines",
    "Message": "messages",
    "Observation": "measurements and observations",
    "Other": "anything else",
    "Plan": "plans and goals",
    "Procedure": "procedures",
    "Referral": "referrals",
    "Result": "test results",
    "Task": "tasks",
    "Team": "teams",
    "Warning": "warnings",
    "Who they are": "who they are",
}


@dataclass(frozen=True)
class ChoiceLine:
    """One choice, in force or over."""

    what: str
    said: str
    when: str
    ended: str = ""


def in_force(choices: Sequence[ChoiceView], *, at: datetime) -> tuple[ChoiceLine, ...]:
    """Return the choices that hold now or will."""
    return tuple(_line(choice, at) for choice in choices if not choice.is_over(at))


def over(choices: Sequence[ChoiceView], *, at: datetime) -> tuple[ChoiceLine, ...]:
    """Return the choices that held once, newest first."""
    return tuple(_line(choice, at) for choice in choices if choice.is_over(at))


def what_of(choice: ChoiceView) -> str:
    """Return what was chosen, as a line without its full stop."""
    parts = [
        f" of {named(kinds_in_words(choice.kinds))}" if choice.kinds else "",
        f" with {named(choice.organisations)}" if choice.organisations else "",
        f", except with {named(choice.except_organisations)}" if choice.except_organisations else "",
        f", except of {named(kinds_in_words(choice.except_kinds))}" if choice.except_kinds else "",
    ]
    return f"No sharing{''.join(parts) or ' at all'}"


def kinds_in_words(kinds: Sequence[str]) -> list[str]:
    """Return kinds of entries as things that can be shared."""
    return [KIND_WORDS.get(kind, kind.lower()) for kind in kinds]


def named(names: Sequence[str]) -> str:
    """Return names as a list in words: A, B and C."""
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _line(choice: ChoiceView, at: datetime) -> ChoiceLine:
    """Put a choice in a line."""
    begins = "From" if choice.since > at else "Since"
    when = f"{begins} {words.moment(choice.since, at=at)}"
    if choice.until and not choice.is_over(at):
        when += f", until {words.moment(choice.until, at=at)}"
    return ChoiceLine(
        what=what_of(choice),
        said=_said(choice.said_by, choice.told_to, choice.told_at),
        when=when,
        ended=_ended(choice, at) if choice.is_over(at) else "",
    )


def _said(said_by: str, told_to: str, told_at: str) -> str:
    """Return whose word it is, and to whom it was given."""
    place = f", {told_at}" if told_at else ""
    by = said_by[:1].lower() + said_by[1:]
    return f"Told by {by} to {told_to}{place}" if said_by else f"Sent by {told_to}{place}"


def _ended(choice: ChoiceView, at: datetime) -> str:
    """Return when a choice ended, and by whose word; one with an end of its own needs none."""
    ended = words.moment(choice.until, at=at) if choice.until else ""
    if not choice.ended_told_to:
        return ended
    return f"{ended}. {_said(choice.ended_said_by, choice.ended_told_to, choice.ended_told_at)}"
