"""Leaving hospital: what is declared is stored, written to the record, audited; what can't be is refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from fhir_samples import patient, stay

from joinedup.care.access.actions import relate, sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.models import Agreement, AuditEvent
from joinedup.care.access.queries import RefusedError
from joinedup.care.discharge.actions import (
    NotPossibleError,
    change_reason,
    declare_ready,
    reasons_on,
    record_leaving,
)
from joinedup.care.discharge.models import Stay
from joinedup.care.discharge.queries import people_not_ready, people_ready
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.logic import decode
from joinedup.care.record.models import Entry, Resource
from joinedup.core.nation import Nation

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 3, 14, 10, tzinfo=UTC)


@pytest.fixture
def row(api):
    api.put("/Patient/p1", patient("p1"))
    api.put("/Encounter/s1", stay("s1"))
    return Stay.objects.get()


def actor(role=Role.DISCHARGE_COORDINATOR, *, related=True):
    organisation = Organisation.objects.create(reference=f"org-{role}", name="Hospital", nation="england")
    if related:
        relate([(Person.objects.get().pk, organisation.pk)], kind="stay", at=NOW - timedelta(days=60))
        sign_agreement(name="All", parties=Organisation.objects.all(), since=NOW - timedelta(days=60))
    return Actor("Ada", PERMISSIONS[role], user_id=1, role=role, organisation_id=organisation.pk)


def test_a_stay_whose_encounter_no_agreement_covers_is_neither_shown_nor_changed(row):
    by = actor()
    Agreement.objects.update(kinds=["Observation"])
    assert people_not_ready(by, at=NOW) == []
    with pytest.raises(RefusedError):
        declare_ready(stay=row.pk, ready_at=NOW, reason=some_reason().code, by=by, at=NOW)


def some_reason():
    return reasons_on(Nation.ENGLAND, NOW)[0]


def test_declaring_ready_sets_the_stay_writes_the_record_and_starts_the_clock(row):
    by = actor()
    assert [s.id for s in people_not_ready(by, at=NOW)] == [row.pk]
    declare_ready(stay=row.pk, ready_at=NOW - timedelta(hours=52), reason=some_reason().code, by=by, at=NOW)
    (shown,) = people_ready(by, at=NOW)
    assert people_not_ready(by, at=NOW) == []
    assert shown.reason_words == some_reason().title
    assert shown.clock.value.delayed > timedelta(0)
    assert any(step.citations for step in shown.clock.steps)
    task = Resource.objects.get(type="Task")
    assert task.person == row.person
    content = decode(Entry.objects.get(resource=task).body)
    assert content["focus"] == {"reference": "Encounter/s1"}
    assert content["requester"]["display"] == "Ada, Discharge coordinator"
    assert AuditEvent.objects.filter(kind="change", user_id=1, person_id=row.person_id).count() == 1


def test_each_step_is_a_version_of_one_task_and_leaving_takes_the_person_off_the_board(row):
    by = actor()
    reasons = reasons_on(Nation.ENGLAND, NOW)
    declare_ready(stay=row.pk, ready_at=NOW - timedelta(days=1), reason=reasons[0].code, by=by, at=NOW)
    change_reason(stay=row.pk, reason=reasons[1].code, by=by, at=NOW)
    record_leaving(stay=row.pk, left_at=NOW - timedelta(hours=1), by=by, at=NOW)
    task = Resource.objects.get(type="Task")
    assert task.version == 3
    assert [decode(e.body)["status"] for e in task.entries.order_by("version")] == [
        "in-progress",
        "in-progress",
        "completed",
    ]
    assert people_ready(by, at=NOW) == []


REFUSED = {
    "ready before admission": ("ready_at", datetime(2025, 12, 31, tzinfo=UTC), None),
    "ready in the future": ("ready_at", NOW + timedelta(hours=1), None),
    "a reason that isn't in the list": ("reason", NOW - timedelta(hours=1), "no-such-reason"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_contradicts_the_stay_is_refused_naming_the_field_and_nothing_is_kept(row, name):
    field, ready_at, reason = REFUSED[name]
    with pytest.raises(NotPossibleError) as refused:
        declare_ready(stay=row.pk, ready_at=ready_at, reason=reason or some_reason().code, by=actor(), at=NOW)
    assert refused.value.field == field
    row.refresh_from_db()
    assert row.ready_at is None
    assert not Resource.objects.filter(type="Task").exists()


def test_twice_declared_is_refused_the_second_time(row):
    by = actor()
    declare_ready(stay=row.pk, ready_at=NOW, reason=some_reason().code, by=by, at=NOW)
    with pytest.raises(NotPossibleError):
        declare_ready(stay=row.pk, ready_at=NOW, reason=some_reason().code, by=by, at=NOW)
    assert Resource.objects.get(type="Task").version == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DISCHARGE_COORDINATOR])
def test_only_the_role_that_may_declares(row, role):
    with pytest.raises(RefusedError):
        declare_ready(stay=row.pk, ready_at=NOW, reason=some_reason().code, by=actor(role), at=NOW)


def test_a_coordinator_without_a_relationship_is_refused(row):
    with pytest.raises(RefusedError):
        declare_ready(stay=row.pk, ready_at=NOW, reason=some_reason().code, by=actor(related=False), at=NOW)


def test_what_the_hospital_sends_later_keeps_what_was_declared_here(row, api):
    declare_ready(
        stay=row.pk, ready_at=NOW - timedelta(days=1), reason=some_reason().code, by=actor(), at=NOW
    )
    api.put("/Encounter/s1", stay("s1", location=[{"location": {"display": "Heron ward"}}]))
    row.refresh_from_db()
    assert row.ward == "Heron ward"
    assert row.ready_at == NOW - timedelta(days=1)


def test_a_leaving_before_the_declared_ready_date_puts_the_ready_date_aside(row, api):
    declare_ready(
        stay=row.pk, ready_at=NOW - timedelta(days=1), reason=some_reason().code, by=actor(), at=NOW
    )
    period = {"start": "2026-01-01T10:00:00+00:00", "end": "2026-02-01T10:00:00+00:00"}
    assert api.put("/Encounter/s1", stay("s1", status="finished", period=period)).status_code == 200
    row.refresh_from_db()
    assert row.ready_at is None
    assert row.left_at == datetime(2026, 2, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "change", [{"ready_at": datetime(2020, 1, 1, tzinfo=UTC)}, {"left_at": datetime(2020, 1, 1, tzinfo=UTC)}]
)
def test_the_database_itself_refuses_an_order_that_cannot_be(row, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.filter(pk=row.pk).update(**change)
