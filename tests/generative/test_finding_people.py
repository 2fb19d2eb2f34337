"""Finding people by how words of their names begin, against a reading by hand; and alike for whoever may see few."""

import json
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import create_token, sign_agreement
from joinedup.care.access.actor import PERMISSIONS, Actor, Role, Scope
from joinedup.care.access.models import Glass, Relationship, User
from joinedup.care.access.queries import actor_of_token
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.finding import begin_with
from joinedup.care.people.logic import Sought, fold, read_search
from joinedup.care.people.models import Person
from joinedup.care.people.queries import find_people
from joinedup.care.record.criteria import Asked
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import search
from joinedup.core.nation import Nation
from joinedup.exchange.fhir.bundle import Item
from joinedup.exchange.fhir.intake import take_in

LETTERS = "abé'\\_-7ß\ud7ff"
NAMES = st.lists(st.text(LETTERS, max_size=4), max_size=3).map(" ".join).map(fold)


@pytest.mark.django_db
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(st.tuples(NAMES, NAMES, NAMES), max_size=6),
    typed=st.lists(st.text(LETTERS, min_size=1, max_size=3), min_size=1, max_size=2).map(" ".join),
)
@example(people=[("oneill", "ann mary", "smith")], typed="O'N mar smi")
@example(people=[("b", "", "")], typed="a" * 3000)
def test_everybody_is_found_whose_names_have_words_that_begin_as_typed(people, typed):
    Person.objects.all().delete()
    for family, given_, former in people:
        Person.objects.create(sought_family=family, sought_given=given_, sought_former=former)
    sought = read_search(typed)
    if not sought.words:
        assert sought in (Sought(), Sought(number=sought.number), Sought(born=sought.born))
        return
    found = Person.objects.filter(begin_with(sought.words))
    expected = [
        names
        for names in people
        if all(any(word.startswith(w) for word in " ".join(names).split()) for w in sought.words)
    ]
    shown = [(p.sought_family, p.sought_given, p.sought_former) for p in found]
    assert sorted(shown) == sorted(expected)


NOW = timezone.now()
LIVE = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=1)}
SHORT = st.text("ab", min_size=1, max_size=2)


class UndoneError(Exception):
    """Takes every change of one example back."""


class Place:
    """Two organisations under an agreement, a nurse and a system of the first, and a system of the second."""

    def __init__(self):
        self.near, self.far = (
            Organisation.objects.create(reference=name, name=name, nation="england")
            for name in ("near", "far")
        )
        sign_agreement(name="all", parties=[self.near, self.far], since=LIVE["since"])
        self.user = User.objects.create(username="nurse", name="Nurse")
        self.nurse = Actor(
            "Nurse",
            PERMISSIONS[Role.DISTRICT_NURSE],
            user_id=self.user.pk,
            role=Role.DISTRICT_NURSE,
            organisation_id=self.near.pk,
        )
        self.systems = [self.system(organisation) for organisation in (self.near, self.far)]

    @staticmethod
    def system(organisation):
        scopes = [Scope.READ, Scope.WRITE]
        name = f"{organisation.name} system"
        return actor_of_token(create_token(system=name, scopes=scopes, at=NOW, organisation=organisation))

    def bring(self, number, by, family, given):
        """Write the Patient of somebody new; return the person."""
        content = {
            "resourceType": "Patient",
            "id": f"x{number}",
            "name": [{"family": family, "given": [given]}],
        }
        item = Item(0, "", "Patient", content["id"], json.dumps(content), content)
        take_in([item], by=self.systems[by], nation=Nation.ENGLAND, at=NOW)
        return Person.objects.get(sources__fhir_id=f"x{number}")

    def open(self, person, *, is_tied, is_opened):
        if is_tied:
            Relationship.objects.create(
                person_id=person.pk, organisation=self.near, kind="caseload", resource_id=1, **LIVE
            )
        if is_opened:
            Glass.objects.create(
                person_id=person.pk, user=self.user, organisation=self.near, reason="x", **LIVE
            )


def all_pages(actor, sought, size):
    """Return the ids of a search by name, page by page."""
    found, place = [], None
    while True:
        page = search(actor, Search("Patient", (Asked("name", (sought,)),), count=size), at=NOW, place=place)
        found += [stored.fhir_id for stored in page.resources]
        place = page.following
        if place is None:
            return found


def among_few_and_many(find):
    """Return what is found where the people who could be open are few, and where they are too many to begin with."""
    few = find()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("joinedup.care.people.queries.FEW", 0)
        patched.setattr("joinedup.care.record.reaching.FEW", 0)
        return few, find()


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.tuples(st.sampled_from((0, 1)), SHORT, SHORT, st.booleans(), st.booleans()), min_size=1, max_size=6
    ),
    sought=SHORT,
    size=st.integers(1, 3),
)
@example(people=[(1, "ab", "a", False, True), (1, "a", "ab", True, False)], sought="a", size=1)
@example(people=[(0, "b", "ab", False, False), (1, "ab", "a", False, False)], sought="a", size=1)
def test_the_same_people_are_found_in_the_same_order_whether_few_or_many_could_be(people, sought, size):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        place = Place()
        brought = [place.bring(n, by, family, given) for n, (by, family, given, *_) in enumerate(people)]
        for person, (*_, is_tied, is_opened) in zip(brought, people, strict=True):
            place.open(person, is_tied=is_tied, is_opened=is_opened)
        few, many = among_few_and_many(
            lambda: [v.id for v in find_people(place.nurse, read_search(sought), at=NOW)]
        )
        assert few == many
        for actor in (place.nurse, *place.systems):
            few, many = among_few_and_many(lambda actor=actor: all_pages(actor, sought, size))
            assert few == many
            if actor is place.systems[1]:
                own = {
                    f"x{n}"
                    for n, (by, *names, _, _) in enumerate(people)
                    if by == 1 and starts(names, sought)
                }
                assert own <= set(few)
        raise UndoneError


def starts(names, sought):
    return any(name.startswith(sought) for name in names)
