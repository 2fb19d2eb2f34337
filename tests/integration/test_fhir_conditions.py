"""What depends on a search: references, creates, updates, patches and withdrawals, alone and in Bundles."""

import base64
import json

import pytest
from django.utils import timezone
from fhir_samples import NHS, OTHER_NUMBER, RIGHT_NUMBER, bundle, entry, observation, patient

from joinedup.care.access.actions import create_token, sign_agreement
from joinedup.care.access.actor import Scope
from joinedup.care.access.models import AuditEvent
from joinedup.care.partnership.models import Organisation
from joinedup.care.record.models import Entry, Resource

pytestmark = pytest.mark.django_db
QUERY = f"identifier={NHS}|{RIGHT_NUMBER}"
OTHER_QUERY = f"identifier={NHS}|{OTHER_NUMBER}"
PATCH = "application/json-patch+json"
URN = "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001"


@pytest.fixture
def neighbour(api):
    """Another partner's system under an agreement with ours: each sees what the other wrote of the person."""
    eastmarch = Organisation.objects.create(reference="eastmarch", name="Eastmarch", nation="england")
    westmarch = Organisation.objects.get(reference="westmarch")
    sign_agreement(name="all", parties=[eastmarch, westmarch], since=timezone.now())
    token = create_token(
        system="Eastmarch", scopes=[Scope.READ, Scope.WRITE], at=timezone.now(), organisation=eastmarch
    )
    return type(api)(token)


def wish(method, url, resource=None, full_url=None, **more):
    said = {"request": {"method": method, "url": url} | more}
    said |= {"resource": resource} if resource else {}
    return said | ({"fullUrl": full_url} if full_url else {})


def binary(steps, kind=PATCH):
    data = base64.b64encode(json.dumps(steps).encode()).decode()
    return {"resourceType": "Binary", "contentType": kind, "data": data}


def amended(**more):
    return [{"op": "replace", "path": "/status", "value": "amended"} | more]


def answers(response):
    assert response.status_code == 200, response.content
    return [e["response"] for e in response.json()["entry"]]


def statuses(response):
    return [answer["status"][:3] for answer in answers(response)]


def place_of(answer):
    return answer.location.partition("/_history")[0]


def issue_of(response):
    return response.json()["issue"][0]


def counts():
    return Resource.objects.count(), Entry.objects.count()


# Conditions on texts


