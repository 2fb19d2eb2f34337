"""Fixtures of the integration tests: a partner's system, its token, and a client for the API."""

import json

import pytest
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.care.access.queries import actor_of_token
from joinedup.care.partnership.models import Organisation


class Api:
    """A client that speaks FHIR with a token."""

    def __init__(self, token):
        self.client = Client(headers={"authorization": f"Bearer {token}"} if token else {})

    def send(self, method, path, body=None, **headers):
        """Send JSON (a dict, text or bytes) and return the response."""
        data = json.dumps(body) if isinstance(body, dict) else body or b""
        return self.client.generic(
            method, f"/fhir/R4{path}", data, content_type="application/fhir+json", headers=headers or None
        )

    def get(self, path):
        return self.send("GET", path)

    def put(self, path, body):
        return self.send("PUT", path, body)

    def post(self, path, body):
        return self.send("POST", path, body)


@pytest.fixture
def token(db):
    westmarch, _ = Organisation.objects.get_or_create(
        reference="westmarch", defaults={"name": "Westmarch", "nation": "england"}
    )
    return create_token(
        system="Westmarch hospital",
        scopes=[Scope.READ, Scope.WRITE],
        at=timezone.now(),
        organisation=westmarch,
    )


@pytest.fixture
def api(token):
    return Api(token)


@pytest.fixture
def hospital(token):
    """The actor of the hospital's system."""
    return actor_of_token(token)


@pytest.fixture
def api_of(db):
    """Make a client for any system and scopes."""

    def make(system, *scopes):
        return Api(create_token(system=system, scopes=scopes, at=timezone.now()))

    return make
