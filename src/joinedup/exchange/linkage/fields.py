"""What is compared, field by field: every way in which two people may agree or differ, and what that is worth.

A level's weight is log2(m/u): m is the share of pairs of records of one person that are on this level, u the share
of pairs of two people. Both stand here as declared; `training` puts estimates from the data in their place unless
a level is fixed. Adding weights up takes fields to be independent, which they are not within a household: twins
share all but the given name, parent and child of one name all but the date of birth. No weight could outvote that
in every population, so such levels carry a caution, which `judging` obeys whatever the sum.

SQL is DuckDB's; `_l` and `_r` are the two people's columns of `people.columns_of`.
"""

from dataclasses import dataclass
from enum import Enum


def _one_other(column: str, beginning: int = 2) -> str:
    """At most one character replaced, left out, added or changed with the next.

    Such texts share a beginning or an end, which is found out many times faster than the distance.
    """
    left = f"left({column}_l, {beginning}) = left({column}_r, {beginning})"
    sides = f"({left} OR right({column}_l, 2) = right({column}_r, 2))"
    return f"{sides} AND damerau_levenshtein({column}_l, {column}_r) <= 1"


FAMILY_NEAR = f"(family_l = family_r OR list_has_any(families_l, families_r) OR {_one_other('family')})"
BORN_ONE_OTHER = (
    "(born_year_l = born_year_r OR born_day_l = born_day_r) AND damerau_levenshtein(born_l, born_r) <= 1"
)
BORN_NEAR = f"(born_l = born_r OR turned_l = born_r OR {BORN_ONE_OTHER})"
LINE_NEAR = (
    "(line_l = line_r OR (left(line_l, 4) = left(line_r, 4) OR right(line_l, 4) = right(line_r, 4))"
    " AND damerau_levenshtein(line_l, line_r) <= 2)"
)
HOUSEHOLD = "(postcode_l = postcode_r OR phone_l = phone_r OR line_l = line_r)"
RELATED = f"({HOUSEHOLD} OR {FAMILY_NEAR})"
# Given name in the place of the family name and the other way round, at most one of them mistyped.
SWAPPED = (
    "(given_l = family_r AND damerau_levenshtein(family_l, given_r) <= 1"
    " OR family_l = given_r AND damerau_levenshtein(given_l, family_r) <= 1)"
)
SHORT_FORM = (
    "least(length(stem_l), length(stem_r)) >= 3"
    " AND (starts_with(given_l, stem_r) OR starts_with(given_r, stem_l))"
)
CONTRADICTS = " OR ".join(
    f"coalesce({kind}_l <> {kind}_r, false)" for kind in ("nhs_number", "chi_number", "hc_number")
)
# The kind and six digits, or the last two.
NUMBER_NEAR = f"NOT (is_right_l AND is_right_r) AND {_one_other('number', beginning=16)}"

AGREES, NEARLY, DIFFERS, UNKNOWN = "agrees", "nearly", "differs", "unknown"


class Caution(Enum):
    """What a level forbids, however much speaks for the pair."""

    NONE = "none"
    ASK = "never linked without a person's decision"
    NUMBER_OR_NOTHING = "not even asked about unless they share a national number"


@dataclass(frozen=True)
class Level:
    """One way to agree or differ; an empty condition is whatever is left.

    `frequency` names a column whose rarer values weigh more.
    """

    verdict: str
    words: str
    condition: str = ""
    m: float = 0.0
    u: float = 0.0
    is_fixed: bool = False
    frequency: str = ""
    caution: Caution = Caution.NONE


@dataclass(frozen=True)
class Field:
    """One thing that is compared. Its levels are tried in their order; `name` as a page says it."""

    column: str
    name: str
    levels: tuple[Level, ...]


def _unknown(condition: str, words: str = "not known of both") -> Level:
    return Level(UNKNOWN, words, condition)


