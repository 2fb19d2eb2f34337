"""Duplicates found among made-up people, whose truth is known: what `joinedup linkage try` and the benchmark do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from joinedup.core.nation import Nation
from joinedup.exchange.linkage import Found, PersonToLink, Trial, Truth, find_duplicates, judge
from joinedup.synthetic.duplicates import KnownPerson, known_people

# Ages are counted from a fixed day, so that a seed gives the same people in every year.
UNTIL = date(2026, 1, 1)


@dataclass(frozen=True)
class Tried:
    """What was found, and what it was worth."""

    found: Found
    trial: Trial


def try_linkage(nation: Nation, *, records: int, seed: int) -> Tried:
    """Make so many records and find the duplicates among them. `ValueError` for too few or too many."""
    known = list(known_people(nation, records=records, seed=seed, until=UNTIL))
    found = find_duplicates(people_to_link(known), seed=seed)
    return Tried(found, judge(found.pairs, truth_of(known)))


def people_to_link(known: Iterable[KnownPerson]) -> list[PersonToLink]:
    """Return the records as people to be compared, without the truth."""
    return [
        PersonToLink(
            id=record.id,
            given=record.given,
            family=record.family,
            former=record.former,
            born=record.born,
            gender=record.gender,
            postcode=record.postcode,
            line=record.line,
            phone=record.phone,
            numbers=record.numbers,
            systems=(record.system,),
        )
        for record in known
    ]


def truth_of(known: Iterable[KnownPerson]) -> Truth:
    """Return whose each record is, and what is wrong with it."""
    listed = list(known)
    return Truth(
        {record.id: record.truth for record in listed},
        {record.id: frozenset(slip.value for slip in record.slips) for record in listed},
    )
