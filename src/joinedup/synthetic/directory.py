"""The partnership's organisations, wards and staff as FHIR resources: sent before anybody's care."""

from collections.abc import Iterator

from joinedup.synthetic.fhir import BASE, Resource, concept, reference
from joinedup.synthetic.partnership import (
    MadeUpOrganisation,
    MadeUpPartnership,
    MadeUpPractitioner,
    MadeUpWard,
)

HEALTH_CODES = "https://fhir.nhs.uk/Id/ods-organization-code"
AREA_CODES = f"{BASE}/Id/gss"
STAFF_CODES = f"{BASE}/Id/staff"
KINDS = f"{BASE}/CodeSystem/organisation-kind"


def directory(place: MadeUpPartnership) -> Iterator[Resource]:
    """Each thing after those it refers to."""
    whole = [each for each in place.organisations if each.part_of is None]
    parts = [each for each in place.organisations if each.part_of is not None]
    for organisation in (*whole, *parts):
        yield _organisation(organisation)
    for ward in place.wards:
        yield _ward(ward, place)
    for worker in place.practitioners:
        yield _practitioner(worker)
        yield _role(worker, place)


def _organisation(organisation: MadeUpOrganisation) -> Resource:
    made: Resource = {
        "resourceType": "Organization",
        "id": organisation.id,
        "identifier": [
            {"system": AREA_CODES if organisation.is_gss else HEALTH_CODES, "value": organisation.code}
        ],
        "active": True,
        "type": [concept(KINDS, organisation.kind, organisation.title)],
        "name": organisation.name,
    }
    if organisation.part_of:
        made["partOf"] = reference("Organization", organisation.part_of)
    return made


def _ward(ward: MadeUpWard, place: MadeUpPartnership) -> Resource:
    return {
        "resourceType": "Location",
        "id": ward.id,
        "status": "active",
        "name": ward.name,
        "mode": "instance",
        "type": [
            concept(f"{BASE}/CodeSystem/setting", ward.setting, ward.setting.replace("_", " ").capitalize())
        ],
        "managingOrganization": reference(
            "Organization", ward.organisation, place.name_of(ward.organisation)
        ),
    }


def _practitioner(worker: MadeUpPractitioner) -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": worker.id,
        "identifier": [{"system": STAFF_CODES, "value": worker.id.upper()}],
        "active": True,
        "name": [{"use": "official", "text": worker.name, "family": worker.family, "given": [worker.given]}],
    }


def _role(worker: MadeUpPractitioner, place: MadeUpPartnership) -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "id": f"{worker.id}-role",
        "active": True,
        "practitioner": reference("Practitioner", worker.id, worker.name),
        "organization": reference("Organization", worker.organisation, place.name_of(worker.organisation)),
        "code": [concept(f"{BASE}/CodeSystem/staff-role", worker.service.value, worker.role)],
    }
