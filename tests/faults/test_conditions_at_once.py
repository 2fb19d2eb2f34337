"""Many who set the same conditions at once: one resource each, no deadlock that anybody hears of."""

import json
import threading

import pytest
from django.db import connection
from django.utils import timezone

from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.access.models import System
from joinedup.care.people.models import Person
from joinedup.care.record.models import Entry, Resource
from joinedup.exchange.fhir.bundle import parse
from joinedup.exchange.fhir.intake import again_when_overtaken
from joinedup.exchange.fhir.steps import step_of
from joinedup.exchange.fhir.transactions import do_all

WRITERS = 8
NUMBERS = ("1", "2", "3")


def patient(number):
    return {
        "resourceType": "Patient",
        "identifier": [{"system": "urn:s", "value": number}],
        "name": [{"family": f"Family {number}"}],
        "birthDate": f"195{number}-01-01",
    }


def flag(fhir_id, number):
    return {
        "resourceType": "Flag",
        "id": fhir_id,
        "status": "active",
        "code": {"text": fhir_id},
        "subject": {"reference": f"Patient?identifier=urn:s|{number}"},
    }


def wish(method, url, resource=None, **more):
    return {"request": {"method": method, "url": url} | more} | ({"resource": resource} if resource else {})


def send(by, entries):
    data = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
    steps = [step_of(entry, index) for index, entry in enumerate(parse(data).entry)]
    return again_when_overtaken(lambda: do_all(steps, by=by, at=timezone.now()))


@pytest.fixture
def by(transactional_db):
    system = System.objects.create(name="Westmarch hospital")
    permissions = SCOPE_PERMISSIONS[Scope.WRITE] | SCOPE_PERMISSIONS[Scope.READ]
    return Actor(system.name, permissions, system_id=system.pk)


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


def turned(number, entries):
    """Return the entries in one order for half of the writers, in the opposite one for the others."""
    return entries if number % 2 else entries[::-1]


def test_the_same_conditional_creates_in_opposite_orders_make_one_of_each(by):
    def work(number):
        # What each says differs, so that nothing but the condition makes it one.
        made = [
            wish(
                "POST",
                "Patient",
                patient(n) | {"language": f"x-{number}"},
                ifNoneExist=f"identifier=urn:s|{n}",
            )
            for n in NUMBERS
        ]
        send(by, turned(number, [*made, *(wish("PUT", f"Flag/f{n}", flag(f"f{n}", n)) for n in NUMBERS)]))

    assert at_once(work) == [None] * WRITERS
    assert Resource.objects.filter(type="Patient").count() == Person.objects.count() == len(NUMBERS)
    assert Entry.objects.count() == 2 * len(NUMBERS)
    people = set(Resource.objects.filter(type="Flag").values_list("person", flat=True))
    assert people == set(Person.objects.values_list("pk", flat=True))


def test_those_who_withdraw_and_write_the_same_in_opposite_orders_all_get_through(by):
    send(by, [wish("PUT", f"Patient/p{n}", patient(n) | {"id": f"p{n}"}) for n in NUMBERS])

    def work(number):
        kept, gone = turned(number, ["p1", "p2"])
        changed = patient(kept[1]) | {"id": kept, "gender": "male" if number < 4 else "female"}
        sent = [
            wish("DELETE", f"Patient/{gone}"),
            wish("PUT", f"Patient/{kept}", changed),
            wish("PUT", "Patient?identifier=urn:s|3", patient("3") | {"gender": "other"}),
        ]
        send(by, turned(number // 2, sent))

    assert at_once(work) == [None] * WRITERS
    for resource in Resource.objects.all():
        versions = list(resource.entries.order_by("version").values_list("version", flat=True))
        assert versions == list(range(1, resource.version + 1))
    assert Resource.objects.get(fhir_id="p3").version == 2
