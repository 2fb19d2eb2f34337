"""The product's application, which writes no audit event for requests that say so: only to measure what one costs."""

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from benchmarks.audit import HEADER

from joinedup.site.wsgi import application as product  # isort: skip - it sets Django up
from joinedup.care.prepared import run_prepared
from joinedup.care.record import queries

ASKED = threading.local()
audited = queries.read_audited


def read_unless_unaudited(read: str, values: Sequence[object], **who: Any) -> tuple[Any, ...] | None:
    """Read with the look written, unless this request is to do without."""
    if getattr(ASKED, "is_unaudited", False):
        return run_prepared(read, values)
    return audited(read, values, **who)


queries.read_audited = read_unless_unaudited


def application(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer as the product does."""
    ASKED.is_unaudited = f"HTTP_{HEADER.upper().replace('-', '_')}" in environ
    return product(environ, start_response)
