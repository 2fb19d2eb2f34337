"""Reachable if and only if visible: over roles, organisations and relationships, every way to a person agrees.

The oracle is the rule as a sentence: a role with care permissions sees a person when its organisation has a
relationship with them that holds now.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Permission, Role
from joinedup.care.access.models import AuditEvent, Relationship, System
from joinedup.care.access.queries import RefusedError, limit_to_visible, looks_at, may_see
from joinedup.care.discharge.models import Stay
from joinedup.care.discharge.queries import people_ready
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.logic import read_search
from joinedup.care.people.models import Person
from joinedup.care.people.queries import find_people, look_at_person
from joinedup.care.record.models import Entry, Resource
from joinedup.care.record.queries import Criteria, read, search, timeline

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
DAYS = st.integers(-30, 30).map(lambda days: NOW + timedelta(days=days))
TIES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), DAYS, st.none() | DAYS), max_size=6)


class UndoneError(Exception):
    """Takes every change of one example back."""


def world(ties):
    """Make two organisations, three people with an entry and a stay each, and the relationships."""
    system = System.objects.create(name="sys")
    organisations = [
        Organisation.objects.create(reference=f"org-{n}", name=f"Org {n}", nation="england") for n in range(2)
    ]
    writer = Organisation.objects.create(reference="writer", name="Writer", nation="england")
    sign_agreement(name="All", parties=[writer, *organisations], since=NOW - timedelta(days=90))
    people = [Person.objects.create(family="Quill", sought_family="quill") for _ in range(3)]
    for number, person in enumerate(people):
        facts = {
            "type": "Flag",
            "fhir_id": f"f{number}",
            "system": system,
            "person": person,
            "kind": "Warning",
            "organisation": writer,
        }
        resource = Resource.objects.create(**facts, happened_at=NOW, recorded_at=NOW)
        body = '{"resourceType":"Flag","status":"active","code":{"text":"x"}}'
        Entry.objects.create(
            resource=resource, version=1, body=body, digest=b"x", recorded_at=NOW, system=system
        )
        Stay.objects.create(
            encounter_id=f"e{number}",
            person=person,
            nation="england",
            setting="acute",
            admitted_at=NOW - timedelta(days=9),
            ready_at=NOW - timedelta(days=2),
        )
    for person, organisation, since, until in {tie[:2]: tie for tie in ties}.values():
        Relationship.objects.create(
            person_id=people[person].pk,
            organisation=organisations[organisation],
            kind="k",
            since=since,
            until=until,
        )
    return organisations, people


def ways_to(actor, person, number):
    """Return, for every way there is to a person, whether it leads there."""

    def passes(look):
        try:
            return bool(look())
        except RefusedError:
            return False

    ways = {
        "list": lambda: limit_to_visible(
            Person.objects.filter(pk=person.pk), actor, at=NOW, person="id"
        ).exists(),
        "question": lambda: may_see(actor, person.pk, at=NOW),
        "page": lambda: look_at_person(actor, person.pk, at=NOW, subject="record"),
        "timeline": lambda: timeline(actor, person.pk, at=NOW).total,
        "find": lambda: any(v.id == person.pk for v in find_people(actor, read_search("quill"), at=NOW)),
        "read": lambda: read(actor, "Flag", f"f{number}", at=NOW),
        "search": lambda: search(actor, Criteria("Flag", ids=(f"f{number}",)), at=NOW).total,
        "board": lambda: any(v.person.id == person.pk for v in people_ready(actor, at=NOW)),
    }
    return {name: passes(way) for name, way in ways.items()}


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(role=st.sampled_from(Role), mine=st.integers(0, 1), ties=TIES)
def test_every_way_to_a_person_is_open_exactly_when_the_rule_says_so(role, mine, ties):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        organisations, people = world(ties)
        actor = Actor("A", PERMISSIONS[role], user_id=1, role=role, organisation_id=organisations[mine].pk)
        held = {tie[:2]: tie for tie in ties}
        for number, person in enumerate(people):
            tie = held.get((number, mine))
            related = tie is not None and tie[2] <= NOW and (tie[3] is None or tie[3] > NOW)
            expected = related and Permission.READ_RECORD in PERMISSIONS[role]
            assert ways_to(actor, person, number) == dict.fromkeys(ways_to(actor, person, number), expected)
        raise UndoneError


@pytest.mark.django_db
def test_a_refused_look_is_written_and_the_refusal_does_not_tell_whether_there_is_such_a_person():
    organisations, people = world([])
    actor = Actor(
        "A",
        PERMISSIONS[Role.DISTRICT_NURSE],
        user_id=1,
        role=Role.DISTRICT_NURSE,
        organisation_id=organisations[0].pk,
    )
    messages = []
    for person_id in (people[0].pk, people[0].pk.__class__(int=7)):
        with pytest.raises(RefusedError) as refused:
            look_at_person(actor, person_id, at=NOW, subject="record")
        messages.append(refused.value.reasons)
        assert AuditEvent.objects.filter(kind="refusal", person_id=person_id).count() == 1
        with pytest.raises(RefusedError):
            looks_at(actor, person_id, at=NOW)
    assert messages[0] == messages[1]
