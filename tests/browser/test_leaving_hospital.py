"""Leaving hospital in a real browser: every page in every way, and the work of a coordinator by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from in_hospital import hours_ago, in_hospital
from joinedup.care.access.actor import Role
from joinedup.care.discharge.models import Stay
from joinedup.core.nation import Nation

BOARD = "/leaving-hospital"
TRUST = "org-test-trust"


@pytest.fixture
def ward(transactional_db):
    """People in Scottish beds of the trust for which `signed_in` acts: ready, delayed, missed, and not ready."""
    placed = {"place": TRUST, "nation": Nation.SCOTLAND}
    return (
        in_hospital(1, ready_at=hours_ago(30), reason="HSC", **placed),
        in_hospital(2, ready_at=hours_ago(500), reason="PCF", ward="Juniper ward", **placed),
        in_hospital(3, ready_at=hours_ago(100), reason="100", **placed),
        in_hospital(4, **placed),
    )


@pytest.fixture
def coordinator(signed_in, ward):
    """Open a window as the discharge coordinator of that trust."""

    def enter(way="wide"):
        return signed_in(Role.DISCHARGE_COORDINATOR, way=way, to=BOARD)

    return enter


@pytest.mark.parametrize("way", WAYS)
def test_every_page_in_every_way(coordinator, ward, way):
    window = coordinator(way)
    ready, *_, waiting = ward
    window.check()
    pages = [f"{BOARD}?view=table", f"{BOARD}?view=board", f"{BOARD}?ward=nowhere", f"{BOARD}/in-hospital"]
    pages += [f"{BOARD}/{ready.pk}/{step}" for step in ("clock", "reason", "left", "ready")]
    for page in [*pages, f"{BOARD}/{waiting.pk}/ready"]:
        window.visit(page)


def test_the_board_and_its_filters(coordinator):
    page = coordinator().page
    expect(page.get_by_role("region", name="Target missed 1")).to_contain_text("Testa Family2")
    expect(page.get_by_role("region", name="Not counted 1")).to_contain_text("Testa Family3")
    page.get_by_role("link", name="Juniper ward (1)").click()
    expect(page.get_by_text("1 person")).to_be_visible()
    expect(page.get_by_text("Testa Family3")).to_have_count(0)
    page.get_by_role("link", name="Show as a table").click()
    expect(page.get_by_role("row")).to_have_count(2)
    expect(page.get_by_role("link", name="Juniper ward (1)")).to_have_attribute("aria-current", "true")


@pytest.mark.parametrize("way", ["wide", "no scripts"])
def test_declaring_ready_by_hand(coordinator, way):
    page = coordinator(way).page
    page.get_by_role("button", name="Declare someone ready").click()
    page.get_by_role("link", name=re.compile("Declare ready.*Testa Family4")).click()
    page.get_by_role("radio", name="Health and social care arrangements").check()
    page.get_by_role("button", name="Declare ready").click()
    page.wait_for_url(f"**{BOARD}")
    expect(page.get_by_role("alert")).to_contain_text("Testa Family4 is declared ready to leave since")
    page.get_by_role("link", name=re.compile(r"Why\?.*Testa Family4")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why this clock?")
    expect(page.get_by_role("table")).to_contain_text("the ready date is not counted")


def test_the_board_is_worked_by_keyboard_alone(coordinator, ward):
    window = coordinator()
    page = window.visit(f"{BOARD}/{ward[0].pk}/left")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    day = page.get_by_label("Day")
    for _ in range(4):
        page.keyboard.press("Tab")
        if day.evaluate("box => box === document.activeElement"):
            break
    expect(day).to_be_focused()
    for text in (None, None, None, "25:99"):
        if text:
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type(text)
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Record leaving")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    window.check()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(day).to_be_focused()
    expect(page.get_by_label("Time")).to_have_value("25:99")
    expect(page.get_by_role("group", name="When did they leave?")).to_have_accessible_description(
        "Day, month, year, and the time on a 24-hour clock Error: Enter the time as hours and minutes, such as 14:10"
    )
    assert Stay.objects.get(pk=ward[0].pk).left_at is None


def test_j_and_k_move_between_people_in_the_table(coordinator):
    page = coordinator().visit(f"{BOARD}?view=table")
    names = page.get_by_role("rowheader").get_by_role("link", name="Testa")
    page.get_by_role("link", name="Testa Family2", exact=True).focus()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Testa Family1", exact=True)).to_be_focused()
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Testa Family2", exact=True)).to_be_focused()
    assert names.count() >= 3
