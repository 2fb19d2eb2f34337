"""Whatever partners say, protect, take back and however records are joined: a place is told exactly to whoever said it,
or to everybody who may see the person while nobody protects it.
"""

import json
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import create_token, relate, sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Role, Scope
from joinedup.care.joining.actions import merge, unmerge
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Merge, Person
from joinedup.care.people.queries import people_of_patients

SINCE = datetime(2025, 1, 1, tzinfo=UTC)
PEOPLE, PARTNERS = 2, 3
NUMBERS = ("9990000026", "9990000034")
PROTECTED = {
    "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
}
MANAGER = Actor("Rita Example", PERMISSIONS[Role.RECORDS_MANAGER], user_id=700_007, role=Role.RECORDS_MANAGER)
who = st.integers(0, PEOPLE - 1)
partner = st.integers(0, PARTNERS - 1)
# What happens: a partner says somebody's address, protected or not; says it no more; two are joined, or parted again.
happening = st.one_of(
    st.tuples(st.just("says"), partner, who, st.booleans()),
    st.tuples(st.just("withdraws"), partner, who),
    st.tuples(st.just("joins")),
    st.tuples(st.just("parts")),
)


class UndoneError(Exception):
    """Takes every change of one example back."""


class Partnership:
    """The partners, and beside them in plain words what they said."""

    def __init__(self):
        organisations = [
            Organisation.objects.create(reference=f"o{n}", name=f"O{n}", nation="england")
            for n in range(PARTNERS)
        ]
        sign_agreement(name="All", parties=organisations, since=SINCE)
        scopes = [Scope.READ, Scope.WRITE]
        self.clients = [
            Client(
                headers={
                    "authorization": "Bearer "
                    + create_token(system=f"s{n}", scopes=scopes, at=timezone.now(), organisation=each)
                }
            )
            for n, each in enumerate(organisations)
        ]
        self.organisations = organisations
        # (partner, who) -> whether it protects; what a partner withdrew is known, and told no more.
        self.protects, self.withdrawn, self.is_joined = {}, set(), False

    def happens(self, what, *more):
        getattr(self, what)(*more)
        self.relate()

    def says(self, by, whose, protects):
        content = {
            "resourceType": "Patient",
            "id": f"p{by}{whose}",
            "name": [{"family": f"Family{whose}", "given": ["Given"]}],
            "birthDate": f"195{whose}-01-01",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": NUMBERS[whose]}],
            "address": [{"line": [place(by, whose)], "postalCode": f"ZZ{by}{whose} 9ZZ"}],
        } | ({"meta": PROTECTED} if protects else {})
        answer = self.clients[by].put(
            f"/fhir/R4/Patient/p{by}{whose}", json.dumps(content), content_type="application/fhir+json"
        )
        assert answer.status_code in (200, 201), answer.content
        self.protects[by, whose] = protects
        self.withdrawn.discard((by, whose))

    def withdraws(self, by, whose):
        if (by, whose) in self.protects:
            assert self.clients[by].delete(f"/fhir/R4/Patient/p{by}{whose}").status_code == 204
            self.withdrawn.add((by, whose))

    def joins(self):
        homes = {whose: self.home(whose) for whose in range(PEOPLE)}
        if not self.is_joined and None not in homes.values() and homes[0] != homes[1]:
            merge(kept=homes[0], merged=homes[1], reason="x", by=MANAGER, at=timezone.now())
            self.is_joined = True

    def parts(self):
        if self.is_joined:
            row = Merge.objects.get(undone_at=None)
            unmerge(merge_id=row.pk, reason="x", by=MANAGER, at=timezone.now())
            self.is_joined = False

    def home(self, whose):
        ids = [f"p{by}{who_}" for by, who_ in self.protects if who_ == whose]
        return next(iter(people_of_patients(ids).values()), None)

    def relate(self):
        relate(
            [(person.pk, each.pk) for person in Person.objects.all() for each in self.organisations],
            kind="care",
            at=SINCE,
        )

    def is_protected(self, whose):
        """Say whether any partner protects the person, also one joined with them, also by what was withdrawn."""
        return any(
            protects for (_, who_), protects in self.protects.items() if who_ == whose or self.is_joined
        )

    def tells(self, by, whose, to):
        return (by, whose) not in self.withdrawn and (by == to or not self.is_protected(whose))


def place(by, whose):
    return f"Place-{by}-{whose}"


def ways(client, by, whose, person):
    """Return what each way says of a partner's Patient."""
    one = f"p{by}{whose}"
    now = timezone.now().isoformat().replace("+00:00", "Z")
    for path in (
        f"Patient/{one}",
        f"Patient/{one}/_history",
        f"Patient?family=Family{whose}",
        f"Patient?family=Family{whose}&as-of={now}",
        f"Patient/{person}/$everything",
    ):
        yield path, client.get(f"/fhir/R4/{path}").content.decode()


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(happenings=st.lists(happening, min_size=1, max_size=7), asks=partner)
def test_a_place_is_told_exactly_to_whom_the_rule_says(happenings, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = Partnership()
        for each in happenings:
            world.happens(*each)
        for by, whose in world.protects:
            expected = world.tells(by, whose, asks)
            person = world.home(whose)
            for path, said in ways(world.clients[asks], by, whose, person):
                is_told = place(by, whose) in said
                if path.endswith("_history") and (by, whose) in world.withdrawn:
                    # What was said before a withdrawal stays in the history, for whom it was told to.
                    assert not is_told or by == asks or not world.is_protected(whose)
                else:
                    assert is_told == expected, (path, world.protects, world.withdrawn, world.is_joined)
            postcode = f"ZZ{by}{whose} 9ZZ"
            found = world.clients[asks].get("/fhir/R4/Patient", {"address-postalcode": postcode}).json()
            assert found["total"] == (1 if expected else 0)
        raise UndoneError
