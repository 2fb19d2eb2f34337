"""Find a person, their record, who has looked, my day: walked through as people do, in every way pages must work."""

import re
from string import ascii_lowercase

import pytest
from playwright.sync_api import expect

from browser.conftest import WAYS

FOUND = re.compile(r"(person|people) found")
CARE = ("nurse", "social-worker", "gp", "discharge")
OTHERS = ("fund-manager", "analyst", "administrator")


def search(page, text):
    """Fill in the form of the page, not the header's."""
    main = page.get_by_role("main")
    main.get_by_label("Name, date of birth or NHS number").fill(text)
    main.get_by_role("button", name="Find").click()


def find_somebody(page):
    """Search by first letters until somebody is found; return the letter and the first one's link."""
    for letter in ascii_lowercase:
        search(page, letter)
        link = page.get_by_role("table").get_by_role("link").first
        if link.count():
            return letter, link
    raise AssertionError("nobody at all is found")


def open_somebody(window):
    """Open the record of the first person found; return their name."""
    _, link = find_somebody(window.page)
    name = link.inner_text()
    link.click()
    window.page.wait_for_url("**/people/*-*")
    return name


@pytest.mark.parametrize("way", WAYS)
def test_from_my_day_to_who_has_looked_in_every_way(enter, way):
    window = enter("discharge", way=way)
    page = window.page
    expect(page.get_by_role("heading", level=1)).to_contain_text("My day")

    _, link = find_somebody(page)
    window.check()
    expect(page.get_by_role("table", name=FOUND)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(
        "Only people your organisation is involved with are shown."
    )
    name = link.inner_text()
    link.click()
    page.wait_for_url("**/people/*-*")
    window.check()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Record of {name}")
    expect(page.get_by_role("region", name="Person", exact=True)).to_contain_text("NHS number 999")

    entry = page.locator("details.ju-entry").first
    entry.locator("summary").click()
    expect(entry.get_by_text("Added to the record")).to_be_visible()

    page.get_by_text("Show one organisation or kind only").click()
    choice = page.get_by_role("list", name="Kind").get_by_role("link").first
    kind, count = re.match(r"(.+) \((\d+)\)", choice.inner_text()).groups()
    choice.click()
    page.wait_for_url("**?kind=*")
    window.check()
    expect(page.get_by_role("link", name=f"{kind} ({count})")).to_have_attribute("aria-current", "true")
    kinds = page.locator(".ju-entry__kind").all_inner_texts()
    assert set(kinds) == {kind}
    assert len(kinds) == min(int(count), 50)
    page.get_by_role("link", name="Show everything").click()

    page.get_by_role("link", name="See who has looked at this record").click()
    page.wait_for_url("**/looked")
    window.check()
    rows = page.get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Demo discharge coordinator")
    expect(rows.nth(1)).to_contain_text("Looked at: who has looked")
    expect(rows.nth(2)).to_contain_text("Looked at: the record")


@pytest.mark.parametrize("username", CARE + OTHERS)
def test_the_first_page_of_every_role(enter, username):
    page = enter(username).page
    expect(page.get_by_role("heading", level=1)).to_contain_text("My day")
    forms = page.get_by_role("main").get_by_role("button", name="Find")
    expect(forms).to_have_count(1 if username in CARE else 0)


@pytest.mark.parametrize("way", ["wide", "phone"])
def test_nothing_that_was_typed_or_found_is_in_an_address_or_title(enter, way):
    window = enter("discharge", way=way)
    page = window.page
    name = open_somebody(window)
    search_for = name.split()[-1]
    page.get_by_label("Find a person by name").fill(search_for)
    page.get_by_role("search").get_by_role("button", name="Find").click()
    page.wait_for_url("**/people/found/*")
    window.check()
    assert search_for not in page.url + page.title()
    page.get_by_role("link", name=name).click()
    page.wait_for_url("**/people/*-*")
    assert not {word for word in name.split() if word in page.url + page.title()}
    page.go_back()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def test_by_keyboard_alone(enter):
    window = enter("discharge")
    page = window.page
    letter, link = find_somebody(page)
    name = link.inner_text()
    window.visit("/")
    page.keyboard.press("/")
    expect(page.get_by_label("Find a person by name")).to_be_focused()
    page.keyboard.type(letter)
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/found/*")
    tab_to(page, page.get_by_role("link", name=name))
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*-*")
    tab_to(page, page.locator("summary", has_text="Show one organisation"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("list", name="Kind").get_by_role("link").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**?kind=*")
    tab_to(page, page.locator("details.ju-entry > summary").first)
    page.keyboard.press("Enter")
    expect(page.locator("details.ju-entry").first).to_have_attribute("open", "")
    tab_to(page, page.get_by_role("link", name="See who has looked"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who has looked")


def tab_to(page, target, presses=250):
    """Press Tab until the target has the focus, and see that it isn't hidden behind the banner."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if target.evaluate("target => target === document.activeElement"):
            seen = target.evaluate(
                """target => {
                    const box = target.getBoundingClientRect();
                    const on = document.elementFromPoint(box.left + 5, box.top + box.height / 2);
                    return target.contains(on);
                }"""
            )
            assert seen, f"{target} has the focus and is covered"
            return
    raise AssertionError(f"{presses} presses of Tab don't reach {target}")


@pytest.mark.parametrize("way", ["wide", "phone", "zoomed"])
def test_who_the_record_is_about_never_scrolls_away(enter, way):
    window = enter("discharge", way=way)
    name = open_somebody(window)
    window.page.keyboard.press("End")
    expect(window.page.locator(".ju-person__name", has_text=name)).to_be_in_viewport()


def test_a_person_of_no_concern_is_refused_calmly(enter):
    window = enter("nurse")
    page = window.visit("/people/00000000-0000-4000-8000-000000000000", status=403)
    main = page.get_by_role("main")
    expect(main).to_contain_text("Your organisation has no care relationship with this person.")
    expect(main).to_contain_text("ask your administrator")
    expect(main.get_by_role("link", name="Go to the start page")).to_be_visible()
    main.get_by_role("link", name="Open a record in an emergency").click()
    page.wait_for_url("**/people/emergency")
    window.check()


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
def test_no_one_found_says_what_that_means_and_what_to_try(enter, way):
    window = enter("nurse", way=way)
    search(window.page, "Nosuchnameanywhere")
    window.page.wait_for_url("**/people/found/*")
    window.check()
    main = window.page.get_by_role("main")
    expect(main.get_by_role("heading", name="No one found")).to_be_visible()
    expect(main).to_contain_text("No one your organisation is involved with")


def test_an_empty_search_is_explained_at_the_top_and_beside_the_field(enter):
    window = enter("nurse")
    page = window.page
    page.get_by_role("search").get_by_role("button", name="Find").click()
    expect(page).to_have_title(re.compile("^Error: Find a person"))
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    window.check()
    page.get_by_role("link", name="Enter a name, a date of birth or a number").click()
    expect(page.get_by_label("Name, date of birth or NHS number")).to_be_focused()


@pytest.mark.parametrize("way", WAYS)
def test_the_emergency_summary_in_every_way(enter, way):
    window = enter("discharge", way=way)
    page = window.page
    open_somebody(window)
    page.get_by_role("link", name="See the emergency summary").click()
    page.wait_for_url("**/emergency")
    window.check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Emergency summary")
    for title in ("Allergies", "Medicines", "Problems"):
        expect(page.get_by_role("region", name=title, exact=True)).to_be_visible()


@pytest.mark.parametrize(("way", "username"), list(zip(WAYS, (*CARE, CARE[0]), strict=True)))
def test_opening_in_an_emergency_asks_exactly_whom_and_why(enter, way, username):
    # Not always the same user: too many wrong tries must wait.
    window = enter(username, way=way)
    page = window.page
    search(page, "zzzz")
    page.get_by_role("link", name="open the record of someone else").click()
    page.wait_for_url("**/people/emergency")
    window.check()
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the date of birth")
    window.check()
    page.get_by_role("textbox", name="Date of birth").fill("3/3/1941")
    page.get_by_role("textbox", name="NHS number").fill("999 000 0000")
    page.get_by_role("radio", name="Their life or health is in danger now").check()
    page.get_by_role("textbox", name="What has happened?").fill("Found unconscious in the market place")
    page.get_by_role("button", name="Open the record").click()
    expect(page.get_by_role("alert")).to_contain_text("No record can be opened with exactly these")
