"""An extract whose receiving is killed, again and again: the next run goes on, and the end is as if never stopped."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date

import psycopg
import pytest

from joinedup.site.postgres import start_embedded
from joinedup.synthetic.extracts import write_extract

PATIENCE = 180
NAME, SYSTEM = "england-community-contacts", "Westmarch community"
# What must be equal: each table's rows, and a digest of everything that was said, in its order of versions.
COUNTS = ("record_resource", "record_entry", "people_person", "people_identifier", "receiving_stated")
DIGEST = """
    SELECT md5(string_agg(r.type || r.fhir_id || e.version || md5(e.body), '' ORDER BY r.type, r.fhir_id, e.version))
    FROM record_entry AS e JOIN record_resource AS r ON r.id = e.resource_id
"""
RECEIPT = "SELECT rows, refused, created, updated, unchanged, older, batches FROM receiving_receipt"


def environment():
    return {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("JOINEDUP_DATA", "JOINEDUP_SECRET", "DJANGO_"))
    }


def words(*more):
    return [sys.executable, "-m", "joinedup.cli", *more]


def run(*more):
    done = subprocess.run(
        words(*more), capture_output=True, text=True, timeout=PATIENCE, env=environment(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def receive(file, data):
    return ("receive", str(file), "--extract", NAME, "--system", SYSTEM, "--data", str(data))


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    """A made-up extract with some rows that can't go in."""
    path = tmp_path_factory.mktemp("extract") / "contacts.csv"
    with path.open("w", newline="") as stream:
        write_extract(stream, NAME, people=700, seed=4, until=date(2026, 3, 12))
    lines = path.read_text().splitlines(keepends=True)
    for number in range(50, len(lines), 333):
        lines[number] = "cut,short\n"
    path.write_text("".join(lines))
    return path


def open_folder(root):
    """A data folder that the embedded server's own user can reach, with a system to receive from."""
    for part in (root, *list(root.parents)[:3]):
        if part.name.startswith("pytest-"):
            part.chmod(0o755)
    root.chmod(0o755)
    run("token", "create", "--system", SYSTEM, "--scope", "write", "--data", str(root / "data"))
    return root / "data"


def outcome(data):
    with psycopg.connect(start_embedded(data / "postgres")) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTS]  # noqa: S608
        refusals = "SELECT line, reason FROM receiving_refusal ORDER BY line, reason"
        return (
            counts,
            connection.execute(DIGEST).fetchone()[0],
            connection.execute(RECEIPT).fetchall(),
            connection.execute(refusals).fetchall(),
        )


def rows_done(data):
    with psycopg.connect(start_embedded(data / "postgres")) as connection:
        there = connection.execute("SELECT to_regclass('receiving_receipt')").fetchone()[0]
        return (
            connection.execute("SELECT coalesce(sum(rows), 0) FROM receiving_receipt").fetchone()[0]
            if there
            else 0
        )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, extract):
    data = open_folder(tmp_path_factory.mktemp("undisturbed"))
    run(*receive(extract, data))
    return outcome(data)


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.torture)])
def test_whatever_is_killed_ends_as_if_it_never_was(tmp_path, extract, undisturbed, kills):
    data = open_folder(tmp_path)
    chance = random.Random(kills)
    keep_server = psycopg.connect(start_embedded(data / "postgres"))
    killed, before = 0, 0
    for _ in range(kills):
        with subprocess.Popen(
            words(*receive(extract, data)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        ) as process:
            deadline = time.monotonic() + PATIENCE
            while process.poll() is None and rows_done(data) <= before and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(chance.random() * 0.2)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.wait(PATIENCE)
        before = rows_done(data)
    keep_server.close()
    assert killed
    said = run(*receive(extract, data))
    assert "rows read" in said
    assert outcome(data) == undisturbed
    again = run(*receive(extract, data))
    assert "received before" in again
    assert outcome(data) == undisturbed
