"""What is compared of two accounts of a person, and how, field by field. Pure logic; the rules are in `logic_rules`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from joinedup.care.people.fhir import PersonDetails
from joinedup.care.people.logic import fold
from joinedup.care.people.logic_numbers import IN_FORCE, SaidNumber, Standing
from joinedup.care.people.logic_pairs import Agreement
from joinedup.care.people.logic_rules import Verdict
from joinedup.core.identifiers import kind_of_system

WHOLE_DATE = len("YYYY-MM-DD")
ALIKE = 3
FEWEST_DIGITS = 3
# How strongly each field speaks, in bits, rounded: enough to show why; what is learned from the data comes of Splink.
BITS = {
    "number": 20,
    "verified": 5,
    "earlier": 8,
    "local": 12,
    "born": 12,
    "family": 8,
    "given": 6,
    "postcode": 10,
    "line": 10,
    "phone": 12,
    "gender": 1,
    "order": 8,
}
PLAIN = ("born", "family", "given", "postcode", "line", "phone", "gender")
# Told only where there is something to tell.
ONLY_IF_KNOWN = frozenset({"verified", "earlier", "local", "order"})
Number = tuple[str, str]


@dataclass(frozen=True)
class Account:
    """What is compared of a person, folded so that spelling and spacing don't matter.

    `numbers` are the right national ones in force, `verified` those of them that are proven, `earlier` those that
    were superseded or are no longer given, `contradicted` those in force beside another of their kind; each
    (kind, value). `local` are others' numbers, (system, value).
    `order` is the place in a multiple birth, "yes" where there were several, nothing for one born alone.
    """

    family: str
    given: str
    born: str
    gender: str
    postcode: str
    line: str
    phone: str
    order: str
    numbers: frozenset[Number]
    verified: frozenset[Number]
    earlier: frozenset[Number]
    contradicted: frozenset[Number]
    local: frozenset[Number]


def account_of(details: PersonDetails) -> Account:
    """Return what is compared of what a Patient, or several together, say."""
    verified, in_force, earlier = national_numbers(details.identifiers)
    return Account(
        family=fold(details.family),
        given=_given(details.given),
        born=details.born,
        gender=details.gender,
        postcode=_postcode(details.postcode),
        line=fold(details.address),
        phone=_phone(details.phone),
        order=_order(details),
        numbers=in_force,
        verified=verified,
        earlier=earlier,
        contradicted=contradicted(in_force),
        local=frozenset(
            (n.system, n.value)
            for n in details.identifiers
            if n.standing in IN_FORCE and kind_of_system(n.system) is None and _tells(n.value)
        ),
    )


def national_numbers(
    identifiers: Iterable[SaidNumber],
) -> tuple[frozenset[Number], frozenset[Number], frozenset[Number]]:
    """Return the national numbers that are verified, in force (the verified among them), and earlier ones.

    Whoever says that a number was superseded is believed rather than whoever still gives it.
    """
    by_standing: dict[Standing, set[Number]] = {standing: set() for standing in Standing}
    for number in identifiers:
        if kind := kind_of_system(number.system):
            by_standing[Standing(number.standing)].add((kind.value, number.value))
    superseded = by_standing[Standing.EARLIER]
    verified = by_standing[Standing.VERIFIED] - superseded
    in_force = verified | (by_standing[Standing.STATED] - superseded)
    earlier = superseded | (by_standing[Standing.DROPPED] - in_force)
    return frozenset(verified), frozenset(in_force), frozenset(earlier)


def contradicted(numbers: Iterable[Number]) -> frozenset[Number]:
    """Return those of one person's numbers in force that stand beside another of their kind: nobody has two."""
    known = set(numbers)
    kinds = [kind for kind, _ in known]
    return frozenset(number for number in known if kinds.count(number[0]) > 1)


def _tells(value: str) -> bool:
    """Say whether a local number can tell anybody apart: one without three digits stands for many."""
    return sum(c.isdigit() for c in value) >= FEWEST_DIGITS and len(set(value)) > 1


# What newborns are called before they have a name: twins share it, so it says nothing of which one it is.
PLACEHOLDERS = frozenset({"baby", "infant", "newborn", "twin", "triplet", "boy", "girl", "unknown", "unborn"})
TOGETHER = frozenset({"twin", "triplet"})
ORDERS = {
    word: str(order)
    for order, words in enumerate(
        (("1", "one", "i", "a"), ("2", "two", "ii", "b"), ("3", "three", "iii", "c")), 1
    )
    for word in words
}
SEVERAL = "yes"


