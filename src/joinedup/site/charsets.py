"""All that comes is read as UTF-8.

Django reads an address in the charset that the header Content-Type names for the body, before any view or middleware
could refuse it; some of Python's charsets decode no text, or what is no text. So the name is taken out here where it
is UTF-8, and where it is not, the body is called one of unknown kind, which every view refuses.
"""

from collections.abc import Callable, Iterable
from typing import Any

from joinedup.exchange.fhir.negotiation import UTF_8, media_type

UNKNOWN = "application/octet-stream"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def in_utf_8(application: Application) -> Application:
    """Return the WSGI application, to which everything is in UTF-8."""

    def answered(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        kind = str(environ.get("CONTENT_TYPE", ""))
        return application(environ | {"CONTENT_TYPE": without_charset(kind)}, start_response)

    return answered


def without_charset(kind: str) -> str:
    """Return a media type without its charset, or the unknown one where that is not UTF-8."""
    said = media_type(kind).parameters
    if "charset" not in said:
        return kind
    parts = [part for part in kind.split(";") if part.partition("=")[0].strip().lower() != "charset"]
    return ";".join(parts) if said["charset"] in UTF_8 else UNKNOWN