def test_a_condition_may_be_on_the_beginning_of_a_text(api):
    first = api.send("POST", "/Patient", patient(), **{"If-None-Exist": "family=trumpet"})
    again = api.send("POST", "/Patient", patient(gender="male"), **{"If-None-Exist": "family=trumpet"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.headers["Location"] == first.headers["Location"].partition("/_history")[0]
    moved = patient(name=[{"family": "Trumpetwright", "given": ["Ann"]}])
    assert api.send("PUT", "/Patient?name=ann&family=trumpet", moved).status_code == 201
    assert api.send("DELETE", "/Patient?given=ann").status_code == 204
    assert Resource.objects.filter(type="Patient", deleted=False).count() == 1


# References


def test_a_reference_by_a_search_is_replaced_by_what_it_finds(api):
    api.put("/Patient/p1", patient("p1"))
    said = observation("o1", subject=f"Patient?{QUERY}", value=1.5)
    said["contained"] = [
        {"resourceType": "Basic", "id": "c", "code": {"text": "x"}, "subject": said["subject"]}
    ]
    said["extension"] = [{"url": "https://other.example/x", "valueReference": {"reference": "#c"}}]
    assert api.put("/Observation/o1", said).status_code == 201
    kept = api.get("/Observation/o1").json()
    assert kept["subject"]["reference"] == kept["contained"][0]["subject"]["reference"] == "Patient/p1"
    assert Resource.objects.get(fhir_id="o1").person == Resource.objects.get(fhir_id="p1").person
    assert api.put("/Observation/o1", said).headers["ETag"] == 'W/"1"'
    escaped = json.dumps(said | {"id": "o2"}).replace("Patient?", "Patient\\u003f")
    assert api.put("/Observation/o2", escaped).status_code == 201
    assert api.get("/Observation/o2").json()["subject"]["reference"] == "Patient/p1"


def test_what_is_created_with_such_a_reference_is_created_once(api):
    api.put("/Patient/p1", patient("p1"))
    said = observation(subject=f"Patient?{QUERY}", value=1.5)
    first = api.post("/Observation", said)
    assert (first.status_code, first.json()["subject"]["reference"]) == (201, "Patient/p1")
    assert api.post("/Observation", said).json()["id"] == first.json()["id"]


def test_a_reference_that_fits_none_or_several_is_refused_with_its_place(api):
    said = observation("o1", subject=f"Patient?{QUERY}", value=1.5)
    alone = api.put("/Observation/o1", said)
    assert (alone.status_code, issue_of(alone)["expression"]) == (412, ["Observation.subject.reference"])
    api.put("/Patient/x1", patient("x1"))
    api.put("/Patient/x2", patient("x2", gender="male"))
    basic = {"resourceType": "Basic", "id": "b1", "code": {"text": "x"}}
    several = api.post("", bundle(entry(basic), entry(said)))
    assert several.status_code == 412
    assert issue_of(several)["code"] == "multiple-matches"
    assert issue_of(several)["expression"] == ["Bundle.entry[1].resource.subject.reference"]
    assert not Resource.objects.filter(type__in=["Basic", "Observation"]).exists()
    batch = api.post("", bundle(entry(basic), entry(said), kind="batch"))
    assert statuses(batch) == ["201", "412"]
    for wrong in ("Patient?never=x", "Patient?_count=1"):
        assert api.put("/Observation/o1", observation("o1", subject=wrong, value=1.5)).status_code == 400


def test_a_reference_finds_what_comes_in_the_same_bundle(api):
    said = observation("o1", subject=f"Patient?{QUERY}", value=1.5)
    made = api.post("", bundle(entry(said), wish("POST", "Patient", patient(), ifNoneExist=QUERY)))
    response = answers(made)
    assert [a["status"][:3] for a in response] == ["201", "201"]
    kept = api.get("/Observation/o1").json()
    assert response[1]["location"].startswith(kept["subject"]["reference"])
    assert Resource.objects.get(fhir_id="o1").person is not None


def test_ones_own_comes_before_anothers_and_another_is_found_where_there_is_no_own(api, neighbour):
    neighbour.put("/Patient/n1", patient("n1"))
    api.put("/Patient/p1", patient("p1"))
    neighbour.put("/Observation/no", observation("no", subject="Patient/n1", value=1.5))
    assert api.get(f"/Patient?{QUERY}").json()["total"] == 2
    for each, own in ((api, "p1"), (neighbour, "n1")):
        assert (
            each.put(f"/Observation/o-{own}", observation(f"o-{own}", f"Patient?{QUERY}", 1.5)).status_code
            == 201
        )
        assert each.get(f"/Observation/o-{own}").json()["subject"]["reference"] == f"Patient/{own}"
        found = each.send("POST", "/Patient", patient(), if_none_exist=QUERY)
        assert (found.status_code, found.headers["Location"][-2:]) == (200, own)
        assert each.send("PUT", f"/Patient?{QUERY}", patient(gender="other")).headers["ETag"] == 'W/"2"'
    api.send("DELETE", "/Patient/p1")
    found = api.send("POST", "/Patient", patient(born="1950-03-02", gender="male"), if_none_exist=QUERY)
    assert (found.status_code, found.headers["Location"][-2:]) == (200, "n1")


def test_only_ones_own_is_changed_by_a_condition(api, neighbour):
    neighbour.put("/Patient/n1", patient("n1"))
    api.put("/Patient/p1", patient("p1"))
    assert api.send("DELETE", f"/Patient?{QUERY}").status_code == 204
    assert neighbour.get("/Patient/n1").status_code == 200
    assert api.client.patch(f"/fhir/R4/Patient?{QUERY}", "[]", content_type=PATCH).status_code == 404
    assert api.send("DELETE", f"/Patient?{QUERY}").status_code == 204
    assert neighbour.get("/Patient/n1").status_code == 200


# Alone


def test_an_update_that_finds_nothing_keeps_the_resources_own_id_if_it_is_free(api):
    assert api.send("PUT", f"/Patient?{QUERY}", patient("mine")).status_code == 201
    assert api.get("/Patient/mine").status_code == 200
    again = api.send("PUT", f"/Patient?{QUERY}", patient("mine", gender="male"))
    assert (again.status_code, again.headers["ETag"]) == (200, 'W/"2"')
    without = api.send("PUT", f"/Patient?{QUERY}", patient(gender="other"))
    assert (without.status_code, without.headers["ETag"]) == (200, 'W/"3"')
    other_id = api.send("PUT", f"/Patient?{QUERY}", patient("other"))
    assert other_id.status_code == 400
    taken = api.send("PUT", f"/Patient?{OTHER_QUERY}", patient("mine", OTHER_NUMBER))
    assert (taken.status_code, taken.headers["ETag"]) == (412, 'W/"3"')
    assert api.get("/Patient/mine").json()["gender"] == "other"


def test_the_id_of_another_system_is_not_free(api, api_of):
    api_of("Other", Scope.WRITE).put("/Patient/mine", patient("mine", OTHER_NUMBER))
    assert api.send("PUT", f"/Patient?{QUERY}", patient("mine")).status_code == 409


def test_a_patch_by_a_condition(api):
    api.put("/Patient/p1", patient("p1"))
    path = f"/fhir/R4/Patient?{QUERY}"
    steps = json.dumps([{"op": "replace", "path": "/gender", "value": "male"}])
    answer = api.client.patch(path, steps, content_type=PATCH)
    assert (answer.status_code, answer.json()["gender"], answer.headers["ETag"]) == (200, "male", 'W/"2"')
    stale = api.client.patch(path, steps, content_type=PATCH, headers={"if-match": 'W/"1"'})
    assert stale.status_code == 412
    assert api.client.patch("/fhir/R4/Patient", steps, content_type=PATCH).status_code == 400
    api.put("/Patient/p2", patient("p2", gender="other"))
    assert api.client.patch(path, steps, content_type=PATCH).status_code == 412


def test_who_may_not_ask_may_not_set_conditions(api_of):
    writer = api_of("Writer", Scope.WRITE)
    said = observation("o1", subject=f"Patient?{QUERY}", value=1.5)
    assert writer.put("/Observation/o1", said).status_code == 403
    assert writer.send("POST", "/Patient", patient(), if_none_exist=QUERY).status_code == 403
    assert writer.post("", bundle(wish("DELETE", f"Patient?{QUERY}"))).status_code == 403
    batch = writer.post("", bundle(wish("DELETE", f"Patient?{QUERY}"), entry(patient("p1")), kind="batch"))
    assert statuses(batch) == ["403", "201"]
    assert AuditEvent.objects.filter(kind="refusal").count() == 4


# In Bundles


def test_a_condition_may_ask_for_a_beginning_of_a_name(api):
    api.put("/Patient/p1", patient("p1"))
    asked = {"If-None-Exist": "family=Trumpet&given=Hazel"}
    found = api.send("POST", "/Patient", patient(number=OTHER_NUMBER), **asked)
    assert (found.status_code, found["Location"][-10:]) == (200, "Patient/p1")
    other = {"If-None-Exist": "family=Clarinet"}
    assert api.send("POST", "/Patient", patient(number=OTHER_NUMBER), **other).status_code == 201


def test_a_conditional_create_in_a_bundle_and_what_points_at_it_is_made_once(api):
    def sent(urn, gender):
        return bundle(
            wish("POST", "Patient", patient(gender=gender), urn, ifNoneExist=QUERY),
            wish("POST", "Observation", observation(subject=urn, value=1.5), "urn:uuid:o"),
        )

    first = answers(api.post("", sent(URN, "female")))
    assert [a["status"][:3] for a in first] == ["201", "201"]
    before = counts()
    again = answers(api.post("", sent("urn:uuid:another", "female")))
    assert [a["status"][:3] for a in again] == ["200", "200"]
    assert [a["location"] for a in again] == [a["location"] for a in first]
    assert again[0]["etag"] == 'W/"1"'
    assert counts() == before
    changed = answers(api.post("", sent(URN, "male")))
    assert [a["status"][:3] for a in changed] == ["200", "201"]
    kept = api.get("/" + changed[1]["location"]).json()
    assert first[0]["location"].startswith(kept["subject"]["reference"])
    assert api.get("/" + first[0]["location"]).json()["gender"] == "female"


def test_every_method_in_one_transaction(api):
    api.put("/Patient/p1", patient("p1"))
    for fhir_id in ("o1", "o2", "o3"):
        api.put(f"/Observation/{fhir_id}", observation(fhir_id, value=1.5))
    sent = bundle(
        wish("GET", "Observation?patient=p1&status=amended"),
        wish("PATCH", "Observation/o2", binary(amended())),
        wish("PUT", f"Patient?{QUERY}", patient(gender="other"), URN),
        wish("POST", "Observation", observation(subject=URN, value=9.5)),
        wish("PATCH", "Observation?_id=o3", binary(amended()), ifMatch='W/"1"'),
        wish("DELETE", "Observation?_id=o1"),
        wish("DELETE", "Observation?_id=never"),
    )
    response = api.post("", sent)
    assert statuses(response) == ["200", "200", "200", "201", "200", "204", "204"]
    found = response.json()["entry"][0]["resource"]
    assert sorted(e["resource"]["id"] for e in found["entry"]) == ["o2", "o3"]
    assert api.get("/Observation/o1").status_code == 410
    assert api.get("/Patient/p1").json()["gender"] == "other"
    made = answers(response)[3]["location"]
    assert api.get("/" + made).json()["subject"]["reference"] == "Patient/p1"


def test_what_is_withdrawn_in_a_transaction_is_gone_before_its_conditions_are_asked(api):
    api.put("/Patient/p1", patient("p1"))
    sent = bundle(
        wish("POST", "Patient", patient(gender="male"), ifNoneExist=QUERY), wish("DELETE", "Patient/p1")
    )
    assert statuses(api.post("", sent)) == ["201", "204"]
    assert api.get(f"/Patient?{QUERY}").json()["total"] == 1


WRONG = {
    "another has the same condition": (
        wish("PUT", f"Patient?{OTHER_QUERY}", patient(number=OTHER_NUMBER)),
        400,
    ),
    "a condition that fits several": (wish("DELETE", "Observation?patient=p1"), 412),
    "a condition that asks nothing": (wish("DELETE", "Observation?"), 400),
    "a condition nobody knows": (wish("DELETE", "Observation?never=x"), 400),
    "an address with both": (wish("DELETE", "Observation/o1?_id=o1"), 400),
    "a create with an id": (wish("POST", "Patient/p7", patient("p7")), 400),
    "a patch of what is not here": (wish("PATCH", "Observation/never", binary(amended())), 404),
    "a patch that finds nothing": (wish("PATCH", "Observation?_id=never", binary(amended())), 404),
    "a patch of another version": (wish("PATCH", "Observation/o1", binary(amended()), ifMatch='W/"7"'), 412),
    "a patch that does not fit": (wish("PATCH", "Observation/o1", binary(amended(path="/x"))), 422),
    "a patch to what is wrong": (wish("PATCH", "Observation/o1", binary(amended(value=["x"]))), 400),
    "a patch of the id": (wish("PATCH", "Observation/o1", binary(amended(path="/id", value="o9"))), 400),
    "a patch in no Binary": (wish("PATCH", "Observation/o1", patient("p1")), 400),
    "a patch of another kind": (wish("PATCH", "Observation/o1", binary(amended(), "application/json")), 400),
    "a patch without anything": (wish("PATCH", "Observation/o1"), 400),
    "an update for another version": (wish("PUT", "Patient/p1", patient("p1"), ifMatch='W/"7"'), 412),
    "an update only if new": (wish("PUT", "Patient/p1", patient("p1"), ifNoneMatch="*"), 412),
    "a delete for another version": (wish("DELETE", "Observation/o1", ifMatch='W/"7"'), 412),
    "a write of what is withdrawn": (wish("PUT", "Observation/o3", observation("o3", value=2.5)), 400),
    "a found id that is not the sent one": (
        wish("PUT", "Observation?_id=o1", observation("o9", value=1.5)),
        400,
    ),
    "a read of what is not here": (wish("GET", "Observation/never"), 404),
    "a method that is none": (wish("JUMP", "Observation/o1"), 400),
}


@pytest.mark.parametrize("name", WRONG)
def test_one_that_is_wrong_undoes_the_whole_transaction_and_only_itself_in_a_batch(api, name):
    wrong, status = WRONG[name]
    api.put("/Patient/p1", patient("p1"))
    for fhir_id in ("o1", "o2", "o3"):
        api.put(f"/Observation/{fhir_id}", observation(fhir_id, value=1.5))
    before = counts()
    good = [
        entry(observation("o4", value=1.5)),
        wish("DELETE", "Observation/o3"),
        wish("POST", "Patient", patient(number=OTHER_NUMBER), ifNoneExist=OTHER_QUERY),
    ]
    response = api.post("", bundle(*good, wrong))
    assert response.status_code == status, response.content
    assert any(
        "Bundle.entry[3]" in place for issue in response.json()["issue"] for place in issue["expression"]
    )
    assert "entry 4" in issue_of(response)["diagnostics"] or status == 412
    assert counts() == before
    assert api.get("/Observation/o3").status_code == 200
    alone = {"another has the same condition", "a write of what is withdrawn"}
    batch = statuses(api.post("", bundle(*good, wrong, kind="batch")))
    assert batch == ["201", "204", "201", "200" if name in alone else str(status)]


def test_a_patch_in_a_bundle_is_of_the_version_it_was_made_for(api):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=1.5))
    twice = bundle(
        wish("PATCH", "Observation/o1", binary(amended())),
        wish("PATCH", "Observation/o1", binary(amended(value="final"))),
    )
    assert api.post("", twice).status_code == 422
    assert api.get("/Observation/o1").headers["ETag"] == 'W/"1"'


