"""Refusals that outlast the transaction in which they were written.

Where an error undoes a transaction, its audit events go with it: what was read was never given out, what was changed
never was. But a refusal did take place, and whoever asks in a way that is undone must not ask unseen.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from joinedup.care.access.actor import Actor


@dataclass(frozen=True)
class Refusal:
    """What was refused to whom, as it was written into the audit."""

    subjects: Mapping[UUID | None, str]
    by: Actor
    at: datetime


_noted: ContextVar[list[Refusal] | None] = ContextVar("refusals of a transaction", default=None)


def note_refusal(subjects: Mapping[UUID | None, str], *, by: Actor, at: datetime) -> None:
    """Remember a refusal, if somebody will have to write it again."""
    noted = _noted.get()
    if noted is not None:
        noted.append(Refusal(dict(subjects), by, at))


@contextmanager
def noting_refusals() -> Iterator[list[Refusal]]:
    """Remember the refusals of a block, and those of blocks within it that were not undone."""
    noted: list[Refusal] = []
    before = _noted.get()
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)
    if before is not None:
        before += noted
