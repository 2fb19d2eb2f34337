"""The record as of a day, what was withdrawn, and the versions of an entry, in every way pages must work."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from changed_record import PASSWORD, USERNAME, ChangedRecord


@pytest.fixture
def nurse(visitor, transactional_db):
    """Open a window on the record of somebody whose entries were corrected and withdrawn."""
    record = ChangedRecord().change()

    def enter(way):
        window = visitor(way)
        page = window.visit(f"/sign-in?next=/people/{record.person.pk}")
        page.get_by_label("Username").fill(USERNAME)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/people/*-*")
        window.check()
        return window

    return enter


@pytest.mark.parametrize("way", WAYS)
def test_what_did_we_know_on_the_third_of_march(nurse, way):
    window = nurse(way)
    page = window.page
    withdrawn = page.locator(
        ".ju-entry__title", has_text=re.compile("An entry by Westmarch .* was withdrawn")
    )
    expect(withdrawn).to_be_visible()
    page.get_by_text("What did we know on an earlier day?").click()
    page.get_by_role("button", name="Show the record of that day").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    window.check()
    page.get_by_role("link", name="Enter the day that you want to know about").click()
    expect(page.get_by_label("Day", exact=True)).to_be_focused()
    for label, value in (("Day", "3"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Show the record of that day").click()
    page.wait_for_url("**?as-of=2026-03-03")
    window.check()
    expect(page.get_by_role("region", name=re.compile("as it was known on 3.March.2026"))).to_be_visible()
    for said in ("Of somebody else", "Weight as first said"):
        expect(page.locator(".ju-entry__title", has_text=said)).to_be_visible()
    page.get_by_role("link", name="See the emergency summary").click()
    page.wait_for_url("**/emergency?as-of=2026-03-03")
    window.check()
    page.get_by_role("link", name="Show it as it is now").click()
    page.wait_for_url("**/emergency")
    window.check()


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
def test_what_an_entry_said_before_it_was_corrected(nurse, way):
    window = nurse(way)
    page = window.page
    entry = page.locator("details.ju-entry", has_text="Weight corrected")
    entry.locator("summary").click()
    window.check()
    entry.get_by_role("link", name="See the earlier version").click()
    page.wait_for_url("**/entries/*")
    window.check()
    expect(page.get_by_role("region", name=re.compile("earlier version"))).to_contain_text(
        "Weight as first said"
    )
