"""Reachable if and only if visible: every way to a person or an entry is open exactly when the rules say so.

Generated over roles and systems, relationships, agreements, choices, labels, staff and broken glass. The rules are
said once more in `who_may_see`, without SQL; a way is one line in `ways_to_person` or `ways_to_entry`.
"""

import json
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from joinedup.care.access.actions import create_token, own_system
from joinedup.care.access.actor import PERMISSIONS, SCOPE_PERMISSIONS, Actor, Permission, Purpose, Role, Scope
from joinedup.care.access.labels import Label
from joinedup.care.access.looks import looks_at
from joinedup.care.access.models import (
    Agreement,
    AuditEvent,
    Choice,
    Glass,
    Party,
    Relationship,
    StaffRecord,
    System,
    User,
)
from joinedup.care.access.queries import RefusedError, limit_to_visible, may_see
from joinedup.care.discharge.models import Stay
from joinedup.care.discharge.queries import count_people_ready, look_at_stay, people_ready, stays_of_person
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.logic import read_search
from joinedup.care.people.models import Person
from joinedup.care.people.queries import find_people, look_at_person, views_of_people
from joinedup.care.record.criteria import Asked
from joinedup.care.record.everything import Wanted, everything
from joinedup.care.record.histories import Span, versions
from joinedup.care.record.models import Entry, Resource
from joinedup.care.record.queries import contents_of_kind, entries_visible_to, read, timeline
from joinedup.care.record.rows import Search
from joinedup.care.record.searching import search
from who_may_see import (
    DIRECT,
    Agreed,
    Asks,
    Chosen,
    Lasting,
    Opened,
    Rules,
    Signature,
    Staff,
    Tie,
    Written,
)

NOW = timezone.now().replace(microsecond=0)
TYPES = {"Warning": "Flag", "Observation": "Observation", "Hospital stay": "Encounter"}
KINDS = tuple(TYPES)
ORGANISATIONS, PEOPLE, USERS, SYSTEMS, OWN_SYSTEM = range(3), range(2), range(2), range(3), 2

days = st.sampled_from((-3, -1, 0, 1, 3))
lasting = st.builds(Lasting, since=days, until=st.none() | days)
organisation, person, user = (st.sampled_from(numbers) for numbers in (ORGANISATIONS, PEOPLE, USERS))
# What holds now for the first organisation comes often, or most examples would be refused for want of a relationship.
lasting = st.just(Lasting(-3, None)) | lasting
first = st.just(0) | organisation
CARE_ROLES = [role for role in Role if Permission.READ_RECORD in PERMISSIONS[role]]
role = st.sampled_from(CARE_ROLES) | st.sampled_from(Role)
purpose = st.just("direct_care") | st.sampled_from([p.value for p in Purpose])
kinds = st.lists(st.sampled_from(KINDS), max_size=2, unique=True).map(tuple)
signatures = st.lists(
    st.builds(Signature, organisation, st.booleans(), st.booleans(), lasting),
    max_size=4,
    unique_by=lambda signature: (signature.organisation, signature.time.since),
).map(tuple)
purposes = st.lists(st.sampled_from([p.value for p in Purpose]), max_size=2, unique=True).map(tuple)
widely = Agreed(
    ("direct_care",),
    (),
    tuple(Signature(o, True, True, Lasting(-3, None)) for o in ORGANISATIONS),
    Lasting(-3, None),
)
agreed = st.just(widely) | st.just(widely) | st.builds(Agreed, purposes, kinds, signatures, lasting)


def several(strategy, most, **more):
    return st.lists(strategy, max_size=most, **more).map(tuple)


ties = st.builds(Tie, person, first, st.sampled_from((*DIRECT, "contact", "registered")), lasting)
rules = st.builds(
    Rules,
    ties=several(ties, 6, min_size=1, unique_by=lambda tie: (tie.person, tie.organisation, tie.kind)),
    agreements=several(agreed, 2),
    choices=several(st.builds(Chosen, person, several(organisation, 2, unique=True), kinds, lasting), 2),
    staff=several(st.builds(Staff, person, user, first), 2, unique=True),
    glasses=several(st.builds(Opened, person, user, first, lasting), 2),
    own_system=st.just(OWN_SYSTEM),
)
written = st.builds(
    Written,
    person,
    st.none() | organisation,
    st.sampled_from(SYSTEMS),
    st.sampled_from(KINDS),
    several(st.sampled_from(Label), 2, unique=True),
)
user_asks = st.builds(Asks, first, role, user, st.none(), purpose)
system_asks = st.builds(Asks, st.none() | first, st.none(), st.none(), st.sampled_from((0, 1)))


