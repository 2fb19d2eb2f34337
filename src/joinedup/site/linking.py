"""Duplicates among the people of the record: what `joinedup linkage run` does.

Reads everybody, compares them, and hands the pairs to the review queue. Shows nobody to anybody: what comes back is
counts and weights.
"""

import importlib
import importlib.util
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from joinedup.care.access.actions import OWN_SYSTEM, register_system
from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.joining.certain import join_certain
from joinedup.care.people.everyone import everyone
from joinedup.care.people.fhir import family_names
from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.care.record.queries import everything_current
from joinedup.exchange.linkage import Found, PersonToLink, find_duplicates

REVIEWS = "joinedup.care.people.reviews"


class Queue(Protocol):
    """How pairs are handed over; returns how many of them are new."""

    def __call__(self, pairs: Sequence[ProposedPair], *, by: Actor, at: datetime) -> int:
        """Take the pairs in."""


def review_queue() -> Queue | None:
    """Return the review queue; none in a version that has none. Here, and only here, the two are wired together."""
    if importlib.util.find_spec(REVIEWS) is None:
        return None
    return cast(Queue, importlib.import_module(REVIEWS).queue_pairs)


def link_record(queue: Queue | None, *, at: datetime, join: bool = False) -> tuple[Found, int | None]:
    """Find the duplicates in the record and queue them; return what was found, and how many pairs were new.

    With `join`, those to link that a rule which links on arrival makes surely one too are joined; the others wait.
    Without a queue nothing is kept and none is returned for the new ones. `LinkageError` with fewer than two people.
    """
    found = find_duplicates(people_of_record())
    new = queue(found.pairs, by=_joinedup(), at=at) if queue else None
    return (replace(found, joined=join_certain(found.to_link, at=at)) if join else found), new


def people_of_record() -> Iterator[PersonToLink]:
    """Return everybody in the record, with the family names that any partner ever gave them."""
    names = _family_names()
    for person in everyone():
        yield PersonToLink(
            id=person.id,
            given=person.given,
            family=person.family,
            former=tuple(sorted(names[person.id] - {person.family})),
            born=person.born,
            gender=person.gender,
            postcode=person.postcode,
            line=person.address,
            phone=person.phone,
            numbers=person.numbers,
            systems=person.systems,
        )


def _family_names() -> defaultdict[UUID, set[str]]:
    names: defaultdict[UUID, set[str]] = defaultdict(set)
    for current in everything_current(["Patient"]):
        if current.person_id is not None:
            names[current.person_id].update(family_names(current.content))
    return names


def _joinedup() -> Actor:
    """Return joinedup itself, which may write."""
    system = register_system(name=OWN_SYSTEM)
    return Actor(name=OWN_SYSTEM, permissions=SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
