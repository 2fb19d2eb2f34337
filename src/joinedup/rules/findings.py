"""What is amiss with something that was declared: a board, an agreement, a budget."""

from dataclasses import dataclass
from enum import StrEnum

from joinedup.core.explained import Citation


class Severity(StrEnum):
    """Whether law asks for it, or guidance."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is amiss: what, why it is, and what says so."""

    severity: Severity
    what: str
    because: str
    citations: tuple[Citation, ...]


def must(what: str, because: str, *citations: Citation) -> Finding:
    """Return a finding that law asks for."""
    return Finding(Severity.MUST, what, because, citations)
