"""The people that are compared: what is asked of the caller, and the columns that comparisons work on.

Names are folded (lower case, no accents), a postcode has no space, a telephone its last ten digits. A national
number counts as right when its check digit fits; what does not fit is kept apart, for a digit was mistyped.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from joinedup.care.people.logic import fold
from joinedup.core.identifiers import IdentifierKind, kind_of_system, problem_with_form, tidy

# What is written where a baby has no name yet.
NO_NAMES = frozenset({"baby", "infant", "twin", "unknown", "unnamed", "not known", "newborn"})
SHORTEST_PART = 3
FRIENDLY_ENDING = re.compile(r"(ie|ey|y)$")
PHONE_DIGITS = 10
WHOLE_DATE = 10
# A number that more people than this hold stands for nobody: it is a test value or a slip of a whole system.
MOST_HOLDERS = 20

Value = str | bool | list[str] | None
Column = list[Value]


class LinkageError(Exception):
    """The people can't be compared; the message says why and what to do, and names nobody."""


@dataclass(frozen=True, slots=True)
class PersonToLink:
    """One person as a caller knows them. Empty text where something is not known.

    `born` is YYYY-MM-DD, YYYY-MM or YYYY; `numbers` are (FHIR system, value), other than national ones are left
    out; `systems` names those of partners that know them.
    """

    id: UUID
    given: str
    family: str
    former: tuple[str, ...] = ()
    born: str = ""
    gender: str = ""
    postcode: str = ""
    line: str = ""
    phone: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    systems: tuple[str, ...] = ()


def columns_of(people: Iterable[PersonToLink]) -> dict[str, Column]:
    """Return the columns of the table of people, in the order of their ids; `LinkageError` on bad input."""
    ordered = sorted(people, key=lambda person: person.id)
    _check(ordered)
    names = _Names(ordered)
    shared = _held_by_too_many(ordered)
    rows = [_row(person, names, shared) for person in ordered]
    return {column: [row[column] for row in rows] for column in rows[0]}


class _Names:
    """How often each name is a given and how often a family name, to see whose two were exchanged."""

    def __init__(self, people: Sequence[PersonToLink]) -> None:
        folded = [(_first(person.given), _name(person.family)) for person in people]
        self._given = Counter(given for given, _ in folded)
        self._family = Counter(family for _, family in folded)

    def are_exchanged(self, given: str, family: str) -> bool:
        """Say whether each of the two is the other kind of name in most people."""
        if not (given and family):
            return False
        return self._family[given] > self._given[given] and self._given[family] > self._family[family]


def _check(people: Sequence[PersonToLink]) -> None:
    if len(people) < 2:
        raise LinkageError(
            f"There are {len(people)} people to compare; finding duplicates takes at least two."
        )
    doubled = [str(id_) for id_, count in Counter(person.id for person in people).items() if count > 1]
    if doubled:
        raise LinkageError(
            f"{len(doubled)} ids stand for more than one person, the first is {doubled[0]}. "
            "Give each person once, under an id of their own."
        )


def _row(person: PersonToLink, names: _Names, shared: frozenset[str]) -> dict[str, Value]:
    first, family = _first(person.given), _name(person.family)
    is_exchanged = names.are_exchanged(first, family)
    if is_exchanged:
        first, family = family, first
    right, doubtful = _numbers(person, shared)
    number = next(iter([*right, *doubtful]), None)
    return {
        "id": str(person.id),
        "given": first or None,
        "stem": FRIENDLY_ENDING.sub("", first) or None,
        "family": family or None,
        "is_exchanged": is_exchanged,
        "families": _families(person, family),
        "names": " ".join(sorted((first, family))) if first and family else None,
        "born": person.born or None,
        "turned": _turned(person.born),
        "born_year": person.born[:4] or None,
        "born_day": person.born[4:] if len(person.born) == WHOLE_DATE else None,
        "gender": person.gender if person.gender in ("female", "male") else None,
        "postcode": fold(person.postcode).replace(" ", "") or None,
        "line": fold(person.line) or None,
        "phone": re.sub(r"\D", "", person.phone)[-PHONE_DIGITS:] or None,
        "numbers": right,
        "number": number,
        "is_right": bool(right),
        **{kind.value: _first_of(kind, right) for kind in IdentifierKind},
    }


def _name(text: str) -> str:
    folded = fold(text.replace("-", " "))
    return "" if folded in NO_NAMES or folded.partition(" ")[0] in NO_NAMES else folded


def _first(given: str) -> str:
    """The first of the given names; the others are often left out."""
    return _name(given).partition(" ")[0]


def _families(person: PersonToLink, family: str) -> list[str]:
    """Every family name they go or went by, and the parts of a double-barrelled one."""
    names = [family, *(_name(name) for name in person.former)]
    parts = [part for name in names if " " in name for part in name.split() if len(part) >= SHORTEST_PART]
    return sorted({name for name in [*names, *parts] if name})


def _turned(born: str) -> str | None:
    """The date of birth with day and month exchanged."""
    return f"{born[:4]}-{born[8:]}-{born[5:7]}" if len(born) == WHOLE_DATE else None


def _held_by_too_many(people: Sequence[PersonToLink]) -> frozenset[str]:
    held = Counter(number for person in people for number in {tidy(value) for _, value in person.numbers})
    return frozenset(number for number, count in held.items() if count > MOST_HOLDERS)


def _numbers(person: PersonToLink, shared: frozenset[str]) -> tuple[list[str], list[str]]:
    """The national numbers as kind:digits, those that can be right and those that can't."""
    right: list[str] = []
    doubtful: list[str] = []
    for system, value in sorted(set(person.numbers)):
        kind = kind_of_system(system)
        if kind and tidy(value) and tidy(value) not in shared:
            (doubtful if problem_with_form(kind, value) else right).append(f"{kind.value}:{tidy(value)}")
    return right, doubtful


def _first_of(kind: IdentifierKind, numbers: list[str]) -> str | None:
    return next((number for number in numbers if number.startswith(f"{kind.value}:")), None)
