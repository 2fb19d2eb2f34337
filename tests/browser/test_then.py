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


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
def test_what_a_withdrawn_entry_said_and_when_it_was_withdrawn(nurse, way):
    window = nurse(way)
    page = window.page
    entry = page.locator("details.ju-entry", has_text="was withdrawn")
    entry.locator("summary").click()
    entry.get_by_role("link", name="See what it said").click()
    page.wait_for_url("**/entries/*")
    window.check()
    withdrawn = page.get_by_role("region", name=re.compile("^Withdrawn on 5.March.2026"))
    expect(withdrawn).not_to_contain_text("In the record since")
    expect(page.get_by_role("region", name=re.compile("earlier version"))).to_contain_text("Of somebody else")


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ("2999-01-01", "The day must be today or in the past"),
        ("nonsense", "The day must include a month and a year"),
    ],
)
def test_a_day_that_can_not_be_is_asked_for_again(nurse, way, asked, problem):
    window = nurse(way)
    address = window.page.url.removeprefix(window.address)
    page = window.visit(f"{address}?as-of={asked}")
    expect(page.get_by_role("alert")).to_contain_text(problem)
    expect(page.get_by_label("Day", exact=True)).to_be_visible()


def test_before_the_first_entry_nothing_had_been_written(nurse):
    window = nurse("wide")
    address = window.page.url.removeprefix(window.address)
    main = window.visit(f"{address}?as-of=2026-02-01").get_by_role("main")
    expect(main).to_contain_text("Nothing had been written to this record by then.")
    expect(main).to_contain_text("No organisation had written to this record by then.")
    expect(main).not_to_contain_text("0 entries")
