"""People as FHIR R4 Patient and RelatedPerson resources (UK Core), read into what we keep beside the record."""

import hashlib
from dataclasses import dataclass
from typing import Any

from joinedup.care.access.labels import PROTECTING, labels_of
from joinedup.care.people.logic_numbers import SaidNumber, said_numbers
from joinedup.core.identifiers import kind_of_system

DEPRIVATION_URL = "https://joinedup.example/fhir/StructureDefinition/deprivation-quintile"
AREA_URL = "https://joinedup.example/fhir/StructureDefinition/area"
CARER_CODES = frozenset({"CAREGIVER", "carer", "C", "133932002"})
# What `died` says of somebody who is said to be alive.
ALIVE = "no"
FIFTHS = range(1, 6)

Json = dict[str, Any]


@dataclass(frozen=True)
class PersonDetails:
    """What one Patient says of a person.

    `identifiers` are all, national numbers first; `names` are all, former ones too. `died` is a date, "yes" where only
    the fact is known, "no" where it is denied. `birth_order` is the place among those born together, "yes" where only
    that there were several is known. `is_protected` says that nobody is to learn where they live. Where the name is not
    in parts, the whole of it stands as the family name.
    """

    family: str = ""
    given: str = ""
    born: str = ""
    gender: str = ""
    died: str = ""
    address: str = ""
    postcode: str = ""
    area: str = ""
    phone: str = ""
    language: str = ""
    deprivation: int | None = None
    identifiers: tuple[SaidNumber, ...] = ()
    names: tuple[str, ...] = ()
    birth_order: str = ""
    is_protected: bool = False
    is_name_in_parts: bool = True

    @property
    def digest(self) -> int:
        """Return a number that tells whether a Patient says anything else than before."""
        said = hashlib.blake2b(repr(self).encode(), digest_size=8).digest()
        return int.from_bytes(said, "big", signed=True)

    @property
    def national_numbers(self) -> tuple[SaidNumber, ...]:
        """Return those identifiers that are NHS, CHI or Health and Care numbers."""
        return tuple(number for number in self.identifiers if kind_of_system(number.system))


def details_from_patient(content: Json, *, on: str = "") -> PersonDetails:
    """Read a Patient as on this day (YYYY-MM-DD); without one, no number's period is taken to be over."""
    name = _preferred(content.get("name"), ("usual", "official"))
    address = _preferred(content.get("address"), ("home",))
    # A town alone is no address: it would stand in the place of a whole one.
    is_whole = bool(address.get("line") or address.get("postalCode"))
    lines = [*address.get("line", []), address.get("city", "")] if is_whole else []
    return PersonDetails(
        family=str(name.get("family") or name.get("text", ""))[:120],
        given=" ".join(part for part in name.get("given", []) if part)[:200],
        born=content.get("birthDate", ""),
        gender=content.get("gender", ""),
        died=_died(content),
        address=", ".join(line for line in lines if line)[:400],
        postcode=str(address.get("postalCode", ""))[:10],
        area=str(_extension(content, AREA_URL).get("valueCoding", {}).get("code", ""))[:20],
        phone=_phone(content),
        language=_language(content),
        deprivation=_fifth(content),
        identifiers=said_numbers(content, on=on),
        names=tuple(names_in(content)),
        birth_order=_birth_order(content),
        is_name_in_parts=bool(name.get("family") or name.get("given")) or not name,
        is_protected=not PROTECTING.isdisjoint(labels_of(content)),
    )


def names_in(content: Json) -> list[str]:
    """Return every name that a Patient gives, former ones too, as a page shows them."""
    shown = (
        " ".join([*name.get("given", []), name.get("family", "")]).strip() or name.get("text", "")
        for name in content.get("name", [])
        if name
    )
    return [name for name in shown if name]


def carer_from_related_person(content: Json) -> tuple[str, str, str] | None:
    """Read (name, relationship, phone) from a RelatedPerson; None where no relationship is stated."""
    concepts = content.get("relationship") or []
    codings = [coding for concept in concepts for coding in concept.get("coding", [])]
    if not concepts:
        return None
    words = [c.get("text", "") for c in concepts] + [c.get("display") or c.get("code", "") for c in codings]
    name = _preferred(content.get("name"), ("usual", "official"))
    shown = name.get("text") or " ".join([*name.get("given", []), name.get("family", "")])
    return shown.strip()[:320], next((word for word in words if word), "")[:120], _phone(content)


def family_names(content: Json) -> frozenset[str]:
    """Return every family name that a Patient has or had, old and maiden ones too."""
    return frozenset(str(name["family"]) for name in content.get("name") or [] if name and name.get("family"))


def _preferred(items: list[Json] | None, uses: tuple[str, ...]) -> Json:
    """Return the item with the first of these uses that is there, else one that isn't old, else nothing."""
    current = [item for item in items or [] if item and item.get("use") != "old"]
    ranked = sorted(
        current, key=lambda item: uses.index(item["use"]) if item.get("use") in uses else len(uses)
    )
    return ranked[0] if ranked else {}


def _died(content: Json) -> str:
    """Return the day of death, 'yes' where only the fact is known, 'no' where it is denied, or nothing."""
    if content.get("deceasedDateTime"):
        return str(content["deceasedDateTime"])[:10]
    is_dead = content.get("deceasedBoolean")
    return "" if is_dead is None else "yes" if is_dead else ALIVE


def _birth_order(content: Json) -> str:
    """Return which of a multiple birth they are, "yes" where it isn't said which, or nothing."""
    order = content.get("multipleBirthInteger")
    if isinstance(order, int) and 0 < order < 100:
        return str(order)
    return "yes" if content.get("multipleBirthBoolean") is True else ""


def _extension(element: Json, url: str) -> Json:
    """Return the first extension of that kind, or nothing."""
    return next((item for item in element.get("extension", []) if item.get("url") == url), {})


def _fifth(content: Json) -> int | None:
    """Return the fifth of deprivation; None where what is said is none."""
    said = _extension(content, DEPRIVATION_URL).get("valueInteger")
    return said if said in FIFTHS else None


def _phone(content: Json) -> str:
    """Return the first telephone number."""
    numbers = [item.get("value", "") for item in content.get("telecom", []) if item.get("system") == "phone"]
    return next((number for number in numbers if number), "")[:40]


def _language(content: Json) -> str:
    """Return the preferred language in words."""
    spoken = sorted(content.get("communication", []), key=lambda item: not item.get("preferred", False))
    if not spoken:
        return ""
    language = spoken[0].get("language", {})
    coding = (language.get("coding") or [{}])[0]
    return str(language.get("text") or coding.get("display") or coding.get("code", ""))[:60]
