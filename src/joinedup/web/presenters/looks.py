"""Who has looked at a person's record, in plain words: as a page shows it by day, and as a file."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from joinedup.care.access.looks import Look, Opening, Place
from joinedup.care.record.logic import KINDS
from joinedup.web import words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = re.compile(r"^(\d{1,17})-(\d{1,18})$", re.ASCII)
# A resource as the API names it. Its id tells a reader nothing, and may be a number of theirs.
RESOURCE = re.compile(r"^([A-Z][A-Za-z]+)(/.*)?$")


@dataclass(frozen=True)
class LookRow:
    """One line: when, who, for whom, and what they did."""

    when: str
    who: str
    role: str
    organisation: str
    what: str
    clock: str = ""
    emergency: str = ""
    review: str = ""
    person: str = ""


@dataclass(frozen=True)
class LookDay:
    """The looks of one day."""

    id: str
    title: str
    rows: tuple[LookRow, ...]


def look_row(look: Look) -> LookRow:
    """Put one look in words."""
    return LookRow(
        when=words.moment(look.at),
        who=look.actor_name,
        role=look.role or "Role not recorded",
        organisation=look.organisation_name or "Not recorded",
        # Why a record was opened in an emergency stands beneath, in full.
        what=f"{look.kind}: {_subject(look.subject)}" if look.subject and not look.opening else look.kind,
        clock=words.clock(look.at),
        emergency=look.opening.reason if look.opening else "",
        review=_review(look.opening) if look.opening else "",
    )


def look_days(looks: Sequence[Look]) -> list[LookDay]:
    """Put looks, newest first, in words, day by day."""
    days = groupby(looks, key=lambda look: words.local(look.at).date())
    return [LookDay(f"{day:%Y-%m-%d}", words.day(day), tuple(map(look_row, held))) for day, held in days]


CSV_HEAD = (
    "When",
    "Who",
    "Role",
    "Organisation",
    "What",
    "Reason of the emergency opening",
    "Review of the emergency opening",
)


def csv_rows(looks: Iterable[Look]) -> Iterable[Sequence[str]]:
    """Yield the lines of the file, its head first."""
    yield CSV_HEAD
    for look in looks:
        row = look_row(look)
        when = f"{words.local(look.at):%Y-%m-%d %H:%M:%S}"
        yield when, row.who, row.role, row.organisation, row.what, row.emergency, row.review


def place_text(place: Place) -> str:
    """Return a place in the list as an address says it."""
    return f"{(place.at - EPOCH) // timedelta(microseconds=1)}-{place.id}"


def place_of(text: str) -> Place | None:
    """Return the place that an address says; None for the beginning, and for whatever is no place."""
    found = PLACE.match(text)
    if not found:
        return None
    return Place(EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


def _review(opening: Opening) -> str:
    """Return what came of an emergency opening."""
    if opening.reviewed_at is None:
        return "Not reviewed yet"
    return f"{opening.outcome}, reviewed on {words.short_day(opening.reviewed_at)}"


def _subject(subject: str) -> str:
    found = RESOURCE.match(subject)
    if not found:
        return subject
    kind = KINDS.get(found[1], "Other")
    return f"one entry ({kind.lower()})" if found[2] else f"entries ({kind.lower()})"
