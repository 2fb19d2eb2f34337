"""A protected address on the pages: said plainly in every way pages must work, and told to nobody."""

import re
from string import ascii_lowercase

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from browser.test_people import search, tab_to

POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}\b")


def open_protected(page):
    """Open the record of somebody whose address is protected."""
    for letter in ascii_lowercase:
        with page.expect_navigation():
            search(page, letter)
        row = page.get_by_role("row").filter(has_text="Protected")
        if row.count():
            row.first.get_by_role("link").click()
            page.wait_for_url("**/people/*-*")
            return
    raise AssertionError("nobody's address is protected")


@pytest.mark.parametrize("way", WAYS)
def test_a_protected_address_is_said_and_not_told(enter, way):
    window = enter("discharge", way=way)
    page = window.page
    open_protected(page)
    window.check()
    expect(page.get_by_role("region", name="Person", exact=True)).to_contain_text("Address protected")
    who = page.get_by_role("region", name="Who they are")
    expect(who).to_contain_text("Protected for their safety. If you need it for their care, ask")
    assert not POSTCODE.search(who.inner_text())
    page.get_by_role("link", name="See who says what").click()
    page.wait_for_url("**/details")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("Where the person lives is protected")
    expect(page.get_by_role("main")).to_contain_text("Protected: not shown")
    assert not POSTCODE.search(page.get_by_role("main").inner_text())


def test_who_says_what_is_reached_by_keyboard(enter):
    window = enter("discharge")
    open_protected(window.page)
    tab_to(window.page, window.page.get_by_role("link", name="See who says what"))
    window.page.keyboard.press("Enter")
    window.page.wait_for_url("**/details")
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("Who says what of")
