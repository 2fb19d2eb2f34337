"""Joining and parting while others write: every entry is with whomever its Patient is, and nobody waits in a circle."""

import itertools

from django.utils import timezone

from faults.test_at_once import WRITERS, at_once, by, send  # noqa: F401 - the fixture
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.people.queries import people_of_patients
from joinedup.care.record.models import Resource

MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=1, role=Role.RECORDS_MANAGER)
ROUNDS = 12


def flag(fhir_id, patient):
    return {
        "resourceType": "Flag",
        "id": fhir_id,
        "status": "active",
        "code": {"text": "x"},
        "subject": {"reference": f"Patient/{patient}"},
    }


def test_nothing_is_written_across_a_merge(by):  # noqa: F811 - the fixture
    patients = [{"resourceType": "Patient", "id": name, "gender": "other"} for name in ("p1", "p2")]
    send(by, *patients)
    first, second = people_of_patients(["p1", "p2"]).values()
    names = itertools.count()

    def work(number):
        for _ in range(ROUNDS):
            if number == 0:
                now = timezone.now()
                made = merge(kept=first, merged=second, reason="x", by=MANAGER, at=now)
                unmerge(merge_id=made.pk, reason="x", by=MANAGER, at=now)
            else:
                send(by, patients[number % 2], flag(f"f{next(names)}", "p2"), flag(f"f{next(names)}", "p1"))

    assert at_once(work) == [None] * WRITERS
    merge(kept=first, merged=second, reason="x", by=MANAGER, at=timezone.now())
    assert set(Resource.objects.values_list("person", flat=True)) == {first}
    assert Resource.objects.filter(type="Flag").count() == (WRITERS - 1) * ROUNDS * 2


def test_at_the_end_of_parting_everything_is_with_its_own(by):  # noqa: F811 - the fixture
    send(by, *({"resourceType": "Patient", "id": name, "gender": "other"} for name in ("p1", "p2")))
    first, second = people_of_patients(["p1", "p2"]).values()
    made = merge(kept=first, merged=second, reason="x", by=MANAGER, at=timezone.now())

    def work(number):
        if number == 0:
            unmerge(merge_id=made.pk, reason="x", by=MANAGER, at=timezone.now())
        else:
            send(by, *(flag(f"f{number}-{n}", f"p{n % 2 + 1}") for n in range(20)))

    assert at_once(work) == [None] * WRITERS
    owners = people_of_patients(["p1", "p2"])
    assert all(row.person_id == owners[row.patient] for row in Resource.objects.all())
    assert owners == {"p1": first, "p2": second}
