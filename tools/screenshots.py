"""Take the screenshots of the README from a demo, made for it in a folder of its own and gone afterwards.

Needs a Chromium on PATH, or its path in JOINEDUP_CHROMIUM. The demo's people are made up; its dates are today's.
"""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
JOINEDUP = (sys.executable, "-m", "joinedup.cli")
# With fewer, the measure has nothing but small numbers, which are suppressed.
PEOPLE = "5000"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SIZES = {1280: 960, 320: 780}
USERNAME = "discharge"
# Who opens a record in an emergency, for the picture of who has looked.
STRANGER = "social-worker"
ACCOUNT = "Found on the floor by a neighbour, and too drowsy to say what they take"
PATIENCE_SECONDS = 580


def main() -> None:
    """Make the demo, serve it, walk through it once for each width."""
    TARGET.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("JOINEDUP_CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit("No Chromium on PATH: install one, or set JOINEDUP_CHROMIUM to its path.")
    with tempfile.TemporaryDirectory(prefix="joinedup-pictures-") as name, sync_playwright() as playwright:
        Path(name).chmod(0o755)
        data = Path(name) / "data"
        passwords = make_demo(data)
        with serving(data) as address:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for width in SIZES:
                walk(browser, width, address, passwords)
            browser.close()


def make_demo(data: Path) -> dict[str, str]:
    """Make the demo; return the passwords of the accounts that are used."""
    command = (*JOINEDUP, "demo", "--people", PEOPLE, "--no-serve", "--data", str(data))
    said = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    ).stdout
    passwords = dict(re.findall(r"^  ([a-z-]+)  +([0-9a-f-]{19})  ", said, re.MULTILINE))
    if missing := {USERNAME, STRANGER} - passwords.keys():
        sys.exit(f"the demo did not say how {', '.join(missing)} signs in")
    return passwords


@contextlib.contextmanager
def serving(data: Path) -> Iterator[str]:
    """Serve the demo on a free port for as long as it is needed; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = (*JOINEDUP, "serve", "--port", str(port), "--data", str(data))
    # Pictures are of pages, and nobody has a second step in the demo.
    environment = os.environ | {"JOINEDUP_SECOND_FACTOR": "optional"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            next(line for line in server.stdout or () if line.startswith("Serving"))
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(port: int) -> None:
    """Return once somebody listens on the port."""
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    sys.exit("the server did not start")


def walk(browser: Browser, width: int, address: str, passwords: dict[str, str]) -> None:
    """Go through the pages as somebody would, and take a picture of each."""
    page = browser.new_page(viewport={"width": width, "height": SIZES[width]}, locale="en-GB")
    page.goto(f"{address}/sign-in")
    take(page, "sign-in")
    sign_in(page, USERNAME, passwords[USERNAME])
    take(page, "my-day")
    page.goto(f"{address}/leaving-hospital")
    take(page, "leaving-hospital")
    person = first_link(page, r"^/people/[0-9a-f-]{36}")
    page.goto(address + first_link(page, r"^/leaving-hospital/[0-9a-f-]{36}/clock"))
    take(page, "clock")
    page.goto(address + person)
    take(page, "record")
    family = page.locator("h1").first.inner_text().split()[-1]
    facts = page.locator(".ju-person__who dd").all_inner_texts()
    born, number = (" ".join(fact.partition("(")[0].split()) for fact in facts)
    open_in_emergency(browser, address, passwords[STRANGER], born, number)
    page.goto(f"{address}{person}/looked")
    take(page, "who-has-looked")
    page.goto(f"{address}/people/find")
    page.locator("main input[name=q]").fill(family)
    page.locator("main form button").first.click()
    take(page, "find")
    page.goto(f"{address}/measures")
    page.goto(address + first_link(page, r"^/measures/[a-z0-9_-]+$"))
    take(page, "measure")
    work_out_a_charge(page, address)
    page.close()


def work_out_a_charge(page: Page, address: str) -> None:
    """Ask what a care home costs somebody invented, then what the four nations make of it, and how a value changed."""
    page.goto(f"{address}/rules/charge/all/care_home/2022-05-01")
    page.get_by_label("How old are they?").fill("82")
    page.get_by_label("What does the home ask for a week?").fill("900")
    page.get_by_role("group", name="Does the home give them nursing care?").get_by_label("No").check()
    page.get_by_role("group", name="husband, wife or partner").get_by_label("No", exact=True).check()
    page.get_by_label("Savings and investments of their own").fill("18,100")
    page.get_by_label("State pension, a week").fill("250")
    page.get_by_role("button", name="Work out the charge").click()
    take(page, "four-nations")
    page.get_by_role("link", name="Line by line for England").click()
    page.get_by_role("heading", name="The charge in England").scroll_into_view_if_needed()
    take(page, "charge")
    page.goto(f"{address}/rules/book/scotland/residential_charge/free_personal_care")
    take(page, "rule-value")


def sign_in(page: Page, username: str, password: str) -> None:
    """Fill in the page of signing in, and wait for what comes after it."""
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My day").wait_for()


def open_in_emergency(browser: Browser, address: str, password: str, born: str, number: str) -> None:
    """Open a record as somebody who has nothing to do with the person, and says why."""
    page = browser.new_page(locale="en-GB")
    page.goto(f"{address}/sign-in")
    sign_in(page, STRANGER, password)
    page.goto(f"{address}/people/emergency")
    day = datetime.strptime(born, "%d %B %Y").replace(tzinfo=UTC)
    page.get_by_role("textbox", name="Date of birth").fill(f"{day:%d/%m/%Y}")
    page.get_by_role("textbox", name="NHS number").fill(number)
    page.get_by_role("radio", name="They can’t say what they want").check()
    page.get_by_role("textbox", name="What has happened?").fill(ACCOUNT)
    page.get_by_role("button", name="Open the record").click()
    page.get_by_role("heading", name="Record of").wait_for()
    page.close()


def first_link(page: Page, pattern: str) -> str:
    """Return the address of the first link of the page that looks like this."""
    hrefs: list[str] = page.eval_on_selector_all(
        "main a[href]", "links => links.map(a => a.getAttribute('href'))"
    )
    found = next((href for href in hrefs if re.match(pattern, href)), None)
    return found or sys.exit(f"{page.url} has no link like {pattern}")


def take(page: Page, name: str) -> None:
    """Take a picture of what is seen without scrolling."""
    page.wait_for_load_state("networkidle")
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=TARGET / f"{name}-{width}.png")
    print(f"{name}-{width}.png")


if __name__ == "__main__":
    main()
