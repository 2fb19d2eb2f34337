"""What comes to be written and what became of it: the words in which writers speak with the record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from joinedup.care.record.logic import Json, Key


class Change(StrEnum):
    """What became of an arrival."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    OLDER = "passed over"
    FOUND = "found"

    @property
    def is_new_version(self) -> bool:
        """Say whether the arrival was written."""
        return self in (Change.CREATED, Change.UPDATED)


@dataclass(frozen=True)
class Condition:
    """What must hold for a write: the newest version is `version`, or (`is_new`) there is none; or nothing."""

    version: int | None = None
    is_new: bool = False

    def holds(self, newest: int | None) -> bool:
        """Say whether it holds when `newest` is the newest version (None: there is none, or it was withdrawn)."""
        if self.is_new:
            return newest is None
        return self.version is None or self.version == newest


ALWAYS = Condition()


@dataclass(frozen=True)
class Arrival:
    """One resource to be written, under the id it is to have; checked for form before it comes here.

    `content` is `body` decoded with decimals kept as text. `create_key` lets a create be known again.
    """

    type: str
    fhir_id: str
    body: str
    content: Json
    create_key: bytes | None = None
    condition: Condition = ALWAYS

    @property
    def key(self) -> Key:
        """Return (type, id)."""
        return self.type, self.fhir_id


@dataclass(frozen=True)
class Written:
    """What became of one arrival. `awaited` are the references in it to things that are not here."""

    type: str
    fhir_id: str
    version: int
    change: Change
    recorded_at: datetime
    person_id: UUID | None
    organisation_id: int | None = None
    awaited: tuple[Key, ...] = ()

    @property
    def key(self) -> Key:
        """Return (type, id)."""
        return self.type, self.fhir_id


class StaleError(Exception):
    """A write was for another version than the newest. `newest` is that one; None where there is none."""

    def __init__(self, key: Key, newest: int | None) -> None:
        there = f"its newest version is {newest}" if newest else "it is not here"
        super().__init__(f"{key[0]}/{key[1]}: {there}; read it again and decide anew")
        self.key, self.newest = key, newest


class ContradictedError(Exception):
    """A source says of one of its versions something else than before, or what can't be put in order with it."""

    def __init__(self, key: Key, *, is_same: bool) -> None:
        found = (
            "this version (meta.versionId) came before and said something else"
            if is_same
            else "of meta.versionId and meta.lastUpdated one is older and the other newer than what came before"
        )
        remedy = (
            "give it a later meta.lastUpdated, or name the version here in If-Match to write it all the same"
        )
        super().__init__(f"{key[0]}/{key[1]}: {found}; {remedy}")
        self.key = key


@dataclass(frozen=True)
class Outcome:
    """What became of all arrivals, in their order, and which older resources found their person by them."""

    written: tuple[Written, ...]
    adopted: tuple[Key, ...]


class NotYoursError(Exception):
    """A system wrote to a resource that another system made."""

    def __init__(self, key: Key) -> None:
        super().__init__(f"{key[0]}/{key[1]} was made by another system; use an id of your own")
        self.key = key
