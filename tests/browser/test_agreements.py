"""The sharing agreements and a refusal with its reasons, in every way pages must work."""

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS


@pytest.mark.parametrize("way", WAYS)
def test_who_shares_with_whom_is_on_one_page(enter, way):
    window = enter("administrator", way=way)
    page = window.page
    page.get_by_role("link", name="Sharing agreements").click()
    page.wait_for_url("**/agreements")
    window.check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sharing agreements")
    region = page.get_by_role("region", name="Shared record of the partnership")
    expect(region).to_contain_text("In force")
    expect(region).to_contain_text("Caring for the person")
    row = region.get_by_role("row").filter(has_text="Westmarch Council")
    expect(row).to_contain_text("Yes")
    expect(row).to_contain_text("Throughout")
