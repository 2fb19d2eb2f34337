"""The CapabilityStatement says what the API does: each interaction that it names answers, and no other."""

import json

import pytest
from fhir_samples import observation, patient

from joinedup.exchange.fhir.validation import issues_of_form

TRIED = {
    "read": ("GET", "/Observation/o1"),
    "vread": ("GET", "/Observation/o1/_history/1"),
    "update": ("PUT", "/Observation/o1"),
    "create": ("POST", "/Observation"),
    "patch": ("PATCH", "/Observation/o1"),
    "delete": ("DELETE", "/Observation/o1"),
    "history-instance": ("GET", "/Observation/o1/_history"),
    "history-type": ("GET", "/Observation/_history"),
    "search-type": ("GET", "/Observation"),
}


def statement(api):
    return json.loads(api.get("/metadata").content)


def test_it_is_a_well_formed_statement(api):
    assert issues_of_form([api.get("/metadata").content]) == [[]]


@pytest.mark.parametrize("code", TRIED)
def test_each_interaction_that_is_named_answers(api, code):
    resource = next(r for r in statement(api)["rest"][0]["resource"] if r["type"] == "Observation")
    assert {i["code"] for i in resource["interaction"]} == set(TRIED)
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/o1", observation("o1", value=1.5))
    method, path = TRIED[code]
    content = json.dumps([{"op": "replace", "path": "/status", "value": "amended"}])
    kind = "application/json-patch+json"
    if method != "PATCH":
        content, kind = json.dumps(observation("o1", value=2.5)), "application/fhir+json"
    answer = api.client.generic(method, f"/fhir/R4{path}", content, content_type=kind)
    assert answer.status_code in (200, 201, 204)


def test_each_parameter_that_is_named_is_answered(api):
    for resource in statement(api)["rest"][0]["resource"]:
        for parameter in resource["searchParam"]:
            value = {"date": "2026-01-05", "reference": "Patient/p1"}.get(parameter["type"], "x")
            answer = api.get(f"/{resource['type']}?{parameter['name']}={value}")
            assert answer.status_code == 200, (resource["type"], parameter)


def test_what_can_be_included_is_answered(api):
    for resource in statement(api)["rest"][0]["resource"]:
        for include in resource["searchInclude"]:
            assert api.get(f"/{resource['type']}?_include={include}").status_code == 200, include
