"""The CapabilityStatement says what the API does: each interaction that it names answers, and no other."""

import json

import pytest
from fhir_samples import observation, patient

from joinedup.exchange.fhir.validation import TYPES, issues_of_form

# Every interaction that R4 has for a type: (method, address).
TRIED = {
    "read": ("GET", "/{type}/x1"),
    "vread": ("GET", "/{type}/x1/_history/1"),
    "update": ("PUT", "/{type}/x1"),
    "create": ("POST", "/{type}"),
    "patch": ("PATCH", "/{type}/x1"),
    "delete": ("DELETE", "/{type}/x1"),
    "history-instance": ("GET", "/{type}/x1/_history"),
    "history-type": ("GET", "/{type}/_history"),
    "search-type": ("GET", "/{type}"),
}
OF_THE_SERVER = {
    "transaction": ("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": []}),
    "batch": ("POST", "", {"resourceType": "Bundle", "type": "batch", "entry": []}),
    "history-system": ("GET", "/_history", {}),
    "search-system": ("GET", "", {}),
}


def statement(api):
    return json.loads(api.get("/metadata").content)["rest"][0]


def is_supported(answer):
    """Say whether it is refused for what was sent, if at all, and not because nobody does such a thing here."""
    assert answer.status_code < 500
    if answer.status_code < 400 or not answer.content:
        return True
    codes = {issue["code"] for issue in answer.json()["issue"]}
    return answer.status_code != 405 and "not-supported" not in codes


def tried(api, method, path, content):
    kind = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
    return api.client.generic(method, f"/fhir/R4{path}", json.dumps(content), content_type=kind)


def test_it_is_a_well_formed_statement(api):
    assert issues_of_form([api.get("/metadata").content]) == [[]]


def test_every_type_and_no_other_is_named(api):
    named = {resource["type"] for resource in statement(api)["resource"]}
    assert named == TYPES
    for name in ("Person2", "patient", "Resource", "BackboneElement"):
        assert name not in named
        assert not is_supported(api.get(f"/{name}"))


@pytest.mark.parametrize("code", TRIED)
def test_each_interaction_of_each_type_answers_if_it_is_named_and_only_then(api, code):
    method, path = TRIED[code]
    for resource in statement(api)["resource"]:
        said = {interaction["code"] for interaction in resource["interaction"]}
        content = [] if method == "PATCH" else {"resourceType": resource["type"], "id": "x1"}
        answer = tried(api, method, path.format(type=resource["type"]), content)
        assert is_supported(answer) == (code in said), (resource["type"], code, answer.content)
        assert said <= TRIED.keys()


@pytest.mark.parametrize("code", OF_THE_SERVER)
def test_each_interaction_of_the_server_answers_if_it_is_named_and_only_then(api, code):
    said = {interaction["code"] for interaction in statement(api)["interaction"]}
    assert said <= OF_THE_SERVER.keys()
    assert is_supported(tried(api, *OF_THE_SERVER[code])) == (code in said)


def test_what_is_named_works_on_a_resource_that_is_there(api):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Observation/x1", observation("x1", value=1.5))
    for code, (method, path) in TRIED.items():
        content = [{"op": "replace", "path": "/status", "value": "amended"}]
        if method != "PATCH":
            content = observation("x1", value=2.5)
        answer = tried(api, method, path.format(type="Observation"), content)
        # What is withdrawn on the way says so.
        assert answer.status_code in (200, 201, 204), code
        if code == "delete":
            api.put("/Observation/x1", observation("x1", value=3.5))


def test_each_condition_that_is_named_is_answered(api):
    for resource in statement(api)["resource"]:
        name = resource["type"]
        content = {"resourceType": name, "id": "x1"}
        assert resource["conditionalCreate"] is resource["conditionalUpdate"] is True
        assert is_supported(api.send("POST", f"/{name}", content, if_none_exist="_id=never"))
        assert is_supported(tried(api, "PUT", f"/{name}?_id=never", content))
        assert resource["conditionalDelete"] == "single"
        assert tried(api, "DELETE", f"/{name}?_id=never", {}).status_code == 204
        assert tried(api, "PATCH", f"/{name}?_id=never", []).status_code == 404


def test_what_is_not_named_as_a_parameter_is_refused(api):
    resources = statement(api)["resource"]
    every = sorted({p["name"] for resource in resources for p in resource["searchParam"]})
    for number, resource in enumerate(resources):
        named = {parameter["name"] for parameter in resource["searchParam"]}
        others = [name for name in every if name not in named]
        for name in ("never", others[number % len(others)], others[-number % len(others)]):
            answer = api.get(f"/{resource['type']}?{name}=2026-01-05")
            assert answer.status_code == 400, (resource["type"], name)
            assert not is_supported(answer)


def test_each_parameter_that_is_named_is_answered(api):
    for resource in statement(api)["resource"]:
        for parameter in resource["searchParam"]:
            value = {"date": "2026-01-05", "reference": "Patient/p1"}.get(parameter["type"], "x")
            answer = api.get(f"/{resource['type']}?{parameter['name']}={value}")
            assert answer.status_code == 200, (resource["type"], parameter)


def test_what_can_be_included_is_answered(api):
    for resource in statement(api)["resource"]:
        for include in resource["searchInclude"]:
            assert api.get(f"/{resource['type']}?_include={include}").status_code == 200, include
