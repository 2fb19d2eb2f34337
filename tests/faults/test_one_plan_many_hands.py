"""Fifty writers add to one CarePlan, each to the version that they read: every conflict told, no addition lost."""

import json
import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.access.models import System
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Arrival, Condition, StaleError
from joinedup.care.record.models import Entry, Resource

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


def written(by, activities, condition):
    body = plan(activities)
    arrival = Arrival("CarePlan", "plan", json.dumps(body), body, condition=condition)
    with transaction.atomic():
        (outcome,) = write([arrival], by=by, at=timezone.now()).written
    return outcome.version


def newest():
    entry = Entry.objects.filter(resource__fhir_id="plan").order_by("-version")[0]
    return entry.version, [each["detail"]["description"] for each in json.loads(entry.body)["activity"]]


class Writer(threading.Thread):
    """Reads the plan, adds one activity, writes; reads again when told that another was quicker."""

    def __init__(self, by, gate, name):
        super().__init__(name=name, daemon=True)
        self.by, self.gate = by, gate
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
        version, activities = newest()
        try:
            written(self.by, [*activities, self.name], Condition(version))
        except StaleError as conflict:
            return conflict.newest <= version
        return True


@pytest.mark.django_db(transaction=True)
def test_every_conflict_is_told_and_no_update_is_lost():
    system = System.objects.create(name="Westmarch hospital")
    by = Actor(system.name, SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
    written(by, [], Condition(is_new=True))
    gate = threading.Barrier(WRITERS)
    writers = [Writer(by, gate, f"activity {number}") for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.raised for writer in writers if writer.raised] == []
    version, activities = newest()
    assert sorted(activities) == sorted(writer.name for writer in writers)
    assert version == WRITERS + 1 == Resource.objects.get(fhir_id="plan").version
    assert sum(writer.conflicts for writer in writers) > 0
    # Each version adds one to the one before: none was written over another.
    for number, body in Entry.objects.order_by("version").values_list("version", "body"):
        assert len(json.loads(body)["activity"]) == number - 1
