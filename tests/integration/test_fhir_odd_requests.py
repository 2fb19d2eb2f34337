"""What odd requests once brought down: each is refused or taken now, in words of FHIR, and leaves nothing behind."""

import json

import pytest
from django.utils import timezone
from fhir_samples import bundle, observation, patient, stay

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.care.access.models import Relationship
from joinedup.care.discharge.models import Stay
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.site.charsets import UNKNOWN, without_charset
from safe_answers import Door

DEPRIVATION = "https://joinedup.example/fhir/StructureDefinition/deprivation-quintile"
PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"
WEEK = "2026-W01-1"


def refused(response, status=400):
    """Check that it is refused so, with an OperationOutcome; return what is said."""
    assert response.status_code == status, response.content
    assert response.json()["resourceType"] == "OperationOutcome"
    return response.json()["issue"][0]["diagnostics"]


def reading(*urls):
    return bundle(*({"request": {"method": "GET", "url": url}} for url in urls), kind="batch")


@pytest.mark.parametrize(
    "address",
    [
        f"/Patient?birthdate={WEEK}",
        f"/Patient?as-of={WEEK}",
        f"/Patient/p1?as-of={WEEK}",
        f"/Patient/p1/$everything?end={WEEK}",
        "/Patient?_lastUpdated=20260105T10:00:00Z",
    ],
)
def test_a_date_by_weeks_or_without_hyphens_is_none(api, address):
    api.put("/Patient/p1", patient("p1"))
    assert "YYYY-MM-DD" in refused(api.get(address))


@pytest.mark.parametrize("name", ["_lastUpdated", "birthdate", "name", "identifier", "_id"])
def test_a_value_of_nothing_but_commas_is_refused(api, name):
    assert refused(api.get(f"/Patient?{name}=,,")).startswith(name)


@pytest.mark.parametrize("count", ["%C2%B2", "9" * 5000, "many", "-1"])
def test_a_count_of_everything_is_a_whole_number(api, count):
    api.put("/Patient/p1", patient("p1"))
    assert refused(api.get(f"/Patient/p1/$everything?_count={count}")).startswith("_count")


@pytest.mark.parametrize("more", ["", "/_history", "/_history/1"])
@pytest.mark.parametrize("fhir_id", ["a" * 5000, "p1%0A", "é"])
def test_what_is_no_id_is_not_looked_for(api, fhir_id, more):
    refused(api.get(f"/Patient/{fhir_id}{more}"))


def test_an_entry_that_reads_is_as_careful_as_an_address(api):
    answer = api.post(
        "", reading("Patient?name=a%00b", "Patient/a\x00b", f"Patient/{'a' * 5000}", "metadata\x00")
    )
    assert [entry["response"]["status"][:3] for entry in answer.json()["entry"]] == [
        "400",
        "400",
        "400",
        "400",
    ]


def test_a_patch_in_a_bundle_that_is_no_base64_is_refused(api):
    binary = {"resourceType": "Binary", "contentType": PATCH, "data": "é"}
    entry = {"resource": binary, "request": {"method": "PATCH", "url": "Patient/p1"}}
    answer = api.post("", bundle(entry, kind="batch")).json()["entry"][0]["response"]
    assert answer["status"].startswith("400")


def test_a_patch_that_doubles_again_and_again_is_refused(api):
    api.put("/Patient/p1", patient("p1"))
    steps = [
        {"op": "add", "path": "/x", "value": ["x"]},
        *[{"op": "copy", "from": "/x", "path": "/x/-"}] * 200,
    ]
    sent = api.client.patch("/fhir/R4/Patient/p1", json.dumps(steps), content_type=PATCH)
    assert "copies grow" in refused(sent, 422)


def test_an_organisation_with_a_very_long_name_is_known_by_its_beginning(api):
    name = "Long " * 80
    assert (
        api.put(
            "/Organization/long", {"resourceType": "Organization", "id": "long", "name": name}
        ).status_code
        == 201
    )
    assert Organisation.objects.get(reference="long").name == name[:200]
    assert api.get("/Organization/long").json()["name"] == name


@pytest.mark.parametrize("said", [99_999, -1, 0, 6])
def test_a_fifth_that_is_none_is_not_taken(api, said):
    sent = patient("p1", extension=[{"url": DEPRIVATION, "valueInteger": said}])
    assert api.put("/Patient/p1", sent).status_code == 201
    assert Person.objects.get().deprivation is None


def test_a_name_that_grows_when_it_is_folded_is_found_by_its_beginning(api):
    # One letter that stands for a phrase of four words.
    assert api.put("/Patient/p1", patient("p1", name=[{"family": "\ufdfa" * 100}])).status_code == 201
    assert len(Person.objects.get().sought_family) == 120


