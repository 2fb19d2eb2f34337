"""Resources made wrong on purpose: each is refused with a place that is right; what UK Core would have is a warning."""

import json

import pytest
from fhir_samples import observation, patient

ORGANIZATION = {"resourceType": "Organization", "id": "x", "name": "Madeup"}
ALLERGY = {"resourceType": "AllergyIntolerance", "id": "x", "patient": {"reference": "Patient/p1"}}
STATUS = {"coding": [{"code": "active"}]}
WRONG = {
    "an unknown element": (patient("x", shoeSize=7), "Patient"),
    "a wrong type": (patient("x", birthDate=1950), "Patient.birthDate"),
    "nothing required": ({"resourceType": "Observation", "id": "x", "code": {"text": "x"}}, "Observation"),
    "a list where one is": (patient("x", gender=["female"]), "Patient.gender"),
    "one where a list is": (patient("x", name={"family": "Quill"}), "Patient.name"),
    "two choices": (patient("x", deceasedBoolean=True, deceasedDateTime="2026-01-01"), "Patient"),
    "a code that is not bound": (patient("x", gender="woman"), "Patient.gender"),
    "a status that is not bound": (observation("x", value=1.5, status="done"), "Observation.status"),
    "a day that no calendar has": (patient("x", born="1950-02-30"), "Patient.birthDate"),
    "an empty object": (patient("x", maritalStatus={}), "Patient.maritalStatus"),
    "a null": (patient("x", gender=None), "Patient.gender"),
    "a reference to a wrong type": (
        observation("x", value=1.5, encounter={"reference": "Patient/p1"}),
        "Observation.encounter.reference",
    ),
    "a reference to an unknown type": (
        observation("x", value=1.5, encounter={"reference": "Visit/p1"}),
        "Observation.encounter.reference",
    ),
    "nothing contained": (
        observation("x", value=1.5, encounter={"reference": "#e1"}),
        "Observation.encounter.reference",
    ),
    "an extension that says nothing": (patient("x", extension=[{"url": "urn:x"}]), "Patient.extension[0]"),
    "a number of no kind": (patient("x", telecom=[{"value": "01632 960001"}]), "Patient.telecom[0].system"),
    "a value and why there is none": (
        observation("x", value=1.5, dataAbsentReason={"text": "lost"}),
        "Observation.dataAbsentReason",
    ),
    "an allergy without a status": (ALLERGY, "AllergyIntolerance.clinicalStatus"),
    "an organisation of nothing": ({"resourceType": "Organization", "id": "x"}, "Organization"),
    "a script in the narrative": (
        patient(
            "x",
            text={
                "status": "generated",
                "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>',
            },
        ),
        "Patient.text.div",
    ),
    "a forbidden character": (patient("x", name=[{"family": "Qu\u0001ill"}]), "Patient.name[0].family"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_with_its_place(api, name):
    content, place = WRONG[name]
    answer = api.put(f"/{content['resourceType']}/x", content)
    assert answer.status_code in (400, 422), answer.content
    issues = [issue for issue in json.loads(answer.content)["issue"] if issue["severity"] == "error"]
    places = [expression for issue in issues for expression in issue.get("expression", [])]
    assert any(found.startswith(place) for found in places), places
    assert api.get(f"/{content['resourceType']}/x").status_code == 404


def warnings_of(api, content):
    answer = api.send(
        "PUT", f"/{content['resourceType']}/{content['id']}", content, prefer="return=OperationOutcome"
    )
    assert answer.status_code in (200, 201), answer.content
    issues = json.loads(answer.content)["issue"]
    return {issue["expression"][0] for issue in issues if issue["severity"] == "warning"}


VERIFIED = {
    "url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus",
    "valueCodeableConcept": {"coding": [{"code": "number-present-and-verified"}]},
}


def test_what_uk_core_would_have_is_a_warning_and_no_more(api):
    assert warnings_of(api, patient("p1")) == {"Patient.identifier[0]"}
    right = patient("p1")
    right["identifier"][0]["extension"] = [VERIFIED]
    assert warnings_of(api, right) == set()
    bare = {"resourceType": "Patient", "id": "p2", "identifier": [{"value": "1"}]}
    assert warnings_of(api, bare) == {
        "Patient.identifier[0].system",
        "Patient.name",
        "Patient.gender",
        "Patient.birthDate",
    }
    strange = patient("p3")
    strange["identifier"][0]["system"] = "urn:nhs"
    assert warnings_of(api, strange) == {"Patient.identifier[0].system"}
    assert warnings_of(api, ALLERGY | {"clinicalStatus": STATUS, "code": {"text": "Penicillin"}}) == {
        "AllergyIntolerance.code"
    }
    assert warnings_of(api, ORGANIZATION) == {"Organization.identifier"}
