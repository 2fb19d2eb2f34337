"""What a number that somebody gives for a person is worth: verified, only stated, an earlier one, or wrong. Pure logic.

Each kind of national number has its own proof, as data (`PROOFS`). An NHS number carries a verification status (UK
Core, Extension-UKCore-NHSNumberVerificationStatus): only "01", number present and verified, counts. CHI and Health and
Care numbers have no such status in UK Core. They are looked up in one index of the nation, so what can be asked for is
FHIR's own word for it: `use` is "official", the identifier most trusted for this person (R4, IdentifierUse). Anything
weaker, or nothing said, is only stated. A CHI number says the date of birth with its first six digits besides; one that
contradicts the date of birth beside it counts as stated, for one of the two is wrong. Ends at what one Patient says:
what several say together is for `logic_matching`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from joinedup.core.identifiers import IdentifierKind, is_test_number, kind_of_system, problem_with_form, tidy

VERIFICATION_URL = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
# The code of UK Core's system for England (as the NHS Data Dictionary has it), and of the one before it.
VERIFIED_CODES = frozenset({"01", "number-present-and-verified"})
OFFICIAL = frozenset({"official"})
LONGEST_SYSTEM, LONGEST_VALUE = 200, 100
WHOLE_DATE = len("YYYY-MM-DD")

Json = dict[str, Any]


class Standing(StrEnum):
    """What a number is worth, in the words of whoever gives it."""

    VERIFIED = "verified"
    STATED = "stated"
    EARLIER = "earlier"
    DROPPED = "dropped"
    WRONG = "wrong"


IN_FORCE = frozenset({Standing.VERIFIED, Standing.STATED})


class SaidNumber(NamedTuple):
    """A number as one Patient gives it, tidied."""

    system: str
    value: str
    standing: Standing


@dataclass(frozen=True)
class Proof:
    """What makes a number of a kind a verified one: a code in an extension, or a `use`."""

    extension: str = ""
    codes: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    begins_with_birth: bool = False


PROOFS: Mapping[IdentifierKind, Proof] = {
    IdentifierKind.NHS_NUMBER: Proof(extension=VERIFICATION_URL, codes=VERIFIED_CODES),
    IdentifierKind.CHI_NUMBER: Proof(uses=OFFICIAL, begins_with_birth=True),
    IdentifierKind.HC_NUMBER: Proof(uses=OFFICIAL),
}


def said_numbers(content: Json, *, on: str) -> tuple[SaidNumber, ...]:
    """Return every number of a Patient that has a system and a value, national ones first.

    `on` is the day as YYYY-MM-DD: a number whose period has ended by then is an earlier one.
    """
    born = str(content.get("birthDate", ""))
    said = [
        SaidNumber(
            str(item["system"])[:LONGEST_SYSTEM],
            tidy(str(item["value"]))[:LONGEST_VALUE],
            standing_of(item, born=born, on=on),
        )
        for item in content.get("identifier") or []
        if item and item.get("system") and item.get("value")
    ]
    strongest: dict[tuple[str, str], SaidNumber] = {}
    for number in sorted(said, key=lambda one: list(Standing).index(one.standing)):
        strongest.setdefault((number.system, number.value), number)
    return tuple(sorted(strongest.values(), key=lambda one: kind_of_system(one.system) is None))


def standing_of(item: Json, *, born: str, on: str) -> Standing:
    """Return what an identifier is worth by what is said of it. `born` stands beside it; `on` as YYYY-MM-DD."""
    kind = kind_of_system(str(item["system"]))
    if kind and problem_with_form(kind, str(item["value"])):
        return Standing.WRONG
    if item.get("use") == "old" or _has_ended(item, on):
        return Standing.EARLIER
    is_verified = kind is not None and _is_verified(PROOFS[kind], item, born)
    return Standing.VERIFIED if is_verified else Standing.STATED


def _has_ended(item: Json, on: str) -> bool:
    """Say whether the number's period is over, as far as its end is known."""
    end = str((item.get("period") or {}).get("end") or "")[:WHOLE_DATE]
    return bool(end) and end < on[: len(end)]


def _is_verified(proof: Proof, item: Json, born: str) -> bool:
    """Say whether the identifier brings what proves a number of its kind."""
    codings: Iterable[Json] = (
        coding
        for extension in item.get("extension") or []
        if extension.get("url") == proof.extension
        for coding in (extension.get("valueCodeableConcept") or {}).get("coding") or []
    )
    is_proven = item.get("use") in proof.uses or any(coding.get("code") in proof.codes for coding in codings)
    return is_proven and not (proof.begins_with_birth and _contradicts_birth(str(item["value"]), born))


def _contradicts_birth(value: str, born: str) -> bool:
    """Say whether a number that begins with a date of birth (DDMMYY) begins with another than this one."""
    digits = tidy(value)
    if is_test_number(digits) or len(born) < WHOLE_DATE:
        return False
    return digits[:6] != f"{born[8:10]}{born[5:7]}{born[2:4]}"
