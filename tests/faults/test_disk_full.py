"""A disk that is full: said so, nothing half-written, and all well again when there is room."""

import http.client
import itertools
import json
import os
import shutil
import subprocess
from contextlib import contextmanager

import psycopg
import pytest

from faults.test_killed_while_loading import IN_A_BUNDLE, keys, sent_bundles
from supervised import open_folder, supervised

SIZE = "300m"
ROOM_LEFT = 2 * 1024 * 1024
RESOURCES = 3_000
SMALLEST = 1024 * 1024


class SmallDisk:
    """A file system of its own, which is filled by one large file."""

    def __init__(self, root):
        self.root = root
        self.ballast = root / "ballast"

    def fill(self):
        with self.ballast.open("wb") as file:
            left = shutil.disk_usage(self.root).free - ROOM_LEFT
            for _ in range(left // SMALLEST):
                file.write(bytes(SMALLEST))

    def make_room(self):
        self.ballast.unlink()


def absent(message):
    """Skip where something is not allowed; fail in CI, where everything has to be."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def small_disk(tmp_path):
    """A folder on a file system of its own, with little room."""
    root = open_folder(tmp_path)
    root.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(root)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        absent("no file system can be mounted here: run as root, where the machine allows it")
    try:
        yield SmallDisk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)


def bundle_of(part):
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": part}).encode()


def present(url):
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT type, fhir_id FROM record_resource WHERE version = 1")
        return set(rows.fetchall())


def refused(served, parts):
    """Send until one is refused; return its number and the answer."""
    for number, part in enumerate(parts):
        try:
            status, headers, body = served.ask("POST", "/fhir/R4", bundle_of(part))
        except (OSError, http.client.HTTPException):
            return number, 0, {}, b""
        if status != 200:
            return number, status, headers, body
    pytest.fail("the disk never was full")
    return None


def test_a_full_disk_is_said_and_nothing_is_half_written(tmp_path):
    parts = list(sent_bundles(RESOURCES))
    with small_disk(tmp_path) as disk, supervised(disk.root / "data") as served:
        assert served.send(bundle_of(parts[0]))
        disk.fill()
        number, status, headers, body = refused(served, parts[1:])
        # Without room for its log PostgreSQL itself stops (503); without room for a table it goes on (507).
        assert status in (503, 507)
        assert int(headers["Retry-After"]) > 0
        outcome = json.loads(body)
        assert outcome["resourceType"] == "OperationOutcome"
        assert status == 503 or "no room" in outcome["issue"][0]["diagnostics"]
        disk.make_room()
        served.wait()
        kept = present(served.url)
        for n, part in enumerate(parts):
            if n <= number:
                assert set(keys(part)) <= kept, "an acknowledged bundle is lost"
            else:
                assert not set(keys(part)) & kept, "something of a refused bundle is there"
        for part in parts[number + 1 :]:
            assert served.send(bundle_of(part))
        assert present(served.url) >= set(itertools.chain.from_iterable(map(keys, parts)))
        assert "Internal Server Error" not in served.log
    assert len(parts) * IN_A_BUNDLE == RESOURCES
