"""Unusual looking: what each rule finds and what it leaves alone, with its reason in numbers, and what came of it."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from joinedup.care.access.actions import record_audit, relate
from joinedup.care.access.actor import PERMISSIONS, Actor, Permission, Role
from joinedup.care.access.models import AuditEvent, LookReview, Relationship, StaffRecord, User
from joinedup.care.access.queries import RefusedError
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Carer, Person
from joinedup.care.privacy.findings import Period, finding_with_key, findings
from joinedup.care.privacy.reviewing import review_finding
from joinedup.care.privacy.rules import CROWD, NIGHT, REFUSED, RULE_OF, UNTIED, VOLUME

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
NOW = datetime(2026, 3, 25, 12, tzinfo=UTC)
MONTH = Period(NOW - timedelta(days=30), NOW)


class World:
    """Two organisations, staff, people; looks are written as if they happened then."""

    def __init__(self):
        self.trust, self.council = (
            Organisation.objects.create(reference=name, name=name.title(), nation="england")
            for name in ("trust", "council")
        )
        officer = User.objects.create(username="olu", name="Olu Officer")
        self.officer = Actor(
            "Olu Officer",
            PERMISSIONS[Role.PRIVACY_OFFICER],
            user_id=officer.pk,
            role=Role.PRIVACY_OFFICER,
            organisation_id=self.trust.pk,
        )

    def nurse(self, name="Ada Quill", role=Role.DISTRICT_NURSE):
        user, _ = User.objects.get_or_create(username=name.lower(), defaults={"name": name})
        return Actor(name, PERMISSIONS[role], user_id=user.pk, role=role, organisation_id=self.trust.pk)

    def person(self, family="Trumpetwright", **more):
        person = Person.objects.create(
            family=family, sought_family=family.lower(), given="Hazel", born="1950-03-02", **more
        )
        relate([(person.pk, self.trust.pk)], kind="caseload", at=NOON - timedelta(days=300))
        return person

    def look(self, who, person, at=NOON, kind=AuditEvent.Kind.LOOK):
        record_audit(kind, by=who, at=at, people=[person.pk if person else None], subject="the record")

    def found(self, rule=None, period=MONTH):
        found = {of.rule.id: of.shown for of in findings(self.officer, period, at=NOW)}
        return found[rule] if rule else [(name, len(shown)) for name, shown in found.items() if shown]


@pytest.fixture
def world(db):
    return World()


def of_staff(world, nurse, person, **more):
    StaffRecord.objects.create(person_id=person.pk, user_id=nurse.user_id, organisation=world.trust, **more)


def test_ordinary_work_is_not_asked_about(world):
    for name in ("Ada", "Bea", "Cas"):
        for number in range(5):
            world.look(world.nurse(name), world.person(f"Person {number}"))
    assert world.found() == []


def test_their_own_record_and_tries_at_it(world):
    nurse, own = world.nurse(), world.person("Quill")
    of_staff(world, nurse, own)
    world.look(nurse, own)
    world.look(nurse, own, kind=AuditEvent.Kind.REFUSAL)
    (found,) = world.found("own")
    assert (found.who, found.person.name, found.count) == ("Ada Quill", "Hazel Quill", 2)
    assert "looked or tried 2 times, and were refused once" in found.reason
    assert world.found() == [("own", 1)]


def test_family_that_the_staff_records_name(world):
    nurse, child = world.nurse(), world.person()
    of_staff(world, nurse, child, is_family=True)
    world.look(nurse, child)
    (found,) = world.found("family")
    assert "staff records say that this is one of their family" in found.reason


@pytest.mark.parametrize(
    ("family", "address", "is_found"),
    [
        ("Quill", "1 HIGH street", True),
        ("Quill", "2 High Street", False),
        ("Feather", "1 High Street", False),
        ("Quill", "", False),
    ],
)
def test_family_by_name_and_address(world, family, address, is_found):
    nurse = world.nurse()
    of_staff(world, nurse, world.person("Quill", address="1 High Street"))
    world.look(nurse, world.person(family, address=address))
    assert world.found() == ([("family", 1)] if is_found else [])
    if is_found:
        assert "same family name and address" in world.found("family")[0].reason


def test_family_whose_carer_they_are(world):
    mother = world.person()
    Carer.objects.create(fhir_id="c1", person=mother, name="ada QUILL")
    world.look(world.nurse("Ada Quill"), mother)
    world.look(world.nurse("Bea"), mother)
    (found,) = world.found("family")
    assert (found.who, "this person’s carer" in found.reason) == ("Ada Quill", True)


def test_a_colleague_of_the_same_organisation(world):
    ada, bea = world.nurse("Ada"), world.nurse("Bea")
    person = world.person()
    of_staff(world, bea, person)
    world.look(ada, person)
    assert [found.who for found in world.found("colleague")] == ["Ada"]
    StaffRecord.objects.update(organisation=world.council)
    assert world.found("colleague") == ()


def test_a_person_whom_many_look_at(world):
    person, other = world.person(), world.person()
    staff = CROWD.thresholds["least_staff"]
    for number in range(staff):
        # One too few within three days, until the last.
        early = NOON - timedelta(days=3 if number == 0 else number % 3)
        world.look(world.nurse(f"N{number}"), person, at=early)
        world.look(world.nurse("N0"), other)
    assert world.found() == []
    world.look(world.nurse("N0"), person)
    (found,) = world.found("crowd")
    assert (found.user_id, found.person.name, found.who) == (None, "Hazel Trumpetwright", f"{staff} staff")
    assert f"{staff} different staff looked at this person within 3 days from 18 March 2026" in found.reason


def test_at_night_by_who_works_by_day(world):
    for name, hour in (("Day", 11), ("Night", 23)):
        for number in range(NIGHT.thresholds["least_known"]):
            world.look(
                world.nurse(name), world.person(), at=NOON.replace(hour=hour) - timedelta(days=40 + number)
            )
    night = NOON.replace(hour=2)
    for name in ("Day", "Night", "New"):
        for _ in range(NIGHT.thresholds["least_looks"]):
            world.look(world.nurse(name), world.person(), at=night)
    (found,) = world.found("night")
    assert (found.who, found.person, found.count) == ("Day", None, 3)
    assert "3 times between 22:00 and 6:00" in found.reason
    assert "0 of their 20 looks were at night" in found.reason


def test_night_is_by_the_british_clock(world):
    day = world.nurse("Day")
    for number in range(20):
        world.look(day, world.person(), at=NOON - timedelta(days=40 + number))
    # 5:30 in summer there is 4:30 in UTC; 6:30 is 5:30, which is no night.
    summer = datetime(2026, 4, 10, 5, 30, tzinfo=UTC)
    for _ in range(3):
        world.look(day, world.person(), at=summer)
    period = Period(datetime(2026, 3, 25, tzinfo=UTC), datetime(2026, 4, 24, tzinfo=UTC))
    assert world.found("night", period) == ()
    for _ in range(3):
        world.look(day, world.person(), at=summer - timedelta(hours=1))
    assert [found.count for found in world.found("night", period)] == [3]


def test_far_more_people_than_colleagues(world):
    people = [world.person(f"P{number}") for number in range(VOLUME.thresholds["least_people"])]
    for name in ("Bea", "Cas"):
        for day in range(11):
            for person in people[:6]:
                world.look(world.nurse(name), person, at=NOON - timedelta(days=day))
    ada = world.nurse("Ada")
    for person in people[:-1]:
        world.look(ada, person)
        world.look(ada, person)
    assert world.found("volume") == ()
    world.look(ada, people[-1])
    (found,) = world.found("volume")
    assert found.who == "Ada"
    assert (
        "On 20 March 2026 they looked at 20 people. On a usual day their colleagues look at 6" in found.reason
    )
    assert "(22 days of work are known)" in found.reason


def test_without_a_relationship_and_nothing_written_afterwards(world):
    ada, person = world.nurse(), world.person()
    world.look(ada, person)
    assert world.found("untied") == ()
    Relationship.objects.update(until=NOON - timedelta(days=9))
    (found,) = world.found("untied")
    assert "no care relationship then (it had ended on 11 March 2026)" in found.reason
    Relationship.objects.all().delete()
    assert "relationship then, and it wrote" in world.found("untied")[0].reason


@pytest.mark.parametrize(
    ("writer", "days", "is_found"), [("trust", 20, False), ("council", 20, True), ("trust", 31, True)]
)
def test_what_the_organisation_wrote_soon_after_accounts_for_it(world, writer, days, is_found):
    from joinedup.care.access.models import System  # noqa: PLC0415
    from joinedup.care.record.models import Entry, Resource  # noqa: PLC0415

    person = world.person()
    Relationship.objects.all().delete()
    world.look(world.nurse(), person)
    when = NOON + timedelta(days=days)
    system, _ = System.objects.get_or_create(name="S")
    common = {"system": system, "organisation": getattr(world, writer), "recorded_at": when}
    resource = Resource.objects.create(
        type="Observation", fhir_id="o1", person_id=person.pk, kind="Result", version=1, **common
    )
    Entry.objects.create(resource=resource, version=1, body="{}", digest=b"x" * 32, **common)
    assert bool(world.found("untied")) is is_found
    assert UNTIED.thresholds["within_days"] == 30


def test_refused_again_and_again(world):
    ada, person = world.nurse(), world.person()
    for number in range(REFUSED.thresholds["least_refusals"]):
        assert world.found("refused") == ()
        world.look(ada, person if number else None, kind=AuditEvent.Kind.REFUSAL)
    (found,) = world.found("refused")
    assert (
        "refused 5 times on 20 March 2026, 5 times in all. People that are known among them: 1."
        in found.reason
    )


def test_what_was_done_about_who_is_part_of_anothers_record_counts(world):
    nurse, own, same = world.nurse(), world.person("Quill"), world.person("Quil")
    of_staff(world, nurse, own)
    world.look(nurse, same)
    assert world.found("own") == ()
    Person.objects.filter(pk=same.pk).update(replaced_by=own)
    assert [found.person_id for found in world.found("own")] == [own.pk]


def test_only_what_happened_in_the_time_and_only_what_users_did(world):
    nurse, own = world.nurse(), world.person("Quill")
    of_staff(world, nurse, own)
    for at in (MONTH.since - timedelta(seconds=1), MONTH.until):
        world.look(nurse, own, at=at)
    system = Actor("System", frozenset(), system_id=1, organisation_id=world.trust.pk)
    world.look(system, own)
    assert world.found() == []
    world.look(nurse, own, at=MONTH.since)
    assert world.found() == [("own", 1)]


def test_a_review_covers_what_was_then_and_more_makes_it_new(world):
    nurse, own = world.nurse(), world.person("Quill")
    of_staff(world, nurse, own)
    world.look(nurse, own)
    (found,) = world.found("own")
    review = {"finding": found.key, "about": found.user_id, "by": world.officer, "at": NOW}
    review_finding(
        covers_until=found.last_at, outcome=LookReview.Outcome.ACCOUNTED, note=" asked her ", **review
    )
    (found,) = world.found("own")
    assert (found.is_new, found.reviews[0].outcome, found.reviews[0].note) == (
        False,
        "Accounted for",
        "asked her",
    )
    world.look(nurse, own, at=NOON + timedelta(minutes=1))
    assert world.found("own")[0].is_new
    event = AuditEvent.objects.get(kind="change", actor_name="Olu Officer")
    assert event.subject == "review of unusual looking: accounted for"
    with pytest.raises(ValueError, match="say what you found out"):
        review_finding(covers_until=NOW, outcome=LookReview.Outcome.ASKED, note=" ", **review)


def test_the_evidence_is_what_was_done_and_whose_it_was_is_written_down(world):
    nurse, own = world.nurse(), world.person("Quill")
    of_staff(world, nurse, own)
    for minute in range(3):
        world.look(nurse, own, at=NOON + timedelta(minutes=minute))
    world.look(world.nurse("Bea"), own)
    (found,) = world.found("own")
    one, evidence = finding_with_key(world.officer, MONTH, found.rule, found.key, at=NOW)
    assert one.key == found.key
    assert [(e.look.actor_name, e.look.at.minute) for e in evidence] == [
        ("Ada Quill", 2 - n) for n in range(3)
    ]
    listed = AuditEvent.objects.filter(kind="listed", user_id=world.officer.user_id, person_id=own.pk)
    assert listed.count() >= 2
    assert finding_with_key(world.officer, MONTH, found.rule, "0" * 64, at=NOW) is None


def test_nobody_reviews_what_they_did_and_nobody_else_sees_findings(world):
    with pytest.raises(RefusedError, match="Another privacy officer"):
        review_finding(
            finding="x" * 64,
            about=world.officer.user_id,
            covers_until=NOW,
            outcome=LookReview.Outcome.ACCOUNTED,
            note="it is all right",
            by=world.officer,
            at=NOW,
        )
    for role in set(Role) - {Role.PRIVACY_OFFICER}:
        with pytest.raises(RefusedError):
            findings(world.nurse(role=role), MONTH, at=NOW)
    assert PERMISSIONS[Role.PRIVACY_OFFICER] == {Permission.REVIEW_LOOKING}


@pytest.mark.parametrize("rule", RULE_OF.values(), ids=RULE_OF)
def test_every_rule_says_its_thresholds_and_its_evidence_can_be_asked_for(world, rule):
    assert "{" not in rule.asks.format(days_before=90, **rule.limits)
    for name in rule.limits:
        assert f"%({name})s" in rule.sql
    assert finding_with_key(world.officer, MONTH, rule, str(uuid.uuid4()), at=NOW) is None


def test_where_no_address_is_known_a_name_alone_is_no_family(world):
    nurse = world.nurse()
    of_staff(world, nurse, world.person("Quill"))
    world.look(nurse, world.person("Quill"))
    assert world.found() == []
