"""A demo that is killed, and a database that is killed under it: the next run finishes it, nothing lost or doubled."""

import os
import signal
import subprocess
import sys
import time

import psutil
import psycopg
import pytest

from joinedup.site.postgres import start_embedded

PEOPLE = "40"
TABLES = ("record_resource", "record_entry", "people_person", "people_identifier", "discharge_stay")
PATIENCE = 120
VICTIMS = ("demo", "database")
LATER = (0.1, 1.0, 1.5, 2.0, 3.0)


def command(data):
    return [
        sys.executable,
        "-m",
        "joinedup.cli",
        "demo",
        "--people",
        PEOPLE,
        "--seed",
        "9",
        "--no-serve",
        "--data",
        str(data),
    ]


def environment():
    return {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("JOINEDUP_DATA", "JOINEDUP_SECRET", "DJANGO_"))
    }


def finish(data):
    done = subprocess.run(
        command(data), capture_output=True, text=True, timeout=PATIENCE, env=environment(), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def counts(data):
    """How much of everything there is, and a digest of all current content."""
    with psycopg.connect(start_embedded(data / "postgres")) as connection:
        found = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]  # noqa: S608
        digest = "SELECT md5(string_agg(md5(body), '' ORDER BY md5(body))) FROM record_entry"
        return found, connection.execute(digest).fetchone()[0]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    data = open_folder(tmp_path_factory.mktemp("undisturbed"))
    finish(data)
    return counts(data)


def open_folder(root):
    """Let the embedded server's own user reach the folder, which pytest makes for one user only."""
    for part in (root, *list(root.parents)[:3]):
        if part.name.startswith("pytest-"):
            part.chmod(0o755)
    root.chmod(0o755)
    return root / "data"


def wait_for_entries(process):
    """Return once the demo has begun to put records in."""
    for line in process.stdout:
        if "Putting" in line:
            return


@pytest.mark.parametrize(
    ("victim", "after"),
    [
        ("demo", 0.5),
        ("database", 0.5),
        *(pytest.param(victim, after, marks=pytest.mark.torture) for victim in VICTIMS for after in LATER),
    ],
)
def test_what_is_killed_is_finished_by_the_next_run(tmp_path, undisturbed, victim, after):
    data = open_folder(tmp_path)
    with subprocess.Popen(
        command(data),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(),
    ) as process:
        wait_for_entries(process)
        time.sleep(after)
        if victim == "database":
            postmaster = int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
            os.kill(postmaster, signal.SIGKILL)
        else:
            workers = psutil.Process(process.pid).children(recursive=True)
            os.kill(process.pid, signal.SIGKILL)
            _, left = psutil.wait_procs(workers, 15)
            assert left == []
        process.wait(PATIENCE)
    finish(data)
    assert counts(data) == undisturbed