def _given(text: str) -> str:
    """Return the given name as it is compared; nothing for one that only stands in for a name."""
    folded = fold(text)
    return "" if PLACEHOLDERS & set(folded.split()) else folded


def _order(details: PersonDetails) -> str:
    """Return the place in a multiple birth, also where only the placeholder of a name says it: Twin 2."""
    words = fold(details.given).split()
    if details.birth_order not in ("", SEVERAL) or not TOGETHER & set(words):
        return details.birth_order
    return next((ORDERS[word] for word in words if word in ORDERS), SEVERAL)


def _postcode(text: str) -> str:
    return text.replace(" ", "").upper()


def _phone(text: str) -> str:
    """Return the digits, with the country's code as the 0 that it stands for."""
    digits = re.sub(r"\D", "", text)
    return f"0{digits[2:]}" if text.strip().startswith("+44") else digits


def compared(one: Account, other: Account) -> dict[str, Verdict]:
    """Compare two accounts field by field."""
    verdicts = {field: _same(getattr(one, field), getattr(other, field)) for field in PLAIN}
    verdicts["number"] = _numbers(one, other)
    verdicts["verified"] = _shared(one.verified, other.verified)
    verdicts["earlier"] = _either(
        _shared(one.earlier, other.earlier | other.numbers), _shared(other.earlier, one.numbers)
    )
    verdicts["local"] = _shared(one.local, other.local)
    verdicts["order"] = _orders(one.order, other.order)
    if verdicts["born"] is Verdict.DIFFERS and (
        one.born.startswith(other.born) or other.born.startswith(one.born)
    ):
        verdicts["born"] = Verdict.NEARLY
    if verdicts["born"] is Verdict.AGREES and len(one.born) < WHOLE_DATE:
        verdicts["born"] = Verdict.NEARLY
    if verdicts["given"] is Verdict.DIFFERS and one.given[:ALIKE] == other.given[:ALIKE]:
        verdicts["given"] = Verdict.NEARLY
    return verdicts


def _same(one: str, other: str) -> Verdict:
    if not one or not other:
        return Verdict.UNKNOWN
    return Verdict.AGREES if one == other else Verdict.DIFFERS


def _shared(ones: frozenset[Number], others: frozenset[Number]) -> Verdict:
    """Say whether they share one; that they don't says nothing."""
    return Verdict.AGREES if ones & others else Verdict.UNKNOWN


def _either(*verdicts: Verdict) -> Verdict:
    return Verdict.AGREES if Verdict.AGREES in verdicts else Verdict.UNKNOWN


def _numbers(one: Account, other: Account) -> Verdict:
    """Compare the numbers in force, kind by kind; nearly where one kind agrees and another differs."""
    kinds = {kind for kind, _ in one.numbers} & {kind for kind, _ in other.numbers}
    verdicts = {_numbers_of(kind, one, other) for kind in kinds} or {Verdict.UNKNOWN}
    return verdicts.pop() if len(verdicts) == 1 else Verdict.NEARLY


def _numbers_of(kind: str, one: Account, other: Account) -> Verdict:
    """Compare the numbers of a kind. Nearly: one has another besides, so it isn't sure that this one is theirs."""
    shared = {number for number in one.numbers & other.numbers if number[0] == kind}
    if not shared:
        return Verdict.DIFFERS
    return Verdict.AGREES if shared - one.contradicted - other.contradicted else Verdict.NEARLY


def _orders(one: str, other: str) -> Verdict:
    """Compare places in a multiple birth. Nearly: one of several, and it isn't known which; so it may be another."""
    if not one and not other:
        return Verdict.UNKNOWN
    if not one or not other or SEVERAL in (one, other):
        return Verdict.NEARLY
    return Verdict.AGREES if one == other else Verdict.DIFFERS


def agreements_of(verdicts: Mapping[str, Verdict]) -> tuple[Agreement, ...]:
    """Return the verdicts as the review queue shows them."""
    weight = {Verdict.AGREES: 1.0, Verdict.NEARLY: 0.3, Verdict.DIFFERS: -0.5, Verdict.UNKNOWN: 0.0}
    return tuple(
        Agreement(field, v.value, round(BITS[field] * weight[v], 1))
        for field, v in verdicts.items()
        if v is not Verdict.UNKNOWN or field not in ONLY_IF_KNOWN
    )
