"""`joinedup serve` as it is run in earnest: started again when it ends, by a client that sends again what failed."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil

from joinedup.site.postgres import start_embedded

PATIENCE = 180


def environment(**more):
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("JOINEDUP_", "DJANGO_", "PYTEST_"))}
    return kept | more


def open_folder(root: Path) -> Path:
    """Let the embedded server's own user reach the folder, which pytest makes for one user only."""
    for part in (root, *list(root.parents)[:4]):
        if part.name.startswith(("pytest-", "popen-")):
            part.chmod(0o755)
    root.chmod(0o755)
    return root / "data"


class Supervised:
    """A server in a folder; started again whenever it ends, until `stop`."""

    def __init__(self, data: Path, environment: dict[str, str], *, works: bool = False):
        self.data = data
        self.works = "--work" if works else "--no-work"
        self.environment = environment
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.token = self.run(
            "token", "create", "--system", "Hospital", "--scope", "read", "--scope", "write"
        )
        self.process = None
        self.starts = 0
        self.wanted = True
        self.thread = threading.Thread(target=self._supervise, daemon=True)
        self.thread.start()

    def run(self, *words):
        done = subprocess.run(
            [sys.executable, "-m", "joinedup.cli", *words, "--data", str(self.data)],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
            env=self.environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def _supervise(self):
        command = [sys.executable, "-m", "joinedup.cli", "serve", self.works, "--port", str(self.port)]
        with (self.data.parent / "serve.log").open("ab") as log:
            while self.wanted:
                self.starts += 1
                self.process = subprocess.Popen(
                    [*command, "--data", str(self.data)], stdout=log, stderr=log, env=self.environment
                )
                self.process.wait()

    def stop(self):
        self.wanted = False
        if self.process:
            self.process.terminate()
        self.thread.join(PATIENCE)

    @property
    def log(self):
        return (self.data.parent / "serve.log").read_text()

    @property
    def url(self):
        return start_embedded(self.data / "postgres")

    def kill(self, victim):
        """Kill without warning; True when there was somebody to kill."""
        try:
            number = self._number_of(victim)
            os.kill(number, signal.SIGKILL)
        except (OSError, psutil.Error, IndexError, ValueError, AttributeError):
            return False
        return True

    def _number_of(self, victim):
        if victim == "database":
            number = int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
            # The file of a server that was killed names a process that is no more, or another's.
            assert psutil.Process(number).name().startswith("postgres")
            return number
        if victim == "worker":
            return psutil.Process(self.process.pid).children()[0].pid
        return self.process.pid

    def ask(self, method, path, body=None, **headers):
        """Ask once; return status, headers and body. `OSError` or `HTTPException` when there is no answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            words = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/fhir+json"}
            connection.request(method, path, body, words | headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def put(self, resource, **headers):
        path = f"/fhir/R4/{resource['resourceType']}/{resource['id']}"
        return self.ask("PUT", path, json.dumps(resource).encode(), **headers)

    def send(self, bundle, tries=None):
        """Send a bundle until it is acknowledged; False when the tries are used up."""
        end = time.monotonic() + PATIENCE
        while tries is None or tries > 0:
            assert time.monotonic() < end, f"no answer for {PATIENCE} s: {self.log[-3000:]}"
            try:
                status, headers, body = self.ask("POST", "/fhir/R4", bundle)
            except (OSError, http.client.HTTPException):
                status, headers, body = 0, {}, b""
            if status == 200:
                return True
            assert status in (0, 503), (status, body[:500])
            assert not status or int(headers["Retry-After"]) > 0
            tries = None if tries is None else tries - 1
            time.sleep(random.uniform(0.05, 0.3))
        return False

    def wait(self):
        """Wait until it answers."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.ask("GET", "/fhir/R4/Basic/none")[0] == 404:
                    return self
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        raise AssertionError(f"it does not answer: {self.log[-3000:]}")


@contextmanager
def supervised(data: Path, *, works: bool = False, **more):
    """Serve the folder until the end of the block; with the background work where that is asked for."""
    served = Supervised(data, environment(**more), works=works)
    try:
        yield served.wait()
    finally:
        served.stop()
