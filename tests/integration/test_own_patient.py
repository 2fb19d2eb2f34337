"""The Patient of ours under the person's own id, and `Patient/$match`."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fhir_samples import OTHER_NUMBER, number_of, observation, patient

from joinedup.care.access.actor import PERMISSIONS, Actor, Role, Scope
from joinedup.care.access.models import AuditEvent
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.people.models import Merge
from joinedup.care.people.queries import people_of_patients
from joinedup.care.record.models import AwaitedReference
from joinedup.exchange.fhir.own_patient import SOURCE_URL
from joinedup.exchange.fhir.validation import issues_of_form

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 3, 9, tzinfo=UTC)
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
PHONE = [{"system": "phone", "value": "01632 960001"}]


@pytest.fixture
def person(api):
    """Somebody with two Patients: the newer says another first name, only the older a phone."""
    api.put("/Patient/p1", patient("p1", identifier=[number_of()], telecom=PHONE))
    shorter = [{"family": "Trumpetwright", "given": ["Hazel"]}]
    api.put("/Patient/p2", patient("p2", identifier=[number_of()], name=shorter))
    return people_of_patients(["p1"])["p1"]


def given(api, path):
    answer = api.get(path)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def test_it_says_what_all_patients_say_and_where_each_element_is_from(api, person):
    ours = given(api, f"/Patient/{person}")
    assert ours["id"] == str(person)
    assert ours["meta"]["tag"][0]["code"] == "joined"
    assert ours["name"][0]["given"] == ["Hazel"]
    assert ours["telecom"] == PHONE
    assert ours["identifier"] == [number_of()]
    assert [(one["type"], one["other"]["reference"]) for one in ours["link"]] == [
        ("seealso", "Patient/p2"),
        ("seealso", "Patient/p1"),
    ]
    sources = {
        e["extension"][0]["valueCode"]: e["extension"][1]["valueReference"]["reference"]
        for e in ours["extension"]
        if e["url"] == SOURCE_URL
    }
    assert (sources["name"], sources["telecom"]) == ("Patient/p2", "Patient/p1")
    assert list(issues_of_form([json.dumps(ours).encode()])) == [[]]
    look = AuditEvent.objects.filter(kind="look", person_id=person).latest("id")
    assert look.subject == f"Patient/{person}"


def test_a_system_that_may_see_nothing_of_them_is_told_there_is_none(api, api_of, person):
    stranger = api_of("Another system", Scope.READ)
    assert stranger.get(f"/Patient/{person}").status_code == 404
    assert AuditEvent.objects.filter(kind="refusal", person_id=person).exists()
    assert api.get("/Patient/00000000-0000-4000-8000-000000000000").status_code == 404


def test_after_a_merge_the_other_id_says_where_to_look(api, person):
    api.put("/Patient/p3", patient("p3", OTHER_NUMBER, name=[{"family": "Other"}]))
    other = people_of_patients(["p3"])["p3"]
    merge(kept=person, merged=other, reason="x", by=MANAGER, at=NOW)
    old = given(api, f"/Patient/{other}")
    assert old["active"] is False
    assert old["link"] == [{"other": {"reference": f"Patient/{person}"}, "type": "replaced-by"}]
    links = {(one["type"], one["other"]["reference"]) for one in given(api, f"/Patient/{person}")["link"]}
    assert ("replaces", f"Patient/{other}") in links
    assert ("seealso", "Patient/p3") in links
    unmerge(merge_id=Merge.objects.get().pk, reason="x", by=MANAGER, at=NOW)
    assert "active" not in given(api, f"/Patient/{other}")


def test_everything_by_our_id_a_merged_one_and_a_partners_is_the_same(api, person):
    api.put("/Patient/p3", patient("p3", OTHER_NUMBER, name=[{"family": "Other"}]))
    api.put("/Observation/o3", observation("o3", "Patient/p3", 72))
    other = people_of_patients(["p3"])["p3"]
    merge(kept=person, merged=other, reason="x", by=MANAGER, at=NOW)
    pages = [given(api, f"/Patient/{one}/$everything") for one in (person, other, "p1", "p3")]
    shown = [[entry["resource"]["id"] for entry in page["entry"]] for page in pages]
    assert shown[0] == shown[1] == shown[2] == shown[3]
    assert set(shown[0]) == {"p1", "p2", "p3", "o3", str(person)}
    typed = given(api, f"/Patient/{person}/$everything?_type=Observation")
    assert [entry["resource"]["id"] for entry in typed["entry"]] == ["o3"]


def found_ids(api, path):
    return {entry["resource"]["id"] for entry in given(api, path).get("entry", [])}


def test_whatever_is_asked_by_our_id_is_the_whole_record(api, person):
    api.put("/Observation/o1", observation("o1", "Patient/p1", 72))
    assert found_ids(api, f"/Observation?patient={person}") == {"o1"}
    assert found_ids(api, f"/Observation?subject=Patient/{person}") == {"o1"}
    api.put("/Patient/p3", patient("p3", OTHER_NUMBER, name=[{"family": "Other"}]))
    other = people_of_patients(["p3"])["p3"]
    merge(kept=person, merged=other, reason="x", by=MANAGER, at=NOW)
    assert found_ids(api, f"/Observation?patient={other}") == {"o1"}


def test_ours_is_found_by_its_id_beside_partners(api, person):
    page = given(api, f"/Patient?_id={person},p1")
    assert [entry["resource"]["id"] for entry in page["entry"]] == ["p1", str(person)]
    assert page["total"] == 2
    assert page["entry"][1]["resource"]["meta"]["tag"][0]["code"] == "joined"
    assert AuditEvent.objects.filter(kind="look", subject=f"Patient/{person}").exists()
    assert found_ids(api, f"/Patient?_id={person}&family=Nobody") == set()
    assert given(api, f"/Patient?_id={person}&_summary=count")["total"] == 1
    api.put("/Observation/o1", observation("o1", "Patient/p1", 72))
    assert found_ids(api, f"/Observation?patient._id={person}") == {"o1"}
    refused = api.get(f"/Patient?_id={person}&_revinclude=Observation:patient")
    assert refused.status_code == 400
    assert "patient=" in refused.json()["issue"][0]["diagnostics"]


def test_a_list_by_ids_asks_once_whose_they_are_however_many(api, person, django_assert_max_num_queries):
    ids = [str(UUID(int=number)) for number in range(40)]
    api.get(f"/Patient?_id={person}")
    with django_assert_max_num_queries(20):
        assert found_ids(api, f"/Patient?_id={','.join([*ids, str(person)])}") == {str(person)}


def test_what_is_written_about_our_id_is_the_persons_and_stays_theirs_when_parted(api, person):
    api.put("/Patient/p3", patient("p3", OTHER_NUMBER, name=[{"family": "Other"}]))
    other = people_of_patients(["p3"])["p3"]
    merge(kept=person, merged=other, reason="x", by=MANAGER, at=NOW)
    for fhir_id, subject in (("o1", person), ("o2", other)):
        answer = api.put(f"/Observation/{fhir_id}", observation(fhir_id, f"Patient/{subject}", 72))
        assert answer.status_code == 201
    assert found_ids(api, "/Observation?patient=p1") == {"o1", "o2"}
    assert not AwaitedReference.objects.exists()
    unmerge(merge_id=Merge.objects.get().pk, reason="x", by=MANAGER, at=NOW)
    assert found_ids(api, "/Observation?patient=p1") == {"o1"}
    assert found_ids(api, "/Observation?patient=p3") == {"o2"}


def test_nobody_writes_under_our_id(api, person):
    ours = f"/Patient/{person}"
    refused = api.put(ours, patient(str(person)))
    assert refused.status_code == 409
    assert "your own Patient" in refused.json()["issue"][0]["diagnostics"]
    assert api.send("DELETE", ours).status_code == 409
    shouted = str(person).upper()
    assert api.put(f"/Patient/{shouted}", patient(shouted)).status_code == 409
    patch = [{"op": "replace", "path": "/gender", "value": "male"}]
    answer = api.client.patch(
        f"/fhir/R4{ours}", json.dumps(patch), content_type="application/json-patch+json"
    )
    assert answer.status_code == 404
    body = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {"resource": patient(str(person)), "request": {"method": "PUT", "url": ours[1:]}},
            {"resource": patient("p9", OTHER_NUMBER), "request": {"method": "PUT", "url": "Patient/p9"}},
        ],
    }
    refused = api.post("", body)
    assert refused.status_code == 409
    assert refused.json()["issue"][0]["expression"] == ["Bundle.entry[0].resource"]
    assert api.get("/Patient/p9").status_code == 404
    assert given(api, ours)["meta"]["tag"][0]["code"] == "joined"


def matched(api, resource, **more):
    parameters = [{"name": "resource", "resource": resource}]
    parameters += [
        {"name": name, ("valueBoolean" if value is True else "valueInteger"): value}
        for name, value in more.items()
    ]
    answer = api.post("/Patient/$match", {"resourceType": "Parameters", "parameter": parameters})
    assert answer.status_code == 200, answer.content
    return [
        (
            entry["resource"]["id"],
            entry["search"]["extension"][0]["valueCode"],
            entry["search"]["score"],
        )
        for entry in json.loads(answer.content).get("entry", [])
    ]


def test_a_match_by_number_is_certain(api, person):
    assert matched(api, patient(identifier=[number_of()])) == [(str(person), "certain", 0.99)]
    assert AuditEvent.objects.filter(kind="search", subject="Patient/$match").count() == 1
    assert AuditEvent.objects.filter(kind="listed", person_id=person).count() == 1


def test_a_match_by_name_only_is_probable_and_not_certain(api, person):
    asked = patient(number=None, name=[{"family": "Trumpetwright", "given": ["Hazel"]}])
    assert matched(api, asked) == [(str(person), "probable", 0.8)]
    assert matched(api, asked, onlyCertainMatches=True) == []
    assert matched(api, patient(number=None, name=[{"family": "Nobody"}])) == []


def test_whom_the_asker_may_not_see_is_no_candidate(api_of, person):
    assert matched(api_of("Another system", Scope.READ), patient()) == []
    assert not AuditEvent.objects.filter(kind="listed", person_id=person).exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        {"resourceType": "Patient"},
        {"resourceType": "Parameters", "parameter": []},
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "resource", "resource": {"resourceType": "Flag"}}],
        },
        {
            "resourceType": "Parameters",
            "parameter": [{"name": "resource", "resource": {"resourceType": "Patient", "birthDate": "x"}}],
        },
    ],
)
def test_what_is_no_question_is_refused(api, body):
    assert api.post("/Patient/$match", body).status_code == 400
