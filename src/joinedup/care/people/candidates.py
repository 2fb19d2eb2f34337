"""Who of the people here a new Patient may be: found by a number, or by family name and date of birth.

At most five statements, however many Patients come.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from joinedup.care.people.fhir import PersonDetails
from joinedup.care.people.logic_matching import Account, Number, account_of, compared
from joinedup.care.people.logic_numbers import SaidNumber, Standing
from joinedup.care.people.logic_rules import Rule, Verdict, rule_for
from joinedup.care.people.models import Identifier, Person
from joinedup.care.people.protecting import protected_among
from joinedup.core.identifiers import IdentifierKind

# Written out since the ORM has no join with a list of pairs. OFFSET makes PostgreSQL look up each pair on its own,
# whatever it guesses: a first load fills the table before its size is known.
ALIKE_SQL = """
    SELECT person.id FROM unnest(%s::text[], %s::text[]) AS sought (family, born)
        CROSS JOIN LATERAL (
            SELECT id, replaced_by_id FROM people_person
            WHERE sought_family = sought.family AND people_person.born = sought.born OFFSET 0
        ) AS person
    WHERE person.replaced_by_id IS NULL
"""
NUMBERS_SQL = """
    SELECT sought.system, sought.value, held.person_id FROM unnest(%s::text[], %s::text[]) AS sought (system, value)
        CROSS JOIN LATERAL (
            SELECT person_id FROM people_identifier AS held
            WHERE held.system = sought.system AND held.value = sought.value LIMIT %s
        ) AS held
"""
# A number that more people than this hold stands for nobody: it is a test value or a slip of a whole system.
MOST_HOLDERS = 20


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
        for number in _every_number(account):
            self.by_number[number].add(person)

    def found(self, account: Account, among: set[UUID] | None = None) -> list[Found]:
        """Return whom (`among` these, where given) the account may be, by the strongest rule for anybody.

        Whoever else holds one of its numbers is among them: then none is sure, for a number is one person's.
        """
        who = set().union(*(self.by_number.get(number, ()) for number in _every_number(account)))
        if account.family and account.born:
            who |= self.by_name.get((account.family, account.born), set())
        found = []
        for person in sorted(who if among is None else who & among):
            verdicts = compared(account, self.accounts[person])
            if rule := rule_for(verdicts):
                found.append(Found(self._whose(person, account), rule, verdicts))
        strongest = max((one.rule.score for one in found if one.rule.links), default=None)
        return [one for one in found if strongest is None or one.rule.score == strongest or _holds(one)]

    def _whose(self, person: UUID, account: Account) -> Whose:
        """Return the person, and of those who were joined to them the one whose number it is."""
        origins = {self.origins.get((person, number), person) for number in account.numbers}
        return Whose(person, origins.pop() if len(origins) == 1 else person)


def surely(found: Collection[Found]) -> Found | None:
    """Return the one of the found whose it surely is: the only one, by a rule that links."""
    return next((one for one in found if one.rule.links), None) if len(found) == 1 else None


def _holds(one: Found) -> bool:
    """Say whether they hold a number in force that was sought."""
    return one.verdicts["number"] in (Verdict.AGREES, Verdict.NEARLY)


def _every_number(account: Account) -> frozenset[Number]:
    """Return the numbers by which an account is found: earlier ones too."""
    return account.numbers | account.earlier | account.local


def candidates_for(accounts: Collection[Account]) -> Candidates:
    """Find everybody who may be one of these."""
    rows = _alike(accounts) | _by_number(accounts)
    candidates = Candidates()
    if not rows:
        return candidates
    known = accounts_of(rows, origins=candidates.origins)
    for person, account in known.items():
        candidates.add(person, account)
    return candidates


def accounts_of(
    people: Collection[UUID], *, origins: dict[tuple[UUID, Number], UUID] | None = None
) -> dict[UUID, Account]:
    """Return what is compared of these people; into `origins` goes whose number each was when it came."""
    held = Identifier.objects.filter(person__in=people).order_by("-id")
    columns = ("person_id", "origin_id", "system", "value", "standing")
    said: dict[UUID, dict[UUID, list[SaidNumber]]] = defaultdict(lambda: defaultdict(list))
    for person, origin, system, value, standing in held.values_list(*columns):
        said[person][origin].append(SaidNumber(system, value, Standing(standing)))
    accounts: dict[UUID, Account] = {}
    protected = protected_among(people) if people else set()
    for row in Person.objects.filter(pk__in=people):
        parts = {origin: _account(row, numbers) for origin, numbers in said[row.pk].items()}
        whole = _account(row, [number for numbers in said[row.pk].values() for number in numbers])
        # What a merge brought together was decided about: it contradicts nothing.
        beside = frozenset().union(*(part.contradicted for part in parts.values()))
        accounts[row.pk] = replace(whole, contradicted=beside)
        if row.pk in protected:
            # Else whoever may bring in or ask for a Patient could find out where they live by guessing.
            accounts[row.pk] = replace(accounts[row.pk], postcode="", line="", phone="")
        if origins is not None:
            origins |= {(row.pk, n): origin for origin, part in parts.items() for n in part.numbers}
            origins |= {(row.pk, n): row.pk for n in parts.get(row.pk, whole).numbers if row.pk in parts}
    return accounts


def _alike(accounts: Iterable[Account]) -> set[UUID]:
    """Return the people with the same family name and date of birth as one of these."""
    pairs = sorted({(a.family, a.born) for a in accounts if a.family and a.born})
    if not pairs:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(ALIKE_SQL, [[family for family, _ in pairs], [born for _, born in pairs]])
        return {row[0] for row in cursor.fetchall()}


def _by_number(accounts: Iterable[Account]) -> set[UUID]:
    """Return the people with one of these accounts' numbers, under any name of its system."""
    sought = sorted({pair for account in accounts for pair in _spelled(account)})
    if not sought:
        return set()
    with connection.cursor() as cursor:
        columns = [[system for system, _ in sought], [value for _, value in sought]]
        cursor.execute(NUMBERS_SQL, [*columns, 2 * MOST_HOLDERS])
        holders: dict[tuple[str, str], set[UUID]] = defaultdict(set)
        for system, value, person in cursor.fetchall():
            holders[system, value].add(person)
    return set().union(*(people for people in holders.values() if len(people) <= MOST_HOLDERS))


def _spelled(account: Account) -> Iterable[tuple[str, str]]:
    """Return an account's numbers as they are kept: a national one may stand under several systems."""
    yield from account.local
    for kind, value in account.numbers | account.earlier:
        for system in (IdentifierKind(kind).system, *IdentifierKind(kind).aliases):
            yield system, value


def _account(row: Person, numbers: list[SaidNumber]) -> Account:
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
        birth_order=row.birth_order,
    )
    return account_of(said)
