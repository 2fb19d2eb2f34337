"""What somebody typed, kept in their session under a random key.

It is personal: it travels in the body of a POST, and neither address, log nor browser history holds it. The last few
of a kind are kept, so that a page can be reloaded and come back to.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.contrib.sessions.backends.base import SessionBase


@dataclass(frozen=True)
class Shelf:
    """A place in every session for answers of one kind, of which it keeps so many. They are plain JSON types."""

    name: str
    most: int

    def keep(self, session: SessionBase, answers: Any) -> str:
        """Keep answers with the last few of this session; return their key."""
        key = secrets.token_urlsafe(12)
        earlier = list(session.get(self.name, {}).items())[1 - self.most :]
        session[self.name] = dict([*earlier, (key, answers)])
        return key

    def kept(self, session: SessionBase, key: str) -> Any:
        """Return the answers under a key; None where they are no longer kept."""
        return session.get(self.name, {}).get(key)
