"""Who of the people here a new Patient may be: found by number, or by family name and date of birth.

At most three statements, however many Patients come.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from joinedup.care.people.fhir import PersonDetails
from joinedup.care.people.logic_matching import (
    Account,
    Number,
    Rule,
    Verdict,
    account_of,
    compared,
    right_numbers,
    rule_for,
)
from joinedup.care.people.models import Identifier, Person

# Written out since the ORM has no join with a list of pairs.
ALIKE_SQL = """
    SELECT person.id FROM unnest(%s::text[], %s::text[]) AS sought (family, born)
        JOIN people_person AS person ON person.sought_family = sought.family AND person.born = sought.born
    WHERE person.replaced_by_id IS NULL
"""


class Whose(NamedTuple):
    """Whose Patient it is now, and whom we took it for when it came."""

    person: UUID
    origin: UUID


@dataclass(frozen=True)
class Found:
    """One person whom a Patient may be, by the first rule that holds."""

    whose: Whose
    rule: Rule
    verdicts: dict[str, Verdict]


@dataclass
class Candidates:
    """The people who may come into question, also those made in the same arrival."""

    accounts: dict[UUID, Account] = field(default_factory=dict)
    origins: dict[tuple[UUID, Number], UUID] = field(default_factory=dict)
    by_number: defaultdict[Number, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    by_name: defaultdict[tuple[str, str], set[UUID]] = field(default_factory=lambda: defaultdict(set))

    def add(self, person: UUID, account: Account) -> None:
        """Take a person in."""
        self.accounts[person] = account
        self.by_name[account.family, account.born].add(person)
        for number in account.numbers:
            self.by_number[number].add(person)

    def found(self, account: Account, among: set[UUID] | None = None) -> list[Found]:
        """Return whom (`among` these, where given) the account may be, by the strongest rule for anybody."""
        who = set().union(*(self.by_number.get(number, ()) for number in account.numbers))
        if account.family and account.born:
            who |= self.by_name.get((account.family, account.born), set())
        found = []
        for person in sorted(who if among is None else who & among):
            verdicts = compared(account, self.accounts[person])
            if rule := rule_for(verdicts):
                found.append(Found(self._whose(person, account), rule, verdicts))
        strongest = max((one.rule.score for one in found if one.rule.links), default=None)
        return [one for one in found if strongest is None or one.rule.score == strongest]

    def _whose(self, person: UUID, account: Account) -> Whose:
        """Return the person, and of those who were joined to them the one whose number it is."""
        origins = {self.origins.get((person, number), person) for number in account.numbers}
        return Whose(person, origins.pop() if len(origins) == 1 else person)


def candidates_for(details: Collection[PersonDetails]) -> Candidates:
    """Find everybody who may be one of these."""
    accounts = [account_of(one) for one in details]
    rows = _alike(accounts) | _by_number(accounts)
    candidates = Candidates()
    if not rows:
        return candidates
    numbers: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    held = Identifier.objects.filter(person__in=rows).order_by("-id")
    for person, origin, system, value in held.values_list("person_id", "origin_id", "system", "value"):
        numbers[person].append((system, value))
        for number in right_numbers([(system, value)]):
            if candidates.origins.get((person, number)) != person:
                candidates.origins[person, number] = origin
    for row in Person.objects.filter(pk__in=rows):
        candidates.add(row.pk, _account(row, numbers[row.pk]))
    return candidates


def _alike(accounts: Iterable[Account]) -> set[UUID]:
    """Return the people with the same family name and date of birth as one of these."""
    pairs = sorted({(a.family, a.born) for a in accounts if a.family and a.born})
    if not pairs:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(ALIKE_SQL, [[family for family, _ in pairs], [born for _, born in pairs]])
        return {row[0] for row in cursor.fetchall()}


def _by_number(accounts: Iterable[Account]) -> set[UUID]:
    """Return the people with one of these accounts' numbers."""
    values = {value for account in accounts for _, value in account.numbers}
    if not values:
        return set()
    return set(Identifier.objects.filter(value__in=values).values_list("person_id", flat=True))


def _account(row: Person, numbers: list[tuple[str, str]]) -> Account:
    """Return what is compared of a person here."""
    said = PersonDetails(
        family=row.family,
        given=row.given,
        born=row.born,
        gender=row.gender,
        address=row.address,
        postcode=row.postcode,
        phone=row.phone,
        identifiers=tuple(numbers),
    )
    return account_of(said)
