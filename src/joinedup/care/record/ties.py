"""What an entry says about who gives a person care: which organisation, in what way, from when until when.

Pure: reads FHIR R4 content, touches no database. Each rule is a row of `TYINGS`; how long a tie outlives what made
it is our own choice, stated here. Element names: HL7 FHIR R4 (4.0.1).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from joinedup.care.record.logic import Json, literal
from joinedup.care.record.moments import known_end, moment_of

# Letters, results and follow-up of a stay are still written in the weeks after it.
DAYS_AFTER_STAY = 28
# Whoever wrote about a person may look for about a year more: a yearly review with a month to spare.
DAYS_AFTER_CONTACT = 400
CONTACT = "contact"
# What never came about makes no tie, whatever else it says.
NEVER = frozenset({"entered-in-error", "cancelled", "planned", "waitlist", "draft", "proposed", "unknown"})
IN_A_BED = frozenset({"IMP", "ACUTE", "NONAC"})


@dataclass(frozen=True)
class Named:
    """An organisation, by its id in the record, that gives the person care. `until` None: it goes on."""

    organisation: str
    kind: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Tying:
    """How resources of one type tie: while in one of `holding`, the organisations named; `days_after` it ended."""

    kind: str
    holding: frozenset[str]
    organisations: Callable[[Json], Iterator[object]]
    begins: str = "period"
    days_after: int = 0
    applies: Callable[[Json], bool] = field(default=lambda _: True)


def _referenced(*names: str) -> Callable[[Json], Iterator[object]]:
    """Return a function that gives the references in these elements, whether they repeat or not."""
    return lambda content: (item.get("reference") for name in names for item in _each(content.get(name)))


def _on_the_team(content: Json) -> Iterator[object]:
    """Give the references of a team's members and of those for whom they act."""
    for participant in _each(content.get("participant")):
        for name in ("member", "onBehalfOf"):
            yield from (item.get("reference") for item in _each(participant.get(name)))
    yield from _referenced("managingOrganization")(content)


def _is_stay(content: Json) -> bool:
    """Say whether an Encounter is time in a bed."""
    kind = content.get("class")
    return isinstance(kind, dict) and kind.get("code") in IN_A_BED


def _each(value: object) -> list[dict[str, Any]]:
    """Return an element that may repeat as a list of objects."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


TYINGS: Mapping[str, Tying] = {
    "Encounter": Tying(
        "stay",
        frozenset({"arrived", "triaged", "in-progress", "onleave"}),
        _referenced("serviceProvider"),
        days_after=DAYS_AFTER_STAY,
        applies=_is_stay,
    ),
    "ServiceRequest": Tying(
        "referral",
        frozenset({"active", "on-hold"}),
        _referenced("performer", "requester"),
        begins="authoredOn",
    ),
    "CareTeam": Tying("team", frozenset({"active"}), _on_the_team),
    "EpisodeOfCare": Tying("caseload", frozenset({"active", "onhold"}), _referenced("managingOrganization")),
    "Patient": Tying("registered", frozenset({""}), _referenced("generalPractitioner"), begins=""),
}


def ties_of(content: Json, *, at: datetime) -> tuple[Named, ...]:
    """Return who gives the person care according to this content, recorded at `at`; each organisation once."""
    tying = TYINGS.get(content["resourceType"])
    status = str(content.get("status") or "")
    if tying is None or status in NEVER or not tying.applies(content):
        return ()
    began, ended = _times(content.get(tying.begins))
    # A status without an end ends today.
    over = ended or (None if status in tying.holding else at)
    until = over and over + timedelta(days=tying.days_after)
    found = (literal(reference) for reference in tying.organisations(content))
    names = dict.fromkeys(key[1] for key in found if key and key[0] == "Organization")
    return tuple(Named(name, tying.kind, began or at, until) for name in names)


def _times(value: object) -> tuple[datetime | None, datetime | None]:
    """Return the beginning and end of a Period, or of a moment that begins something."""
    if isinstance(value, dict):
        return moment_of(value.get("start")), known_end(value.get("end"))
    return moment_of(value), None


def contact_of(
    happened: datetime | None, ended: datetime | None, *, at: datetime
) -> tuple[datetime, datetime]:
    """Return from when until when having written a fact ties: at once, and for a while after the fact.

    A fact without a date, or still to come, counts as of its recording.
    """
    last = min(ended or happened or at, at)
    return min(happened or at, at), last + timedelta(days=DAYS_AFTER_CONTACT)
