"""Searches through the API: each kind of parameter, chains, includes, order, pages, shapes, and what is refused."""

import json

import pytest
from fhir_samples import NHS, OTHER_NUMBER, RIGHT_NUMBER, observation, patient, stay

LOINC = "http://loinc.org"


def ids_of(response):
    assert response.status_code == 200, response.content
    found = json.loads(response.content)
    return [e["resource"]["id"] for e in found.get("entry", []) if e["search"]["mode"] == "match"]


def included_in(response):
    found = json.loads(response.content)
    return sorted(
        f"{e['resource']['resourceType']}/{e['resource']['id']}"
        for e in found.get("entry", [])
        if e["search"]["mode"] == "include"
    )


def coded(fhir_id, code, when, subject="Patient/p1", status="final", **more):
    return observation(
        fhir_id,
        subject,
        value=72.5,
        status=status,
        code={"coding": [{"system": LOINC, "code": code}], "text": code},
        effectiveDateTime=when,
        **more,
    )


@pytest.fixture
def filled(api):
    """Two people, an organisation and a handful of entries."""
    name = [{"family": "O'Hára", "given": ["Zoë", "Anne"]}]
    home = [{"line": ["1 Made Up Row"], "city": "Westmarch", "postalCode": "ZZ99 1AA"}]
    sent = [
        {"resourceType": "Organization", "id": "trust", "name": "Madeup Trust"},
        patient("p1", RIGHT_NUMBER, name=name, address=home),
        patient("p2", OTHER_NUMBER, "1962-11-30"),
        stay("e1", serviceProvider={"reference": "Organization/trust"}),
        coded("o1", "29463-7", "2026-01-05"),
        coded("o2", "29463-7", "2026-02-05T10:00:00Z", encounter={"reference": "Encounter/e1"}),
        coded("o3", "8302-2", "2026-03-05T10:00:00Z", status="preliminary"),
        coded("o4", "29463-7", "2026-01-05", "Patient/p2"),
    ]
    for each in sent:
        assert api.put(f"/{each['resourceType']}/{each['id']}", each).status_code == 201
    return api


SEARCHES = [
    ("Patient?family=o'h", ["p1"]),
    ("Patient?family=OHARA", []),
    ("Patient?family:exact=o'hara", ["p1"]),
    ("Patient?name:contains=har", ["p1"]),
    ("Patient?name=ann", ["p1"]),
    ("Patient?name=zoe&birthdate=1950-03-02", ["p1"]),
    ("Patient?birthdate=1950", ["p1"]),
    ("Patient?birthdate=gt1960", ["p2"]),
    ("Patient?birthdate=1950-03-02,1962-11-30", ["p1", "p2"]),
    ("Patient?gender=female", ["p1", "p2"]),
    ("Patient?gender:not=female", []),
    (f"Patient?identifier={NHS}|{RIGHT_NUMBER}", ["p1"]),
    (f"Patient?identifier={RIGHT_NUMBER},{OTHER_NUMBER}", ["p1", "p2"]),
    (f"Patient?identifier=urn:other|{RIGHT_NUMBER}", []),
    ("Patient?address=west", ["p1"]),
    ("Patient?address-postalcode=zz99", ["p1"]),
    ("Patient?_id=p2,p1,p9", ["p1", "p2"]),
    ("Observation?patient=p1", ["o1", "o2", "o3"]),
    ("Observation?patient=Patient/p1&code=http://loinc.org|29463-7", ["o1", "o2"]),
    ("Observation?code=29463-7", ["o1", "o2", "o4"]),
    ("Observation?code=http://snomed.info/sct|29463-7", []),
    ("Observation?subject=Patient/p2", ["o4"]),
    ("Observation?status=preliminary,final&patient=p1", ["o1", "o2", "o3"]),
    ("Observation?patient=p1&date=2026-01-05", ["o1"]),
    ("Observation?patient=p1&date=ge2026-02-05", ["o2", "o3"]),
    ("Observation?patient=p1&date=ge2026-01-01&date=lt2026-02-01", ["o1"]),
    ("Observation?patient=p1&date=2026-02-05T10:00:00Z", ["o2"]),
    ("Observation?patient=p1&date=2026-02,2026-03", ["o2", "o3"]),
    (f"Observation?patient.identifier={NHS}|{OTHER_NUMBER}", ["o4"]),
    (f"Observation?subject:Patient.identifier={OTHER_NUMBER}", ["o4"]),
    ("Observation?encounter=Encounter/e1", ["o2"]),
    ("Encounter?patient=p1&date=ge2030", ["e1"]),
    ("Encounter?patient=p1&date=lt2026-01-01", []),
    ("Encounter?service-provider:Organization.name=madeup", ["e1"]),
    ("Encounter?class=IMP", ["e1"]),
    ("Observation?_lastUpdated=gt2020&patient=p2", ["o4"]),
    ("Observation?_lastUpdated=lt2020&patient=p2", []),
    ("Observation?patient=p9", []),
]


