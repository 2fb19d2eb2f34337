"""The privacy officer's pages and who has looked, walked through as people do, in every way pages must work."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from browser.conftest import WAYS
from joinedup.care.access.actions import record_audit, relate
from joinedup.care.access.actor import PERMISSIONS, Actor, Role
from joinedup.care.access.glass import break_glass
from joinedup.care.access.models import AuditEvent, StaffRecord, User
from joinedup.care.partnership.models import Organisation
from joinedup.care.people.models import Person


@pytest.fixture
def looked(account):
    """Somebody opened a record in an emergency, and tried their own; return whose record was opened."""
    account(Role.DISTRICT_NURSE, username="other.nurse")
    trust = Organisation.objects.get(reference="org-test-trust")
    user = User.objects.get(username="other.nurse")
    nurse = Actor(
        "Olive Quill",
        PERMISSIONS[Role.DISTRICT_NURSE],
        user_id=user.pk,
        role=Role.DISTRICT_NURSE,
        organisation_id=trust.pk,
        organisation_name=trust.name,
    )
    opened, own = (
        Person.objects.create(family=family, given="Hazel", born="1950-03-02")
        for family in ("Trumpetwright", "Quill")
    )
    at = timezone.now()
    words = "Found unconscious in the market place, with nobody who knew them"
    break_glass(person_id=opened.pk, reason="unable", account=words, by=nurse, at=at)
    later = at + timedelta(minutes=1)
    record_audit(AuditEvent.Kind.LOOK, by=nurse, at=later, people=[opened.pk], subject="the record")
    StaffRecord.objects.create(person_id=own.pk, user=user, organisation=trust)
    record_audit(AuditEvent.Kind.REFUSAL, by=nurse, at=at, people=[own.pk], subject="the record")
    relate([(opened.pk, trust.pk)], kind="caseload", at=at)
    return opened


def review(window, outcome):
    """Send the form without an answer, be told, and then with one."""
    page = window.page
    page.get_by_role("button", name="Keep this review").click()
    window.check()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Choose what came of it")
    expect(summary).to_contain_text("Say what you found out")
    page.get_by_label(outcome).check()
    page.get_by_label("What did you find out?").fill("Her manager was asked, and confirms it")
    page.get_by_role("button", name="Keep this review").click()
    page.wait_for_load_state()
    window.check()


@pytest.mark.parametrize("way", WAYS)
def test_from_being_told_to_a_review_in_every_way(looked, signed_in, way):
    window = signed_in(Role.PRIVACY_OFFICER, way=way, to="/")
    page = window.page
    window.check()
    expect(page.get_by_role("main")).to_contain_text("was opened in an emergency")
    page.get_by_role("link", name="See the emergency openings").click()
    window.check()
    expect(page.get_by_role("navigation").first).to_contain_text("Emergency openings (1 new)")
    page.get_by_role("main").get_by_role("link", name="Nurse Example").click()
    window.check()
    expect(page.get_by_role("main")).to_contain_text("market place")
    expect(page.get_by_role("table")).to_contain_text("Looked at: the record")
    review(window, "Accounted for")
    expect(page.get_by_role("main")).to_contain_text("is reviewed: accounted for")
    expect(page.get_by_role("main")).to_contain_text("Each has been reviewed")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_unusual_is_asked_about_and_reviewed_in_every_way(looked, signed_in, way):
    window = signed_in(Role.PRIVACY_OFFICER, way=way, to="/looking")
    page = window.page
    window.check()
    page.get_by_role("link", name="Last 7 days").click()
    window.check()
    own = page.get_by_role("table", name="Their own record")
    expect(own).to_contain_text("were refused once")
    page.get_by_text("What the rules look for").click()
    expect(page.get_by_role("main")).to_contain_text("At least 10 different staff")
    own.get_by_role("link").click()
    window.check()
    review(window, "To be asked")
    expect(page.get_by_role("table", name="Their own record")).to_contain_text("To be asked")


@pytest.mark.parametrize("way", WAYS)
def test_who_has_looked_tells_of_an_emergency_in_every_way(looked, signed_in, way):
    window = signed_in(Role.DISTRICT_NURSE, way=way, to=f"/people/{looked.pk}/looked")
    page = window.page
    window.check()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Reason given: They can’t say what they want")
    expect(page.get_by_role("row").filter(has_text="Reason given")).to_contain_text("Emergency")
    expect(main).to_contain_text("Not reviewed yet")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download all of it").click()
    assert taken.value.suggested_filename == "who-has-looked.csv"
