"""`If-Match` and `If-None-Match` of a write, read from headers or from an entry of a Bundle.

What they mean is decided under the lock of the row (`record.arrivals.Condition`); here they are read.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus

from joinedup.care.record.arrivals import Condition
from joinedup.exchange.fhir.outcome import Issue, RefusedInputError

VERSION = re.compile(r'^(?:W/)?"?(\d{1,9})"?$')


def condition_of(headers: Mapping[str, str]) -> Condition:
    """Read what must hold for a write."""
    if headers.get("If-None-Match", "").strip() == "*":
        return Condition(is_new=True)
    said = headers.get("If-Match", "").strip()
    return Condition(version=version_of(said)) if said else Condition()


def version_of(said: str) -> int:
    """Read the version that an entity tag names."""
    match = VERSION.match(said.strip())
    if match is None:
        issue = Issue("value", 'give the version as its ETag: W/"3"')
        raise RefusedInputError(HTTPStatus.BAD_REQUEST, issue)
    return int(match[1])
