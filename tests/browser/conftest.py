"""Fixtures of the browser tests: real Chromium on the real site with its built assets.

`visitor` opens a window in a named way (`WAYS`); `signed_in` opens one and signs in through the page.
"""

import fcntl
import os
import shutil

import pytest
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import sync_playwright

from browser.serving import serve_demo
from browser.visiting import Visitor
from joinedup.care.access.actions import give_account
from joinedup.care.access.actor import Role
from joinedup.care.partnership.models import Organisation
from joinedup.core.nation import Nation
from joinedup.site.assets import AssetsError, axe_script, build_assets

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# The ways in which each page is looked at. A window of 640 by 450 is one of 1280 by 900 at 200% zoom.
WAYS = {
    "wide": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 320, "height": 640}},
    "zoomed": {"viewport": {"width": 640, "height": 450}},
    "forced colours": {"viewport": {"width": 1280, "height": 900}, "forced_colors": "active"},
    "no scripts": {"viewport": {"width": 1280, "height": 900}, "java_script_enabled": False},
}
PASSWORD = "a long password for tests"


def absent(message):
    """Skip where something is not installed; fail in CI, where everything has to be."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium, the one installed on the machine."""
    found = os.environ.get("JOINEDUP_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not found:
        absent("no Chromium on PATH; install one or set JOINEDUP_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def assets(run_folder):
    """The built styles and scripts, served as static files; the accessibility checker beside them.

    The first process of the run builds them, the other waits.
    """
    try:
        with (run_folder / "assets.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            built = build_assets()
    except AssetsError as error:
        absent(str(error))
    with override_settings(STATICFILES_DIRS=[built.folder]):
        yield axe_script().read_text()


@pytest.fixture
def visitor(chromium, assets, live_server):
    """Open a window in one of the `WAYS`."""
    contexts = []

    def open_window(way="wide"):
        context = chromium.new_context(**WAYS[way])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        return Visitor(page, live_server.url, assets, has_scripts=way != "no scripts")

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def partnership(assets, own_folder):
    """A made-up partnership that the demo command serves; what one test declares, the next one sees."""
    with serve_demo(own_folder / "demo") as served:
        yield served


@pytest.fixture
def enter(chromium, assets, partnership):
    """Open a window on the made-up partnership and sign in through the page with one of its accounts."""
    contexts = []

    def sign_in(username, *, way="wide"):
        context = chromium.new_context(**WAYS[way])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        window = Visitor(page, partnership.address, assets, has_scripts=way != "no scripts")
        window.visit("/sign-in")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(partnership.passwords[username])
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{partnership.address}/")
        window.check()
        return window

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def account(transactional_db):
    """Give someone an account with these roles for one invented organisation; return the username."""

    def give(*roles, username="nurse.example"):
        trust, _ = Organisation.objects.get_or_create(
            reference="org-test-trust", defaults={"name": "Madeup Community Trust", "nation": Nation.ENGLAND}
        )
        give_account(
            username=username,
            name="Nurse Example",
            password=PASSWORD,
            assignments=[(role, trust) for role in roles],
            on=timezone.localdate(),
        )
        return username

    return give


@pytest.fixture
def signed_in(visitor, account):
    """Open a window and sign in through the page as someone with these roles."""

    def enter(*roles, way="wide", to="/gallery"):
        username = account(*(roles or (Role.ADMINISTRATOR,)))
        window = visitor(way)
        page = window.visit(f"/sign-in?next={to}")
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"**{to}")
        return window

    return enter
