"""Versions, withdrawals, patches and conditions through the API."""

import json

import pytest
from django.utils import timezone
from fhir_samples import NHS, OTHER_NUMBER, RIGHT_NUMBER, bundle, entry, observation, patient, stay

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.care.discharge.models import Stay
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Carer
from joinedup.care.record.models import Entry

PATCH = "application/json-patch+json"


def body_of(response):
    return json.loads(response.content)


def patch(api, path, steps, **headers):
    return api.client.generic(
        "PATCH", f"/fhir/R4{path}", json.dumps(steps), content_type=PATCH, headers=headers or None
    )


@pytest.fixture
def two(api):
    api.put("/Patient/p1", patient("p1"))
    assert api.put("/Observation/o1", observation("o1", value=72.5)).status_code == 201
    assert api.put("/Observation/o1", observation("o1", value=73.5)).status_code == 200
    return api


def test_every_version_is_read_by_its_number(two):
    first = two.get("/Observation/o1/_history/1")
    assert body_of(first)["valueQuantity"]["value"] == 72.5
    assert first.headers["ETag"] == 'W/"1"'
    assert body_of(two.get("/Observation/o1/_history/2"))["valueQuantity"]["value"] == 73.5
    for missing in ("3", "x", "0"):
        assert two.get(f"/Observation/o1/_history/{missing}").status_code == 404


def test_a_delete_is_a_version_and_what_was_said_before_stays(two):
    gone = two.send("DELETE", "/Observation/o1")
    assert (gone.status_code, gone.headers["ETag"]) == (204, 'W/"3"')
    read = two.get("/Observation/o1")
    assert (read.status_code, read.headers["ETag"]) == (410, 'W/"3"')
    assert body_of(two.get("/Observation?patient=p1"))["total"] == 0
    assert two.get("/Observation/o1/_history/2").status_code == 200
    assert two.get("/Observation/o1/_history/3").status_code == 410
    assert two.send("DELETE", "/Observation/o1").status_code == 204
    assert Entry.objects.filter(resource__fhir_id="o1").count() == 3
    again = two.put("/Observation/o1", observation("o1", value=73.5))
    assert (again.status_code, again.headers["ETag"]) == (200, 'W/"4"')
    assert body_of(two.get("/Observation?patient=p1"))["total"] == 1


def test_a_history_is_newest_first_and_comes_in_pages(two):
    two.send("DELETE", "/Observation/o1")
    whole = body_of(two.get("/Observation/o1/_history"))
    assert [e["request"]["method"] for e in whole["entry"]] == ["DELETE", "PUT", "PUT"]
    assert [e["response"]["etag"] for e in whole["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    assert "resource" not in whole["entry"][0]
    paged, address = [], "/_history?_count=2"
    while address:
        page = body_of(two.get(address))
        paged += [e["request"]["url"] for e in page.get("entry", [])]
        following = [li["url"] for li in page["link"] if li["relation"] == "next"]
        address = following[0].partition("/fhir/R4")[2] if following else None
    assert paged == ["Observation/o1"] * 3 + ["Patient/p1"]
    assert len(body_of(two.get("/Observation/_history"))["entry"]) == 3
    assert "entry" not in body_of(two.get("/Observation/_history?_since=2999-01-01"))
    assert two.get("/Observation/o1/_history?_since=soon").status_code == 400
    assert two.get("/Observation/never/_history").status_code == 404


def test_a_stranger_sees_no_version(two, api_of):
    stranger = api_of("Stranger", Scope.READ)
    for path in (
        "/Observation/o1/_history/1",
        "/Observation/o1/_history",
        "/Observation/o1?as-of=2999-01-01",
    ):
        assert stranger.get(path).status_code == 404
    assert "entry" not in body_of(stranger.get("/_history"))


def colleague(api):
    """Return another system of the same organisation: nothing but a label hides the hospital's entries from it."""
    westmarch = Organisation.objects.get(reference="westmarch")
    token = create_token(
        system="Westmarch wards", scopes=[Scope.READ], at=timezone.now(), organisation=westmarch
    )
    return type(api)(token)


def test_an_old_version_with_a_label_stays_hidden_from_who_may_not_see_it(api):
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SEX"}]}
    wards = colleague(api)
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=1.5, meta=label))
    api.put("/Observation/o1", observation("o1", value=2.5))
    first = Entry.objects.get(resource__fhir_id="o1", version=1).recorded_at
    then = first.isoformat().replace("+00:00", "Z")
    assert wards.get("/Observation/o1").status_code == 200
    for path in ("/Observation/o1/_history/1", f"/Observation/o1?as-of={then}"):
        assert api.get(path).status_code == 200, path
        assert wards.get(path).status_code == 404, path
    for path in ("/Observation/o1/_history", "/Observation/_history"):
        assert [e["response"]["etag"] for e in body_of(wards.get(path))["entry"]] == ['W/"2"'], path
        assert len(body_of(api.get(path))["entry"]) == 2, path


