"""`?as-of=` through the API: what was known at a moment, to who may see it today."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from fhir_samples import NHS, OTHER_NUMBER, RIGHT_NUMBER, bundle, observation, patient, stay

from joinedup.care.access.actions import create_token, relate, sign_agreement
from joinedup.care.access.actor import Scope
from joinedup.care.access.models import Relationship
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record import past

AGO = timedelta(days=9)
SECRET = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SEX"}]}


def now():
    """Return this moment as an address says it."""
    return timezone.now().isoformat().replace("+00:00", "Z")


def found(response):
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def ids(response):
    return [e["resource"]["id"] for e in found(response).get("entry", [])]


def versions(response):
    return {
        e["resource"]["id"]: e["resource"]["meta"].get("versionId") for e in found(response).get("entry", [])
    }


def coded(fhir_id, code, **more):
    return observation(fhir_id, value=1.5, code={"coding": [{"system": "urn:s", "code": code}]}, **more)


@pytest.fixture
def then(api):
    """Write, remember the moment, and change everything since."""
    api.put("/Patient/p1", patient("p1"))
    api.put("/Encounter/e1", stay("e1"))
    api.put("/Observation/o1", coded("o1", "old", encounter={"reference": "Encounter/e1"}))
    api.put("/Observation/o2", coded("o2", "old"))
    api.put("/Observation/o3", coded("o3", "same"))
    moment = now()
    api.put("/Patient/p1", patient("p1", name=[{"family": "Newname"}]))
    api.put("/Observation/o1", coded("o1", "new"))
    api.send("DELETE", "/Observation/o2")
    api.put("/Observation/o4", coded("o4", "old"))
    api.put("/Encounter/e1", stay("e1", status="finished"))
    return moment


def test_a_search_matches_and_shows_what_was_said_then(api, then):
    assert ids(api.get(f"/Observation?code=urn:s|old&as-of={then}")) == ["o1", "o2"]
    assert ids(api.get(f"/Observation?code=urn:s|new&as-of={then}")) == []
    assert versions(api.get(f"/Observation?patient=p1&as-of={then}")) == {"o1": "1", "o2": "1", "o3": "1"}
    assert ids(api.get("/Observation?code=urn:s|old&as-of=2999-01-01")) == ["o4"]
    assert ids(api.get("/Observation?patient=p1&as-of=2020-01-01")) == []
    counted = api.get(f"/Observation?patient=p1&_summary=count&as-of={then}")
    assert found(counted)["total"] == 3
    form = "application/x-www-form-urlencoded"
    asked = urlencode({"code": "urn:s|old", "as-of": then})
    sent = api.client.post("/fhir/R4/Observation/_search", asked, content_type=form)
    assert ids(sent) == ["o1", "o2"]


def test_names_numbers_and_chains_are_those_of_then(api, then):
    assert ids(api.get(f"/Patient?family=trumpet&as-of={then}")) == ["p1"]
    assert ids(api.get("/Patient?family=trumpet")) == []
    assert ids(api.get(f"/Patient?family=newname&as-of={then}")) == []
    assert ids(api.get(f"/Patient?identifier={NHS}|{RIGHT_NUMBER}&as-of={then}")) == ["p1"]
    assert ids(api.get(f"/Observation?patient.family=trumpet&as-of={then}")) == ["o1", "o2", "o3"]
    assert ids(api.get(f"/Observation?patient.family=newname&as-of={then}")) == []


def test_what_goes_with_a_page_is_of_then_too(api, then):
    both = versions(api.get(f"/Observation?_id=o1&_include=Observation:encounter&as-of={then}"))
    assert both == {"o1": "1", "e1": "1"}
    back = versions(api.get(f"/Encounter?_id=e1&_revinclude=Observation:encounter&as-of={then}"))
    assert back == {"e1": "1", "o1": "1"}
    assert ids(api.get("/Encounter?_id=e1&_revinclude=Observation:encounter")) == ["e1"]


def test_a_page_goes_on_in_the_same_past(api, then):
    seen, address = [], f"/Observation?patient=p1&_count=1&_sort=-_lastUpdated&as-of={then}"
    while address:
        page = api.get(address)
        api.put("/Observation/o3", coded("o3", f"later-{len(seen)}"))
        seen += list(versions(page).items())
        following = [each["url"] for each in found(page)["link"] if each["relation"] == "next"]
        address = following[0].partition("/fhir/R4")[2] if following else None
    assert seen == [("o3", "1"), ("o2", "1"), ("o1", "1")]


def test_everything_the_summary_and_histories_are_of_then(api, then):
    whole = versions(api.get(f"/Patient/p1/$everything?as-of={then}"))
    assert {key: whole[key] for key in ("p1", "e1", "o1", "o2", "o3")} == dict.fromkeys(
        ("p1", "e1", "o1", "o2", "o3"), "1"
    )
    assert "o4" not in whole
    assert "Trumpetwright" in api.get(f"/Patient/p1/$everything?as-of={then}").content.decode()
    assert "Newname" not in api.get(f"/Patient/p1/$everything?as-of={then}").content.decode()
    summary = api.get(f"/Patient/p1/$summary?as-of={then}").content.decode()
    assert ("Trumpetwright" in summary, "Newname" in summary, then[:10] in summary) == (True, False, True)
    assert api.get("/Patient/p1/$summary?as-of=2020-01-01").status_code == 404
    history = found(api.get(f"/Observation/o2/_history?as-of={then}"))["entry"]
    assert [e["request"]["method"] for e in history] == ["PUT"]
    assert len(found(api.get("/Observation/o2/_history"))["entry"]) == 2
    assert len(found(api.get(f"/Observation/_history?as-of={then}"))["entry"]) == 3
    ours = Person.objects.get().pk
    assert found(api.get(f"/Patient/{ours}?as-of={then}"))["name"][0]["family"] == "Trumpetwright"
    assert found(api.get(f"/Patient/{ours}"))["name"][0]["family"] == "Newname"


def test_a_moment_that_was_given_out_finds_what_it_was_given_with(api, then):
    del then
    meta = found(api.get("/Observation/o1"))["meta"]
    assert found(api.get(f"/Observation/o1?as-of={meta['lastUpdated']}"))["meta"] == meta


@pytest.mark.parametrize(
    "odd", ["as-of=yesterday", "as-of=", "as-of=2026-13-01", "as-of=2026-01-01&as-of=2026-01-02"]
)
def test_what_is_no_moment_is_refused(api, then, odd):
    del then
    for address in (
        "/Observation",
        "/Observation/o1",
        "/Observation/_history",
        "/Patient/p1/$everything",
        "/Patient/p1/$summary",
    ):
        refused = api.get(f"{address}?{odd}")
        assert (refused.status_code, b"as-of" in refused.content) == (400, True), address


def test_nothing_is_written_by_what_was_known_then(api, then):
    condition = f"identifier={NHS}|{OTHER_NUMBER}&as-of={then}"
    refused = api.send("POST", "/Patient", patient(), if_none_exist=condition)
    assert (refused.status_code, b"as-of" in refused.content) == (400, True)
    assert api.send("DELETE", f"/Observation?code=urn:s|old&as-of={then}").status_code == 400
    read = bundle({"request": {"method": "GET", "url": f"Observation/o1?as-of={then}"}}, kind="batch")
    assert found(api.post("", read))["entry"][0]["response"]["status"].startswith("400")
    search = bundle({"request": {"method": "GET", "url": f"Observation?code=urn:s|old&as-of={then}"}})
    assert found(api.post("", search))["entry"][0]["resource"]["total"] == 2


def test_too_much_that_has_changed_is_said_with_what_to_do(api, then, monkeypatch):
    monkeypatch.setattr(past, "MOST_CHANGED", 1)
    for address in (
        "/Observation?code=urn:s|old&",
        "/Patient/p1/$everything?",
        "/Patient/p1/$summary?",
        "/Observation?_summary=count&",
    ):
        refused = api.get(f"{address}as-of={then}")
        said = found(refused) if refused.status_code == 200 else json.loads(refused.content)
        assert (refused.status_code, said["issue"][0]["code"]) == (400, "too-costly"), address
        assert "later moment" in said["issue"][0]["diagnostics"]
    assert ids(api.get(f"/Observation?_id=o1&as-of={then}")) == ["o1"]


@pytest.fixture
def practice(api):
    """Another organisation, which may see what the hospital writes about the first person."""
    api.put("/Organization/practice", {"resourceType": "Organization", "id": "practice", "name": "Practice"})
    api.put("/Patient/p1", patient("p1"))
    api.put("/Patient/p2", patient("p2", OTHER_NUMBER, "1960-04-05", name=[{"family": "Other"}]))
    surgery = Organisation.objects.get(reference="practice")
    sign_agreement(
        name="All",
        parties=[surgery, Organisation.objects.get(reference="westmarch")],
        since=timezone.now() - AGO,
    )
    first = Person.objects.get(family="Trumpetwright")
    relate([(first.pk, surgery.pk)], kind="contact", at=timezone.now() - AGO)
    token = create_token(system="Practice", scopes=[Scope.READ], at=timezone.now(), organisation=surgery)
    return type(api)(token)


def ways(client, fhir_id, moment):
    """Return, for each way to what was known then, whether it leads there."""
    return {
        "read": client.get(f"/Observation/{fhir_id}?as-of={moment}").status_code == 200,
        "version": client.get(f"/Observation/{fhir_id}/_history/1").status_code == 200,
        "history": fhir_id in str(client.get(f"/Observation/_history?as-of={moment}").content),
        "search": ids(client.get(f"/Observation?_id={fhir_id}&as-of={moment}")) == [fhir_id],
        "everything": fhir_id in ids(client.get(f"/Patient/p1/$everything?as-of={moment}")),
    }


def alike(client, fhir_id, moment, expected):
    assert ways(client, fhir_id, moment) == dict.fromkeys(
        ("read", "version", "history", "search", "everything"), expected
    )


def test_a_label_of_now_or_of_then_hides_what_was_said_then(api, practice):
    for fhir_id in ("plain", "since", "before"):
        meta = {"meta": SECRET} if fhir_id == "before" else {}
        api.put(f"/Observation/{fhir_id}", observation(fhir_id, value=1.5, **meta))
    moment = now()
    for fhir_id in ("plain", "since", "before"):
        meta = {"meta": SECRET} if fhir_id == "since" else {}
        api.put(f"/Observation/{fhir_id}", observation(fhir_id, value=2.5, **meta))
    alike(practice, "plain", moment, True)
    alike(practice, "since", moment, False)
    alike(practice, "before", moment, False)
    assert versions(practice.get("/Observation?patient=p1"))["before"] == "2"


def test_a_later_page_does_not_show_what_had_a_label_when_the_first_was_asked(api, practice):
    api.put("/Observation/o1", observation("o1", value=1.5))
    api.put("/Observation/o2", observation("o2", value=666.5, meta=SECRET))
    api.put("/Observation/o3", observation("o3", value=1.5))
    api.put("/Observation/o4", observation("o4", value=1.5))
    page = practice.get("/Observation?patient=p1&_count=1")
    api.put("/Observation/o2", observation("o2", value=2.5))
    seen = ids(page)
    while following := [each["url"] for each in found(page)["link"] if each["relation"] == "next"]:
        page = practice.get(following[0].partition("/fhir/R4")[2])
        assert "666" not in page.content.decode()
        seen += ids(page)
    assert seen == ["o1", "o3", "o4"]


def test_what_was_filed_under_the_wrong_person_is_in_nobodys_past(api, practice):
    api.put("/Observation/o1", observation("o1", "Patient/p2", value=1.5))
    api.put("/Observation/o2", observation("o2", "Patient/p1", value=1.5))
    moment = now()
    api.put("/Observation/o1", observation("o1", "Patient/p1", value=1.5))
    api.put("/Observation/o2", observation("o2", "Patient/p2", value=1.5))
    alike(practice, "o1", moment, False)
    alike(practice, "o2", moment, False)
    assert ids(practice.get("/Observation?patient=p1")) == ["o1"]
    # Who wrote it may always read it again.
    assert api.get("/Observation/o1/_history/1").status_code == 200


def test_what_another_organisation_said_then_needs_its_own_agreement(api, practice):
    api.put("/Organization/clinic", {"resourceType": "Organization", "id": "clinic", "name": "Clinic"})
    by_clinic = {"performer": [{"reference": "Organization/clinic"}]}
    api.put("/Observation/o1", observation("o1", value=1.5, **by_clinic))
    moment = now()
    api.put("/Observation/o1", observation("o1", value=2.5))
    assert ids(practice.get("/Observation?patient=p1")) == ["o1"]
    alike(practice, "o1", moment, False)


def test_rights_are_those_of_today(api, practice):
    api.put("/Observation/o1", observation("o1", value=1.5))
    moment = now()
    api.put("/Observation/o1", observation("o1", value=2.5))
    alike(practice, "o1", moment, True)
    Relationship.objects.all().delete()
    assert practice.get(f"/Observation/o1?as-of={moment}").status_code == 404
    assert practice.get(f"/Patient/p1/$everything?as-of={moment}").status_code == 404
