"""FHIR's XML in and out: the same resource, to the digit; what is dangerous or broken is refused with its place."""

import json
import xml.etree.ElementTree as ET

import pytest
from fhir_samples import bundle, entry, observation, patient

from joinedup.care.record.logic import decode, digest_of
from joinedup.exchange.fhir.xml import json_of_xml, xml_of_json

XML = "application/fhir+xml"
NAMESPACE = "{http://hl7.org/fhir}"


@pytest.fixture(scope="session")
def examples(published_data):
    return [
        (path.name, path.read_bytes())
        for path in sorted((published_data / "uk-core-examples").glob("*.json"))
    ]


def send(api, method, path, body=b"", **headers):
    return api.client.generic(
        method, f"/fhir/R4{path}", body, content_type=XML, headers={"accept": XML} | headers
    )


def test_every_example_is_the_same_after_a_journey_through_xml(examples):
    assert len(examples) >= 100
    for name, body in examples:
        made = xml_of_json(body)
        root = ET.fromstring(made)  # noqa: S314 - an independent reader of what we made
        assert root.tag.startswith(NAMESPACE), name
        back = json_of_xml(made)
        assert digest_of(decode(back)) == digest_of(decode(body)), name


def test_every_example_goes_in_and_comes_out_as_xml_through_the_api(api, examples):
    seen = set()
    for name, body in examples:
        content = json.loads(body)
        key = f"/{content['resourceType']}/{content['id']}"
        if key in seen:
            continue
        seen.add(key)
        answer = send(api, "PUT", key, xml_of_json(body))
        assert answer.status_code in (200, 201), (name, answer.content[:300])
        kept = api.get(key).content
        read = send(api, "GET", key)
        assert read.headers["Content-Type"].startswith(XML)
        assert (
            digest_of(decode(json_of_xml(read.content))) == digest_of(decode(kept)) == digest_of(decode(body))
        ), name


def test_digits_and_markup_survive(api):
    sent = json.dumps(observation("o1", value=1)).replace('"value": 1', '"value": 72.50').encode()
    assert send(api, "PUT", "/Observation/o1", xml_of_json(sent)).status_code == 201
    assert b'"value":72.50' in api.get("/Observation/o1").content
    assert b'value value="72.50"' in send(api, "GET", "/Observation/o1").content
    named = patient("p1", name=[{"family": '<b>&"O\'Hára"'}])
    assert send(api, "PUT", "/Patient/p1", xml_of_json(json.dumps(named).encode())).status_code == 201
    assert json.loads(api.get("/Patient/p1").content)["name"][0]["family"] == '<b>&"O\'Hára"'


def test_a_transaction_a_search_and_an_error_speak_xml(api):
    sent = bundle(entry(patient("p1")), entry(observation("o1", value=1.5)))
    answer = send(api, "POST", "", xml_of_json(json.dumps(sent).encode()))
    assert answer.status_code == 200
    assert len(ET.fromstring(answer.content).findall(f"{NAMESPACE}entry")) == 2  # noqa: S314
    found = ET.fromstring(send(api, "GET", "/Observation?patient=p1").content)  # noqa: S314
    assert found.find(f"{NAMESPACE}total").get("value") == "1"
    assert ET.fromstring(send(api, "GET", "/Patient/never").content).tag == f"{NAMESPACE}OperationOutcome"  # noqa: S314
    by_format = api.get("/Patient/p1?_format=xml")
    assert by_format.headers["Content-Type"].startswith(XML)
    assert api.client.get("/fhir/R4/Patient/p1", headers={"accept": "image/png"}).status_code == 406
    wrong = api.client.generic("PUT", "/fhir/R4/Patient/p1", b"a,b", content_type="text/csv")
    assert wrong.status_code == 415


NAME = 'xmlns="http://hl7.org/fhir"'
DANGEROUS = {
    "entities that grow": (
        f'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><Patient {NAME}><id value="&b;"/></Patient>'
    ),
    "a file of ours": (
        f'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Patient {NAME}><id value="&f;"/></Patient>'
    ),
    "a deep nest": f"<Patient {NAME}>" + "<contained>" * 5000,
    "no XML": "this is not XML",
    "another namespace": '<Patient xmlns="urn:x"><id value="p1"/></Patient>',
    "an unknown element": f'<Patient {NAME}><id value="p1"/><shoeSize value="7"/></Patient>',
    "text between elements": f'<Patient {NAME}>Quill<id value="p1"/></Patient>',
    "cut short": f'<Patient {NAME}><id value="p1"/>',
    "twice what is once": f'<Patient {NAME}><id value="p1"/><gender value="male"/><gender value="female"/></Patient>',
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_what_is_dangerous_or_broken_is_refused_and_not_quoted(api, name):
    answer = send(api, "PUT", "/Patient/p1", DANGEROUS[name].encode())
    assert answer.status_code in (400, 422), answer.content
    text = answer.content.decode()
    assert "root:" not in text
    assert "Quill" not in text
    assert api.get("/Patient/p1").status_code == 404