class UndoneError(Exception):
    """Takes every change of one example back."""


def on(day):
    return None if day is None else NOW + timedelta(days=day)


class World:
    """The rules and entries in the database."""

    def __init__(self, rules, entries):
        self.organisations = [
            Organisation.objects.create(reference=f"org-{n}", name=f"Org {n}", nation="england")
            for n in ORGANISATIONS
        ]
        self.systems = [System.objects.create(name=f"sys-{n}") for n in SYSTEMS if n != OWN_SYSTEM] + [
            own_system()
        ]
        self.users = [User.objects.create(username=f"user-{n}", name=f"User {n}") for n in USERS]
        self.people = [Person.objects.create(family="Quill", sought_family="quill") for _ in PEOPLE]
        self.write_rules(rules)
        self.resources = [self.write(number, entry) for number, entry in enumerate(entries)]

    def write_rules(self, rules):
        for tie in rules.ties:
            Relationship.objects.create(
                person_id=self.people[tie.person].pk,
                organisation=self.organisations[tie.organisation],
                kind=tie.kind,
                **self.between(tie.time),
            )
        for number, agreement in enumerate(rules.agreements):
            self.sign(number, agreement)
        for choice in rules.choices:
            Choice.objects.create(
                person_id=self.people[choice.person].pk,
                except_organisations=[self.organisations[o].pk for o in choice.organisations],
                except_kinds=list(choice.kinds),
                **self.between(choice.time),
            )
        for model, rows in ((StaffRecord, rules.staff), (Glass, rules.glasses)):
            for row in rows:
                more = (
                    {} if model is StaffRecord else {"reason": "x", **self.between(row.time, forever=on(99))}
                )
                model.objects.create(
                    person_id=self.people[row.person].pk,
                    user=self.users[row.user],
                    organisation=self.organisations[row.organisation],
                    **more,
                )

    def sign(self, number, agreement):
        row = Agreement.objects.create(
            name=f"Agreement {number}",
            purposes=list(agreement.purposes),
            kinds=list(agreement.kinds),
            **self.between(agreement.time),
        )
        for signature in agreement.signatures:
            Party.objects.create(
                agreement=row,
                organisation=self.organisations[signature.organisation],
                gives=signature.gives,
                receives=signature.receives,
                **self.between(signature.time),
            )

    @staticmethod
    def between(time, forever=None):
        return {"since": on(time.since), "until": on(time.until) or forever}

    def write(self, number, entry):
        type_ = TYPES[entry.kind]
        organisation = None if entry.organisation is None else self.organisations[entry.organisation]
        security = [
            {"system": "https://joinedup.example/fhir/CodeSystem/sensitivity", "code": x}
            for x in entry.labels
        ]
        resource = Resource.objects.create(
            type=type_,
            fhir_id=f"e{number}",
            system=self.systems[entry.system],
            person=self.people[entry.person],
            organisation=organisation,
            kind=entry.kind,
            labels=[label.value for label in entry.labels],
            happened_at=NOW,
            recorded_at=NOW,
        )
        body = {"resourceType": type_, "meta": {"security": security}, "code": {"text": "x"}}
        Entry.objects.create(
            resource=resource,
            version=1,
            body=json.dumps(body),
            digest=b"x",
            recorded_at=NOW,
            system=resource.system,
            organisation=organisation,
        )
        if type_ == "Encounter":
            self.put_to_bed(resource)
        return resource

    def put_to_bed(self, resource):
        Stay.objects.create(
            encounter_id=resource.fhir_id,
            person=resource.person,
            organisation=resource.organisation,
            nation="england",
            setting="acute",
            admitted_at=NOW - timedelta(days=9),
            ready_at=NOW - timedelta(days=2),
        )

    def actor(self, asks):
        organisation = None if asks.organisation is None else self.organisations[asks.organisation].pk
        if asks.system is not None:
            System.objects.filter(pk=self.systems[asks.system].pk).update(organisation=organisation)
            may = SCOPE_PERMISSIONS[Scope.READ]
            return Actor("S", may, system_id=self.systems[asks.system].pk, organisation_id=organisation)
        return Actor(
            "A",
            PERMISSIONS[asks.role],
            user_id=self.users[asks.user].pk,
            role=asks.role,
            organisation_id=organisation,
            purpose=Purpose(asks.purpose),
        )


