"""The privacy officer's pages: told of emergency openings, what is unusual, and reviews that stay."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from fhir_samples import patient

from joinedup.care.access.accounts import accounts_seen_by
from joinedup.care.access.actions import give_account, record_audit
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.chain import verify
from joinedup.care.access.glass import break_glass
from joinedup.care.access.models import AuditEvent, Glass, LookReview, StaffRecord, User
from joinedup.care.access.queries import actors_of_user
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person
from joinedup.care.privacy.openings import PAGE

PASSWORD = "a long enough pass phrase"
REVIEW = {"outcome": "accounted", "note": "She was called by the police, who confirm it"}


def enter(client, username):
    user = User.objects.get(username=username)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def account(username, role):
    place, _ = Organisation.objects.get_or_create(
        reference="elsewhere", defaults={"name": "Elsewhere", "nation": "england"}
    )
    give_account(
        username=username,
        name=username.title(),
        password=PASSWORD,
        assignments=[(role, place)],
        on=timezone.localdate(),
    )
    user = User.objects.get(username=username)
    return actors_of_user(user.pk, user.name, on=timezone.localdate())[0]


@pytest.fixture
def nurse(api):
    api.put("/Patient/p1", patient("p1"))
    return account("ada", Role.DISTRICT_NURSE)


@pytest.fixture
def officer(nurse, client):
    account("olu", Role.PRIVACY_OFFICER)
    return enter(client, "olu")


def opened(nurse, words="Found unconscious in the market place", hours=0):
    at = timezone.now() - timedelta(hours=hours)
    break_glass(person_id=Person.objects.get().pk, reason="life", account=words, by=nurse, at=at)
    return Glass.objects.latest("pk")


def test_the_officer_is_told_on_every_page_until_each_is_reviewed(nurse, officer):
    assert "Every emergency opening has been reviewed" in officer.get("/").content.decode()
    glass = opened(nurse)
    home = officer.get("/").content.decode()
    assert re.search(r"<p[^>]*>\s*1\s+record was opened in an emergency", home)
    assert "Emergency openings (1 new)" in officer.get("/looking").content.decode()
    officer.post(f"/looking/openings/{glass.pk}", REVIEW)
    assert "(1 new)" not in officer.get("/looking").content.decode()


def test_an_opening_with_its_reason_and_what_was_looked_at(nurse, officer):
    glass = opened(nurse)
    person = Person.objects.get().pk
    for minutes, kind in ((1, "look"), (2, "listed"), (181, "look")):
        at = glass.since + timedelta(minutes=minutes)
        record_audit(AuditEvent.Kind(kind), by=nurse, at=at, people=[person], subject=f"page {minutes}")
    listed = officer.get("/looking/openings").content.decode()
    for words in (
        "Ada",
        "Elsewhere",
        "Hazelanne Trumpetwright",
        "born 2\N{NO-BREAK SPACE}March",
        "market place",
        "1\N{NO-BREAK SPACE}time",
        "New",
    ):
        assert words in listed
    page = officer.get(f"/looking/openings/{glass.pk}").content.decode()
    assert "page 1" in page
    assert "page 2" not in page
    assert "page 181" not in page
    assert AuditEvent.objects.filter(kind="listed", actor_name="Olu", person_id=person).count() == 2


def test_a_review_is_kept_sealed_and_may_be_followed_by_another(nurse, officer):
    glass = opened(nurse)
    address = f"/looking/openings/{glass.pk}"
    page = officer.post(address, REVIEW | {"outcome": "asked"}, follow=True).content.decode()
    assert "The opening by Ada is reviewed: to be asked." in page
    officer.post(address, REVIEW | {"outcome": "misuse", "note": "He was not on duty"})
    assert list(LookReview.objects.values_list("outcome", flat=True).order_by("pk")) == ["asked", "misuse"]
    shown = officer.get(address).content.decode()
    assert shown.index("He was not on duty") < shown.index("called by the police")
    assert verify().faults == ()
    assert "Misuse" in officer.get("/looking/openings").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": ""}, "Choose what came of it"),
        ({"outcome": "fine"}, "Choose from the list"),
        ({"note": " "}, "Say what you found out"),
        ({"note": "x" * 1001}, "at most 1000 letters"),
    ],
)
def test_a_review_says_what_came_of_it_and_why(nurse, officer, change, said):
    glass = opened(nurse)
    assert said in officer.post(f"/looking/openings/{glass.pk}", REVIEW | change).content.decode()
    assert LookReview.objects.count() == 0


def test_new_ones_come_first_and_all_are_reached(nurse, officer):
    for number in range(PAGE + 2):
        opened(nurse, f"opening number {number:02}", hours=number)
    officer.post(f"/looking/openings/{Glass.objects.earliest('pk').pk}", REVIEW)
    first = officer.get("/looking/openings").content.decode()
    second = officer.get("/looking/openings?page=2").content.decode()
    numbers = [re.findall(r"opening number (\d\d)", page) for page in (first, second)]
    assert numbers[0] == [f"{number:02}" for number in range(1, PAGE + 1)]
    assert numbers[1] == [f"{PAGE + 1:02}", "00"]
    assert officer.get("/looking/openings?page=99").status_code == 200


def test_there_is_nothing_to_see_for_anybody_else(nurse, officer, client):
    glass = opened(nurse)
    for role in set(Role) - {Role.PRIVACY_OFFICER}:
        account(role.value, role)
        enter(client, role.value)
        for address in (
            "/looking",
            "/looking/openings",
            f"/looking/openings/{glass.pk}",
            "/looking/finding/own/x",
        ):
            assert client.get(address).status_code == 403
        assert client.post(f"/looking/openings/{glass.pk}", REVIEW).status_code == 403
    assert LookReview.objects.count() == 0


def test_the_officer_reads_no_record(nurse, officer):
    opened(nurse)
    person = Person.objects.get().pk
    for address in ("", "/looked", "/emergency"):
        assert officer.get(f"/people/{person}{address}").status_code == 403
    for address in (
        "/people/find",
        "/people/emergency",
        "/leaving-hospital",
        "/identity",
        "/accounts",
        "/measures",
    ):
        assert officer.get(address).status_code == 403


def test_what_is_not_there_is_not_found(officer):
    for address in ("/looking/openings/99", "/looking/finding/own/x", "/looking/finding/none/x"):
        assert officer.get(address).status_code == 404


def test_nobody_reviews_their_own_opening(nurse, officer):
    olu = User.objects.get(username="olu")
    both = Actor(
        "Olu", PERMISSIONS[Role.DISTRICT_NURSE], user_id=olu.pk, organisation_id=nurse.organisation_id
    )
    glass = opened(both)
    page = officer.get(f"/looking/openings/{glass.pk}").content.decode()
    assert "Another privacy officer must review it" in page
    assert "Keep this review" not in page
    assert officer.post(f"/looking/openings/{glass.pk}", REVIEW).status_code == 403
    assert LookReview.objects.count() == 0


def test_a_finding_from_the_list_to_its_review(nurse, officer):
    person = Person.objects.get()
    StaffRecord.objects.create(
        person_id=person.pk, user_id=nurse.user_id, organisation_id=nurse.organisation_id
    )
    record_audit(
        AuditEvent.Kind.REFUSAL, by=nurse, at=timezone.now(), people=[person.pk], subject="the record"
    )
    page = officer.get("/looking").content.decode()
    assert "Their own record" in page
    assert "These rules found nothing: Their own family" in page
    address = re.search(r'href="(/looking/finding/own/[^"]+)"', page)[1]
    assert address.endswith("?days=30")
    assert "Refused: the record" in officer.get(address).content.decode()
    done = officer.post(address, REVIEW | {"outcome": "misuse"}, follow=True)
    assert done.redirect_chain == [("/looking?days=30", 302)]
    assert "is reviewed: misuse." in done.content.decode()
    review = LookReview.objects.get()
    assert (review.glass, review.by_name) == (None, "Olu")
    assert verify().faults == ()


def test_the_time_is_chosen_and_whatever_is_no_choice_is_the_usual(nurse, officer):
    person = Person.objects.get()
    StaffRecord.objects.create(
        person_id=person.pk, user_id=nurse.user_id, organisation_id=nurse.organisation_id
    )
    at = timezone.now() - timedelta(days=40)
    record_audit(AuditEvent.Kind.LOOK, by=nurse, at=at, people=[person.pk], subject="the record")
    for days, is_there in (
        ("7", False),
        ("30", False),
        ("90", True),
        ("365", True),
        ("x", False),
        ("31", False),
    ):
        page = officer.get(f"/looking?days={days}").content.decode()
        assert ("/looking/finding/own/" in page) is is_there


def test_an_administrator_neither_gives_nor_manages_the_role(nurse, officer, client):
    administrator = account("adam", Role.ADMINISTRATOR)
    enter(client, "adam")
    assert "Privacy officer" not in client.get("/accounts/new").content.decode()
    made = {"name": "Second", "username": "second", "role": "privacy_officer"}
    assert "Choose a role from the list" in client.post("/accounts/new", made).content.decode()
    seen = {row.username: row for row in accounts_seen_by(administrator)}
    assert (seen["olu"].is_theirs, seen["ada"].is_theirs) == (False, True)
    olu = User.objects.get(username="olu").pk
    for step in ("close", "password", "second-step"):
        assert client.post(f"/accounts/{olu}/{step}").status_code == 403
    assert "Looks after privacy" in client.get("/accounts").content.decode()
