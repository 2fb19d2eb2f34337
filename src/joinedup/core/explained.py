"""Results that carry their reasons, so that a page, a letter and an appeal show the same ones.

A rule returns `Explained`: the value, and the steps that led to it, each citing the parameters it used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Status(StrEnum):
    """Where a parameter stands in law."""

    IN_FORCE = "in_force"
    ENACTED_NOT_COMMENCED = "enacted_not_commenced"
    REVOKED = "revoked"
    PROPOSED = "proposed"


class Confidence(StrEnum):
    """How well a value was traced: the instrument or official page itself, another's account, or neither."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Source:
    """The document that a value was taken from, and where in it."""

    document: str
    paragraph: str | None = None
    url: str | None = None

    def __str__(self) -> str:
        return f"{self.document}, {self.paragraph}" if self.paragraph else self.document


@dataclass(frozen=True, slots=True)
class Citation:
    """One parameter as it stood on the day, cited by a step."""

    parameter: str
    value: object
    unit: str
    source: Source
    status: Status
    confidence: Confidence
    title: str = ""

    @property
    def is_unverified(self) -> bool:
        return self.confidence is Confidence.UNVERIFIED


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation: what, the amount or fact, and because."""

    what: str
    value: object
    because: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained(Generic[T_co]):
    """A value with the steps that led to it, in the order in which they were taken."""

    value: T_co
    steps: tuple[Step, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every parameter that the result rests on, once each, in the order of first use."""
        return tuple(dict.fromkeys(self._all_citations()))

    @property
    def rests_on_unverified(self) -> bool:
        """Whether any value that led here has not been traced to a document; a page must say so."""
        return any(citation.is_unverified for citation in self._all_citations())

    def _all_citations(self) -> Iterator[Citation]:
        for step in self.steps:
            yield from step.citations
