"""Proof that no audit event was changed, removed or slipped in: the chains are computed again and compared.

Each event holds SHA-256 over the digest before it and its own fields, written by a trigger (migrations
0005_audit_chain, 0009_privacy_officer). What an event seals (`joinedup.care.access.sealing`) is compared, too. A chain
alone can't show that its end was cut off; the heads of an earlier proof, kept elsewhere, do. Whoever can change the
table and every copy of the heads is not found out by this.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from joinedup.care.access.models import AuditEvent
from joinedup.care.access.sealing import broken_seals, part

# The fields in the order of the digest.
FIELDS = (
    "id",
    "chain",
    "number",
    "kind",
    "at",
    "user_id",
    "system_id",
    "actor_name",
    "role",
    "organisation_id",
    "organisation_name",
    "person_id",
    "subject",
)
AT_ONCE = 2000


@dataclass(frozen=True)
class Head:
    """The newest event of a chain: its number and digest (hexadecimal)."""

    number: int
    digest: str


@dataclass(frozen=True)
class Fault:
    """Where a chain does not hold, and how that shows."""

    chain: int
    number: int
    what: str


@dataclass(frozen=True)
class Verdict:
    """What a proof found: how many events, the heads of the chains, the first fault of each chain, broken seals."""

    events: int
    heads: Mapping[int, Head]
    faults: tuple[Fault, ...]


def verify(against: Mapping[int, Head] | None = None) -> Verdict:
    """Compute every chain again. `against` are the heads of an earlier proof, which must still be there."""
    heads: dict[int, Head] = {}
    faults: list[Fault] = []
    events = 0
    chains = AuditEvent.objects.order_by("chain").values_list("chain", flat=True).distinct()
    for chain in chains:
        if chain is None:
            faults.append(Fault(-1, 0, "there are events outside every chain"))
            continue
        counted, head, fault = _follow(chain, (against or {}).get(chain))
        events += counted
        heads[chain] = head
        faults += [fault] if fault else []
    faults += [
        Fault(chain, head.number, "the whole chain is gone")
        for chain, head in (against or {}).items()
        if chain not in heads
    ]
    faults += [Fault(*broken) for broken in broken_seals()]
    return Verdict(events, heads, tuple(faults))


def _follow(chain: int, earlier: Head | None) -> tuple[int, Head, Fault | None]:
    """Follow one chain; return how many events hold, its head, and its first fault."""
    previous, number = b"", 0
    for event in _events(chain):
        number += 1
        if event["number"] != number:
            return (
                number - 1,
                Head(number - 1, previous.hex()),
                Fault(chain, number, "an event is missing here"),
            )
        digest = digest_of_event(event, previous)
        if digest != bytes(event["digest"]):
            fault = Fault(chain, number, "this event was changed, or the one before it was replaced")
            return number - 1, Head(number - 1, previous.hex()), fault
        if earlier and number == earlier.number and digest.hex() != earlier.digest:
            return (
                number,
                Head(number, digest.hex()),
                Fault(chain, number, "it is not what it was at the last proof"),
            )
        previous = digest
    if earlier and number < earlier.number:
        fault = Fault(chain, number + 1, f"the last {earlier.number - number} events are gone")
        return number, Head(number, previous.hex()), fault
    return number, Head(number, previous.hex()), None


def _events(chain: int) -> Iterator[Mapping[str, Any]]:
    """Return the events of a chain in its order, streamed."""
    rows = AuditEvent.objects.filter(chain=chain).order_by("number").values(*FIELDS, "seal", "digest")
    yield from rows.iterator(chunk_size=AT_ONCE)


def digest_of_event(event: Mapping[str, Any], previous: bytes) -> bytes:
    """Return the digest of an event after another: what the trigger computes, computed independently."""
    said = "".join(part(event[field]) for field in FIELDS)
    # Events of before there were seals have no part for it, so that their digests stay what they were.
    said += part(bytes(event["seal"]).hex()) if event["seal"] is not None else ""
    return hashlib.sha256(previous + said.encode()).digest()
