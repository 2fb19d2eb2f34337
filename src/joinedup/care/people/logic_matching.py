"""When two accounts of a person are the same person's: rules by name, as data. Pure logic.

A rule links only when nothing speaks against it; what is likely but not sure makes a pair for somebody to decide.
Probabilities are for the review queue, never for linking on arrival.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from joinedup.care.people.fhir import PersonDetails
from joinedup.care.people.logic import fold
from joinedup.care.people.logic_pairs import Agreement
from joinedup.core.identifiers import kind_of_system, problem_with_form

WHOLE_DATE = len("YYYY-MM-DD")
ALIKE = 3
# How strongly each field speaks, in bits, rounded: enough to show why; what is learned from the data comes of Splink.
BITS = {
    "number": 20,
    "born": 12,
    "family": 8,
    "given": 6,
    "postcode": 10,
    "line": 10,
    "phone": 12,
    "gender": 1,
}
Number = tuple[str, str]


class Verdict(StrEnum):
    """What the comparison of one field says."""

    AGREES = "agrees"
    NEARLY = "nearly"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Account:
    """What is compared of a person, folded so that spelling and spacing don't matter. `numbers` are right ones."""

    family: str
    given: str
    born: str
    gender: str
    postcode: str
    line: str
    phone: str
    numbers: frozenset[Number]


@dataclass(frozen=True)
class Rule:
    """A named rule: what must agree, of what one must, what must be alike at least, and what must not differ."""

    name: str
    agree: tuple[str, ...]
    links: bool
    score: float
    one_of: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    not_differ: tuple[str, ...] = ()

    def holds(self, verdicts: Mapping[str, Verdict]) -> bool:
        """Say whether the rule holds for these verdicts."""
        agreeing = {field for field, verdict in verdicts.items() if verdict is Verdict.AGREES}
        return (
            agreeing >= set(self.agree)
            and (not self.one_of or bool(agreeing & set(self.one_of)))
            and all(verdicts[field] in (Verdict.AGREES, Verdict.NEARLY) for field in self.alike)
            and all(verdicts[field] is not Verdict.DIFFERS for field in self.not_differ)
        )


WHERE = ("postcode", "line", "phone")
RULES = (
    Rule(
        "the same number, and no other date of birth",
        ("number",),
        links=True,
        score=0.99,
        not_differ=("born",),
    ),
    Rule(
        "the same name and date of birth, and the same address or phone",
        ("family", "given", "born"),
        links=True,
        score=0.95,
        one_of=WHERE,
        not_differ=("number", "gender"),
    ),
    Rule("the same number, but another date of birth", ("number",), links=False, score=0.7),
    Rule(
        "the same name and date of birth",
        ("family", "given", "born"),
        links=False,
        score=0.8,
        not_differ=("number", "gender"),
    ),
    Rule(
        "first names alike, the same family name, date of birth, and address or phone",
        ("family", "born"),
        links=False,
        score=0.6,
        one_of=WHERE,
        alike=("given",),
        not_differ=("number", "gender"),
    ),
)


def account_of(details: PersonDetails) -> Account:
    """Return what is compared of what a Patient says."""
    return Account(
        family=fold(details.family),
        given=_given(details.given),
        born=details.born,
        gender=details.gender,
        postcode=_postcode(details.postcode),
        line=fold(details.address),
        phone=_phone(details.phone),
        numbers=right_numbers(details.national_numbers),
    )


def right_numbers(identifiers: tuple[tuple[str, str], ...] | list[tuple[str, str]]) -> frozenset[Number]:
    """Return (kind, number) of the national numbers whose check digit is right."""
    return frozenset(
        (kind.value, value)
        for system, value in identifiers
        if (kind := kind_of_system(system)) and problem_with_form(kind, value) is None
    )


# What newborns are called before they have a name: twins share it, so it says nothing of which one it is.
PLACEHOLDERS = frozenset({"baby", "infant", "newborn", "twin", "triplet", "boy", "girl", "unknown", "unborn"})


def _given(text: str) -> str:
    """Return the given name as it is compared; nothing for one that only stands in for a name."""
    folded = fold(text)
    return "" if PLACEHOLDERS & set(folded.split()) else folded


def _postcode(text: str) -> str:
    return text.replace(" ", "").upper()


def _phone(text: str) -> str:
    """Return the digits, with the country's code as the 0 that it stands for."""
    digits = re.sub(r"\D", "", text)
    return f"0{digits[2:]}" if text.strip().startswith("+44") else digits


def compared(one: Account, other: Account) -> dict[str, Verdict]:
    """Compare two accounts field by field."""
    verdicts = {
        field: _same(getattr(one, field), getattr(other, field)) for field in BITS if field != "number"
    }
    verdicts["number"] = _numbers(one.numbers, other.numbers)
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


def _numbers(ones: frozenset[Number], others: frozenset[Number]) -> Verdict:
    """Say whether they share a number; two of the same kind without a shared one differ."""
    if ones & others:
        return Verdict.AGREES
    return Verdict.DIFFERS if {k for k, _ in ones} & {k for k, _ in others} else Verdict.UNKNOWN


def rule_for(verdicts: Mapping[str, Verdict]) -> Rule | None:
    """Return the first rule that holds."""
    return next((rule for rule in RULES if rule.holds(verdicts)), None)


def agreements_of(verdicts: Mapping[str, Verdict]) -> tuple[Agreement, ...]:
    """Return the verdicts as the review queue shows them."""
    weight = {Verdict.AGREES: 1.0, Verdict.NEARLY: 0.3, Verdict.DIFFERS: -0.5, Verdict.UNKNOWN: 0.0}
    return tuple(
        Agreement(field, v.value, round(BITS[field] * weight[v], 1)) for field, v in verdicts.items()
    )