@pytest.mark.parametrize(("query", "expected"), SEARCHES, ids=[query for query, _ in SEARCHES])
def test_a_search_finds_what_it_asks_for(filled, query, expected):
    assert sorted(ids_of(filled.get(f"/{query}"))) == expected
    type_, _, asked = query.partition("?")
    form = filled.client.post(
        f"/fhir/R4/{type_}/_search", asked, content_type="application/x-www-form-urlencoded"
    )
    assert sorted(ids_of(form)) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("date", ["o1", "o2", "o3"]),
        ("-date", ["o3", "o2", "o1"]),
        ("_lastUpdated", ["o1", "o2", "o3"]),
        ("-_id", ["o3", "o2", "o1"]),
    ],
)
def test_a_search_is_ordered_and_its_pages_follow_on(filled, order, expected):
    whole = ids_of(filled.get(f"/Observation?patient=p1&_sort={order}"))
    paged, address = [], f"/Observation?patient=p1&_sort={order}&_count=2"
    while address:
        answer = filled.get(address)
        paged += ids_of(answer)
        content = json.loads(answer.content)
        assert content["total"] == 3
        following = [link["url"] for link in content["link"] if link["relation"] == "next"]
        address = following[0].partition("/fhir/R4")[2] if following else None
    assert whole == paged == expected


@pytest.mark.parametrize(("asked", "total"), [("", None), ("&_total=accurate", 4), ("&_total=none", None)])
def test_all_are_counted_where_that_is_asked_or_the_page_holds_them(filled, asked, total):
    assert json.loads(filled.get(f"/Observation?_count=2{asked}").content).get("total") == total
    assert json.loads(filled.get(f"/Observation?_count=4{asked}").content)["total"] == 4
    assert filled.get("/Observation?_total=roughly").status_code == 400


def test_pages_stay_while_data_arrive_and_change(filled):
    first = filled.get("/Observation?patient=p1&_sort=-_lastUpdated&_count=1")
    assert ids_of(first) == ["o3"]
    filled.put("/Observation/o1", coded("o1", "29463-7", "2027-01-05"))
    filled.put("/Observation/o9", coded("o9", "29463-7", "2026-01-01"))
    seen, content = ["o3"], json.loads(first.content)
    while following := [link["url"] for link in content["link"] if link["relation"] == "next"]:
        answer = filled.get(following[0].partition("/fhir/R4")[2])
        seen += ids_of(answer)
        content = json.loads(answer.content)
    assert seen == ["o3", "o2", "o1"]
    assert content["entry"][-1]["resource"]["meta"]["versionId"] == "1"


def test_the_address_of_a_further_page_tells_nothing_of_what_was_asked(filled):
    answer = filled.get("/Patient?gender=female&_sort=family&_count=1")
    link = next(li["url"] for li in json.loads(answer.content)["link"] if li["relation"] == "next")
    assert "female" not in link
    assert "hara" not in link
    assert filled.get("/Patient?_page=made-up").status_code == 400


def test_includes_bring_what_is_referred_to_and_what_refers(filled):
    forward = filled.get("/Observation?_id=o2&_include=Observation:encounter&_include=Observation:patient")
    assert included_in(forward) == ["Encounter/e1", "Patient/p1"]
    backward = filled.get("/Patient?_id=p1&_revinclude=Observation:patient&_revinclude=Encounter:subject")
    assert included_in(backward) == ["Encounter/e1", "Observation/o1", "Observation/o2", "Observation/o3"]
    assert included_in(filled.get("/Encounter?_id=e1&_revinclude=Observation:encounter")) == [
        "Observation/o2"
    ]


def test_summaries_and_elements_say_that_they_are_cut(filled):
    found = json.loads(filled.get("/Observation?_id=o2&_elements=valueQuantity").content)["entry"][0]
    assert set(found["resource"]) == {"resourceType", "id", "meta", "status", "code", "valueQuantity"}
    assert found["resource"]["meta"]["tag"][-1]["code"] == "SUBSETTED"
    count = json.loads(filled.get("/Observation?patient=p1&_summary=count").content)
    assert count["total"] == 3
    assert "entry" not in count
    summary = json.loads(filled.get("/Patient?_id=p1&_summary=true").content)["entry"][0]["resource"]
    assert "birthDate" in summary


@pytest.mark.parametrize(
    "query",
    [
        "Patient?favourite=blue",
        "Patient?birthdate=yesterday",
        "Patient?family:sounds=x",
        "Patient?_sort=shoe-size",
        "Patient?_count=many",
        "Patient?_include=Nonsense",
        "Observation?encounter=e1",
        "Observation?code=http://loinc.org|",
        "Patient?_summary=most",
        "Account?status=active",
    ],
)
def test_what_can_not_be_answered_is_refused_with_its_name_and_without_its_value(filled, query):
    answer = filled.get(f"/{query}")
    assert answer.status_code == 400
    issue = json.loads(answer.content)["issue"][0]
    name = query.partition("?")[2].partition("=")[0].partition(":")[0]
    assert name in issue["diagnostics"]
    for value in ("yesterday", "blue", "loinc"):
        assert value not in issue["diagnostics"]


def test_another_type_is_found_by_id_and_patient(filled):
    account = {
        "resourceType": "Account",
        "id": "a1",
        "status": "active",
        "subject": [{"reference": "Patient/p1"}],
    }
    basic = {
        "resourceType": "Basic",
        "id": "b1",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p1"},
    }
    for each in (account, basic):
        filled.put(f"/{each['resourceType']}/{each['id']}", each)
    assert ids_of(filled.get("/Account?_id=a1")) == ["a1"]
    assert ids_of(filled.get("/Basic?patient=p1")) == ["b1"]
