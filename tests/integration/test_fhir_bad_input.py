"""Bad input: the status and the message say what and where, nothing of it is kept, no data is quoted back."""

import json

import pytest
from fhir_samples import bundle, entry, observation, patient, stay

from joinedup.care.people.models import Person
from joinedup.care.record.models import Resource
from joinedup.exchange.fhir import admission

pytestmark = pytest.mark.django_db
READY = "https://joinedup.example/fhir/StructureDefinition/ready-to-leave"


def ready(**parts):
    names = {"readyAt": "valueDateTime", "setting": "valueCode", "complexity": "valueCode"}
    return [{"url": READY, "extension": [{"url": name, names[name]: value} for name, value in parts.items()]}]


CASES = {
    "an unknown type": ("/Pateint/p1", patient("p1"), 404, ""),
    "a type that isn't the address's": ("/Observation/p1", patient("p1"), 400, "resourceType"),
    "an id that isn't the address's": ("/Patient/p2", patient("p1"), 400, "Patient.id"),
    "an id with a space": ("/Patient/p%201", patient("p 1"), 400, ""),
    "JSON that breaks off": ("/Patient/p1", '{"resourceType": "Patient", "id": ', 400, ""),
    "not JSON": ("/Patient/p1", "<Patient/>", 400, ""),
    "nothing": ("/Patient/p1", "", 400, ""),
    "a list": ("/Patient/p1", "[]", 400, "resourceType"),
    "a number": ("/Patient/p1", "3", 400, "resourceType"),
    "null": ("/Patient/p1", "null", 400, "resourceType"),
    "Latin-1": ("/Patient/p1", '{"resourceType":"Patient","id":"p1","x":"Zoë"}'.encode("latin-1"), 400, ""),
    "an unknown element": ("/Patient/p1", patient("p1", shoeSize=4), 400, "Patient.shoeSize"),
    "a wrong type of element": ("/Patient/p1", patient("p1", birthDate=1950), 400, "Patient.birthDate"),
    "a month of 13": ("/Patient/p1", patient("p1", born="1950-13-01"), 400, "Patient.birthDate"),
    "a missing required element": (
        "/Observation/o1",
        {"resourceType": "Observation", "id": "o1", "code": {"text": "x"}},
        400,
        "Observation.status",
    ),
    "two values of a choice": (
        "/Patient/p1",
        patient("p1", deceasedBoolean=True, deceasedDateTime="2026-01-01"),
        400,
        "Patient.deceased[x]",
    ),
    "a birth in 2999": ("/Patient/p1", patient("p1", born="2999-01-01"), 422, "Patient.birthDate"),
    "a birth next year": ("/Patient/p1", patient("p1", born="2190-01-01"), 422, "Patient.birthDate"),
    "a birth in the year 1": ("/Patient/p1", patient("p1", born="0001-01-01"), 422, "Patient.birthDate"),
    "a stay that ends before it begins": (
        "/Encounter/s1",
        stay("s1", period={"start": "2026-01-02T10:00:00Z", "end": "2026-01-01T10:00:00Z"}),
        422,
        "Encounter.period.end",
    ),
    "a stay in 2999": (
        "/Encounter/s1",
        stay("s1", period={"start": "2999-01-02T10:00:00Z"}),
        422,
        "Encounter.period.start",
    ),
    "ready before admission": (
        "/Encounter/s1",
        stay("s1", extension=ready(readyAt="2025-12-31T10:00:00Z")),
        422,
        "Encounter.extension",
    ),
    "an unknown setting": (
        "/Encounter/s1",
        stay("s1", extension=ready(setting="spa")),
        422,
        "Encounter.extension",
    ),
    "an unknown complexity": (
        "/Encounter/s1",
        stay("s1", extension=ready(complexity="baffling")),
        422,
        "Encounter.extension",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_resource_is_refused_with_its_place(api, name):
    path, body, status, expression = CASES[name]
    response = api.put(path, body)
    assert response.status_code == status, response.content
    outcome = response.json()
    assert outcome["resourceType"] == "OperationOutcome"
    issue = outcome["issue"][0]
    assert issue["severity"] == "error"
    assert issue["diagnostics"]
    assert issue.get("expression", [""])[0] == expression
    assert "9990000027" not in response.content.decode()
    assert Resource.objects.count() == Person.objects.count() == 0


BUNDLES = {
    "not a transaction": ({"resourceType": "Bundle", "type": "collection"}, 400),
    "not a bundle": (patient("p1"), 400),
    "no request": (bundle({"resource": patient("p1")}), 400),
    "a method we lack": (
        bundle(entry(patient("p1")) | {"request": {"method": "CONNECT", "url": "Patient/p1"}}),
        400,
    ),
    "a url of another type": (
        bundle(entry(patient("p1")) | {"request": {"method": "PUT", "url": "Group/p1"}}),
        400,
    ),
    "a url of another id": (
        bundle(entry(patient("p1")) | {"request": {"method": "PUT", "url": "Patient/p2"}}),
        400,
    ),
    "no resource": (bundle({"request": {"method": "PUT", "url": "Patient/p1"}}), 400),
    "a resource that is a number": (
        bundle({"resource": 3, "request": {"method": "PUT", "url": "Patient/p1"}}),
        400,
    ),
    "entries that are no list": ({"resourceType": "Bundle", "type": "transaction", "entry": {}}, 400),
    "the same resource twice": (bundle(entry(patient("p1")), entry(patient("p1", gender="male"))), 422),
    "a conditional create": (
        bundle(
            {"resource": patient(), "request": {"method": "POST", "url": "Patient", "ifNoneExist": "x=1"}}
        ),
        400,
    ),
}


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_is_refused_whole(api, name):
    body, status = BUNDLES[name]
    response = api.post("", body)
    assert response.status_code == status, response.content
    assert response.json()["issue"][0]["diagnostics"]
    assert Resource.objects.count() == 0


def test_an_empty_transaction_is_answered(api):
    assert api.post("", bundle()).json()["type"] == "transaction-response"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(api, monkeypatch):
    monkeypatch.setattr(admission, "MOST_BYTES", 1000)
    response = api.post("/Patient", json.dumps(patient(text={"status": "generated", "div": "x" * 2000})))
    assert response.status_code == 413
    assert Resource.objects.count() == 0


def test_a_method_that_is_not_there_is_refused(api):
    assert api.send("DELETE", "/metadata").status_code == 405
    assert api.get("/Patient/nobody").status_code == 404


def test_an_open_end_in_9999_is_kept(api):
    sent = stay("s1", period={"start": "2026-01-02T10:00:00Z", "end": "9999-12-31"})
    assert api.put("/Encounter/s1", sent).status_code == 201


def test_a_number_from_outside_the_issued_ranges_is_kept_with_a_warning(api):
    response = api.send("PUT", "/Patient/p1", patient("p1", "5000000013"), prefer="return=OperationOutcome")
    assert response.status_code == 201
    assert response.json()["issue"][0]["severity"] == "warning"


def test_observations_of_every_wrong_kind_leave_the_good_one_alone(api):
    api.put("/Patient/p1", patient("p1"))
    sent = observation("o1")
    sent["valueQuantity"]["value"] = "seventy"
    assert api.put("/Observation/o1", sent).status_code == 400
    assert "seventy" not in api.put("/Observation/o1", sent).content.decode()
