"""The FHIR API: create, update, read, search, bundles; idempotence; references out of order; access and audit."""

import json

import pytest
from fhir_samples import NHS, OTHER_NUMBER, RIGHT_NUMBER, bundle, entry, observation, patient, stay

from joinedup.care.access.actor import Scope
from joinedup.care.access.models import AuditEvent
from joinedup.care.discharge.models import Stay
from joinedup.care.people.models import Carer, Person
from joinedup.care.record.models import AwaitedReference, Entry, Resource
from joinedup.care.record.queries import awaited_references

pytestmark = pytest.mark.django_db


def issue_of(response):
    return response.json()["issue"][0]


def test_put_with_the_clients_own_id_creates_and_get_returns_it(api):
    created = api.put("/Patient/p1", patient("p1"))
    assert created.status_code == 201
    assert created.headers["ETag"] == 'W/"1"'
    assert created.headers["Location"].endswith("/fhir/R4/Patient/p1/_history/1")
    found = api.get("/Patient/p1")
    assert found.status_code == 200
    assert found.headers["Content-Type"].startswith("application/fhir+json")
    assert found.json()["id"] == "p1"
    assert found.json()["meta"]["versionId"] == "1"
    assert found.json()["birthDate"] == "1950-03-02"


def test_numbers_times_and_unknown_extensions_come_back_character_for_character(api):
    api.put("/Patient/p1", patient("p1"))
    said = (
        '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},'
        '"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-05T09:30:00.000+01:00",'
        '"extension":[{"url":"https://other.example/odd","valueDecimal":1.10e-7}],'
        '"valueQuantity":{"value":72.500,"unit":"kg"}}'
    )
    assert api.put("/Observation/o1", said).status_code == 201
    back = api.get("/Observation/o1").content.decode()
    assert '"value":72.500' in back
    assert '"valueDecimal":1.10e-7' in back
    assert '"effectiveDateTime":"2026-01-05T09:30:00.000+01:00"' in back


def test_the_same_put_again_changes_nothing_whatever_its_order_and_spacing(api):
    api.put("/Patient/p1", patient("p1"))
    shuffled = json.dumps(dict(reversed(patient("p1").items())), indent=3)
    again = api.put("/Patient/p1", shuffled)
    assert again.status_code == 200
    assert again.headers["ETag"] == 'W/"1"'
    assert Entry.objects.count() == 1


def test_a_change_is_a_new_version_and_the_old_one_stays(api):
    api.put("/Patient/p1", patient("p1"))
    changed = api.put("/Patient/p1", patient("p1", gender="other"))
    assert changed.status_code == 200
    assert changed.headers["ETag"] == 'W/"2"'
    assert api.get("/Patient/p1").json()["gender"] == "other"
    assert [e.version for e in Entry.objects.order_by("version")] == [1, 2]


def test_one_digit_more_is_a_change(api):
    api.put("/Patient/p1", patient("p1"))
    body = json.dumps(observation("o1")).replace('"72.50"', "72.5")
    api.put("/Observation/o1", body)
    assert api.put("/Observation/o1", body.replace("72.5", "72.50")).headers["ETag"] == 'W/"2"'


