"""Measures in a real browser, in every way that pages must work."""

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS
from joinedup.care.access.actor import Role
from joinedup.insight.results import save
from measure_results import result

PAGE = "/measures/delayed_days"


@pytest.fixture
def computed(tmp_path, settings):
    """A data folder with one computed measure."""
    settings.INSIGHT_FOLDER = tmp_path / "insight"
    save(result(), tmp_path)


@pytest.mark.parametrize("way", WAYS)
def test_every_page_in_every_way(computed, signed_in, way):
    window = signed_in(Role.ANALYST, way=way, to="/measures")
    window.check()
    window.visit(PAGE)
    window.visit(f"{PAGE}?source=scotland-delays")
    expect(window.page.get_by_role("img", name="Scotland: delays rose")).to_be_visible()


@pytest.mark.parametrize("way", ["wide", "phone"])
def test_before_anything_is_computed(tmp_path, settings, signed_in, way):
    settings.INSIGHT_FOLDER = tmp_path / "insight"
    window = signed_in(Role.ANALYST, way=way, to="/measures")
    expect(window.page.get_by_role("heading", name="No measure has been computed yet")).to_be_visible()
    window.check()


@pytest.mark.parametrize("way", ["wide", "no scripts"])
def test_areas_and_earlier_months_open_in_place(computed, signed_in, way):
    page = signed_in(Role.ANALYST, way=way, to=PAGE).visit(f"{PAGE}?source=scotland-delays")
    page.get_by_text("Earlier months (14)").click()
    expect(page.get_by_role("rowheader", name="January 2024")).to_be_visible()
    page.get_by_text("Choose another area (2)").click()
    page.get_by_role("link", name="Area S1").click()
    expect(page.get_by_text("Area S1. Delays rose: above the upper limit")).to_be_visible()


def test_the_figures_can_be_downloaded(computed, signed_in):
    page = signed_in(Role.ANALYST, to=PAGE).page
    with page.expect_download() as started:
        page.get_by_role("link", name="All figures of this measure").click()
    assert started.value.suggested_filename == "delayed_days.csv"
