"""What a source says of its own version of a resource, and which of two versions is the newer one.

Pure. HL7 FHIR R4 (4.0.1), Resource.meta: `lastUpdated` is when that version came to be; `versionId` is any word, so
that only whole numbers have an order. ADR 0026.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TypeVar

from joinedup.care.record.logic import Json
from joinedup.care.record.moments import moment_of

LONGEST_NUMBER = 18
T = TypeVar("T", int, datetime)


@dataclass(frozen=True)
class Source:
    """The version and time that a source gives its resource; either may be missing."""

    version: str = ""
    updated_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.version or self.updated_at)


class Age(Enum):
    """How what is sent stands to what is kept."""

    LATER = "later"
    SAME = "same"
    EARLIER = "earlier"
    UNKNOWN = "unknown"
    CONTRADICTORY = "contradictory"


def source_of(content: Json) -> Source:
    """Return the version and time in the resource's `meta`."""
    meta = content.get("meta")
    if not isinstance(meta, Mapping):
        return Source()
    return Source(str(meta.get("versionId") or "")[:64], moment_of(meta.get("lastUpdated")))


def without_source(content: Json) -> Json:
    """Return the resource without a version and time in its `meta`."""
    meta = {k: v for k, v in (content.get("meta") or {}).items() if k not in ("versionId", "lastUpdated")}
    rest = {name: value for name, value in content.items() if name != "meta"}
    return rest | {"meta": meta} if meta else rest


def age_of(sent: Source, kept: Source) -> Age:
    """Say how the version that is sent stands to the one that is kept, by time and by number.

    Where the two contradict each other neither is believed. Different words at the same time have no order.
    """
    by_version, by_time = _by_version(sent.version, kept.version), _by_time(sent, kept)
    said = {by_version, by_time} - {None}
    if {-1, 1} <= said:
        return Age.CONTRADICTORY
    if 1 in said:
        return Age.LATER
    if -1 in said:
        return Age.EARLIER
    return Age.SAME if by_version == 0 else Age.UNKNOWN


def _by_version(sent: str, kept: str) -> int | None:
    """Return -1, 0 or 1; None where they have no order."""
    if not sent or not kept:
        return None
    if sent == kept:
        return 0
    if not (_is_number(sent) and _is_number(kept)):
        return None
    return _sign(int(sent), int(kept))


def _is_number(text: str) -> bool:
    """Say whether a version is a whole number."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def _by_time(sent: Source, kept: Source) -> int | None:
    """Return -1, 0 or 1; None where either has no time."""
    if sent.updated_at is None or kept.updated_at is None:
        return None
    return _sign(sent.updated_at, kept.updated_at)


def _sign(first: T, second: T) -> int:
    """Return -1, 0 or 1 as the first is less, the same or more."""
    return (first > second) - (first < second)
