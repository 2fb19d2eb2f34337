"""The scope, condition by condition, and the agreements that it asks for."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from joinedup.care.access.actions import register_system, relate, sign_agreement
from joinedup.care.access.actor import (
    COMMAND_LINE,
    PERMISSIONS,
    SCOPE_PERMISSIONS,
    Actor,
    Purpose,
    Role,
    Scope,
)
from joinedup.care.access.agreements import (
    agreements,
    end_agreement,
    keep_agreement,
)
from joinedup.care.access.models import (
    Agreement,
    AuditEvent,
    Choice,
    Glass,
    Party,
    Relationship,
    StaffRecord,
    User,
)
from joinedup.care.access.terms import AgreementError, read_terms
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.record.models import Resource
from joinedup.care.record.queries import entries_visible_to

NOW = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
AGO = NOW - timedelta(days=9)


class World:
    """A person, an entry of the hospital's about them, and a practice that may see it."""

    def __init__(self):
        self.hospital, self.practice = (
            Organisation.objects.create(reference=name, name=name.title(), nation="england")
            for name in ("hospital", "practice")
        )
        self.person = Person.objects.create(family="Quill")
        self.user = User.objects.create(username="ada", name="Ada", password="!")
        self.system = register_system(name="Hospital", organisation=self.hospital)
        self.entry = Resource.objects.create(
            type="Observation",
            fhir_id="o1",
            system=self.system,
            person=self.person,
            organisation=self.hospital,
            kind="Observation",
            recorded_at=AGO,
        )
        self.agreement = sign_agreement(name="All", parties=[self.hospital, self.practice], since=AGO)
        relate([(self.person.pk, self.practice.pk)], kind="contact", at=AGO)

    def nurse(self, role=Role.DISTRICT_NURSE, **more):
        facts = {"user_id": self.user.pk, "role": role, "organisation_id": self.practice.pk} | more
        return Actor("Ada", PERMISSIONS[role], **facts)

    def partner(self, **more):
        own = register_system(name="Practice", organisation=self.practice)
        return Actor(
            "Practice",
            SCOPE_PERMISSIONS[Scope.READ],
            system_id=own.pk,
            organisation_id=self.practice.pk,
            **more,
        )


@pytest.fixture
def world(db):
    return World()


def sees(actor):
    return entries_visible_to(actor, at=NOW).filter(type="Observation").exists()


CLOSERS = {
    "no relationship": lambda w: Relationship.objects.all().delete(),
    "a relationship that ended": lambda w: Relationship.objects.update(until=NOW),
    "a relationship to come": lambda w: Relationship.objects.update(since=NOW + timedelta(days=1)),
    "no agreement": lambda w: (Party.objects.all().delete(), Agreement.objects.all().delete()),
    "an agreement that ended": lambda w: Agreement.objects.update(until=NOW),
    "an agreement on other kinds": lambda w: Agreement.objects.update(kinds=["Medicine"]),
    "an agreement for another purpose": lambda w: Agreement.objects.update(purposes=[Purpose.PLANNING.value]),
    "a writer that doesn't give": lambda w: Party.objects.filter(organisation=w.hospital).update(gives=False),
    "a reader that doesn't receive": lambda w: Party.objects.filter(organisation=w.practice).update(
        receives=False
    ),
    "a choice against it": lambda w: Choice.objects.create(person_id=w.person.pk, since=AGO),
    "a label": lambda w: Resource.objects.update(labels=["sexual-health"]),
    "nobody known": lambda w: Resource.objects.update(person=None),
}


@pytest.mark.parametrize("name", CLOSERS)
def test_each_condition_alone_closes_what_was_open(world, name):
    assert sees(world.nurse())
    assert sees(world.partner())
    CLOSERS[name](world)
    assert not sees(world.nurse())
    assert not sees(world.partner())


def test_a_choice_has_its_exceptions_and_own_entries_stay(world):
    choice = Choice.objects.create(person_id=world.person.pk, since=AGO, except_kinds=["Observation"])
    assert sees(world.nurse())
    Choice.objects.filter(pk=choice.pk).update(except_kinds=[], except_organisations=[world.practice.pk])
    assert sees(world.nurse())
    Choice.objects.filter(pk=choice.pk).update(except_organisations=[])
    assert not sees(world.nurse())
    Resource.objects.update(organisation=world.practice)
    assert sees(world.nurse())


def test_a_label_is_seen_by_its_roles(world):
    Resource.objects.update(labels=["sexual-health"])
    assert sees(world.nurse(Role.GENERAL_PRACTITIONER))
    assert not sees(world.nurse(Role.SOCIAL_WORKER))


def glass(world, until=NOW + timedelta(hours=2)):
    return Glass.objects.create(
        person_id=world.person.pk,
        user=world.user,
        organisation=world.practice,
        reason="found on the street",
        since=NOW - timedelta(hours=1),
        until=until,
    )


def test_broken_glass_opens_to_who_broke_it_until_it_ends_and_not_what_is_sealed(world):
    Relationship.objects.all().delete()
    Choice.objects.create(person_id=world.person.pk, since=AGO)
    Resource.objects.update(labels=["sexual-health"])
    glass(world)
    assert sees(world.nurse())
    other = User.objects.create(username="bob", name="Bob", password="!")
    assert not sees(world.nurse(user_id=other.pk))
    Resource.objects.update(labels=["adoption"])
    assert not sees(world.nurse())
    Resource.objects.update(labels=[])
    assert sees(world.nurse())


