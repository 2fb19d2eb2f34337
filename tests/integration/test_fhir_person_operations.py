"""`$everything` and `$summary`: the whole record and the emergency summary, by any of a person's ids."""

import json

import pytest
from fhir_samples import observation, patient, stay

from joinedup.care.access.actor import Scope
from joinedup.care.access.models import AuditEvent
from joinedup.exchange.fhir.validation import issues_of_form

CONCEPT = "http://terminology.hl7.org/CodeSystem/"


def status(code, kind="condition-clinical"):
    return {"coding": [{"system": CONCEPT + kind, "code": code}]}


def about(type_, fhir_id, **more):
    subject = "patient" if type_ in ("AllergyIntolerance", "Immunization") else "subject"
    return {"resourceType": type_, "id": fhir_id, subject: {"reference": "Patient/p1"}} | more


FILLED = [
    {"resourceType": "Organization", "id": "trust", "name": "Madeup Trust"},
    patient("p1"),
    patient("p1-elsewhere"),
    patient("p2", None, name=[{"family": "Other"}]),
    stay("e1", serviceProvider={"reference": "Organization/trust"}),
    observation("o1", value=72.5),
    observation("o2", "Patient/p1-elsewhere", value=71.5),
    observation("o3", "Patient/p2", value=70.5),
    about("Condition", "c1", code={"text": "Asthma <b>"}, clinicalStatus=status("active")),
    about("Condition", "c2", code={"text": "Chickenpox"}, clinicalStatus=status("resolved")),
    about(
        "Condition",
        "c3",
        code={"text": "A mistake"},
        verificationStatus=status("entered-in-error", "condition-ver-status"),
    ),
    about(
        "MedicationRequest",
        "m1",
        status="active",
        intent="order",
        medicationCodeableConcept={"text": "Salbutamol"},
    ),
    about(
        "MedicationRequest",
        "m2",
        status="stopped",
        intent="order",
        medicationCodeableConcept={"text": "Aspirin"},
    ),
]


@pytest.fixture
def filled(api):
    for each in FILLED:
        assert api.put(f"/{each['resourceType']}/{each['id']}", each).status_code == 201
    return api


def keys_of(response):
    assert response.status_code == 200, response.content
    entries = json.loads(response.content)["entry"]
    return {
        f"{e['resource']['resourceType']}/{e['resource']['id']}" for e in entries if "id" in e["resource"]
    }


def test_everything_is_the_whole_record_by_either_id_with_the_directory_it_refers_to(filled):
    expected = {f"{e['resourceType']}/{e['id']}" for e in FILLED} - {"Patient/p2", "Observation/o3"}
    assert expected <= keys_of(filled.get("/Patient/p1/$everything"))
    assert keys_of(filled.get("/Patient/p1/$everything")) == keys_of(
        filled.get("/Patient/p1-elsewhere/$everything")
    )
    assert not {"Patient/p2", "Observation/o3"} & keys_of(filled.get("/Patient/p1/$everything"))


def test_everything_comes_in_pages_by_type_and_time(filled):
    first = filled.get("/Patient/p1/$everything?_count=4")
    seen, content = keys_of(first), json.loads(first.content)
    while following := [li["url"] for li in content["link"] if li["relation"] == "next"]:
        answer = filled.get(following[0].partition("/fhir/R4")[2])
        seen |= keys_of(answer)
        content = json.loads(answer.content)
    assert seen == keys_of(filled.get("/Patient/p1/$everything"))
    assert keys_of(filled.get("/Patient/p1/$everything?_type=Observation")) == {
        "Observation/o1",
        "Observation/o2",
    }
    later = keys_of(filled.get("/Patient/p1/$everything?start=2026-01-06"))
    assert "Observation/o1" not in later
    assert {"Encounter/e1", "Patient/p1"} <= later
    assert filled.get("/Patient/p1/$everything?start=soon").status_code == 400


def test_nobody_is_told_whether_there_is_somebody(filled, api_of):
    stranger = api_of("Stranger", Scope.READ)
    for operation in ("$everything", "$summary"):
        hidden = stranger.get(f"/Patient/p1/{operation}")
        unknown = stranger.get(f"/Patient/never/{operation}")
        assert hidden.status_code == 404
        assert hidden.content == unknown.content
    assert AuditEvent.objects.filter(kind="refusal", actor_name="Stranger").count() == 2


def test_the_summary_says_what_is_current_and_what_is_not_known(filled):
    answer = filled.get("/Patient/p1/$summary")
    document = json.loads(answer.content)
    sections = {s["title"]: s for s in document["entry"][0]["resource"]["section"]}
    assert [e["reference"].rpartition("/")[2] for e in sections["Problems"]["entry"]] == ["c1"]
    assert [e["reference"].rpartition("/")[2] for e in sections["Past problems"]["entry"]] == ["c2"]
    assert [e["reference"].rpartition("/")[2] for e in sections["Medicines"]["entry"]] == ["m1"]
    assert "entry" not in sections["Allergies"]
    assert "does not mean none" in sections["Allergies"]["emptyReason"]["text"]
    assert "Asthma &lt;b&gt;" in sections["Problems"]["text"]["div"]
    urls = {entry["fullUrl"] for entry in document["entry"]}
    assert all(e["reference"] in urls for s in sections.values() for e in s.get("entry", []))
    assert document["entry"][0]["resource"]["subject"]["reference"] in urls
    assert AuditEvent.objects.filter(subject="the emergency summary", kind="look").count() == 1


def test_the_summary_is_a_well_formed_document(filled):
    body = filled.get("/Patient/p1/$summary").content
    assert issues_of_form([body]) == [[]]
