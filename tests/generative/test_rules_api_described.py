"""Odd questions made by Schemathesis of the description of the rules: every one gets an answer or a clear refusal."""

import json
from functools import cache

import jsonschema_rs
import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis import openapi as described

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.rules.openapi import openapi

DESCRIPTION = openapi(server="/api/rules", version="1")
ODD_WORDS = ("Traceback", "Error(", 'File "')


@cache
def questions_in(mode):
    return described.from_dict(DESCRIPTION).as_strategy(generation_mode=mode)


questions = st.sampled_from(GenerationMode).flatmap(questions_in)


def check(case):
    """Ask through the whole stack; the answer is as described, and no fault of the server's."""
    token = create_token(system="Odd", scopes=[Scope.READ], at=timezone.now())
    client = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)
    body = case.body if isinstance(case.body, str | bytes | dict | list) else ""
    answer = client.generic(
        case.method,
        f"/api/rules{case.formatted_path.removeprefix('/api/rules')}",
        json.dumps(body) if isinstance(body, dict | list) else body,
        content_type="application/json",
        query_params={name: str(value) for name, value in (case.query or {}).items()},
    )
    said = answer.content.decode()
    assert answer.status_code in (200, 400, 404, 405, 413, 422), said
    assert not any(word in said for word in ODD_WORDS), said
    if answer.status_code in (400, 413, 422) and "problem" in answer.headers["Content-Type"]:
        jsonschema_rs.validate(DESCRIPTION["components"]["schemas"]["Problem"], json.loads(said))
    if answer.status_code == 200:
        operation = DESCRIPTION["paths"][case.path.removeprefix("/api/rules")][case.method.lower()]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema_rs.validate(schema | {"components": DESCRIPTION["components"]}, json.loads(said))


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=questions)
def test_what_is_described_is_answered_however_odd(case):
    check(case)


@pytest.mark.torture
@pytest.mark.django_db
@settings(max_examples=6_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=questions)
def test_thousands_of_odd_questions(case):
    check(case)