def passes(way):
    try:
        return bool(way())
    except RefusedError:
        return False


def ways_to_person(actor, person):
    """Return, for every way there is to a person, whether it leads there."""
    ways = {
        "list": lambda: limit_to_visible(
            Person.objects.filter(pk=person.pk), actor, at=NOW, person="id"
        ).exists(),
        "question": lambda: may_see(actor, person.pk, at=NOW),
        "page": lambda: look_at_person(actor, person.pk, at=NOW, subject="record"),
        "row": lambda: views_of_people(actor, [person.pk], at=NOW),
        "find": lambda: any(v.id == person.pk for v in find_people(actor, read_search("quill"), at=NOW)),
        "timeline": lambda: timeline(actor, person.pk, at=NOW),
        "who has looked": lambda: looks_at(actor, person.pk, at=NOW) or True,
    }
    return {name: passes(way) for name, way in ways.items()}


def ways_to_entry(actor, resource):
    """Return, for every way there is to an entry, whether it leads there."""
    type_, fhir_id, whose = resource.type, resource.fhir_id, resource.person_id
    ways = {
        "list": lambda: entries_visible_to(actor, at=NOW).filter(pk=resource.pk).exists(),
        "read": lambda: read(actor, type_, fhir_id, at=NOW),
        "search": lambda: search(actor, Search(type_, (Asked("_id", (fhir_id,)),)), at=NOW).total,
        "history": lambda: versions(actor, Span(type_, fhir_id), at=NOW).versions,
        "everything": lambda: fhir_id in ids_of(everything(actor, whose, Wanted(), at=NOW)),
    }
    return {name: passes(way) for name, way in ways.items()}


def ids_of(page):
    return {stored.fhir_id for stored in page.resources} if page else set()


def ways_to_stay(actor, stay):
    """Return, for every way there is to a stay in hospital, whether it leads there."""
    ways = {
        "board": lambda: any(view.id == stay.pk for view in people_ready(actor, at=NOW)),
        "banner": lambda: any(v.id == stay.pk for v in stays_of_person(actor, stay.person_id, at=NOW)),
        "page": lambda: look_at_stay(actor, stay.pk, at=NOW, subject="clock"),
    }
    return {name: passes(way) for name, way in ways.items()}


def all_alike(ways, expected):
    assert ways == dict.fromkeys(ways, expected)


def check_people(world, rules, asks, actor):
    for number, person in enumerate(world.people):
        all_alike(ways_to_person(actor, person), rules.opens(asks, number))


def check_entries(world, rules, asks, actor, entries):
    for entry, resource in zip(entries, world.resources, strict=True):
        all_alike(ways_to_entry(actor, resource), rules.shows(asks, entry))


def check_stays(world, rules, asks, actor, entries):
    shown = 0
    for stay in Stay.objects.order_by("encounter_id"):
        entry = entries[int(stay.encounter_id[1:])]
        expected = rules.shows(asks, entry) and actor.may(Permission.SEE_LEAVING_HOSPITAL)
        all_alike(ways_to_stay(actor, stay), expected)
        shown += expected
    if actor.may(Permission.SEE_LEAVING_HOSPITAL):
        assert count_people_ready(actor, at=NOW) == shown


