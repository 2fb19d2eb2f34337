"""Who says what of a person, field by field: the newest word first, which is what the record shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from joinedup.care.people.fhir import ALIVE, PersonDetails
from joinedup.care.record.said import Said
from joinedup.core.identifiers import format_number, kind_of_system
from joinedup.web import words
from joinedup.web.presenters.identity import date_as_known, died_as_known

PROTECTED = "Protected: not shown"


@dataclass(frozen=True)
class Word:
    """What is said on a field, and by whom since when."""

    value: str
    whose: str


@dataclass(frozen=True)
class Field:
    """A field with every different word on it."""

    label: str
    words: tuple[Word, ...]


def who_says_what(said: Sequence[Said]) -> list[Field]:
    """Each field on which anything is said, with every different word on it and whose it is, the newest first."""
    fields = []
    for label, read in FIELDS.items():
        by_value: dict[str, list[Said]] = {}
        for one in said:
            is_hidden = one.is_withheld and label in TELLING
            if value := PROTECTED if is_hidden else read(one.details):
                by_value.setdefault(value, []).append(one)
        found = tuple(Word(value, "; ".join(map(_whose, told))) for value, told in by_value.items())
        fields += [Field(label, found)] if found else []
    return fields


def _whose(said: Said) -> str:
    """Whose word it is, and since when."""
    return f"{said.organisation or said.system}, {words.short_day(words.local(said.since))}"


def _name(details: PersonDetails) -> str:
    return f"{details.given} {details.family}".strip()


def _other_names(details: PersonDetails) -> str:
    return ", ".join(name for name in dict.fromkeys(details.names) if name != _name(details))


def _died(details: PersonDetails) -> str:
    return "Said to be alive" if details.died == ALIVE else died_as_known(details.died)


def _numbers(details: PersonDetails) -> str:
    """National numbers by their name; another as it is, since its system is an address that says nothing here."""
    shown = []
    for number in details.identifiers:
        kind = kind_of_system(number.system)
        value = words.identifier(format_number(number.value)) if kind else number.value
        shown.append(f"{kind.title if kind else 'Local number'} {value}")
    return ", ".join(shown)


FIELDS: dict[str, Callable[[PersonDetails], str]] = {
    "Name": _name,
    "Other names": _other_names,
    "Born": lambda details: date_as_known(details.born) if details.born else "",
    "Died": _died,
    "Sex": lambda details: details.gender.capitalize(),
    "Numbers": _numbers,
    "Address": lambda details: ", ".join(part for part in (details.address, details.postcode) if part),
    "Phone": lambda details: details.phone,
    "Language": lambda details: details.language,
}
TELLING = frozenset({"Address", "Phone"})
