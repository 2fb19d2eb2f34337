"""Sharing agreements as a page says them: for what, which kinds, from when until when, and who gives and receives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from joinedup.care.access.actor import Purpose
from joinedup.care.access.models import Agreement, Party
from joinedup.core.moments import uk_date
from joinedup.web import words
from joinedup.web.components import Fact, StatusTag, Tone
from joinedup.web.presenters.sharing import kinds_in_words, named

PURPOSES = {
    Purpose.DIRECT_CARE: "caring for the person",
    Purpose.PLANNING: "planning services",
    Purpose.AUDIT: "checking how records are used",
}
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class PartyRow:
    """One organisation's part."""

    organisation: str
    gives: str
    receives: str
    when: str


@dataclass(frozen=True)
class AgreementCard:
    """One agreement."""

    name: str
    status: StatusTag
    facts: tuple[Fact, ...]
    parties: tuple[PartyRow, ...]


def cards(agreements: Sequence[Agreement], *, at: datetime) -> tuple[AgreementCard, ...]:
    """Return the agreements, those in force first, then by name."""
    order = {"In force": 0, "Not yet in force": 1, "Ended": 2}
    found = [_card(agreement, at) for agreement in agreements]
    return tuple(sorted(found, key=lambda card: (order[card.status.text], card.name)))


def _card(agreement: Agreement, at: datetime) -> AgreementCard:
    """Put an agreement in words."""
    kinds = named(kinds_in_words(agreement.kinds)) if agreement.kinds else "every kind of entry"
    purposes = [PURPOSES[Purpose(purpose)] for purpose in agreement.purposes]
    parties = sorted(agreement.parties.all(), key=lambda party: party.organisation.name)
    return AgreementCard(
        name=agreement.name,
        status=_status(agreement.since, agreement.until, at),
        facts=(
            Fact("For", _first_capital(named(purposes)) if purposes else "No purpose"),
            Fact("What is shared", _first_capital(kinds)),
            Fact("When", _when(agreement.since, agreement.until)),
        ),
        parties=tuple(_party(party, agreement) for party in parties),
    )


def _first_capital(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def _status(since: datetime, until: datetime | None, at: datetime) -> StatusTag:
    """Return whether it holds, as a word."""
    if since > at:
        return StatusTag("Not yet in force", Tone.INFORMATION)
    if until is not None and until <= at:
        return StatusTag("Ended")
    return StatusTag("In force", Tone.GOOD)


def _when(since: datetime, until: datetime | None) -> str:
    """Return from when until when; the last day is one on which it still held."""
    begins = f"From {words.short_day(since)}"
    if until is None:
        return begins
    last = uk_date(until - MOMENT)
    return f"{begins} to {words.short_day(last)}"


def _party(party: Party, agreement: Agreement) -> PartyRow:
    """Put a party in words; its own time where it is not the agreement's."""
    is_throughout = (party.since, party.until) in (
        (agreement.since, agreement.until),
        (agreement.since, None),
    )
    return PartyRow(
        organisation=party.organisation.name,
        gives="Yes" if party.gives else "No",
        receives="Yes" if party.receives else "No",
        when="Throughout" if is_throughout else _when(party.since, party.until),
    )
