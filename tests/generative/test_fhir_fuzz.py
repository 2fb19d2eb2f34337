"""Odd requests of every sort: the API answers each with a FHIR answer of its own, never with a fault of ours.

Shapes of addresses that exist, with wrong and right parts, wrong and right values, bodies and headers. The long run
(`just torture`) makes 20,000 of them.
"""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.care.record.parameters import searchable

TYPES = st.sampled_from([*sorted(searchable()), "Basic", "Subscription", "Account", "patient", "Nonsense"])
IDS = st.sampled_from(["p1", "o1", "never", "a" * 65, "..", "%00", "p1 ", "é"])
WORDS = st.one_of(
    st.sampled_from(
        [
            "p1",
            "Patient/p1",
            "a|b",
            "|",
            "a|",
            "ge2026",
            "gt",
            "2026-13-45",
            "9999-12-31",
            "0001",
            "true",
            "\x00",
        ]
    ),
    st.text(max_size=12),
    st.integers(-(10**12), 10**12).map(str),
)
NAMES = st.one_of(
    st.sampled_from(
        [
            *sorted({name for parameters in searchable().values() for name in parameters}),
            "_id",
            "_lastUpdated",
            "_sort",
            "_count",
            "_include",
            "_revinclude",
            "_summary",
            "_elements",
            "_page",
            "_since",
            "_before",
            "as-of",
            "_format",
            "_type",
            "patient.identifier",
            "subject:Patient.name",
            "code:not",
        ]
    ),
    st.text(max_size=8),
)
QUERIES = st.lists(st.tuples(NAMES, WORDS), max_size=3)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=6), WORDS
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
RIGHT = {
    "Patient": {"resourceType": "Patient", "id": "p1", "birthDate": "1950-03-02"},
    "Observation": {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"text": "x"},
        "subject": {"reference": "Patient/p1"},
    },
}
FIELDS = st.sampled_from(
    [
        "id",
        "meta",
        "status",
        "subject",
        "code",
        "identifier",
        "birthDate",
        "name",
        "period",
        "extension",
        "contained",
    ]
)
BODIES = st.one_of(
    st.tuples(st.sampled_from(sorted(RIGHT)), FIELDS, JSON).map(
        lambda parts: json.dumps(RIGHT[parts[0]] | {parts[1]: parts[2]}).encode()
    ),
    st.tuples(st.sampled_from(["transaction", "batch", "x"]), st.lists(JSON, max_size=2)).map(
        lambda parts: json.dumps({"resourceType": "Bundle", "type": parts[0], "entry": parts[1]}).encode()
    ),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=40),
)
PATHS = st.one_of(
    TYPES.map(lambda t: f"/{t}"),
    st.tuples(TYPES, IDS).map("/{0[0]}/{0[1]}".format),
    st.tuples(TYPES, IDS).map("/{0[0]}/{0[1]}/_history".format),
    st.tuples(TYPES, IDS, WORDS).map(lambda p: f"/{p[0]}/{p[1]}/_history/{p[2]}"),
    TYPES.map(lambda t: f"/{t}/_search"),
    TYPES.map(lambda t: f"/{t}/_history"),
    IDS.map(lambda i: f"/Patient/{i}/$everything"),
    IDS.map(lambda i: f"/Patient/{i}/$summary"),
    IDS.map(lambda i: f"/$export-status/{i}"),
    st.sampled_from(
        ["", "/", "/metadata", "/_history", "/$export", "/Patient/$export", "/Patient/$nonsense"]
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(
        ["if-match", "if-none-match", "if-none-exist", "if-modified-since", "prefer", "accept", "range"]
    ),
    st.sampled_from(
        ['W/"1"', "*", "x", "", "identifier=a|b", "respond-async", "return=minimal", "application/fhir+xml"]
    ),
    max_size=2,
)
KINDS = st.sampled_from(
    [
        "application/fhir+json",
        "application/fhir+xml",
        "application/json-patch+json",
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
    ]
)
REQUESTS = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["GET", "GET", "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS"]),
        "path": PATHS,
        "query": QUERIES,
        "body": BODIES,
        "kind": KINDS,
        "headers": HEADERS,
    }
)


class UndoneError(Exception):
    """Takes every change of one example back."""


def ask(asked):
    """Send one odd request, with something there to hit; return the answer."""
    token = create_token(system="Odd", scopes=[Scope.READ, Scope.WRITE], at=timezone.now())
    client = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=True)
    for type_, content in RIGHT.items():
        client.put(
            f"/fhir/R4/{type_}/{content['id']}", json.dumps(content), content_type="application/fhir+json"
        )
    return client.generic(
        asked["method"],
        f"/fhir/R4{asked['path']}",
        asked["body"] if asked["method"] in ("PUT", "POST", "PATCH") else b"",
        content_type=asked["kind"],
        headers=asked["headers"],
        query_params=asked["query"] and dict(asked["query"]),
    )


def is_answered(asked):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        answer = ask(asked)
        assert answer.status_code < 500, answer.content
        raise UndoneError


@pytest.mark.django_db
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=REQUESTS)
def test_no_odd_request_is_a_fault_of_ours(asked):
    is_answered(asked)


@pytest.mark.torture
@pytest.mark.django_db
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(asked=REQUESTS)
def test_twenty_thousand_odd_requests(asked):
    is_answered(asked)
