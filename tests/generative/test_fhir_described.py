"""Odd requests made by Schemathesis of what the API says of itself: its CapabilityStatement, written as OpenAPI.

What fits the description and what does not are both answered in FHIR, and never with a fault of the server's.
"""

import json
from functools import cache

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, openapi

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.exchange.fhir.capability import capability_statement

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
VERSION = {"name": "version", "in": "path", "required": True, "schema": {"type": "string"}}
RESULTS = ("_count", "_sort", "_include", "_revinclude", "_summary", "_elements", "_total", "_page", "as-of")
HEADERS = ("If-Match", "If-None-Match", "If-None-Exist", "Prefer", "Accept")
ANYTHING = {"200": {"description": "FHIR"}}
ODD_WORDS = ("Traceback", "psycopg", "django.", "Error(", 'File "')


def query(names):
    return [{"name": name, "in": "query", "schema": {"type": "string"}} for name in names]


def asked(*parameters, body=None):
    headers = [{"name": name, "in": "header", "schema": {"type": "string"}} for name in HEADERS]
    operation = {"parameters": [*parameters, *headers], "responses": ANYTHING}
    return operation | ({"requestBody": {"required": True, "content": body}} if body else {})


def resource(type_):
    """A resource of a type, of whatever shape."""
    form = {
        "type": "object",
        "required": ["resourceType"],
        "properties": {
            "resourceType": {"type": "string", "enum": [type_]},
            "id": {"type": "string"},
            "status": {"type": "string"},
            "subject": {"type": "object", "properties": {"reference": {"type": "string"}}},
            "identifier": {"type": "array", "items": {"type": "object"}},
        },
    }
    return {"application/fhir+json": {"schema": form}}


PATCH = {
    "application/json-patch+json": {
        "schema": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["op", "path"],
                "properties": {
                    "op": {"type": "string", "enum": ["add", "remove", "replace", "move", "copy", "test"]},
                    "path": {"type": "string"},
                    "from": {"type": "string"},
                    "value": {},
                },
            },
        }
    }
}


@cache
def description():
    """The API as OpenAPI, from its own CapabilityStatement."""
    statement = json.loads(capability_statement("https://example.org/fhir/R4", at=timezone.now()))
    paths = {
        "": {"get": asked(*query(["_type", "_id"])), "post": asked(body=resource("Bundle"))},
        "/metadata": {"get": asked()},
        "/_history": {"get": asked(*query(["_since", "_count", "as-of"]))},
        "/$export": {"get": asked(*query(["_type", "_since", "_outputFormat"]))},
        "/Patient/$match": {"post": asked(body=resource("Parameters"))},
        "/Patient/{id}/$everything": {
            "get": asked(ID, *query(["_since", "_type", "start", "end", "_count"]))
        },
        "/Patient/{id}/$summary": {"get": asked(ID, *query(["as-of"]))},
    }
    for each in statement["rest"][0]["resource"]:
        type_, names = each["type"], [p["name"] for p in each.get("searchParam", ())]
        paths |= {
            f"/{type_}": {
                "get": asked(*query([*names, *RESULTS])),
                "post": asked(body=resource(type_)),
                "put": asked(*query(names), body=resource(type_)),
                "delete": asked(*query(names)),
            },
            f"/{type_}/_history": {"get": asked(*query(["_since", "_count"]))},
            f"/{type_}/{{id}}": {
                "get": asked(ID, *query(["as-of", "_elements", "_summary"])),
                "put": asked(ID, body=resource(type_)),
                "patch": asked(ID, body=PATCH),
                "delete": asked(ID),
            },
            f"/{type_}/{{id}}/_history/{{version}}": {"get": asked(ID, VERSION)},
        }
    return openapi.from_dict(
        {
            "openapi": "3.0.3",
            "info": {"title": "joinedup", "version": "1"},
            "paths": {f"/fhir/R4{path}": methods for path, methods in paths.items()},
        }
    )


@cache
def requests_in(mode):
    return description().as_strategy(generation_mode=mode)


cases = st.sampled_from(GenerationMode).flatmap(requests_in)


def send(client, case):
    """Send a case through the whole stack; what no HTTP client can send is left out."""
    body = case.body if isinstance(case.body, str | bytes | dict | list) else ""
    data = json.dumps(body) if isinstance(body, dict | list) else body
    asked_for = {name: str(value) for name, value in (case.query or {}).items()}
    headers = {name: str(value) for name, value in (case.headers or {}).items() if name in HEADERS}
    return client.generic(
        case.method,
        case.formatted_path,
        data,
        content_type=case.media_type or "application/fhir+json",
        query_params=asked_for,
        headers=headers,
    )


def check(answer):
    """An answer is FHIR (or empty), says nothing of the program, and is no fault of the server's."""
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    said = text.decode()
    assert answer.status_code < 500, said
    assert not any(word in said for word in ODD_WORDS), said
    if answer.status_code >= 400 and text and "json" in answer.headers["Content-Type"]:
        assert json.loads(said)["resourceType"] == "OperationOutcome"


def client_of(*scopes):
    token = create_token(system="Odd", scopes=scopes, at=timezone.now())
    return Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases)
def test_what_the_api_says_of_itself_is_answered_however_odd(case):
    check(send(client_of(Scope.READ, Scope.WRITE), case))


@pytest.mark.torture
@pytest.mark.django_db
@settings(max_examples=6_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=cases)
def test_thousands_of_described_requests(case):
    check(send(client_of(Scope.READ, Scope.WRITE), case))
