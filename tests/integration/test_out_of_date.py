"""Tables that are not those of this version: each command says in one line what is wrong and what to run."""

import os
import re
import socket
import subprocess
import sys
import uuid

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from joinedup.cli import COMMANDS
from joinedup.site.grants import grant

PASSWORD = "made up for this test"
OUT_OF_DATE = r"The database is out of date: joinedup \S+ needs [\d,]+ changes? of its tables\. "
NEWEST = (
    "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'record')"
)
ACCOUNT = ("--username", "ada", "--name", "Ada", "--role", "analyst", "--organisation", "org-1")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# How each command is said; a file of any content stands for one to read.
SAID = {
    "serve": ("serve", "--port", str(free_port())),
    "demo": ("demo", "--people", "1", "--no-serve"),
    "token": ("token", "create", "--system", "S", "--scope", "read"),
    "token revoke": ("token", "revoke", "--system", "S"),
    "account": ("account", "create", *ACCOUNT),
    "agreement": ("agreement", "load", "FILE"),
    "agreement list": ("agreement", "list"),
    "agreement end": ("agreement", "end", "All"),
    "staff-record": ("staff-record", "add", "p1", "--username", "ada"),
    "staff-record end": ("staff-record", "end", "p1", "--username", "ada"),
    "staff-record list": ("staff-record", "list"),
    "audit": ("audit", "verify"),
    "awaited": ("awaited",),
    "receive": ("receive", "FILE", "--extract", "wales-pedw", "--system", "S"),
    "work": ("work", "--once"),
    "linkage": ("linkage", "run"),
    "publish": ("publish",),
    "migrate": ("migrate",),
}
# These ask nothing of the tables, or take them as they are.
OTHERS = {"backup", "restore", "doctor", "extract-sample", "load", "measure", "rules"}


@pytest.fixture
def joinedup(own_folder):
    """Run the command line with a data folder of its own and a database; return what became of it."""
    folder = own_folder / f"dated-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    (folder / "file").write_text("x\n")

    def run(url, *words):
        known = ("JOINEDUP_DATA", "JOINEDUP_SECRET", "DJANGO_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(known)}
        said = [str(folder / "file") if word == "FILE" else word for word in words]
        return subprocess.run(
            [sys.executable, "-m", "joinedup.cli", *said, "--data", str(folder / "data")],
            capture_output=True,
            text=True,
            timeout=120,
            env=kept | {"JOINEDUP_DATABASE_URL": url},
            check=False,
        )

    return run


@pytest.fixture
def database():
    """An empty database: its owner's URL, and that of a role that may connect and no more, with its name."""
    server = os.environ["JOINEDUP_TESTS_SERVER"]
    name, role = f"dated_{uuid.uuid4().hex[:8]}", f"app_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
    owner = make_conninfo(server, dbname=name)
    yield owner, make_conninfo(owner, user=role, password=PASSWORD), role
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        connection.execute(f"DROP ROLE {role}")


def changes_made(url):
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM django_migrations").fetchone()[0]


def assert_refused(done, pattern):
    """The last of what is said is one line that says what is wrong; nothing of Python is seen."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert re.fullmatch(f"Error: {pattern}", done.stderr.splitlines()[-1]), done.stderr
    assert "Traceback" not in done.stderr


def test_how_every_command_is_said_is_known():
    assert {name.split()[0] for name in SAID} | OTHERS == set(COMMANDS)


def test_the_servers_role_is_told_by_each_command_what_to_run_and_nothing_is_changed(joinedup, database):
    owner, limited, role = database
    advice = f"Run joinedup migrate --grants {role} as the role that owns the tables\\."
    assert_refused(joinedup(limited, *SAID["token"]), OUT_OF_DATE + advice)
    assert joinedup(owner, "migrate").returncode == 0
    closed = f"The database role {role} may not read \\d+ tables, such as \\w+\\. {advice}"
    assert_refused(joinedup(limited, *SAID["token"]), closed)
    grant(owner, role)
    with psycopg.connect(owner) as connection:
        connection.execute(NEWEST)
    known = changes_made(owner)
    for words in SAID.values():
        assert_refused(joinedup(limited, *words), OUT_OF_DATE + advice)
    assert changes_made(owner) == known
    said = joinedup(limited, "doctor")
    assert said.returncode == 1
    assert re.search(f"MISSING  database tables: {OUT_OF_DATE}{advice}", said.stdout), said.stdout


def test_the_owner_is_told_by_what_only_reads_and_brought_up_to_date_by_what_writes(joinedup, database):
    owner, *_ = database
    advice = r"Run joinedup migrate as the role that owns the tables\."
    for reads in ("agreement list", "staff-record list", "audit", "awaited", "publish"):
        assert_refused(joinedup(owner, *SAID[reads]), OUT_OF_DATE + advice)
    assert joinedup(owner, *SAID["token"]).returncode == 0
    assert "There is no agreement" in joinedup(owner, *SAID["agreement list"]).stdout
    assert "database tables: up to date" in joinedup(owner, "doctor").stdout
