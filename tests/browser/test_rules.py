"""Pages about rules in a real browser, in every way that pages must work."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from joinedup.care.access.actor import Role

CHARGE = "/rules/charge/england/care_home/2022-05-01"


@pytest.mark.parametrize("way", WAYS)
def test_every_page_in_every_way(signed_in, way):
    window = signed_in(Role.DISTRICT_NURSE, way=way, to="/rules")
    window.check()
    window.visit("/rules/book")
    window.visit("/rules/book/scotland/residential_charge/free_personal_care")
    title = "Free personal care in a care home: £145.00 in 2002"
    expect(window.page.get_by_role("img", name=title)).to_be_visible()
    window.visit("/rules/charge")
    window.visit(CHARGE)
    window.visit("/rules/for-systems")
    window.visit("/rules/board")
    window.visit(
        "/rules/board/scotland/integration_joint_board/2022-05-01?check=1&seat_nurse=1&seat_nurse_voting=1"
    )


def answer(page):
    page.get_by_label("How old are they?").fill("82")
    page.get_by_label("What does the home ask for a week?").fill("900")
    page.get_by_role("group", name="Does the home give them nursing care?").get_by_label("No").check()
    page.get_by_role("group", name="husband, wife or partner").get_by_label("No", exact=True).check()
    page.get_by_label("Savings and investments of their own").fill("18,100")
    page.get_by_label("State pension, a week").fill("250")


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
def test_from_the_question_to_the_letter_and_the_four_nations(signed_in, way):
    window = signed_in(Role.SOCIAL_WORKER, way=way, to="/rules")
    page = window.page
    page.get_by_role("link", name="Work out a charge").click()
    page.get_by_label("Day", exact=True).fill("1")
    page.get_by_label("Month").fill("5")
    page.get_by_label("Year").fill("2022")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Work out the charge").click()
    window.check()
    expect(page.get_by_role("alert")).to_contain_text("Enter their age in whole years")
    answer(page)
    page.get_by_role("button", name="Work out the charge").click()
    window.check()
    expect(page.get_by_text("They pay £240.35 a week of £900.00.")).to_be_visible()
    page.get_by_role("link", name="A letter to print").click()
    window.check()
    expect(page.get_by_role("heading", name="What your care would cost")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="side by side").click()
    expect(page.get_by_label("Savings and investments of their own")).to_have_value("18100")
    page.get_by_role("button", name="Work out the charge").click()
    window.check()
    expect(page.get_by_role("row", name=re.compile("Scotland"))).to_contain_text("£219.00")
    page.get_by_role("link", name="Line by line for Scotland").click()
    window.check()
    expect(page.get_by_role("heading", name="The charge in Scotland")).to_be_visible()


def test_a_charge_by_keyboard_alone(signed_in):
    window = signed_in(Role.SOCIAL_WORKER, to=CHARGE)
    page = window.page
    page.get_by_label("How old are they?").focus()
    page.keyboard.type("82")
    page.keyboard.press("Tab")
    page.keyboard.type("900")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    window.check()
    page.get_by_role("link", name="Choose whether they have a partner").press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The charge in England")).to_be_visible()
    window.check()


def test_a_letter_prints_without_what_is_only_for_the_screen(signed_in):
    window = signed_in(Role.SOCIAL_WORKER, to=CHARGE)
    page = window.page
    answer(page)
    page.get_by_role("button", name="Work out the charge").click()
    page.get_by_role("link", name="A letter to print").click()
    page.emulate_media(media="print")
    expect(page.get_by_text("Print this page from your browser")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_text("you would pay £240.35 a week")).to_be_visible()


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
def test_a_board_is_checked_and_the_answer_can_be_sent_on(signed_in, way):
    window = signed_in(
        Role.FUND_MANAGER, way=way, to="/rules/board/scotland/integration_joint_board/2022-05-01"
    )
    page = window.page
    page.get_by_label("How many: nurse").fill("1")
    page.get_by_label("With a vote: nurse").fill("2")
    page.get_by_role("button", name="Check the board").click()
    window.check()
    expect(page.get_by_label("With a vote: nurse")).to_have_accessible_description(
        "Error: No more of them can have a vote than there are"
    )
    page.get_by_label("With a vote: nurse").fill("1")
    page.get_by_role("button", name="Check the board").click()
    window.check()
    expect(page.get_by_role("rowheader", name="Nurse: with a vote")).to_be_visible()
    again = page.url
    page.goto(again)
    expect(page.get_by_role("rowheader", name="Nurse: with a vote")).to_be_visible()
