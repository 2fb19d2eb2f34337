"""Choices about sharing: seen, recorded and taken back through the pages, in every way pages must work."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from browser.test_people import open_somebody, tab_to


@pytest.mark.parametrize("way", WAYS)
def test_a_choice_is_recorded_shown_and_taken_back(enter, way):
    window = enter("discharge", way=way)
    page = window.page
    open_somebody(window)
    record = page.url
    page.get_by_role("link", name="See or record choices about sharing").click()
    page.wait_for_url("**/sharing")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("has not limited sharing")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: Sharing"))
    window.check()
    page.get_by_role("radio", name="No sharing, except with some organisations").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/sharing/only-with")
    window.check()
    page.get_by_role("button", name="Record this choice").click()
    expect(page.get_by_role("alert")).to_contain_text("Select at least one organisation")
    window.check()
    boxes = page.get_by_role("group", name="Which organisations?").get_by_role("checkbox")
    boxes.first.check()
    page.get_by_role("radio", name="The person themselves").check()
    page.get_by_role("button", name="Record this choice").click()
    page.wait_for_url("**/sharing")
    window.check()
    expect(page.get_by_role("main")).to_contain_text("is recorded, and holds from now on")
    expect(page.get_by_role("list", name="What the person chose", exact=True)).to_contain_text("except with")
    window.page.goto(record)
    window.check()
    expect(page.get_by_role("region", name="Person", exact=True)).to_contain_text("Sharing restricted")
    expect(page.get_by_role("main")).to_contain_text("the person has chosen who may see what")
    page.get_by_role("link", name="See their choice").click()
    page.get_by_role("radio", name="Share again").check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/sharing/again")
    window.check()
    page.get_by_role("radio", name="The person themselves").check()
    page.get_by_role("button", name="Record this choice").click()
    page.wait_for_url("**/sharing")
    window.check()
    expect(page.get_by_role("list", name="What the person chose before")).to_contain_text("Ended")
    assert "Sharing" in page.title()


def test_a_choice_is_recorded_by_keyboard_alone(enter):
    window = enter("gp")
    page = window.page
    open_somebody(window)
    tab_to(page, page.get_by_role("link", name="See or record choices"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sharing")
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sharing/nothing")
    tab_to(page, page.get_by_role("radio").first)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name="Record this choice"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/sharing")
    expect(page.get_by_role("main")).to_contain_text("No sharing at all")
    window.visit(page.url.removeprefix(window.address) + "/again")
    page.get_by_role("radio", name="The person themselves").check()
    page.get_by_role("button", name="Record this choice").click()
    page.wait_for_url("**/sharing")