def test_a_refusal_outlasts_the_transaction_that_it_undoes(api, api_of):
    api_of("Other", Scope.WRITE).put("/Patient/secret", patient("secret", OTHER_NUMBER))
    sent = bundle(entry(patient("p1")), wish("GET", "Patient/secret"), wish("GET", "Patient/p1"))
    assert api.post("", sent).status_code == 404
    refused = AuditEvent.objects.get(kind="refusal")
    assert (refused.subject, refused.actor_name) == ("Patient/secret", "Westmarch hospital")
    assert refused.person_id == Resource.objects.get(fhir_id="secret").person_id
    assert not AuditEvent.objects.filter(actor_name="Westmarch hospital").exclude(kind="refusal").exists()
    assert not Resource.objects.filter(fhir_id="p1").exists()


def test_the_number_of_statements_does_not_grow_with_the_conditions(api, django_assert_max_num_queries):
    def sent(first, last):
        patients = [wish("PUT", f"Patient?identifier=urn:s|{n}", local(n)) for n in range(first, last)]
        seen = [
            wish("PUT", f"Observation/o{n}", observation(f"o{n}", f"Patient?identifier=urn:s|{n}", 1.5))
            for n in range(first, last)
        ]
        return bundle(*patients, *seen)

    def local(number):
        names = [{"family": f"Family {number}"}]
        numbers = [{"system": "urn:s", "value": str(number)}]
        return patient(None, None, born=f"19{number + 10}-01-01", name=names, identifier=numbers)

    with django_assert_max_num_queries(100) as few:
        assert set(statuses(api.post("", sent(0, 2)))) == {"201"}
    with django_assert_max_num_queries(100) as many:
        assert set(statuses(api.post("", sent(10, 50)))) == {"201"}
    assert len(many) == len(few)
