"""An extract whose receiving is killed, again and again: the next run goes on, and the end is as if never stopped."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from urllib.parse import urlsplit

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
REFUSALS = "SELECT line, reason FROM receiving_refusal ORDER BY line, reason"
RECEIPT = "SELECT rows, refused, created, updated, unchanged, older, batches FROM receiving_receipt"


class Installation:
    """A data folder and a database of its own in the server of this run, which stays up while clients are killed."""

    def __init__(self, server_folder, folder, name):
        server = start_embedded(server_folder / "data" / "postgres")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        self.url = urlsplit(server)._replace(path=f"/{name}").geturl()
        self.data = folder / "data"
        self.run("token", "create", "--system", SYSTEM, "--scope", "write")

    def words(self, *more):
        return [sys.executable, "-m", "joinedup.cli", *more, "--data", str(self.data)]

    @property
    def environment(self):
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("JOINEDUP_", "DJANGO_"))}
        return kept | {"JOINEDUP_DATABASE_URL": self.url}

    def run(self, *more):
        done = subprocess.run(
            self.words(*more),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            env=self.environment,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def outcome(self):
        with psycopg.connect(self.url) as connection:
            return (
                [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTS],  # noqa: S608
                connection.execute(DIGEST).fetchone()[0],
                connection.execute(RECEIPT).fetchall(),
                connection.execute(REFUSALS).fetchall(),
            )

    def rows_done(self):
        with psycopg.connect(self.url) as connection:
            if connection.execute("SELECT to_regclass('receiving_receipt')").fetchone()[0] is None:
                return 0
            return connection.execute("SELECT coalesce(sum(rows), 0) FROM receiving_receipt").fetchone()[0]


def receive(file):
    return ("receive", str(file), "--extract", NAME, "--system", SYSTEM)


def write(path, people):
    """A made-up extract with some rows that can't go in."""
    with path.open("w", newline="") as stream:
        write_extract(stream, NAME, people=people, seed=4, until=date(2026, 3, 12))
    lines = path.read_text().splitlines(keepends=True)
    for number in range(50, len(lines), 333):
        lines[number] = "cut,short\n"
    path.write_text("".join(lines))
    return path


@pytest.mark.parametrize(("people", "kills"), [(900, 3), pytest.param(9000, 40, marks=pytest.mark.torture)])
def test_whatever_is_killed_ends_as_if_it_never_was(own_folder, tmp_path, people, kills):
    extract = write(tmp_path / "contacts.csv", people)
    whole = Installation(own_folder, tmp_path / "whole", f"receiving_whole_{kills}")
    whole.run(*receive(extract))
    undisturbed = whole.outcome()
    installation = Installation(own_folder, tmp_path / "killed", f"receiving_killed_{kills}")
    chance = random.Random(kills)
    killed = 0
    for _ in range(kills):
        before = installation.rows_done()
        with subprocess.Popen(
            installation.words(*receive(extract)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=installation.environment,
        ) as process:
            deadline = time.monotonic() + PATIENCE
            while (
                process.poll() is None and installation.rows_done() <= before and time.monotonic() < deadline
            ):
                time.sleep(0.01)
            time.sleep(chance.random() * 0.2)
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
                killed += 1
            process.wait(PATIENCE)
    assert killed
    assert "rows read" in installation.run(*receive(extract))
    assert installation.outcome() == undisturbed
    assert "received before" in installation.run(*receive(extract))
    assert installation.outcome() == undisturbed
