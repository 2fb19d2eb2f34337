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
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
JOINEDUP = (sys.executable, "-m", "joinedup.cli")
# With fewer, the measure has nothing but small numbers, which are suppressed.
PEOPLE = "5000"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SIZES = {1280: 960, 320: 780}
USERNAME = "discharge"
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
        password = make_demo(data)
        with serving(data) as address:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
            for width in SIZES:
                walk(browser, width, address, password)
            browser.close()


def make_demo(data: Path) -> str:
    """Make the demo; return the password of the account that is shown."""
    command = (*JOINEDUP, "demo", "--people", PEOPLE, "--no-serve", "--data", str(data))
    said = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    ).stdout
    found = re.search(rf"^\s+{USERNAME}\s+(\S+)", said, re.MULTILINE)
    return found[1] if found else sys.exit(f"the demo did not say how {USERNAME} signs in")


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


def walk(browser: Browser, width: int, address: str, password: str) -> None:
    """Go through the pages as somebody would, and take a picture of each."""
    page = browser.new_page(viewport={"width": width, "height": SIZES[width]}, locale="en-GB")
    page.goto(f"{address}/sign-in")
    take(page, "sign-in")
    page.get_by_label("Username").fill(USERNAME)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}/")
    take(page, "my-day")
    page.goto(f"{address}/leaving-hospital")
    take(page, "leaving-hospital")
    person = first_link(page, r"^/people/[0-9a-f-]{36}")
    page.goto(address + first_link(page, r"^/leaving-hospital/[0-9a-f-]{36}/clock"))
    take(page, "clock")
    page.goto(address + person)
    take(page, "record")
    family = page.locator("h1").first.inner_text().split()[-1]
    page.goto(f"{address}{person}/looked")
    take(page, "who-has-looked")
    page.goto(f"{address}/people/find")
    page.locator("main input[name=q]").fill(family)
    page.locator("main form button").first.click()
    take(page, "find")
    page.goto(f"{address}/measures")
    page.goto(address + first_link(page, r"^/measures/[a-z0-9_-]+$"))
    take(page, "measure")
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