def test_an_end_in_the_year_9999_is_an_open_end(api):
    westmarch = {"resourceType": "Organization", "id": "westmarch", "name": "Westmarch"}
    period = {"start": "2026-01-01T10:00:00Z", "end": "9999-12-31"}
    sent = stay(period=period, serviceProvider={"reference": "Organization/westmarch"})
    for resource in (westmarch, patient("p1"), sent):
        assert api.put(f"/{resource['resourceType']}/{resource['id']}", resource).status_code in (200, 201)
    assert Stay.objects.get().left_at is None
    assert Relationship.objects.get(kind="stay").until is None


def test_an_endpoint_that_is_no_address_is_refused(api):
    channel = {"type": "rest-hook", "endpoint": "https://["}
    said = {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "x",
        "criteria": "Observation?code=x",
    }
    assert "no address" in refused(api.post("/Subscription", said | {"channel": channel}), 422)


@pytest.mark.parametrize(
    ("kind", "read_as"),
    [
        ("text/plain", "text/plain"),
        ("application/fhir+json; charset=UTF-8", "application/fhir+json"),
        ('a/b; Charset="utf-8"; boundary=X', "a/b; boundary=X"),
        (f"{FORM}; charset=hex", UNKNOWN),
        (f"{FORM}; charset=idna", UNKNOWN),
    ],
)
def test_everything_is_read_as_utf_8(kind, read_as):
    assert without_charset(kind) == read_as


@pytest.mark.parametrize("charset", ["hex", "idna", "unicode_escape", "undefined", "utf-16"])
def test_another_charset_is_refused_before_it_is_read(token, charset):
    door = Door(headers={"authorization": f"Bearer {token}"})
    kind = f"{FORM}; charset={charset}"
    assert (
        door.generic("POST", "/fhir/R4/Patient/_search?name=%5Cud800", b"name=a", content_type=kind).status
        == 415
    )


@pytest.mark.parametrize("kind", ["application/fhir+json", "multipart/form-data", "text/plain"])
def test_a_search_whose_body_is_no_form_is_refused_and_not_taken_for_everything(api, kind):
    refused(api.client.post("/fhir/R4/Patient/_search", b'{"name": "x"}', content_type=kind), 415)


def test_what_reaches_no_view_is_answered_in_the_form_asked_for(api):
    assert "metadata" in refused(api.get("/$nonsense"), 404)
    refused(api.get("/Patient?" + "&".join(f"a{n}=1" for n in range(1100))))
    refused(api.client.get("/fhir/R4/Patient", headers={"host": "elsewhere.example"}))
    in_xml = api.client.get("/fhir/R4/$nonsense", headers={"accept": "application/fhir+xml"})
    assert in_xml.content.startswith(b"<?xml")
    assert b"<OperationOutcome" in in_xml.content
    page = api.client.get("/nonsense", headers={"accept": "application/fhir+xml"})
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_length_that_is_no_number_is_refused(api):
    refused(api.send("PUT", "/Patient/p1", patient("p1"), **{"content-length": "abc"}))


@pytest.fixture
def word(api):
    api.put("/Patient/p1", patient("p1"))
    for n in range(3):
        api.put(f"/Observation/o{n}", observation(f"o{n}", value=n))
    return word_in(api.get("/Observation?_count=1&_sort=-date&_total=accurate"))


def word_in(answer):
    links = answer.json()["link"]
    return next(each["url"] for each in links if each["relation"] == "next").partition("_page=")[2]


def test_the_word_of_a_further_page_leads_on_there_and_nowhere_else(api, word):
    assert len(api.get(f"/Observation?_page={word}").json()["entry"]) == 1
    for path in ("/Patient", "/Patient/p1/$everything", "/Encounter"):
        assert "further page" in refused(api.get(f"{path}?_page={word}"))


def test_the_word_of_a_further_page_of_everything_is_for_that_person(api, word):
    api.put("/Patient/p2", patient("p2", number="9990000034"))
    word = word_in(api.get("/Patient/p1/$everything?_count=1"))
    assert api.get(f"/Patient/p1/$everything?_page={word}").status_code == 200
    assert "further page" in refused(api.get(f"/Patient/p2/$everything?_page={word}"))


def test_the_word_of_a_further_page_tells_another_system_neither_what_was_asked_nor_how_much_there_was(
    api_of, word
):
    answer = api_of("Another system", Scope.READ).get(f"/Observation?_page={word}")
    assert "further page" in refused(answer)
    assert b"_sort" not in answer.content


def test_the_word_of_a_further_page_is_refused_when_altered_or_cut(api, word):
    changed = word[:50] + ("A" if word[50] != "A" else "B") + word[51:]
    for odd in (word[:-20], changed, "%F0%9F%98%80"):
        refused(api.get(f"/Observation?_page={odd}"))


def test_another_token_of_the_same_system_may_go_on(api, word):
    """A token is changed now and then; the pages are the system's."""
    token = create_token(system="Westmarch hospital", scopes=[Scope.READ], at=timezone.now())
    said = {"authorization": f"Bearer {token}"}
    assert api.client.get(f"/fhir/R4/Observation?_page={word}", headers=said).status_code == 200
