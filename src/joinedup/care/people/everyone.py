"""Everybody at once, for what works on the record itself and shows it to nobody: the search for duplicates.

Ends at the person: what partners' Patients say beside that, as former names, is in the record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from joinedup.care.people.logic_numbers import Standing
from joinedup.care.people.models import Person


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """What is known of a person that tells them from others.

    `numbers` are (system, value), national or local; those that were superseded or are given no more are left out.
    """

    id: UUID
    given: str
    family: str
    born: str
    gender: str
    address: str
    postcode: str
    phone: str
    numbers: tuple[tuple[str, str], ...]
    systems: tuple[str, ...]


def everyone(*, chunk: int = 2000) -> Iterator[KnownPerson]:
    """Return every person who is part of nobody else's record, streamed.

    For the search for duplicates only; nobody is shown what it returns, but how a pair compares. So of whoever protects
    where they live it is left out.
    """
    people = Person.objects.filter(replaced_by=None).order_by("id")
    people = people.prefetch_related("identifiers", "sources__system")
    for person in people.iterator(chunk_size=chunk):
        yield KnownPerson(
            id=person.id,
            given=person.given,
            family=person.family,
            born=person.born,
            gender=person.gender,
            **person.place._asdict(),
            numbers=tuple(
                dict.fromkeys(
                    (number.system, number.value)
                    for number in person.identifiers.all()
                    if number.standing not in (Standing.EARLIER, Standing.DROPPED)
                )
            ),
            systems=tuple(sorted({source.system.name for source in person.sources.all()})),
        )
