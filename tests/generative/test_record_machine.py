"""A state machine over the door: whatever is sent, in whatever order, the record agrees with a dictionary."""

import itertools
import json

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from joinedup.care.access.actions import create_token
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
IDS = st.sampled_from(["f1", "f2"])
TEXTS = st.sampled_from(["a", "b", "c"])


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


class Api(RuleBasedStateMachine):
    """Changes Flags through the API in every way and keeps, per id, the versions in order: None is a withdrawal."""

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        token = create_token(
            system=f"system {next(NAMES)}", scopes=[Scope.READ, Scope.WRITE], at=timezone.now()
        )
        self.client = Client(headers={"authorization": f"Bearer {token}"})
        self.kept = {fhir_id: [] for fhir_id in ("f1", "f2")}
        self.mark = {}

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def ask(self, method, path, content=None, **headers):
        kind = "application/json-patch+json" if method == "PATCH" else "application/fhir+json"
        body = json.dumps(content) if content is not None else ""
        return self.client.generic(
            method, f"/fhir/R4/Flag{path}", body, content_type=kind, headers=headers or None
        )

    def said(self, fhir_id, text):
        return flag(fhir_id, "p1", text) | {"identifier": [{"system": "urn:s", "value": fhir_id}]}

    def is_here(self, fhir_id):
        return bool(self.kept[fhir_id]) and self.kept[fhir_id][-1] is not None

    def expect(self, answer, fhir_id, content):
        """Expect what a write of this content makes of it: a version, the first version, or nothing new."""
        versions = self.kept[fhir_id]
        assert answer.status_code == (200 if versions else 201), answer.content
        if not versions or versions[-1] != content:
            versions.append(content)
        assert answer.headers["ETag"] == f'W/"{len(versions)}"'

    @rule(fhir_id=IDS, text=TEXTS)
    def update(self, fhir_id, text):
        content = self.said(fhir_id, text)
        self.expect(self.ask("PUT", f"/{fhir_id}", content), fhir_id, content)

    @rule(fhir_id=IDS, number=st.integers(1, 5))
    def send_a_version_of_the_source(self, fhir_id, number):
        content = self.said(fhir_id, "abc"[number % 3])
        meta = {"versionId": str(number + 100), "lastUpdated": f"2026-01-0{number}T00:00:00Z"}
        answer = self.ask("PUT", f"/{fhir_id}", content | {"meta": meta})
        if number > self.mark.get(fhir_id, 0):
            self.mark[fhir_id] = number
            self.expect(answer, fhir_id, content)
        else:
            assert answer.status_code == 200
            assert answer.headers["ETag"] == f'W/"{len(self.kept[fhir_id])}"'

    @rule(fhir_id=IDS, text=TEXTS, behind=st.integers(0, 2))
    def update_if_it_is_the_newest(self, fhir_id, text, behind):
        content, version = self.said(fhir_id, text), len(self.kept[fhir_id]) - behind
        answer = self.ask("PUT", f"/{fhir_id}", content, **{"if-match": f'W/"{max(version, 0)}"'})
        if behind or not self.is_here(fhir_id):
            assert answer.status_code == 412
        else:
            self.expect(answer, fhir_id, content)

    @rule(fhir_id=IDS, text=TEXTS, with_id=st.booleans())
    def update_by_a_condition(self, fhir_id, text, with_id):
        content = self.said(fhir_id, text)
        sent = content if with_id or not self.is_here(fhir_id) else content | {"id": None}
        sent = {name: value for name, value in sent.items() if value is not None}
        answer = self.ask("PUT", f"?identifier=urn:s|{fhir_id}", sent)
        self.expect(answer, fhir_id, content)

    @rule(fhir_id=IDS, text=TEXTS, by_condition=st.booleans())
    def patch(self, fhir_id, text, by_condition):
        steps = [{"op": "replace", "path": "/code/text", "value": text}]
        answer = self.ask("PATCH", f"?identifier=urn:s|{fhir_id}" if by_condition else f"/{fhir_id}", steps)
        if self.is_here(fhir_id):
            self.expect(answer, fhir_id, self.said(fhir_id, text))
        else:
            assert answer.status_code == 404

    @rule(fhir_id=IDS, by_condition=st.booleans())
    def withdraw(self, fhir_id, by_condition):
        path = f"?identifier=urn:s|{fhir_id}" if by_condition else f"/{fhir_id}"
        assert self.ask("DELETE", path).status_code == 204
        if self.is_here(fhir_id):
            self.kept[fhir_id].append(None)

    @rule(fhir_id=IDS, text=TEXTS)
    def a_transaction_that_fails(self, fhir_id, text):
        entries = [
            {
                "resource": self.said(fhir_id, text + "!"),
                "request": {"method": "PUT", "url": f"Flag/{fhir_id}"},
            },
            {"request": {"method": "GET", "url": "Flag/never"}},
        ]
        sent = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
        answer = self.client.post("/fhir/R4", sent, content_type="application/fhir+json")
        assert answer.status_code == 404

    @invariant()
    def every_version_and_the_history_are_as_kept(self):
        for fhir_id, versions in getattr(self, "kept", {}).items():
            newest = self.ask("GET", f"/{fhir_id}")
            if versions:
                self.is_as_kept(newest, versions[-1])
            else:
                assert newest.status_code == 404
            for number, content in enumerate(versions, start=1):
                self.is_as_kept(self.ask("GET", f"/{fhir_id}/_history/{number}"), content)
            history = self.ask("GET", f"/{fhir_id}/_history")
            tags = [e["response"]["etag"] for e in history.json().get("entry", [])]
            assert tags == [f'W/"{number}"' for number in range(len(versions), 0, -1)]
            found = self.ask("GET", f"?identifier=urn:s|{fhir_id}").json()
            assert found["total"] == int(self.is_here(fhir_id))

    def is_as_kept(self, answer, content):
        if content is None:
            assert answer.status_code == 410
        else:
            assert answer.status_code == 200
            assert {k: v for k, v in answer.json().items() if k != "meta"} == content


@pytest.mark.django_db
@pytest.mark.parametrize("machine", [Door, Api])
def test_the_record_agrees_with_a_dictionary(machine):
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=checks
        ),
    )