def check_counts(world, rules, asks, actor, entries):
    for type_ in TYPES.values():
        shown = [e for e in entries if TYPES[e.kind] == type_ and rules.shows(asks, e)]
        if actor.may(Permission.READ_RECORD):
            assert search(actor, Search(type_), at=NOW).total == len(shown)
    for number, person in enumerate(world.people):
        shown = [e for e in entries if e.person == number and rules.shows(asks, e)]
        contents = contents_of_kind(actor, person.pk, list(TYPES.values()), at=NOW)
        assert len(contents) == len(shown)
        if rules.opens(asks, number):
            check_timeline(timeline(actor, person.pk, at=NOW), shown)


def check_timeline(found, shown):
    named = [entry for entry in shown if entry.organisation is not None]
    assert (found.total, len(found.entries)) == (len(shown), len(shown))
    assert sum(kind.count for kind in found.kinds) == len(shown)
    assert sum(organisation.count for organisation in found.organisations) == len(named)
    assert sum(organisation.count for organisation in found.involved) == len(named)


def check_over_http(world, rules, asks, entries):
    system = world.systems[asks.system].name
    token = create_token(system=system, scopes=[Scope.READ], at=NOW)
    client = Client(headers={"authorization": f"Bearer {token}"})
    for entry, resource in zip(entries, world.resources, strict=True):
        expected = rules.shows(asks, entry)
        address = f"/fhir/R4/{resource.type}"
        ways = {
            "read": client.get(f"{address}/{resource.fhir_id}").status_code == 200,
            "history": client.get(f"{address}/{resource.fhir_id}/_history").json().get("entry", []) != [],
            "version": client.get(f"{address}/{resource.fhir_id}/_history/1").status_code == 200,
            "search": client.get(f"{address}?_id={resource.fhir_id}").json()["total"] == 1,
        }
        all_alike(ways, expected)


LONG = Lasting(-3, None)
# What an emergency opens stays open in the history; what a role sees anyway is not sealed by another label.
EMERGENCY = Rules(ties=(Tie(0, 0, "stay", LONG),), glasses=(Opened(0, 0, 0, LONG),), own_system=OWN_SYSTEM)


@pytest.mark.django_db
@example(EMERGENCY, (Written(0, 0, 0, "Warning", (Label.SEXUAL_HEALTH,)),), Asks(0, Role.DISTRICT_NURSE, 0))
@example(
    EMERGENCY,
    (Written(0, 0, 0, "Warning", (Label.ADOPTION, Label.SEXUAL_HEALTH)),),
    Asks(0, Role.SOCIAL_WORKER, 0),
)
@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=rules, entries=several(written, 6, min_size=1), asks=user_asks)
def test_every_way_to_a_person_is_open_exactly_when_the_rule_says_so(rules, entries, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(rules, entries)
        actor = world.actor(asks)
        check_people(world, rules, asks, actor)
        check_entries(world, rules, asks, actor, entries)
        check_stays(world, rules, asks, actor, entries)
        check_counts(world, rules, asks, actor, entries)
        raise UndoneError


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(rules=rules, entries=several(written, 6, min_size=1), asks=system_asks)
def test_every_way_of_a_system_is_open_exactly_when_the_rule_says_so(rules, entries, asks):
    with pytest.raises(UndoneError), transaction.atomic():  # noqa: PT012
        world = World(rules, entries)
        actor = world.actor(asks)
        check_people(world, rules, asks, actor)
        check_entries(world, rules, asks, actor, entries)
        check_counts(world, rules, asks, actor, entries)
        check_over_http(world, rules, asks, entries)
        raise UndoneError


@pytest.mark.django_db
def test_a_refused_look_is_written_and_the_refusal_does_not_tell_whether_there_is_such_a_person():
    world = World(Rules(), ())
    actor = world.actor(Asks(0, Role.DISTRICT_NURSE, 0))
    messages = []
    for person_id in (world.people[0].pk, uuid.UUID(int=7)):
        with pytest.raises(RefusedError) as refused:
            look_at_person(actor, person_id, at=NOW, subject="record")
        messages.append(refused.value.reasons)
        assert AuditEvent.objects.filter(kind="refusal", person_id=person_id).count() == 1
        with pytest.raises(RefusedError):
            looks_at(actor, person_id, at=NOW)
    assert messages[0] == messages[1]
