"""The guide for a partner, followed as a newcomer would: every command of it run as it stands, then the timeline."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from browser.conftest import absent
from browser.visiting import Visitor

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "connect-a-partner.md"
BLOCK = re.compile(r"^```\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^uv run joinedup (.*)$", re.MULTILINE)
NEW_PASSWORD = "another long password for tests"


def script_of(guide: str, address: str, data: Path) -> str:
    """Return the commands of the guide for this server; a token is put where the guide leaves it out."""
    program = f"{sys.executable} -m joinedup.cli"
    lines = []
    for block in BLOCK.findall(guide):
        text = block.replace("http://127.0.0.1:8000", address)
        text = re.sub(r"^TOKEN=\.\.\..*\n", "", text, flags=re.MULTILINE)
        text = COMMAND.sub(rf"{program} \1 --data {data}", text)
        text = re.sub(r"^(.* token create .*)$", r"TOKEN=$(\1 | tail -1)", text, flags=re.MULTILINE)
        lines.append(text.replace("curl ", "curl --silent --show-error --fail-with-body "))
    return "set -eu\n" + "\n".join(lines)


def test_every_command_of_the_guide_works_and_the_stay_is_on_the_timeline(partnership, chromium, assets):
    if not shutil.which("curl"):
        absent("the guide uses curl, which is not installed")
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("JOINEDUP_", "DJANGO_"))}
    run = subprocess.run(  # noqa: PLW1510 - judged below
        ["bash", "-c", script_of(GUIDE.read_text(), partnership.address, partnership.data)],
        capture_output=True,
        text=True,
        env=kept,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    password = run.stdout.strip().splitlines()[-1]

    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(10_000)
    window = Visitor(page, partnership.address, assets, has_scripts=True)
    sign_in_anew(window, "ward", password)
    find_somebody_called(window, "Trumpetwright")
    expect(page.get_by_role("heading", level=1)).to_have_text("Record of Hazelanne Trumpetwright")
    expect(page.locator("details.ju-entry").filter(has_text="Westmarch Hospital").first).to_be_visible()
    window.check()
    page.get_by_role("link", name="Who has looked").click()
    expect(page.get_by_role("main")).to_contain_text("Westmarch wards")
    window.check()


def sign_in_anew(window, username, password):
    """Sign in with a password that somebody else made, which has to be changed first."""
    page = window.visit("/sign-in")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Your password now", exact=True).fill(password)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()
    page.wait_for_load_state("load")


def find_somebody_called(window, name):
    """Find the one person of this name, and open their record."""
    page = window.visit("/people/find")
    main = page.get_by_role("main")
    main.get_by_label("Name, date of birth or NHS number").fill(name)
    main.get_by_role("button", name="Find").click()
    page.get_by_role("table").get_by_role("link").click()
    page.wait_for_url("**/people/*-*")
