"""National numbers of a person: NHS (England, Wales), CHI (Scotland) and Health and Care (Northern Ireland).

All three are ten digits, the last a modulus 11 check digit (NHS Data Dictionary, NHS NUMBER); they differ in
which numbers may be issued. Ends at the form of a number: whether it belongs to anybody is for `care.people`.
No message holds the number itself.
"""

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from nhs_number.constants import RANGE_NOT_ISSUED_SYNTHETIC
from nhs_number.validate import calculate_checksum

from joinedup.core.nation import Nation

DIGITS = 10
# Numbers from 999 000 0000 are for tests and never issued, so a made-up person may hold one of any kind.
TEST_PREFIX = "999"
# Health and Care numbers: general knowledge, not yet traced to a document.
HC_STEMS = (range(320_000_000, 400_000_000),)
NHS_STEMS = (range(400_000_000, 500_000_000), range(600_000_000, 800_000_000))
CENTURIES = (1900, 2000)
SPACES_AND_HYPHENS = re.compile(r"[\s\-\u2010-\u2015\u2212]")


class IdentifierKind(StrEnum):
    """A kind of national number, by its short name."""

    NHS_NUMBER = "nhs_number"
    CHI_NUMBER = "chi_number"
    HC_NUMBER = "hc_number"

    @property
    def title(self) -> str:  # type: ignore[override]
        return TITLES[self]

    @property
    def system(self) -> str:
        """The FHIR system uri that joinedup writes."""
        return SYSTEMS[self][0]

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other uris for the same numbers, which joinedup reads."""
        return SYSTEMS[self][1:]


TITLES = {
    IdentifierKind.NHS_NUMBER: "NHS number",
    IdentifierKind.CHI_NUMBER: "CHI number",
    IdentifierKind.HC_NUMBER: "Health and Care number",
}
SYSTEMS = {
    IdentifierKind.NHS_NUMBER: ("https://fhir.nhs.uk/Id/nhs-number",),
    IdentifierKind.CHI_NUMBER: (
        "urn:oid:2.16.840.1.113883.2.1.3.2.4.16.53",
        "https://fhir.nhs.uk/Id/chi-number",
        "http://www.nhs.uk/Id/scottish-chi-number",
    ),
    IdentifierKind.HC_NUMBER: (
        "https://fhir.hscni.net/Id/hcn",
        "https://fhir.nhs.uk/Id/hsc-number",
        "urn:oid:2.16.840.1.113883.2.1.3.2.4.18.23",
    ),
}
KINDS_BY_NATION = {
    Nation.ENGLAND: IdentifierKind.NHS_NUMBER,
    Nation.SCOTLAND: IdentifierKind.CHI_NUMBER,
    Nation.WALES: IdentifierKind.NHS_NUMBER,
    Nation.NORTHERN_IRELAND: IdentifierKind.HC_NUMBER,
}
KINDS_BY_SYSTEM = {system: kind for kind, systems in SYSTEMS.items() for system in systems}


def kind_of_nation(nation: Nation) -> IdentifierKind:
    """The number that the nation's health service gives a person."""
    return KINDS_BY_NATION[nation]


def kind_of_system(system: str) -> IdentifierKind | None:
    """The kind that a FHIR system uri stands for; none when it is some other identifier."""
    return KINDS_BY_SYSTEM.get(system)


def tidy(value: str) -> str:
    """The number without the spaces and hyphens that people write into it."""
    return SPACES_AND_HYPHENS.sub("", value)


def format_number(value: str) -> str:
    """A number as a page shows it: 999 123 4567. What is not ten digits stays as it came."""
    digits = tidy(value)
    return f"{digits[:3]} {digits[3:6]} {digits[6:]}" if len(digits) == DIGITS else value


def problem_with_form(kind: IdentifierKind, value: str) -> str | None:
    """What is wrong with the digits themselves, without the number; none when ten and the check digit fits.

    Less strict than `problem_with`: test environments issue numbers outside the ranges of real people.
    """
    digits = tidy(value)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return f"the {kind.title} must be ten digits"
    if not _check_digit_fits(digits):
        return f"the check digit of the {kind.title} is wrong: a digit was probably mistyped"
    return None


def problem_with(kind: IdentifierKind, value: str) -> str | None:
    """What is wrong with a number of this kind, without the number; none when it is right."""
    digits = tidy(value)
    if problem := problem_with_form(kind, digits):
        return problem
    if is_test_number(digits):
        return None
    return _PROBLEMS_OF_KIND[kind](digits)


def is_test_number(value: str) -> bool:
    """Whether a number is of the range that was set apart for made-up people, whatever its kind."""
    return tidy(value).startswith(TEST_PREFIX)


def sex_of_chi(value: str) -> str | None:
    """Sex at birth by the ninth digit of a right CHI number: odd is male. None for a test number."""
    digits = tidy(value)
    if problem_with(IdentifierKind.CHI_NUMBER, digits) or is_test_number(digits):
        return None
    return "male" if int(digits[8]) % 2 else "female"


def _check_digit_fits(digits: str) -> bool:
    # Some nine digits would need a check digit of ten; no last digit equals it, so no number has them.
    return bool(calculate_checksum(digits[:-1]) == int(digits[-1]))


def _problem_with_nhs(digits: str) -> str | None:
    # The NHS's own test services use the whole of 900 to 999 million, so partners' trial files hold them.
    if RANGE_NOT_ISSUED_SYNTHETIC.start <= int(digits) <= RANGE_NOT_ISSUED_SYNTHETIC.end:
        return None
    if any(int(digits[:-1]) in stems for stems in NHS_STEMS):
        return None
    return "the number is outside the ranges from which NHS numbers are issued"


def _problem_with_hc(digits: str) -> str | None:
    if any(int(digits[:-1]) in stems for stems in HC_STEMS):
        return None
    return "the number is outside the range from which Health and Care numbers are issued"


def _problem_with_chi(digits: str) -> str | None:
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if any(_is_a_date(century + year, month, day) for century in CENTURIES):
        return None
    return "the CHI number does not begin with a date of birth (day, month, year)"


def _is_a_date(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_PROBLEMS_OF_KIND: dict[IdentifierKind, Callable[[str], str | None]] = {
    IdentifierKind.NHS_NUMBER: _problem_with_nhs,
    IdentifierKind.CHI_NUMBER: _problem_with_chi,
    IdentifierKind.HC_NUMBER: _problem_with_hc,
}