def test_what_was_known_then_can_be_asked(two):
    assert two.get("/Observation/o1?as-of=2020-03-03").status_code == 404
    assert body_of(two.get("/Observation/o1?as-of=2999-03-03"))["meta"]["versionId"] == "2"
    first = Entry.objects.get(resource__fhir_id="o1", version=1).recorded_at
    moment = first.isoformat().replace("+00:00", "Z")
    assert body_of(two.get(f"/Observation/o1?as-of={moment}"))["meta"]["versionId"] == "1"
    assert two.get("/Observation/o1?as-of=yesterday").status_code == 400


def test_a_patch_changes_what_it_names_and_keeps_every_digit(two):
    two.send(
        "PUT",
        "/Observation/o1",
        json.dumps(observation("o1", value=1)).replace('"value": 1', '"value": 72.50'),
    )
    steps = [
        {"op": "test", "path": "/status", "value": "final"},
        {"op": "replace", "path": "/status", "value": "amended"},
    ]
    answer = patch(two, "/Observation/o1", steps)
    assert answer.status_code == 200
    assert b'"value":72.50' in answer.content
    assert body_of(answer)["status"] == "amended"


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([{"op": "test", "path": "/status", "value": "amended"}], 422),
        ([{"op": "remove", "path": "/never"}], 422),
        ([{"op": "replace", "path": "/status", "value": ["x"]}], 400),
        ([{"op": "remove", "path": "/status"}], 400),
        ([{"op": "replace", "path": "/id", "value": "o2"}], 400),
        ({"op": "remove"}, 422),
        ([{"op": "jump", "path": "/status"}], 422),
    ],
)
def test_a_patch_that_does_not_fit_changes_nothing(two, steps, status):
    assert patch(two, "/Observation/o1", steps).status_code == status
    assert two.get("/Observation/o1").headers["ETag"] == 'W/"2"'


