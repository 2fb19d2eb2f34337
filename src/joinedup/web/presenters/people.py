"""People as pages show them: the banner, who they are, and a row of a list."""

from collections.abc import Sequence
from datetime import date, datetime

from django.urls import reverse

from joinedup.care.access.reasons import UNLIMITED, Limits
from joinedup.care.people.queries import CarerView, OtherNumber, PersonView
from joinedup.core.identifiers import IdentifierKind
from joinedup.web import words
from joinedup.web.components import Fact, Link, PersonBanner, WorkList, WorkRow
from joinedup.web.presenters.essentials import Essentials

NOT_RECORDED = "Not recorded"


def banner(
    person: PersonView,
    known: Essentials,
    *,
    usual: IdentifierKind,
    on: date,
    emergency_until: datetime | None = None,
    limits: Limits = UNLIMITED,
) -> PersonBanner:
    """Who the page is about. `usual` names the number of this nation where the person has none."""
    return PersonBanner(
        name=person.name,
        on=on,
        born=_day(person.born),
        born_about=_about(person.born),
        died_on=_day(person.died),
        died_about=_about(person.died),
        number=person.number.shown if person.number else None,
        number_title=person.number.kind.title if person.number else usual.title,
        allergies=known.allergies,
        warnings=known.warnings,
        coordinator=known.coordinator,
        emergency_until=emergency_until,
        is_restricted=limits.is_restricted,
        is_in_part=bool(limits.reasons),
        is_protected=person.is_protected,
    )


def who_they_are(person: PersonView) -> tuple[Fact, ...]:
    """The facts that are not in the banner."""
    facts = (
        Fact("Address", _address(person)),
        Fact("Phone", "Protected" if person.is_protected else person.phone or NOT_RECORDED),
        Fact("Language", person.language or NOT_RECORDED),
        Fact("Sex", person.gender.capitalize() or NOT_RECORDED),
        Fact("Carers", "; ".join(map(_carer, person.carers)) or "None recorded"),
    )
    return facts + tuple(_other_number(number) for number in person.other_numbers)


def _address(person: PersonView) -> str:
    """Where they live; or who must be asked, where nobody is to learn it here."""
    if person.is_protected:
        return "Protected for their safety. If you need it for their care, ask whoever recorded it"
    return ", ".join(part for part in (person.address, person.postcode) if part) or NOT_RECORDED


def _other_number(number: OtherNumber) -> Fact:
    """A number that is not the person's now, with what it is instead."""
    if number.is_valid:
        return Fact(f"Earlier {number.kind.title}", words.identifier(number.shown))
    return Fact("Number as given", f"{number.shown}: not a valid {number.kind.title}")


def _carer(carer: CarerView) -> str:
    name = f"{carer.name} ({carer.relationship})" if carer.relationship else carer.name
    return f"{name}, {carer.phone}" if carer.phone else name


def found(people: Sequence[PersonView], *, usual: IdentifierKind, on: date) -> WorkList:
    """The people who were found, with just enough to tell two of the same name apart."""
    return WorkList(
        caption=f"{words.plural(len(people), 'person', 'people')} found",
        columns=("Born", usual.title, "Lives in"),
        rows=tuple(
            WorkRow(
                person=person_link(person),
                under="",
                cells=(_born(person, on), _number(person, usual), _lives_in(person)),
            )
            for person in people
        ),
    )


def person_link(person: PersonView) -> Link:
    """The person's name, leading to their record."""
    return Link(person.name, reverse("person", kwargs={"person_id": person.id}))


def _born(person: PersonView, on: date) -> str:
    born, died = _day(person.born), _day(person.died)
    said = words.short_day(born) if born else _about(person.born) or NOT_RECORDED
    if person.died:
        return f"{said}, died {words.short_day(died)}" if died else f"{said}, has died"
    return f"{said} ({words.age(born, on)})" if born else said


def _number(person: PersonView, usual: IdentifierKind) -> str:
    """The number, called by its kind where that isn't the one that heads the column."""
    if person.number is None:
        return "Not known"
    shown = words.identifier(person.number.shown)
    return shown if person.number.kind is usual else f"{shown} ({person.number.kind.title})"


def _lives_in(person: PersonView) -> str:
    """The area, unless nobody is to learn it."""
    return "Protected" if person.is_protected else area_of(person) or NOT_RECORDED


def area_of(person: PersonView) -> str:
    """Return the town and the first half of the postcode: where, without the door."""
    town = person.address.rpartition(", ")[2] if ", " in person.address else ""
    return ", ".join(part for part in (town, person.postcode.partition(" ")[0]) if part)


def _day(text: str) -> date | None:
    """Return a day that is known in full."""
    return date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else None


def _about(text: str) -> str:
    """Return in words what is known of a day that isn't known in full; nothing where it is, or not at all."""
    if len(text) == len("YYYY-MM"):
        return f"{words.month(date.fromisoformat(f'{text}-01'))} (day not recorded)"
    if len(text) == len("YYYY"):
        return f"{text} (day not recorded)"
    return "date not recorded" if text == "yes" else ""
