"""Signing in as a person does it: second steps with and without scripts, a passkey, waiting, a session that ends."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import PASSWORD, WAYS
from joinedup.care.access.actor import Role
from joinedup.care.access.models import User
from joinedup.care.access.tries import ACCOUNT
from one_time_codes import code_of
from signing_in import SECRET, with_app


def enter_password(window, username="nurse.example", password=PASSWORD, to="/measures"):
    """Open the sign-in page, fill it in and send it."""
    page = window.visit(f"/sign-in?next={to}")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


@pytest.fixture
def required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def with_second_step(account):
    """Somebody who has an authenticator app."""
    account(Role.ANALYST)
    return with_app(User.objects.get())


@pytest.mark.parametrize("way", WAYS)
def test_a_second_step_is_set_up_before_anything_else_and_leads_on(visitor, account, required, way):
    account(Role.ANALYST)
    window = visitor(way)
    page = enter_password(window)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up a second step")
    window.check()
    page.get_by_role("link", name="Set up an authenticator app").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    window.check()
    page.get_by_label("Code that the app shows").fill(code_of(page.locator(".ju-secret__key").inner_text()))
    page.get_by_role("button", name="Set up app").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.locator(".ju-codes li")).to_have_count(10)
    window.check()
    page.get_by_role("link", name="I have kept them, go on").click()
    expect(page.get_by_role("heading", name="Measures", level=1)).to_be_visible()
    window.visit("/account")


@pytest.mark.parametrize("way", WAYS)
def test_signing_in_with_a_code_from_an_app(visitor, with_second_step, way):
    window = visitor(way)
    page = enter_password(window)
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    window.check()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("This code is not right")
    window.check()
    page.get_by_label("Code").fill(code_of(SECRET))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Measures", level=1)).to_be_visible()


def test_the_code_by_keyboard_alone(visitor, with_second_step):
    page = enter_password(visitor())
    expect(page.get_by_role("heading", level=1)).to_have_text("Second step")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(code_of(SECRET))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Measures", level=1)).to_be_visible()


def test_recovery_codes_print_without_the_frame(visitor, account):
    account(Role.ANALYST)
    window = visitor()
    page = enter_password(window, to="/account/app")
    page.get_by_label("Code that the app shows").fill(code_of(page.locator(".ju-secret__key").inner_text()))
    page.get_by_role("button", name="Set up app").click()
    page.emulate_media(media="print")
    expect(page.locator(".ju-codes li").first).to_be_visible()
    expect(page.get_by_role("navigation", name="Account")).to_be_hidden()


@pytest.fixture
def device():
    """Plug a device for passkeys into a window."""

    def plug_in(window):
        session = window.page.context.new_cdp_session(window.page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return session, made["authenticatorId"]

    return plug_in


def test_a_passkey_is_set_up_used_confirmed_with_and_removed(visitor, account, device):
    account(Role.ANALYST)
    window = visitor()
    device(window)
    page = enter_password(window, to="/account/passkeys/add")
    window.check()
    page.get_by_label("What do you call this device?").fill("Work telephone")
    page.get_by_role("button", name="Set up passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    page = window.visit("/account")
    expect(page.get_by_text("Passkey: Work telephone").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    page = enter_password(window, to="/account")
    window.check()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    page = window.visit("/account/confirm/passkey?next=/account")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
    page.get_by_role("link", name="Remove Passkey: Work telephone").click()
    window.check()
    page.get_by_role("button", name="Remove second step").click()
    expect(page.get_by_role("main")).to_contain_text("Passkey removed.")
    window.check()


def test_a_passkey_that_is_not_used_is_explained_and_another_way_stays(visitor, with_second_step, device):
    window = visitor()
    session, authenticator = device(window)
    page = enter_password(window, to="/account/passkeys/add")
    page.get_by_label("Code").fill(code_of(SECRET))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Set up passkey").click()
    page.get_by_role("button", name="Sign out").click()
    enter_password(window)
    session.send("WebAuthn.clearCredentials", {"authenticatorId": authenticator})
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey was not used")
    expect(page.get_by_label("Code")).to_be_visible()


@pytest.mark.parametrize("way", ["wide", "phone", "no scripts"])
def test_after_too_many_tries_a_calm_page_says_how_long_to_wait(visitor, account, way):
    account(Role.ANALYST)
    window = visitor(way)
    for _ in range(ACCOUNT.free + 1):
        page = enter_password(window, password="not the password")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wait before you try again")
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Wait 1.minute"))
    # The browser itself reports the status of the page in its console.
    window.complaints = [text for text in window.complaints if "429" not in text]
    window.check()


def test_a_page_left_open_warns_then_leaves_says_why_and_leads_back(visitor, account, settings):
    account(Role.ANALYST)
    settings.SESSION_IDLE_SECONDS = 124
    window = visitor()
    page = enter_password(window)
    warning = page.get_by_role("alertdialog")
    expect(warning).to_be_hidden()
    expect(warning).to_contain_text("In 2 minutes you are signed out", timeout=15_000)
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    window.check()
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()

    settings.SESSION_IDLE_SECONDS = 5
    page.reload()
    expect(warning).to_be_visible(timeout=15_000)
    page.wait_for_url("**/sign-in?**", timeout=20_000)
    expect(page.get_by_role("main")).to_contain_text(
        "You were signed out because nothing was done for a while."
    )
    settings.SESSION_IDLE_SECONDS = 1800
    window.check()
    page.get_by_label("Username").fill("nurse.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Measures", level=1)).to_be_visible()


def test_without_scripts_the_next_page_says_that_the_session_ended(visitor, account, settings):
    account(Role.ANALYST)
    window = visitor("no scripts")
    page = enter_password(window)
    expect(page.get_by_text("You are signed out after")).to_be_visible()
    settings.SESSION_IDLE_SECONDS = 0
    page.get_by_role("link", name="My day").click()
    expect(page.get_by_role("main")).to_contain_text(
        "You were signed out because nothing was done for a while."
    )


@pytest.mark.parametrize("way", WAYS)
def test_accounts_and_what_can_be_done_with_one_in_every_way(signed_in, account, way):
    account(Role.DISTRICT_NURSE, username="bob.example")
    window = signed_in(Role.ADMINISTRATOR, way=way, to="/accounts")
    window.check()
    page = window.page
    page.get_by_role("link", name="Close for").click()
    window.check()
    page.get_by_role("button", name="Close account").click()
    expect(page.get_by_role("main")).to_contain_text("is closed.")
    window.check()
    window.visit("/account/password")
    page = window.visit("/accounts/new")
    page.get_by_role("button", name="Make account").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a username")
    window.check()
    page.get_by_label("Full name").fill("Cy Example")
    page.get_by_label("Username").fill("cy.example")
    page.get_by_label("Analyst").check()
    page.get_by_role("button", name="Make account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A password to hand over")
    window.check()
