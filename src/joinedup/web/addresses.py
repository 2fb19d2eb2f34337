"""Addresses with a query: what a filter keeps in the URL, so that a list can be reloaded, kept and sent on."""

from collections.abc import Mapping
from urllib.parse import urlencode


def address(path: str, query: Mapping[str, str], **changes: str) -> str:
    """The path with the query and these changes to it; whatever is empty is left out."""
    kept = {name: value for name, value in {**query, **changes}.items() if value}
    return f"{path}?{urlencode(kept)}" if kept else path