GIVEN = Field(
    "given_name",
    "Given name",
    (
        _unknown(SWAPPED),
        Level(
            DIFFERS,
            "not known of both, while born together or living together: may be twins",
            f"(given_l IS NULL OR given_r IS NULL) AND {BORN_NEAR} AND {RELATED}",
            m=1e-5,
            u=0.5,
            is_fixed=True,
            caution=Caution.ASK,
        ),
        _unknown("given_l IS NULL OR given_r IS NULL"),
        Level(AGREES, "the same", "given_l = given_r", m=0.87, u=0.02, frequency="given"),
        Level(NEARLY, "one letter other", _one_other("given"), m=0.08, u=0.002),
        Level(NEARLY, "a short form of the other", SHORT_FORM, m=0.03, u=0.002),
        Level(
            DIFFERS,
            "another, while born on the same day into one family or household: may be twins",
            f"{BORN_NEAR} AND {RELATED}",
            m=1e-5,
            u=0.5,
            is_fixed=True,
            caution=Caution.NUMBER_OR_NOTHING,
        ),
        Level(DIFFERS, "another", m=0.02, u=0.97),
    ),
)
FAMILY = Field(
    "family_name",
    "Family name",
    (
        _unknown("family_l IS NULL OR family_r IS NULL"),
        Level(
            NEARLY,
            "the same, but in one of them exchanged with the given name",
            f"(is_exchanged_l <> is_exchanged_r AND family_l = family_r) OR {SWAPPED}",
            m=0.03,
            u=1e-5,
        ),
        Level(AGREES, "the same", "family_l = family_r", m=0.86, u=0.001, frequency="family"),
        Level(
            NEARLY,
            "the same as a former name or a part of it",
            "list_has_any(families_l, families_r)",
            m=0.01,
            u=0.0002,
        ),
        Level(NEARLY, "one letter other", _one_other("family"), m=0.08, u=0.0005),
        Level(DIFFERS, "another", m=0.02, u=0.99),
    ),
)
BORN = Field(
    "date_of_birth",
    "Date of birth",
    (
        _unknown(
            "born_l IS NULL OR born_r IS NULL OR born_l <> born_r"
            " AND (starts_with(born_l, born_r) OR starts_with(born_r, born_l))",
            "not known of both to the day",
        ),
        Level(AGREES, "the same", "born_l = born_r", m=0.88, u=4e-5),
        Level(NEARLY, "day and month are exchanged", "turned_l = born_r", m=0.01, u=3e-5),
        Level(NEARLY, "one digit other", BORN_ONE_OTHER, m=0.09, u=0.001),
        Level(
            DIFFERS,
            "another, while living together: may be parent and child",
            HOUSEHOLD,
            m=1e-5,
            u=0.5,
            is_fixed=True,
            caution=Caution.NUMBER_OR_NOTHING,
        ),
        Level(DIFFERS, "another", m=0.01, u=0.99),
    ),
)
GENDER = Field(
    "gender_said",
    "Gender",
    (
        _unknown("gender_l IS NULL OR gender_r IS NULL"),
        Level(AGREES, "the same", "gender_l = gender_r", m=0.99, u=0.5),
        Level(DIFFERS, "another", m=0.01, u=0.5),
    ),
)
HOME = Field(
    "home",
    "Address",
    (
        _unknown("(postcode_l IS NULL OR postcode_r IS NULL) AND (line_l IS NULL OR line_r IS NULL)"),
        Level(
            AGREES,
            "the same",
            f"postcode_l = postcode_r AND {LINE_NEAR}",
            m=0.72,
            u=5e-5,
        ),
        Level(
            NEARLY,
            "the same house, the postcode with one character other",
            f"{LINE_NEAR} AND {_one_other('postcode')}",
            m=0.07,
            u=1e-6,
        ),
        Level(
            NEARLY,
            "the same postcode or the same line",
            "postcode_l = postcode_r OR line_l = line_r",
            m=0.03,
            u=5e-4,
        ),
        Level(DIFFERS, "another", m=0.18, u=0.999),
    ),
)
PHONE = Field(
    "telephone",
    "Telephone",
    (
        _unknown("phone_l IS NULL OR phone_r IS NULL"),
        Level(AGREES, "the same", "phone_l = phone_r", m=0.8, u=0.0005),
        Level(NEARLY, "one digit other", _one_other("phone"), m=0.08, u=0.001),
        Level(DIFFERS, "another", m=0.12, u=0.998),
    ),
)
NUMBER = Field(
    "national_number",
    "National number",
    (
        Level(AGREES, "the same", "list_has_any(numbers_l, numbers_r)", m=0.87, u=1e-6),
        _unknown(
            "number_l IS NULL OR number_r IS NULL OR CASE WHEN is_right_l AND is_right_r"
            f" THEN NOT ({CONTRADICTS}) ELSE NOT ({NUMBER_NEAR}) END",
            "not known of both, or one of them can't be right",
        ),
        Level(NEARLY, "one digit other, and the check digit shows a mistake", NUMBER_NEAR, m=0.12, u=1e-6),
        Level(DIFFERS, "another, and both can be right", m=0.003, u=0.999, caution=Caution.ASK),
    ),
)
FIELDS = (NUMBER, BORN, FAMILY, GIVEN, GENDER, HOME, PHONE)