def test_the_same_post_again_answers_with_what_it_made(api):
    body = json.dumps(patient())
    first, second = api.post("/Patient", body), api.post("/Patient", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Resource.objects.count() == 1


def test_a_transaction_rewrites_references_within_it(api):
    sent = bundle(
        entry(patient(), "POST", "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001"),
        entry(
            json.loads(
                json.dumps(observation(subject="urn:uuid:aaaaaaaa-0000-4000-8000-000000000001")).replace(
                    '"72.50"', "1"
                )
            ),
            "POST",
            "urn:uuid:aaaaaaaa-0000-4000-8000-000000000002",
        ),
    )
    response = api.post("", sent)
    assert response.status_code == 200, response.content
    answers = [e["response"] for e in response.json()["entry"]]
    assert [a["status"] for a in answers] == ["201 Created", "201 Created"]
    patient_id = answers[0]["location"].split("/")[1]
    found = api.get("/" + answers[1]["location"].split("/_history")[0]).json()
    assert found["subject"]["reference"] == f"Patient/{patient_id}"
    assert Resource.objects.get(type="Observation").person == Person.objects.get()


def test_the_same_transaction_again_changes_nothing_even_with_new_urns_and_in_circles(api):
    def circle(first, second):
        one = {"resourceType": "Patient", "link": [{"other": {"reference": second}, "type": "seealso"}]}
        two = {"resourceType": "RelatedPerson", "patient": {"reference": first}}
        return bundle(entry(one, "POST", first), entry(two, "POST", second))

    api.post("", circle("urn:uuid:1", "urn:uuid:2"))
    counts = Resource.objects.count(), Entry.objects.count(), Person.objects.count()
    again = api.post("", circle("urn:uuid:8", "urn:uuid:9"))
    assert [e["response"]["status"] for e in again.json()["entry"]] == ["200 OK", "200 OK"]
    assert (Resource.objects.count(), Entry.objects.count(), Person.objects.count()) == counts


def test_a_transaction_with_one_wrong_entry_keeps_nothing_and_names_it(api):
    good = [entry(patient(f"p{n}", number=None)) for n in range(72)]
    wrong = entry({"resourceType": "Patient", "id": "wrong", "birthDate": "yesterday"})
    response = api.post("", bundle(*good, wrong, *[entry(patient(f"q{n}", number=None)) for n in range(20)]))
    assert response.status_code == 400
    assert issue_of(response)["expression"] == ["Bundle.entry[72].resource.birthDate"]
    assert "entry 73" in issue_of(response)["diagnostics"]
    assert "yesterday" not in response.content.decode()
    assert Resource.objects.count() == Person.objects.count() == 0


def test_a_batch_keeps_the_good_entries(api):
    wrong = entry({"resourceType": "Patient", "id": "wrong", "birthDate": "yesterday"})
    response = api.post(
        "", bundle(entry(patient("p1")), wrong, entry(patient("p3", OTHER_NUMBER)), kind="batch")
    )
    statuses = [e["response"]["status"] for e in response.json()["entry"]]
    assert statuses == ["201 Created", "400 Bad Request", "201 Created"]
    assert set(Resource.objects.values_list("fhir_id", flat=True)) == {"p1", "p3"}


def test_a_urn_that_the_bundle_does_not_hold_is_refused(api):
    response = api.post("", bundle(entry(observation("o1", subject="urn:uuid:nowhere", valueQuantity=None))))
    assert response.status_code == 400
    sent = observation("o1", subject="urn:uuid:nowhere")
    sent["valueQuantity"]["value"] = 1
    response = api.post("", bundle(entry(sent)))
    assert response.status_code == 422
    assert issue_of(response)["expression"] == ["Bundle.entry[0].resource"]
    assert Resource.objects.count() == 0


def test_what_arrives_before_its_patient_is_kept_listed_and_finds_its_person_later(api):
    response = api.post("", bundle(entry(stay("s1"))))
    issues = response.json()["entry"][0]["response"]["outcome"]["issue"]
    listed = next(issue for issue in issues if issue["severity"] == "information")
    assert "Patient/p1" in listed["diagnostics"]
    assert AwaitedReference.objects.get().fhir_id == "p1"
    assert Stay.objects.count() == 0
    api.put("/Patient/p1", patient("p1"))
    assert AwaitedReference.objects.count() == 0
    assert Resource.objects.get(type="Encounter").person == Person.objects.get()
    assert Stay.objects.get().person == Person.objects.get()


def test_what_was_withdrawn_waits_for_nothing_and_wakes_nothing_when_its_patient_comes(api):
    api.post("", bundle(entry(stay("s1")), entry(observation("o1", value=1.5))))
    assert {row.resource.fhir_id for row in awaited_references()} == {"s1", "o1"}
    api.send("DELETE", "/Encounter/s1")
    assert [row.resource.fhir_id for row in awaited_references()] == ["o1"]
    api.put("/Patient/p1", patient("p1"))
    assert not awaited_references().exists()
    assert Resource.objects.get(type="Encounter").person == Person.objects.get()
    assert Stay.objects.count() == 0


def test_two_systems_patients_with_the_same_number_and_birth_date_are_one_person(api, api_of):
    api.put("/Patient/hospital-1", patient("hospital-1"))
    api_of("Westmarch council", Scope.WRITE).put("/Patient/council-9", patient("council-9"))
    assert Person.objects.count() == 1
    assert Resource.objects.count() == 2


def test_the_same_number_with_another_birth_date_is_not_the_same_person(api, api_of):
    api.put("/Patient/hospital-1", patient("hospital-1"))
    api_of("Westmarch council", Scope.WRITE).put(
        "/Patient/council-9", patient("council-9", born="1990-01-01")
    )
    assert Person.objects.count() == 2


def test_a_system_cannot_write_over_what_another_made(api, api_of):
    api.put("/Patient/p1", patient("p1"))
    response = api_of("Westmarch council", Scope.WRITE).put("/Patient/p1", patient("p1", gender="male"))
    assert response.status_code == 409
    assert api.get("/Patient/p1").json()["gender"] == "female"


def test_a_related_person_with_a_relationship_is_kept_as_a_carer(api):
    api.put("/Patient/p1", patient("p1"))
    related = {
        "resourceType": "RelatedPerson",
        "id": "r1",
        "patient": {"reference": "Patient/p1"},
        "relationship": [{"text": "Daughter"}],
        "name": [{"text": "Olive Trumpetwright"}],
    }
    assert api.put("/RelatedPerson/r1", related).status_code == 201
    assert Carer.objects.get().relationship == "Daughter"


def test_an_inpatient_encounter_makes_a_stay_and_its_end_ends_it(api):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Encounter/s1", stay("s1"))
    assert Stay.objects.get().left_at is None
    ended = {"start": "2026-01-01T10:00:00+00:00", "end": "2026-01-04T10:00:00+00:00"}
    api.put("/Encounter/s1", stay("s1", status="finished", period=ended))
    assert Stay.objects.get().left_at is not None


def test_search_by_identifier_patient_and_id_pages_and_refuses_the_unknown(api):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Patient/p2", patient("p2", OTHER_NUMBER))
    for number in range(5):
        sent = observation(f"o{number}")
        sent["valueQuantity"]["value"] = number
        api.put(f"/Observation/o{number}", sent)
    assert api.get(f"/Patient?identifier={NHS}|{RIGHT_NUMBER}").json()["total"] == 1
    assert api.get(f"/Patient?identifier={OTHER_NUMBER}").json()["entry"][0]["resource"]["id"] == "p2"
    assert api.get("/Patient?_id=p1,p2").json()["total"] == 2
    assert api.get("/Observation?patient=nobody").json()["total"] == 0
    page = api.get("/Observation?patient=p1&_count=2").json()
    assert page["total"] == 5
    seen = []
    while True:
        seen += [e["resource"]["id"] for e in page["entry"]]
        following = [link["url"] for link in page["link"] if link["relation"] == "next"]
        if not following:
            break
        page = api.get(following[0].split("/fhir/R4")[1]).json()
    assert seen == ["o0", "o1", "o2", "o3", "o4"]
    assert api.get("/Patient?colour=red").status_code == 400


def test_metadata_is_open_and_lists_what_is_there(api_of):
    statement = api_of("anybody").get("/metadata").json()
    assert statement["fhirVersion"] == "4.0.1"
    assert len(statement["rest"][0]["resource"]) == 146


def test_no_token_a_wrong_token_and_a_token_without_the_scope_are_refused(api, api_of, client):
    api.put("/Patient/p1", patient("p1"))
    assert client.get("/fhir/R4/Patient/p1").status_code == 401
    assert client.get("/fhir/R4/Patient/p1", headers={"authorization": "Bearer wrong"}).status_code == 401
    writer, reader = api_of("Writer", Scope.WRITE), api_of("Westmarch hospital", Scope.READ)
    assert writer.get("/Patient/p1").status_code == 403
    assert reader.put("/Patient/p9", patient("p9")).status_code == 403
    assert reader.get("/Patient/p1").status_code == 200
    assert api_of("Stranger", Scope.READ).get("/Patient/p1").status_code == 404


def test_every_read_search_and_change_is_audited_with_who_and_about_whom(api):
    api.put("/Patient/p1", patient("p1"))
    person = Person.objects.get()
    api.get("/Patient/p1")
    api.get("/Patient?_id=p1")
    events = list(AuditEvent.objects.order_by("id").values_list("kind", "person_id", "actor_name", "subject"))
    system = "Westmarch hospital"
    assert events == [
        ("change", person.pk, system, "Patient/p1"),
        ("look", person.pk, system, "Patient/p1"),
        ("search", None, system, "Patient"),
        ("listed", person.pk, system, "Patient"),
    ]


def test_prefer_minimal_and_outcome(api):
    assert api.send("PUT", "/Patient/p1", patient("p1"), prefer="return=minimal").content == b""
    outcome = api.send(
        "PUT", "/Patient/p2", patient("p2", OTHER_NUMBER), prefer="return=OperationOutcome"
    ).json()
    assert outcome["resourceType"] == "OperationOutcome"
