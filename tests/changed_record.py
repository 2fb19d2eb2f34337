"""A record whose entries were corrected and withdrawn on known days, and a nurse who may see it."""

import json
from datetime import UTC, datetime

from django.test import Client
from django.utils import timezone

from integration.fhir_samples import observation, patient
from joinedup.care.access.actions import create_token, give_account, relate, sign_agreement
from joinedup.care.access.actor import Role, Scope
from joinedup.care.access.queries import actor_of_token
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.actions import write
from joinedup.care.record.arrivals import Condition
from joinedup.care.record.withdrawing import withdraw
from procedures import arrival

PASSWORD = "a long password for tests"
USERNAME = "nurse"


def march(day, hour=10):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def seen(fhir_id, text, day=1, **more):
    return observation(
        fhir_id,
        value=1.5,
        code={"text": text},
        effectiveDateTime=f"2026-03-0{day}T09:30:00+00:00",
        performer=[{"reference": "Organization/westmarch"}],
        **more,
    )


class ChangedRecord:
    """Somebody whose hospital writes on known days, and a nurse of a practice that may see it."""

    def __init__(self):
        westmarch = Organisation.objects.create(reference="westmarch", name="Westmarch", nation="england")
        token = create_token(
            system="Westmarch wards", scopes=[Scope.WRITE], at=march(1), organisation=westmarch
        )
        self.by = actor_of_token(token)
        for reference in ("westmarch", "surgery"):
            self.put(token, {"resourceType": "Organization", "id": reference, "name": reference.title()})
        self.put(token, patient("p1"))
        self.person = Person.objects.get()
        self.surgery = Organisation.objects.get(reference="surgery")
        sign_agreement(name="All", parties=Organisation.objects.all(), since=march(1))
        relate([(self.person.pk, self.surgery.pk)], kind="contact", at=march(1))
        roles = [(Role.DISTRICT_NURSE, self.surgery)]
        give_account(
            username=USERNAME, name="Ada", password=PASSWORD, assignments=roles, on=timezone.localdate()
        )

    @staticmethod
    def put(token, content):
        address = f"/fhir/R4/{content['resourceType']}/{content['id']}"
        client = Client(headers={"authorization": f"Bearer {token}"})
        answer = client.put(address, json.dumps(content), content_type="application/fhir+json")
        assert answer.status_code == 201, answer.content

    def write(self, content, at):
        write([arrival(content)], by=self.by, at=at)

    def withdraw(self, fhir_id, at):
        withdraw({("Observation", fhir_id): Condition()}, by=self.by, at=at)

    def change(self):
        """Write, correct and withdraw on the first days of March."""
        self.write(seen("o1", "Weight as first said"), march(2))
        self.write(seen("o2", "Of somebody else"), march(2))
        self.write(seen("o3", "Never changed"), march(3))
        self.write(seen("o1", "Weight corrected"), march(5))
        self.withdraw("o2", march(5))
        self.write(seen("o4", "Written later"), march(6))
        return self
