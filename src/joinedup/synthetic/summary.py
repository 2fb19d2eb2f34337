"""Who a person is, who looks after them, and what everyone must know: the first entries of each record."""

from collections.abc import Iterator

from joinedup.core.identifiers import IdentifierKind, kind_of_nation
from joinedup.synthetic.chance import between, one_of
from joinedup.synthetic.fhir import (
    BASE,
    TERMINOLOGY,
    Group,
    Json,
    Resource,
    coding,
    reference,
    snomed,
)
from joinedup.synthetic.fhir import status as hl7_status
from joinedup.synthetic.life import Life, practitioner
from joinedup.synthetic.nation_data import Service
from joinedup.synthetic.people import Person

LOCAL_NUMBER = f"{BASE}/Id/hospital-number"
AREA = f"{BASE}/StructureDefinition/area"
AREA_CODES = f"{BASE}/Id/gss"
DEPRIVATION = f"{BASE}/StructureDefinition/deprivation-quintile"
# What UK Core has to say that an NHS number was traced; the other nations' numbers have none.
NUMBER_STATUS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
VERIFIED = {
    IdentifierKind.NHS_NUMBER: {
        "extension": [
            {
                "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
                "valueCodeableConcept": {
                    "coding": [coding(NUMBER_STATUS, "01", "Number present and verified")]
                },
            }
        ]
    }
}
ALLERGIES = (
    ("91936005", "Allergy to penicillin", "medication"),
    ("300916003", "Latex allergy", "environment"),
    ("91935009", "Allergy to peanut", "food"),
)
FLAGS = (
    ("safety", "Visit in pairs"),
    ("safety", "Dog at home: ask for it to be shut away before the visit"),
    ("admin", "Key safe at the front door: ask the team for the code"),
    ("contact", "Hard of hearing: knock loudly and wait"),
    ("clinical", "High risk of falls"),
)
# Whose address is protected: one in so many, and one of those in hospital, so that a small partnership has one too.
PROTECTED_ONE_IN = 500
PROTECTED_IN_HOSPITAL = 3


def patient(life: Life, carer_ids: list[str]) -> Resource:
    """The person. `carer_ids` are the RelatedPersons through which they look after someone."""
    person = life.person
    made: Resource = {
        "resourceType": "Patient",
        "id": person.id,
        "extension": [
            {"url": AREA, "valueCoding": coding(AREA_CODES, person.home.area.code, person.home.area.name)},
            {"url": DEPRIVATION, "valueInteger": person.home.deprivation},
        ],
        "identifier": _identifiers(life),
        "active": True,
        "name": [{"use": "official", "text": person.name, "family": person.family, "given": [person.given]}],
        "gender": "female" if person.is_woman else "male",
        "birthDate": person.born.isoformat(),
        "address": [_address(person)],
        "generalPractitioner": [life.organisation(person.home.practice)],
        "managingOrganization": life.organisation(person.home.practice),
    }
    if person.index % PROTECTED_ONE_IN == 1 or person.in_hospital == PROTECTED_IN_HOSPITAL:
        made["meta"] = {"security": [coding(f"{TERMINOLOGY}/v3-Confidentiality", "R", "restricted")]}
    if person.home.telephone:
        made["telecom"] = [{"system": "phone", "value": person.home.telephone, "use": "home"}]
    if person.died is not None:
        made["deceasedDateTime"] = life.stamp(person.died)
    if person.language:
        language = coding("urn:ietf:bcp:47", person.language.code, person.language.title)
        made["communication"] = [{"language": {"coding": [language]}, "preferred": True}]
    if carer_ids:
        made["link"] = [{"other": reference("RelatedPerson", each), "type": "seealso"} for each in carer_ids]
    return made


def _identifiers(life: Life) -> list[Json]:
    hospital = life.nearest(Service.HOSPITAL)
    return [
        {
            **VERIFIED.get(kind_of_nation(life.place.nation), {}),
            "use": "official",
            "system": kind_of_nation(life.place.nation).system,
            "value": life.person.national_number,
        },
        {
            "use": "secondary",
            "system": LOCAL_NUMBER,
            "value": f"ZZ{life.person.index:07}",
            "assigner": life.organisation(hospital),
        },
    ]


def _address(person: Person) -> Json:
    home = person.home
    return {
        "use": "home",
        "line": [home.line],
        "city": home.area.name,
        "district": home.council,
        "postalCode": home.postcode,
        "country": "GB",
    }


def summary(life: Life) -> Iterator[Group]:
    """Warnings, allergies and long-term conditions."""
    yield [*_flags(life), *_allergies(life), *_conditions(life)]


def _flags(life: Life) -> Iterator[Resource]:
    if life.rng.random() < 0.012 + 0.2 * life.person.frailty:
        category, text = one_of(life.rng, FLAGS)
        yield {
            "resourceType": "Flag",
            "id": life.new_id("flag"),
            "status": "inactive" if life.person.died else "active",
            "category": [hl7_status("flag-category", category)],
            "code": {"text": text},
            "subject": life.subject,
            "period": {"start": life.stamp(life.working_moment())},
            "author": life.organisation(life.nearest(Service.GENERAL_PRACTICE)),
        }


def _allergies(life: Life) -> Iterator[Resource]:
    if life.rng.random() < 0.09:
        code, display, category = one_of(life.rng, ALLERGIES)
        yield {
            "resourceType": "AllergyIntolerance",
            "id": life.new_id("alg"),
            "clinicalStatus": hl7_status("allergyintolerance-clinical", "active"),
            "verificationStatus": hl7_status("allergyintolerance-verification", "confirmed"),
            "category": [category],
            "criticality": one_of(life.rng, ("low", "low", "high")),
            "code": snomed(code, display),
            "patient": life.subject,
            "recordedDate": life.stamp(life.working_moment()),
            "recorder": practitioner(life.worker(Service.GENERAL_PRACTICE)),
        }


def _conditions(life: Life) -> Iterator[Resource]:
    for illness in life.person.illnesses:
        recorded = life.working_moment()
        # A long-term condition mostly began before the two years; only the year is known.
        known_since = life.calendar.date_of(life.starts).year - between(life.rng, 1, 15)
        made: Resource = {
            "resourceType": "Condition",
            "id": life.new_id("cond"),
            "clinicalStatus": hl7_status("condition-clinical", "active"),
            "verificationStatus": hl7_status("condition-ver-status", "confirmed"),
            "category": [hl7_status("condition-category", "problem-list-item")],
            "code": snomed(illness.code, illness.display),
            "subject": life.subject,
            "recordedDate": life.stamp(recorded),
            "recorder": practitioner(life.worker(Service.GENERAL_PRACTICE)),
        }
        if known_since > life.person.born.year:
            made["onsetDateTime"] = str(known_since)
        yield made
