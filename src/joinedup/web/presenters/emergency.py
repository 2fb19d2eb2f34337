"""The emergency summary as a page shows it: each section with one line an entry, and what "nothing" means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joinedup.care.record.emergency import Section
from joinedup.care.record.logic import happened_text
from joinedup.care.record.moments import moment_of
from joinedup.care.record.titles import detail_of, title_of
from joinedup.web import words

YEAR_LENGTH = 4
MOST_DETAILS = 2


@dataclass(frozen=True)
class Line:
    """One entry: what it is, when, and what else must be known at once."""

    title: str
    when: str
    details: tuple[str, ...]
    is_grave: bool


@dataclass(frozen=True)
class ShownSection:
    """A section of the page. Without lines it says that nothing is recorded, which is not "none"."""

    id: str
    title: str
    lines: tuple[Line, ...]


def sections(found: Sequence[Section], *, at: datetime) -> tuple[ShownSection, ...]:
    """Return the sections in their order."""
    return tuple(
        ShownSection(
            section.kind.key, section.kind.title, tuple(_line(content, at) for content in section.contents)
        )
        for section in found
    )


def _line(content: dict[str, Any], at: datetime) -> Line:
    """Return one entry in a line."""
    details = [
        value for label, value in detail_of(content) if label in ("How much and when", "Note", "Reason")
    ]
    is_grave = content.get("criticality") == "high"
    return Line(title_of(content), _when(content, at), tuple(details[:MOST_DETAILS]), is_grave)


def _when(content: dict[str, Any], at: datetime) -> str:
    """Return when it was, no more precisely than it was said."""
    text = happened_text(content)
    moment = moment_of(text)
    if moment is None:
        return "date not recorded"
    return text[:YEAR_LENGTH] if len(text) == YEAR_LENGTH else words.short_day(moment, on=at)
