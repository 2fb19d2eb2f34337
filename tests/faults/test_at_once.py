"""Many writers at once: no lost update, nothing doubled, no deadlock."""

import json
import threading

import pytest
from django.db import connection
from django.utils import timezone

from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.access.models import System
from joinedup.care.people.logic_numbers import VERIFICATION_URL
from joinedup.care.people.models import Person
from joinedup.care.record.models import Entry, Resource
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import item_of, parse
from joinedup.exchange.fhir.intake import take_in
from joinedup.exchange.fhir.outcome import RefusedInputError

WRITERS = 8


def at_once(work):
    """Run `work(number)` in as many threads as there are writers; return what each raised."""
    raised = [None] * WRITERS
    gate = threading.Barrier(WRITERS)

    def run(number):
        gate.wait()
        try:
            work(number)
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def send(by, *resources):
    entries = [
        {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
        for r in resources
    ]
    data = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    items = [item_of(entry, index) for index, entry in enumerate(parse(data).entry)]
    return take_in(items, by=by, nation=Nation.ENGLAND, at=timezone.now())


@pytest.fixture
def by(transactional_db):
    system = System.objects.create(name="Westmarch hospital")
    return Actor(system.name, SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)


def basic(fhir_id, text):
    return {"resourceType": "Basic", "id": fhir_id, "code": {"text": text}}


def test_every_update_of_one_resource_is_a_version_of_its_own(by):
    assert at_once(lambda number: send(by, basic("b", f"from {number}"))) == [None] * WRITERS
    versions = list(Entry.objects.order_by("version").values_list("version", flat=True))
    assert versions == list(range(1, WRITERS + 1))
    assert Resource.objects.get().version == WRITERS


def test_the_same_bundle_from_everybody_is_kept_once(by):
    patients = [{"resourceType": "Patient", "id": f"p{n}", "birthDate": "1950-01-01"} for n in range(5)]
    assert at_once(lambda number: send(by, *patients)) == [None] * WRITERS
    assert Resource.objects.count() == Entry.objects.count() == Person.objects.count() == 5


def test_overlapping_bundles_in_opposite_orders_do_not_lock_up(by):
    names = [f"b{n}" for n in range(12)]

    def work(number):
        order = names if number % 2 else names[::-1]
        send(by, *(basic(name, f"from {number}") for name in order))

    assert at_once(work) == [None] * WRITERS
    assert {r.version for r in Resource.objects.all()} == {WRITERS}


def test_the_same_create_from_everybody_makes_one_resource(by):
    data = json.dumps(
        {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {
                    "resource": {"resourceType": "Basic", "code": {"text": "x"}},
                    "request": {"method": "POST", "url": "Basic"},
                }
            ],
        }
    ).encode()

    def work(_):
        items = [item_of(entry, index) for index, entry in enumerate(parse(data).entry)]
        take_in(items, by=by, nation=Nation.ENGLAND, at=timezone.now())

    assert at_once(work) == [None] * WRITERS
    assert Resource.objects.count() == 1


def test_the_same_new_number_from_two_systems_at_once_is_one_person(by):
    def work(order):
        system = System.objects.create(name=f"system {order}")
        actor = Actor(system.name, SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
        verified = {"url": VERIFICATION_URL, "valueCodeableConcept": {"coding": [{"code": "01"}]}}
        number = {"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000026"}
        identifier = [number | {"extension": [verified]}]
        patient = {
            "resourceType": "Patient",
            "id": f"p{order}",
            "identifier": identifier,
            "birthDate": "1950-01-01",
        }
        send(actor, patient)

    assert at_once(work) == [None] * WRITERS
    assert Person.objects.count() == 1
    assert Resource.objects.count() == WRITERS


def test_what_arrives_together_with_its_patient_always_finds_its_person(by):
    def flag(number):
        subject = {"reference": f"Patient/p{number % 4}"}
        code = {"text": "x"}
        return {
            "resourceType": "Flag",
            "id": f"f{number}",
            "status": "active",
            "code": code,
            "subject": subject,
        }

    def work(number):
        for round_ in range(6):
            if number % 2:
                send(by, flag(number * 10 + round_))
            else:
                send(by, {"resourceType": "Patient", "id": f"p{(number + round_) % 4}"})

    assert at_once(work) == [None] * WRITERS
    assert Resource.objects.filter(type="Flag", person=None).count() == 0


def test_of_fifty_updates_of_one_plan_each_conflict_is_told_and_none_is_lost(by):
    def plan(text):
        return {
            "resourceType": "CarePlan",
            "id": "plan",
            "status": "active",
            "intent": "plan",
            "subject": {"reference": "Patient/p1"},
            "description": text,
        }

    send(by, plan("0"))
    told, done = [], []

    def update(number):
        for turn in range(7):
            newest = Entry.objects.filter(resource__fhir_id="plan").order_by("-version").first()
            count = int(json.loads(newest.body)["description"])
            item = item_of(
                parse(
                    json.dumps(
                        {
                            "resourceType": "Bundle",
                            "type": "transaction",
                            "entry": [
                                {
                                    "resource": plan(str(count + 1)),
                                    "request": {
                                        "method": "PUT",
                                        "url": "CarePlan/plan",
                                        "ifMatch": f'W/"{newest.version}"',
                                    },
                                }
                            ],
                        }
                    ).encode()
                ).entry[0],
                0,
            )
            try:
                take_in([item], by=by, nation=Nation.ENGLAND, at=timezone.now())
                done.append((number, turn))
            except RefusedInputError as refusal:
                assert refusal.status == 412  # noqa: PT017 - in a thread
                told.append((number, turn))

    assert at_once(update) == [None] * WRITERS
    newest = Entry.objects.filter(resource__fhir_id="plan").order_by("-version").first()
    assert len(done) + len(told) == WRITERS * 7
    assert told
    assert json.loads(newest.body)["description"] == str(len(done))
    assert newest.version == len(done) + 1
