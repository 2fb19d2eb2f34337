"""Seals: what is written beside the audit, and may not be altered unseen, has its digest in the event of its writing.

That event is in the chain, so whoever alters the row must break the chain as well. Sealed are the emergency openings
with their reasons, and what was found out about looking. Ends at digests; `joinedup.care.access.chain` compares them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db.models import Model

from joinedup.care.access.models import AuditEvent, Glass, LookReview

MOMENT = "%Y-%m-%dT%H:%M:%S.%f"
# The fields of each kind of row in the order of its digest.
SEALED: dict[type[Model], tuple[str, ...]] = {
    Glass: ("id", "person_id", "user_id", "organisation_id", "reason", "since", "until"),
    LookReview: (
        "id",
        "glass_id",
        "finding",
        "covers_until",
        "outcome",
        "note",
        "user_id",
        "by_name",
        "at",
    ),
}


def part(value: object) -> str:
    """Return a value with its length in bytes in front, so that no two lists of values look alike."""
    if value is None:
        return "-"
    text = value.astimezone(UTC).strftime(MOMENT) if isinstance(value, datetime) else str(value)
    return f"{len(text.encode())}:{text}"


def seal_of(row: Model) -> bytes:
    """Return the digest of a row that is sealed. Its times must be aware."""
    return digest_of(type(row)._meta.db_table, [getattr(row, field) for field in SEALED[type(row)]])


def broken_seals() -> Iterator[tuple[int, int, str]]:
    """Yield chain, number and words for each event whose row is not as it was, then for each row without an event."""
    rows = Counter(seal for _, _, seal in _rows())
    events = AuditEvent.objects.filter(seal__isnull=False).order_by("chain", "number")
    for chain, number, seal in events.values_list("chain", "number", "seal").iterator():
        held = bytes(seal or b"")
        if rows[held]:
            rows[held] -= 1
        else:
            yield chain if chain is not None else -1, number or 0, "what it seals was changed or is gone"
    for name, key, seal in _rows():
        if rows[seal]:
            yield -1, key, f"the row {key} of {name} was changed, or slipped in: no event seals it"


def _rows() -> Iterator[tuple[str, int, bytes]]:
    """Yield table, id and digest of every row that must be sealed."""
    for model, fields in SEALED.items():
        for values in model._default_manager.order_by("pk").values_list(*fields).iterator():
            yield model._meta.db_table, values[0], digest_of(model._meta.db_table, values)


def digest_of(table: str, values: Iterable[object]) -> bytes:
    """Return SHA-256 over the table's name and the values."""
    said = part(table) + "".join(map(part, values))
    return hashlib.sha256(said.encode()).digest()
