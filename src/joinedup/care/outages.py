"""The database is away or has no room: how to know it, and what a request may still do.

A connection is kept between requests, so it may have died since the last one. Asking the server each time whether it
lives would cost every request a round trip; the socket tells for nothing.
"""

import logging
import selectors
from dataclasses import dataclass
from http import HTTPStatus

import psycopg
from django.db import Error, InterfaceError, OperationalError, connection

DISK_FULL = "53100"
# What PostgreSQL says beside other ways of having no room, as when a quota is used up.
NO_ROOM = "Check free disk space."


@dataclass(frozen=True)
class Outage:
    """How to answer while it lasts. `retry_after` is in seconds."""

    status: HTTPStatus
    retry_after: int
    reason: str


AWAY = Outage(HTTPStatus.SERVICE_UNAVAILABLE, 5, "the database can't be reached just now")
FULL = Outage(HTTPStatus.INSUFFICIENT_STORAGE, 60, "the database has no room left")


def outage_of(error: BaseException | None) -> Outage | None:
    """Return the outage behind an error, or None where it is another kind of error."""
    if not isinstance(error, Error):
        return None
    if _has_no_room(error.__cause__):
        return FULL
    return AWAY if isinstance(error, OperationalError | InterfaceError) else None


def _has_no_room(cause: BaseException | None) -> bool:
    """Say whether the driver's error is about room on the disk."""
    return isinstance(cause, psycopg.Error) and (
        cause.sqlstate == DISK_FULL or cause.diag.message_hint == NO_ROOM
    )


def drop_dead_connection() -> None:
    """Close this thread's connection when the other side hung up, so that the next query makes a new one."""
    kept = connection.connection
    if kept is None or connection.in_atomic_block:
        return
    if kept.closed or _has_something_to_say(kept.fileno()):
        connection.close()


def _has_something_to_say(socket: int) -> bool:
    """Say whether something lies at a socket at which nothing should: the end, or a last word before it."""
    with selectors.DefaultSelector() as selector:
        selector.register(socket, selectors.EVENT_READ)
        return bool(selector.select(0))


class WithoutTrace(logging.Filter):
    """Logs an outage as one line: the trace of every request would say the same, and bury what differs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, that of an outage without its trace."""
        if record.exc_info and (outage := outage_of(record.exc_info[1])):
            record.exc_info, record.exc_text = None, None
            record.msg, record.args = outage.reason, ()
        return True
