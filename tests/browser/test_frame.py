"""The frame, signing in and the component gallery, in every way that pages must work."""

import pytest
from playwright.sync_api import expect

from browser.conftest import PASSWORD, WAYS
from joinedup.care.access.actor import Role


@pytest.mark.parametrize("way", WAYS)
def test_gallery_shows_every_component_in_every_way(signed_in, way):
    window = signed_in(way=way)
    window.check()
    page = window.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Component gallery")
    expect(page.get_by_role("table", name="People ready to leave")).to_be_visible()
    expect(page.get_by_role("img", name="Delays fell")).to_be_visible()
    expect(page.get_by_role("region", name="Person", exact=True)).to_contain_text("999 123 4567")


@pytest.mark.parametrize("way", WAYS)
def test_sign_in_page_in_every_way(visitor, way):
    visitor(way).visit("/sign-in")


def test_wrong_password_is_explained_at_the_top_and_says_not_which_was_wrong(visitor, account):
    account(Role.ADMINISTRATOR)
    window = visitor()
    page = window.visit("/sign-in")
    page.get_by_label("Username").fill("nurse.example")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_title("Error: Sign in – joinedup")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("username and password do not match")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    window.check()


def test_missing_answers_are_linked_from_the_summary_and_beside_the_field(visitor, transactional_db):
    window = visitor()
    page = window.visit("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Enter your username").click()
    field = page.get_by_label("Username")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("Error: Enter your username")
    window.check()


def test_signing_in_by_keyboard_alone(visitor, account):
    account(Role.ADMINISTRATOR)
    window = visitor()
    page = window.visit("/sign-in?next=/gallery")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("nurse.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Component gallery")).to_be_visible()


def test_timeline_opens_in_place_without_scripts(signed_in):
    page = signed_in(way="no scripts").page
    outcome = page.get_by_text("Dressing changed, healing well")
    expect(outcome).to_be_hidden()
    page.get_by_text("District nurse visit").click()
    expect(outcome).to_be_visible()


@pytest.mark.parametrize("way", ["wide", "phone"])
def test_who_the_page_is_about_never_scrolls_away(signed_in, way):
    page = signed_in(way=way).page
    page.get_by_role("button", name="Declare ready").scroll_into_view_if_needed()
    expect(page.get_by_text("Testa Sampleton").first).to_be_in_viewport()


def test_the_banner_repeats_on_every_printed_sheet(signed_in):
    # Chromium repeats a table's head only if it must not be broken; both together were seen to work on paper.
    page = signed_in().page
    page.emulate_media(media="print")
    style = page.get_by_role("region", name="Person", exact=True).evaluate(
        "banner => [getComputedStyle(banner).display, getComputedStyle(banner).breakInside]"
    )
    assert style == ["table-header-group", "avoid"]


def test_switching_between_two_roles_is_one_click(signed_in):
    window = signed_in(Role.ADMINISTRATOR, Role.ANALYST)
    window.page.get_by_role("button", name="Switch to analyst").click()
    window.complaints.clear()
    page = window.visit("/role")
    expect(page.get_by_role("navigation", name="Account")).to_contain_text("analyst, Madeup Community Trust")


def test_a_role_without_the_permission_is_told_why(signed_in):
    window = signed_in(Role.ADMINISTRATOR, Role.ANALYST)
    window.page.get_by_role("button", name="Switch to analyst").click()
    window.complaints.clear()
    page = window.visit("/gallery", status=403)
    expect(page.get_by_role("main")).to_contain_text("Your role does not include: see gallery.")


def test_sign_out_ends_the_session(signed_in):
    window = signed_in()
    window.page.get_by_role("button", name="Sign out").click()
    expect(window.page.get_by_role("heading", name="Sign in")).to_be_visible()
    window.visit("/gallery")
    expect(window.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_missing_page_says_what_to_do(signed_in):
    page = signed_in().visit("/no-such-page", status=404)
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    expect(page.get_by_role("link", name="Go to the start page")).to_be_visible()
