"""A small made-up partnership, made and served by the demo command itself in a process of its own.

Apart from the tests' database, which is emptied after each test that commits: so it is made once a run.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PEOPLE = 120
PATIENCE_SECONDS = 300
ACCOUNT = re.compile(r"^  (?P<name>[a-z-]+)  +(?P<password>[0-9a-f]{4}(?:-[0-9a-f]{4})+)  ", re.MULTILINE)


@dataclass(frozen=True)
class Served:
    """Where the partnership is, and the password of each account."""

    address: str
    passwords: dict[str, str]
    data: Path


@contextmanager
def serve_demo(folder: Path) -> Iterator[Served]:
    """Make the partnership in the folder and serve it until the end of the block."""
    folder.mkdir(parents=True)
    port = _free_port()
    log = folder / "demo.log"
    options = ("--people", PEOPLE, "--data", folder / "data", "--port", port)
    command = [sys.executable, "-m", "joinedup.cli", "demo", *map(str, options)]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JOINEDUP_", "DJANGO_"))
    }
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=kept)
    try:
        _wait_for("Open http", log, process)
        passwords = {found["name"]: found["password"] for found in ACCOUNT.finditer(log.read_text())}
        yield Served(f"http://127.0.0.1:{port}", passwords, folder / "data")
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(words: str, log: Path, process: subprocess.Popen) -> None:
    """Wait until the demo says it is there and its server answers."""
    end = time.monotonic() + PATIENCE_SECONDS
    while words not in log.read_text():
        assert process.poll() is None, f"the demo stopped: {log.read_text()}"
        assert time.monotonic() < end, f"the demo is not ready after {PATIENCE_SECONDS} s: {log.read_text()}"
        time.sleep(0.2)
    port = int(re.search(r"http://127\.0\.0\.1:(\d+)", log.read_text())[1])
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
