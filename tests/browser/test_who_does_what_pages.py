"""Who does what, and boundaries, in a real browser, in every way that pages must work."""

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from joinedup.care.access.actor import Role
from joinedup.core.nation import Nation
from joinedup.insight.boundaries import kept
from joinedup.rules.boundaries.comparing import Comparison
from joinedup.rules.boundaries.overlaps import Area, Overlap

WHO = "/rules/who-does-what"
ASKED = f"{WHO}?nation=england&day_day=1&day_month=5&day_year=2024"
BOUNDARIES = "/rules/boundaries"


@pytest.fixture
def counted(tmp_path, settings):
    """A data folder with one comparison that was counted."""
    settings.INSIGHT_FOLDER = tmp_path / "insight"
    towns = [Area(f"A{number}", f"Elsewhere District {number}") for number in range(12)]
    boards = [Area(f"X{number}", f"NHS Somewhere and Elsewhere Board {number}") for number in range(3)]
    overlaps = [Overlap(town, boards[place % 3], 900 + place) for place, town in enumerate(towns)]
    overlaps += [Overlap(towns[0], boards[1], 40), Overlap(towns[5], boards[0], 9)]
    kept.save(
        (
            Comparison(
                "councils-boards",
                "Councils and boards",
                "councils",
                "boards",
                "people of a made-up year",
                "a made-up map",
                "it is made up",
                tuple(overlaps),
                Nation.ENGLAND,
            ),
        ),
        tmp_path,
    )


@pytest.mark.parametrize("way", WAYS)
def test_every_page_in_every_way(counted, signed_in, way):
    window = signed_in(Role.DISTRICT_NURSE, way=way, to="/rules")
    for nation in ("england", "scotland", "wales", "northern_ireland"):
        window.visit(ASKED.replace("england", nation))
    drawn = window.page.get_by_role("img", name="Money, direction and accountability: Northern Ireland")
    expect(drawn).to_be_visible()
    window.visit(BOUNDARIES)
    window.visit(f"{BOUNDARIES}?of=england.councils-boards&sliver=5")


@pytest.mark.parametrize("way", ["wide", "phone"])
def test_before_a_map_is_loaded(tmp_path, settings, signed_in, way):
    settings.INSIGHT_FOLDER = tmp_path / "insight"
    window = signed_in(Role.ANALYST, way=way, to=BOUNDARIES)
    window.check()
    expect(window.page.get_by_role("heading", name="No map has been loaded yet")).to_be_visible()


@pytest.mark.parametrize("way", ["wide", "no scripts"])
def test_another_nation_and_day_are_asked_for(signed_in, way):
    window = signed_in(Role.ANALYST, way=way, to=WHO)
    page = window.page
    page.get_by_label("Nation").select_option("Wales")
    page.get_by_label("Day", exact=True).fill("30")
    page.get_by_label("Month").fill("9")
    page.get_by_label("Year").fill("2009")
    page.get_by_role("button", name="Show who does what").click()
    window.check()
    expect(page.get_by_role("heading", name="Wales, 30 September 2009")).to_be_visible()
    expect(page.get_by_role("row", name="Hospital care").first).to_contain_text("NHS trusts")
    page.get_by_text("Where each duty is written").click()
    expect(page.get_by_role("table", name="Each duty and its source")).to_be_visible()


def test_the_diagram_scrolls_in_its_own_region_on_a_phone_and_by_keyboard(signed_in):
    window = signed_in(Role.ANALYST, way="phone", to=WHO)
    window.visit(ASKED)
    region = window.page.get_by_role("region", name="Diagram: Money, direction and accountability: England")
    assert region.evaluate("element => element.scrollWidth > element.clientWidth")
    region.focus()
    window.page.keyboard.press("ArrowRight")
    moved = window.page.locator("[role=region]:focus")
    for _ in range(50):
        if moved.evaluate("element => element.scrollLeft"):
            return
        window.page.wait_for_timeout(50)
    pytest.fail("the arrow key did not move the diagram")


def test_areas_that_do_not_fit_are_named_and_all_open_in_place(counted, signed_in):
    page = signed_in(Role.ANALYST, to=BOUNDARIES).page
    expect(page.get_by_text("2 of 12 councils lie in more than one of the 3 boards").first).to_be_visible()
    page.get_by_text("Councils and where they lie (12)").click()
    expect(page.get_by_role("rowheader", name="Elsewhere District 11")).to_be_visible()
    page.get_by_role("link", name="Up to 5% of an area").click()
    expect(page.get_by_text("Each of 12 councils lies in one of the 3 boards.").first).to_be_visible()
