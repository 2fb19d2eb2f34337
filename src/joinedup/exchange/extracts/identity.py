"""Ids of resources, made from the system, the extract and the partner's own id: the same row, the same resource.

Always a valid FHIR id (letters, digits, hyphens, at most 64), whatever the partner's id looks like, and not to be
turned back into it.
"""

import hashlib
from collections.abc import Sequence

DIGEST_BYTES = 20
BETWEEN = "\x1f"


def id_of(system: str, extract: str, name: str, parts: Sequence[object]) -> str:
    """The id of the resource called `name` in the mapping, of the thing that the partner calls `parts`."""
    said = BETWEEN.join((system, extract, name, *(_part(part) for part in parts)))
    return f"{name}-{hashlib.blake2b(said.encode(), digest_size=DIGEST_BYTES).hexdigest()}"


def _part(part: object) -> str:
    """A part as text; one that holds the separator can't be mistaken for two."""
    return "" if part is None else str(part).replace("\\", "\\\\").replace(BETWEEN, "\\u")


def order_of(parts: Sequence[object]) -> str:
    """A text that sorts as the values do: dates as they are, whole numbers with leading zeros."""
    return "|".join(f"{part:015}" if isinstance(part, int) else _part(part) for part in parts)[:200]
