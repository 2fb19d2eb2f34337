"""Whose record each of several people is part of: what the merges that stand say, taken together.

Merges form chains (A into B, B into C). Undoing one leaves the others as they are, so a person's home is always
followed from what still stands, never remembered.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q

from joinedup.care.people.models import Merge, Person

Homes = dict[UUID, UUID]


def home_of(person: UUID, merges: Mapping[UUID, UUID]) -> UUID:
    """Follow the merges (merged to kept) from a person to whose record it is part of now."""
    while person in merges:
        person = merges[person]
    return person


def joined_with(people: Iterable[UUID]) -> set[UUID]:
    """Return these people and everybody who is part of their records."""
    asked = set(people)
    return asked | set(Person.objects.filter(replaced_by__in=asked).values_list("pk", flat=True))


def homes_of(people: Iterable[UUID]) -> Homes:
    """Return the home of each of these people, by the merges that stand. All of a chain must be among them."""
    asked = set(people)
    standing = Merge.objects.filter(Q(merged__in=asked) | Q(kept__in=asked), undone_at=None)
    merges = dict(standing.values_list("merged_id", "kept_id"))
    return {person: home_of(person, merges) for person in asked}
