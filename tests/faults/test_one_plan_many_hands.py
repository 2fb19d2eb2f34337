"""Fifty writers add to one CarePlan, each to the version that they read: every conflict told, no addition lost."""

import json
import threading

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from joinedup.care.access.actions import create_token
from joinedup.care.access.actor import Scope
from joinedup.care.record.models import Entry

ADDRESS = "/fhir/R4/CarePlan/plan"
WRITERS = 50
PATIENCE = 120


def plan(activities):
    return {
        "resourceType": "CarePlan",
        "id": "plan",
        "status": "active",
        "intent": "plan",
        "subject": {"reference": "Patient/p1"},
        "activity": [{"detail": {"status": "not-started", "description": text}} for text in activities],
    }


def client_of(token):
    return Client(headers={"authorization": f"Bearer {token}"})


def put(client, activities, **conditions):
    body = json.dumps(plan(activities))
    return client.put(ADDRESS, body, content_type="application/fhir+json", headers=conditions)


class Writer(threading.Thread):
    """Reads the plan, adds one activity, writes; reads again when told that another was quicker."""

    def __init__(self, token, gate, name):
        super().__init__(name=name, daemon=True)
        self.client, self.gate = client_of(token), gate
        self.conflicts, self.raised = 0, None

    def run(self):
        try:
            self.gate.wait(PATIENCE)
            while not self._added():
                self.conflicts += 1
        except Exception as error:
            self.raised = error
        finally:
            connection.close()

    def _added(self):
        found = self.client.get(ADDRESS)
        activities = [each["detail"]["description"] for each in found.json().get("activity", [])]
        answer = put(self.client, [*activities, self.name], **{"If-Match": found["ETag"]})
        assert answer.status_code in (200, 412), answer.content
        return answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_every_conflict_is_told_and_no_update_is_lost():
    token = create_token(system="Westmarch hospital", scopes=[Scope.READ, Scope.WRITE], at=timezone.now())
    assert put(client_of(token), ["first"], **{"If-None-Match": "*"}).status_code == 201
    gate = threading.Barrier(WRITERS)
    writers = [Writer(token, gate, f"activity {number}") for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.raised for writer in writers if writer.raised] == []
    versions = [json.loads(body)["activity"] for body in bodies_by_version()]
    said = [each["detail"]["description"] for each in versions[-1]]
    assert sorted(said) == sorted(["first", *(writer.name for writer in writers)])
    assert sum(writer.conflicts for writer in writers) > 0
    # Each version adds one to the one before: none was written over another.
    assert [len(activities) for activities in versions] == list(range(1, WRITERS + 2))


def bodies_by_version():
    return Entry.objects.order_by("version").values_list("body", flat=True)