def test_broken_glass_is_whole_again_when_its_time_is_over(world):
    Relationship.objects.all().delete()
    glass(world, until=NOW)
    assert not sees(world.nurse())


def test_nobody_sees_their_own_record_or_colleagues_without_giving_the_care(world):
    staff = StaffRecord.objects.create(
        person_id=world.person.pk, user=world.user, organisation=world.practice
    )
    glass(world)
    assert not sees(world.nurse())
    other = User.objects.create(username="bob", name="Bob", password="!")
    assert not sees(world.nurse(user_id=other.pk))
    Relationship.objects.update(kind="caseload")
    assert sees(world.nurse(user_id=other.pk))
    assert not sees(world.nurse())
    staff.delete()
    assert sees(world.nurse())


def test_roles_and_tokens_without_reading_see_nothing(world):
    for role in (Role.ADMINISTRATOR, Role.ANALYST, Role.FUND_MANAGER):
        assert not sees(world.nurse(role))
    assert not sees(
        Actor("W", SCOPE_PERMISSIONS[Scope.WRITE], system_id=999, organisation_id=world.practice.pk)
    )
    assert not sees(world.nurse(organisation_id=None))


def read(text):
    return read_terms(text.encode(), "a.yaml", kinds=["Medicine"])


TERMS = """
name: Between us
since: 2026-01-01
parties:
  - organisation: hospital
  - organisation: practice
    gives: false
"""


def test_an_agreement_is_kept_replaced_listed_and_ended(world):
    Party.objects.all().delete()
    Agreement.objects.all().delete()
    keep_agreement(read(TERMS), by=COMMAND_LINE, at=NOW)
    assert sees(world.nurse())
    keep_agreement(read(TERMS + "kinds: [Medicine]\n"), by=COMMAND_LINE, at=NOW)
    assert not sees(world.nurse())
    (kept,) = agreements()
    assert [(p.organisation.reference, p.gives) for p in kept.parties.order_by("id")] == [
        ("hospital", True),
        ("practice", False),
    ]
    keep_agreement(read(TERMS), by=COMMAND_LINE, at=NOW)
    assert end_agreement("Between us", by=COMMAND_LINE, at=NOW)
    assert not sees(world.nurse())
    assert not end_agreement("Nobody's", by=COMMAND_LINE, at=NOW)
    later = NOW + timedelta(days=30)
    assert end_agreement("Between us", by=COMMAND_LINE, at=later)
    assert Agreement.objects.get().until == NOW
    said = AuditEvent.objects.filter(kind="change", subject__startswith="sharing agreement")
    assert [event.subject.rpartition(" ")[2] for event in said.order_by("id")] == ["kept"] * 3 + ["ended"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("name: x\n  y: [", "a.yaml:2: this is not YAML"),
        ("", "a.yaml:1: the file is empty: begin with the keys"),
        ("[]", "a.yaml:1: begin with the keys"),
        (TERMS.replace("since: 2026-01-01", "since: soon"), "a.yaml:3: a date is wanted"),
        (TERMS.replace("since: 2026-01-01\n", ""), "a.yaml:2: 'since' is missing"),
        (TERMS.replace("name: Between us", "name:"), "a.yaml:2: text is wanted"),
        (TERMS + "purpose: [care]", "a.yaml:8: 'purpose' is not known here"),
        (
            TERMS + "purposes: [gossip]",
            "a.yaml:8: purposes: 'gossip' is none of: audit, direct_care, planning",
        ),
        (TERMS + "kinds: [Medicine, Gossip]", "a.yaml:8: kinds: 'Gossip' is none of: Medicine"),
        (TERMS + "until: 2026-01-01", "a.yaml:8: until must be a later day"),
        (TERMS + "name: Again", "a.yaml:8: 'name' is given twice"),
        (TERMS.replace("gives: false", "gives: sometimes"), "a.yaml:7: party 2: true or false is wanted"),
        (TERMS.replace("gives: false", "gives: no"), "a.yaml:7: party 2: write true or false"),
        (TERMS + "    until: 2025-01-01", "a.yaml:8: party 2: until must be a later day"),
        (
            TERMS.replace("organisation: practice", "organisations: practice"),
            "a.yaml:6: party 2: 'organisations' is not known here",
        ),
        (
            TERMS.replace("organisation: practice", "receives: true"),
            "a.yaml:6: party 2: 'organisation' is missing",
        ),
        (TERMS.replace("practice", "hospital"), "a.yaml:6: party 2: hospital is a party already"),
        (
            "name: x\nsince: 2026-01-01\nparties: [{organisation: hospital}]",
            "a.yaml:3: parties: name at least two",
        ),
    ],
)
def test_a_file_that_is_no_agreement_is_refused_with_line_and_party(change, said):
    with pytest.raises(AgreementError, match=re.escape(said)):
        read(change)


def test_an_organisation_that_is_not_in_the_record_is_named_with_its_line_and_nothing_changed(world):
    with pytest.raises(AgreementError, match=re.escape("a.yaml:6: party 2: charity is not in the record")):
        keep_agreement(read(TERMS.replace("practice", "charity")), by=COMMAND_LINE, at=NOW)
    assert Agreement.objects.count() == 1
