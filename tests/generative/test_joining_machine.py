"""A state machine over merges: whatever is sent, joined and parted, in whatever order, agrees with a dictionary."""

import itertools
import json

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from joinedup.care.access.actions import register_system
from joinedup.care.access.actor import PERMISSIONS, SCOPE_PERMISSIONS, Actor, Role, Scope
from joinedup.care.access.models import Choice, User
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.joining.errors import NotPossibleError
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Identifier, Merge, Person, SourcePatient
from joinedup.care.people.queries import people_of_patients, person_now
from joinedup.care.record.models import Resource
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import item_of, parse
from joinedup.exchange.fhir.intake import take_in

NAMES = ["p1", "p2", "p3", "p4", "p5"]
PATIENTS = st.sampled_from(NAMES)
FLAGS = st.sampled_from(["f1", "f2", "f3", "f4", "f5", "f6"])
PLACES = st.sampled_from(["north", "south"])
COUNTER = itertools.count()
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=1, role=Role.RECORDS_MANAGER)


def body_of(*resources):
    entries = [
        {"resource": r, "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
        for r in resources
    ]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}).encode()


class Joining(RuleBasedStateMachine):
    """Remembers which person each Patient was made for, what each entry said, and which merges stand."""

    @initialize()
    def begin(self):
        self.block = transaction.atomic()
        self.block.__enter__()
        name = next(COUNTER)
        system = register_system(name=f"system {name}")
        self.by = Actor(system.name, SCOPE_PERMISSIONS[Scope.WRITE], system_id=system.pk)
        self.user = User.objects.create(username=f"user{name}", name="U")
        self.places = {
            place: Organisation.objects.create(reference=f"{place}{name}", name=place, nation="england")
            for place in ("north", "south")
        }
        self.made_for, self.flags, self.stands, self.choices = {}, {}, [], {}
        for patient in NAMES[:3]:
            self.a_patient_comes(patient)

    def teardown(self):
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    def home(self, person):
        stands = {merged: kept for _, kept, merged in self.stands}
        while person in stands:
            person = stands[person]
        return person

    def send(self, *resources):
        items = [item_of(entry, index) for index, entry in enumerate(parse(body_of(*resources)).entry)]
        take_in(items, by=self.by, nation=Nation.ENGLAND, at=timezone.now())

    @rule(patient=PATIENTS)
    def a_patient_comes(self, patient):
        numbers = [{"system": "urn:example:hospital", "value": "shared"}]
        self.send({"resourceType": "Patient", "id": patient, "gender": "other", "identifier": numbers})
        found = SourcePatient.objects.get(fhir_id=patient)
        assert self.made_for.setdefault(patient, found.origin_id) == found.origin_id

    @rule(flag=FLAGS, patient=PATIENTS, place=PLACES)
    def an_entry_comes(self, flag, patient, place):
        self.send(
            {
                "resourceType": "Flag",
                "id": flag,
                "status": "active",
                "code": {"text": place},
                "subject": {"reference": f"Patient/{patient}"},
                "author": {"reference": f"Organization/{self.places[place].reference}"},
            }
        )
        before = self.flags.get(flag)
        # An entry whose new Patient is not here stays with whom it was about.
        self.flags[flag] = (patient, place, self.left_with(before) if before else None)

    def left_with(self, before):
        """Return the person with whom an entry stays whose Patient is not here."""
        patient, _, left = before
        return self.home(self.made_for[patient]) if patient in self.made_for else left

    def owner(self, flag):
        patient, _, left = flag
        return self.home(self.made_for.get(patient, left)) if patient in self.made_for or left else None

    @rule(patient=st.sampled_from(NAMES[:3]))
    def a_choice_is_noted(self, patient):
        person = self.home(self.made_for[patient])
        choice = Choice.objects.create(person_id=person, since=timezone.now())
        self.choices[choice.pk] = person

    @rule(pair=st.permutations(NAMES[:3]))
    def two_of_the_first_are_joined(self, pair):
        self.two_are_joined(pair[0], pair[1])

    @rule(kept=PATIENTS, merged=PATIENTS)
    def any_two_are_joined(self, kept, merged):
        assume({kept, merged} <= self.made_for.keys())
        self.two_are_joined(kept, merged)

    def two_are_joined(self, kept, merged):
        a, b = self.made_for[kept], self.made_for[merged]
        by = {"reason": "same person", "by": MANAGER, "at": timezone.now()}
        if a == b or self.home(a) != a or self.home(b) != b:
            with pytest.raises(NotPossibleError):
                merge(kept=a, merged=b, **by)
            return
        self.stands.append((merge(kept=a, merged=b, **by).pk, a, b))

    @precondition(lambda self: self.stands)
    @rule(data=st.data())
    def a_merge_is_undone(self, data):
        number, *_ = self.stands.pop(data.draw(st.integers(0, len(self.stands) - 1)))
        unmerge(merge_id=number, reason="not the same", by=MANAGER, at=timezone.now())

    @invariant()
    def everything_is_where_it_belongs(self):
        if not hasattr(self, "made_for"):
            return
        homes = {patient: self.home(person) for patient, person in self.made_for.items()}
        assert people_of_patients(NAMES) == homes
        people = set(self.made_for.values())
        assert {person: person_now(person) for person in people} == {p: self.home(p) for p in people}
        assert Person.objects.filter(replaced_by=None).count() == len(set(homes.values()))
        for patient, home in homes.items():
            assert Resource.objects.get(type="Patient", fhir_id=patient).person_id == home
        numbers = sorted(str(person) for person in Identifier.objects.values_list("person_id", flat=True))
        assert numbers == sorted(str(self.home(person)) for person in people)
        for flag, said in self.flags.items():
            assert Resource.objects.get(type="Flag", fhir_id=flag).person_id == self.owner(said)

    @invariant()
    def what_only_we_know_goes_along_and_comes_back(self):
        if hasattr(self, "choices"):
            for number, person in self.choices.items():
                assert Choice.objects.get(pk=number).person_id == self.home(person)

    @invariant()
    def every_merge_is_kept(self):
        if hasattr(self, "stands"):
            standing = set(Merge.objects.filter(undone_at=None).values_list("pk", flat=True))
            assert standing == {number for number, *_ in self.stands}


@pytest.mark.django_db
def test_joining_and_parting_agree_with_a_dictionary():
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        Joining,
        settings=settings(
            max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=checks
        ),
    )
