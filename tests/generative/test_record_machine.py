"""A state machine over the door: whatever is sent, in whatever order, the record agrees with a dictionary."""

import itertools
import json

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from joinedup.care.access.actor import SCOPE_PERMISSIONS, Actor, Scope
from joinedup.care.access.models import AuditEvent, System
from joinedup.care.people.models import Person
from joinedup.care.record.models import AwaitedReference, Entry, Resource
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import item_of, parse
from joinedup.exchange.fhir.intake import take_in
from joinedup.exchange.fhir.outcome import RefusedInputError

PATIENTS = st.sampled_from(["p1", "p2", "p3"])
FLAGS = st.sampled_from(["f1", "f2", "f3"])
GENDERS = st.sampled_from(["male", "female", "other"])
NAMES = itertools.count()


def flag(fhir_id, patient, text):
    code = {"text": text}
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Flag", "id": fhir_id, "status": "active", "code": code, "subject": subject}


def person(fhir_id, gender):
    return {"resourceType": "Patient", "id": fhir_id, "gender": gender}


class Door(RuleBasedStateMachine):
    """Sends resources in and remembers what it sent: type and id to the versions in order."""

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        system = System.objects.create(name=f"system {next(NAMES)}")
        self.by = Actor(system.name, SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
        self.sent = {}

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def send(self, *resources):
        entries = [
            {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
            for r in resources
        ]
        bundle = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()
        items = [item_of(entry, index) for index, entry in enumerate(parse(bundle).entry)]
        answers = take_in(items, by=self.by, nation=Nation.ENGLAND, at=timezone.now())
        for resource, answer in zip(resources, answers, strict=True):
            versions = self.sent.setdefault((resource["resourceType"], resource["id"]), [])
            if not versions or versions[-1] != resource:
                versions.append(resource)
            assert answer.written.version == len(versions)

    @rule(patient=PATIENTS, gender=GENDERS)
    def send_patient(self, patient, gender):
        self.send(person(patient, gender))

    @rule(fhir_id=FLAGS, patient=PATIENTS, text=st.sampled_from(["a", "b"]))
    def send_flag(self, fhir_id, patient, text):
        self.send(flag(fhir_id, patient, text))

    @rule(first=FLAGS, second=PATIENTS, gender=GENDERS)
    def send_both_in_the_wrong_order(self, first, second, gender):
        self.send(flag(first, second, "c"), person(second, gender))

    @rule(first=FLAGS, second=PATIENTS)
    def send_one_good_and_one_wrong(self, first, second):
        with pytest.raises(RefusedInputError):
            self.send(flag(first, second, "never"), person("p9", "purple") | {"birthDate": "never"})

    @invariant()
    def agrees_with_the_dictionary(self):
        if not hasattr(self, "sent"):
            return
        rows = Entry.objects.order_by("resource_id", "version").values_list(
            "resource__type", "resource__fhir_id", "version", "body"
        )
        stored = {}
        for type_, fhir_id, version, body in rows:
            stored.setdefault((type_, fhir_id), []).append(json.loads(body))
            assert version == len(stored[type_, fhir_id])
        assert stored == self.sent

    @invariant()
    def everything_has_its_person_or_waits_for_them(self):
        if not hasattr(self, "sent"):
            return
        here = {fhir_id for type_, fhir_id in self.sent if type_ == "Patient"}
        assert Person.objects.count() == len(here)
        for (type_, fhir_id), versions in self.sent.items():
            if type_ == "Flag":
                patient = versions[-1]["subject"]["reference"].split("/")[1]
                resource = Resource.objects.get(type="Flag", fhir_id=fhir_id)
                waiting = AwaitedReference.objects.filter(resource=resource).values_list("fhir_id", flat=True)
                assert list(waiting) == ([] if patient in here else [patient])
                if patient in here:
                    assert (
                        resource.person_id == Resource.objects.get(type="Patient", fhir_id=patient).person_id
                    )

    @invariant()
    def every_version_was_audited(self):
        if hasattr(self, "sent"):
            assert AuditEvent.objects.filter(kind="change").exists() == bool(self.sent)


@pytest.mark.django_db
def test_the_record_agrees_with_a_dictionary():
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Door,
        settings=settings(
            max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=checks
        ),
    )