def test_a_patch_is_for_what_is_there_and_ones_own(two, api_of):
    steps = [{"op": "replace", "path": "/status", "value": "amended"}]
    assert patch(two, "/Observation/never", steps).status_code == 404
    assert patch(api_of("Other", Scope.WRITE), "/Observation/o1", steps).status_code == 404
    assert (
        two.client.generic("PATCH", "/fhir/R4/Observation/o1", "{}", content_type="text/plain").status_code
        == 415
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_write_meant_for_another_version_is_told_which_is_the_newest(two, method):
    content = {
        "PUT": json.dumps(observation("o1", value=80.5)),
        "PATCH": json.dumps([{"op": "replace", "path": "/status", "value": "amended"}]),
        "DELETE": "",
    }[method]
    kind = PATCH if method == "PATCH" else "application/fhir+json"

    def send(tag):
        return two.client.generic(
            method, "/fhir/R4/Observation/o1", content, content_type=kind, headers={"if-match": tag}
        )

    stale = send('W/"1"')
    assert (stale.status_code, stale.headers["ETag"]) == (412, 'W/"2"')
    assert send("nonsense").status_code == 400
    assert send('W/"2"').status_code in (200, 204)


def test_only_new_and_only_if_changed(two):
    new = two.send("PUT", "/Observation/o1", observation("o1", value=9.5), if_none_match="*")
    assert new.status_code == 412
    assert (
        two.send("PUT", "/Observation/o2", observation("o2", value=9.5), if_none_match="*").status_code == 201
    )
    same = two.send("GET", "/Observation/o1", if_none_match='W/"2"')
    assert (same.status_code, same.content) == (304, b"")
    assert two.send("GET", "/Observation/o1", if_none_match='W/"1"').status_code == 200
    modified = two.get("/Observation/o1").headers["Last-Modified"]
    assert two.send("GET", "/Observation/o1", if_modified_since=modified).status_code == 304


def test_a_conditional_create_makes_one_and_refuses_to_guess(api):
    query = f"identifier={NHS}|{RIGHT_NUMBER}"
    made = api.send("POST", "/Patient", patient(), if_none_exist=query)
    assert made.status_code == 201
    found = api.send("POST", "/Patient", patient(born="1950-03-02", gender="male"), if_none_exist=query)
    assert found.status_code == 200
    assert (
        found.headers["Location"].partition("/_history")[0]
        == made.headers["Location"].partition("/_history")[0]
    )
    api.put("/Patient/x1", patient("x1", OTHER_NUMBER))
    api.put("/Patient/x2", patient("x2", OTHER_NUMBER, gender="male"))
    many = api.send("POST", "/Patient", patient(), if_none_exist=f"identifier={NHS}|{OTHER_NUMBER}")
    assert many.status_code == 412
    assert api.send("POST", "/Patient", patient(), if_none_exist="").status_code == 400


def test_a_conditional_update_and_delete_find_the_one(api):
    query = f"identifier={NHS}|{RIGHT_NUMBER}"
    assert api.send("PUT", f"/Patient?{query}", patient()).status_code == 201
    found = body_of(api.get(f"/Patient?{query}"))["entry"][0]["resource"]["id"]
    updated = api.send("PUT", f"/Patient?{query}", patient(found, gender="male"))
    assert (updated.status_code, updated.headers["ETag"]) == (200, 'W/"2"')
    assert api.send("DELETE", f"/Patient?{query}").status_code == 204
    assert body_of(api.get(f"/Patient?{query}"))["total"] == 0
    assert api.send("DELETE", f"/Patient?{query}").status_code == 204
    assert api.send("DELETE", "/Patient").status_code == 400


def test_another_system_can_neither_withdraw_nor_tell(two, api_of):
    other = api_of("Other", Scope.WRITE)
    assert other.send("DELETE", "/Observation/o1").status_code == 409
    assert two.get("/Observation/o1").status_code == 200


def test_a_transaction_withdraws_writes_and_reads_or_does_nothing(two):
    read = {"request": {"method": "GET", "url": "Observation/o2"}}
    search = {"request": {"method": "GET", "url": "Observation?patient=p1"}}
    gone = {"request": {"method": "DELETE", "url": "Observation/o1"}}
    sent = bundle(read, entry(observation("o2", value=5.5)), gone, search)
    answer = body_of(two.post("", sent))["entry"]
    assert [e["response"]["status"][:3] for e in answer] == ["200", "201", "204", "200"]
    assert [e["resource"]["id"] for e in answer[3]["resource"]["entry"]] == ["o2"]
    bad = bundle(
        {"request": {"method": "DELETE", "url": "Observation/o2"}},
        {"request": {"method": "GET", "url": "Observation/no"}},
    )
    assert two.post("", bad).status_code == 404
    assert two.get("/Observation/o2").status_code == 200
    stale = entry(observation("o2", value=6.5))
    stale["request"]["ifMatch"] = 'W/"7"'
    assert two.post("", bundle(stale)).status_code == 412
    batch = body_of(two.post("", bundle(stale, read, kind="batch")))["entry"]
    assert [e["response"]["status"][:3] for e in batch] == ["412", "200"]


def asking(*urls, kind="batch"):
    return bundle(*({"request": {"method": "GET", "url": url}} for url in urls), kind=kind)


def test_a_bundle_reads_versions_and_histories_as_their_addresses_do(two):
    two.send("DELETE", "/Observation/o1")
    urls = (
        "Observation/o1/_history/1",
        "Observation/o1/_history",
        "Observation/o1/_history?_count=1",
        "Observation/_history?_since=2020-01-01T00:00:00Z",
        "_history",
    )
    for kind in ("batch", "transaction"):
        answer = body_of(two.post("", asking(*urls, kind=kind)))["entry"]
        assert [e["response"]["status"] for e in answer] == ["200 OK"] * 5
        assert [e["resource"] for e in answer] == [body_of(two.get(f"/{url}")) for url in urls]
    assert answer[0]["response"]["etag"] == 'W/"1"'
    assert answer[0]["response"]["lastModified"]
    assert [e["response"]["etag"] for e in answer[1]["resource"]["entry"]] == ['W/"3"', 'W/"2"', 'W/"1"']
    following = next(li["url"] for li in answer[2]["resource"]["link"] if li["relation"] == "next")
    rest = body_of(two.get(following.partition("/fhir/R4")[2]))
    assert rest["entry"][0]["response"]["etag"] == 'W/"2"'


def test_what_a_transaction_writes_is_in_the_history_that_it_reads(two):
    sent = bundle(
        {"request": {"method": "GET", "url": "Observation/o1/_history"}},
        {"request": {"method": "GET", "url": "Observation/o1/_history/3"}},
        entry(observation("o1", value=74.5)),
    )
    history, version, written = body_of(two.post("", sent))["entry"]
    assert len(history["resource"]["entry"]) == 3
    assert version["resource"]["valueQuantity"]["value"] == 74.5
    assert version["response"]["etag"] == written["response"]["etag"] == 'W/"3"'


WRONG_ASKING = {
    "Observation/o1/_history/4": 404,
    "Observation/o1/_history/x": 404,
    "Observation/o1/_history/3": 410,
    "Observation/never/_history": 404,
    "Observation/never/_history/1": 404,
    "Observation/o1/_history?_sort=x": 400,
    "Observation/o1/_history?as-of=soon": 400,
    "Observation/o1/_history/1/more": 400,
    "Patient/p1/$everything": 400,
    "Observation//_history": 400,
    "_history/1": 404,
    "_history/_history": 404,
    "Nothing/n1/_history/1": 404,
    "Observation/o%001/_history": 400,
    "Observation?code=%00": 400,
}


@pytest.mark.parametrize(("url", "status"), WRONG_ASKING.items())
def test_a_wrong_asking_in_a_bundle_is_refused_with_its_place(two, url, status):
    two.send("DELETE", "/Observation/o1")
    two.put("/Observation/o2", observation("o2", value=1.5))
    right, wrong = body_of(two.post("", asking("Observation/o2/_history/1", url)))["entry"]
    assert right["response"]["status"] == "200 OK"
    issue = wrong["response"]["outcome"]["issue"][0]
    assert wrong["response"]["status"].startswith(str(status))
    assert issue["expression"] == ["Bundle.entry[1].request.url"]
    assert issue["diagnostics"].startswith("entry 2: ")
    assert two.post("", asking("Observation/o2/_history/1", url, kind="transaction")).status_code == status


def test_a_bundle_tells_no_version_to_whom_it_is_not_open(two, api_of):
    other = api_of("Other", Scope.READ, Scope.WRITE)
    urls = [f"{address}{more}" for address in ("Observation/o1", "Observation/no") for more in HISTORIES]
    answer = body_of(other.post("", asking(*urls)))["entry"]
    assert [e["response"]["status"][:3] for e in answer] == ["404"] * 4
    hidden, missing = (
        [e["response"]["outcome"]["issue"][0]["diagnostics"].partition(": ")[2] for e in half]
        for half in (answer[:2], answer[2:])
    )
    assert hidden == missing
    writer = api_of("Writer", Scope.WRITE)
    refused = body_of(writer.post("", asking("Observation/o1/_history")))["entry"][0]
    assert refused["response"]["status"].startswith("403")


HISTORIES = ("/_history", "/_history/1")


def test_what_worked_with_a_withdrawn_resource_forgets_it(api):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Encounter/s1", stay("s1"))
    related = {
        "resourceType": "RelatedPerson",
        "id": "r1",
        "patient": {"reference": "Patient/p1"},
        "relationship": [{"text": "daughter"}],
        "name": [{"text": "Ann Other"}],
    }
    api.put("/RelatedPerson/r1", related)
    assert (Stay.objects.count(), Carer.objects.count()) == (1, 1)
    api.send("DELETE", "/Encounter/s1")
    api.send("DELETE", "/RelatedPerson/r1")
    assert (Stay.objects.count(), Carer.objects.count()) == (0, 0)


def test_a_create_of_what_was_withdrawn_makes_it_again_under_its_id(api):
    made = api.post("/Patient", patient())
    address = made.headers["Location"].partition("/_history")[0].partition("/fhir/R4")[2]
    assert api.send("DELETE", address).status_code == 204
    again = api.post("/Patient", patient())
    assert (again.status_code, again.headers["ETag"]) == (200, 'W/"3"')
    assert address in again.headers["Location"]
    assert api.get(address).status_code == 200


def test_what_was_created_without_an_id_can_be_patched(api):
    made = api.post("/Patient", patient())
    address = made.headers["Location"].partition("/_history")[0].partition("/fhir/R4")[2]
    answer = patch(api, address, [{"op": "replace", "path": "/gender", "value": "male"}])
    assert (answer.status_code, body_of(answer)["gender"]) == (200, "male")


def test_a_version_that_is_withheld_does_not_end_a_history(api):
    label = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SEX"}]}
    wards = colleague(api)
    api.put("/Patient/p1", patient("p1"))
    for value, more in ((1.5, {}), (2.5, {"meta": label}), (3.5, {"meta": label}), (4.5, {})):
        assert api.put("/Observation/o1", observation("o1", value=value, **more)).status_code in (200, 201)
    assert wards.get("/Observation/o1/_history/3").status_code == 404
    seen, address = [], "/Observation/o1/_history?_count=1"
    while address:
        page = body_of(wards.get(address))
        seen += [e["response"]["etag"] for e in page.get("entry", [])]
        following = [li["url"] for li in page["link"] if li["relation"] == "next"]
        address = following[0].partition("/fhir/R4")[2] if following else None
    assert seen == ['W/"4"', 'W/"1"']


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "-1", "1.5"])
def test_what_is_no_number_is_refused_calmly(two, odd):
    for address in ("/Observation/o1/_history?_count=", "/Observation?_count="):
        assert two.get(address + odd).status_code == 400
    assert two.get(f"/Observation/o1/_history/{odd}").status_code == 404


@pytest.mark.parametrize("odd", ["[" * 100_000, '{"resourceType":"Observation","x":' * 3000])
def test_what_is_nested_too_deeply_is_refused(two, odd):
    assert two.put("/Observation/o1", odd).status_code == 400
    assert two.post("", odd).status_code == 400
