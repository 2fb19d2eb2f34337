"""Keeps the embedded server running while joinedup serves: whatever killed it, it is started again.

A PostgreSQL of your own is kept running by whoever runs it.
"""

import atexit
import logging
import threading
from pathlib import Path

from joinedup.site.postgres import DatabaseUnavailableError, embedded_in_use, is_running, start_again

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 10
logger = logging.getLogger(__name__)


def keep_database_running() -> None:
    """Watch the embedded servers that this process uses from a thread that ends with it."""
    ending = threading.Event()
    threads = [
        threading.Thread(target=_watch, args=(where, ending), daemon=True) for where in embedded_in_use()
    ]
    for thread in threads:
        thread.start()
    # Whoever ends last stops its server; it must not be started again meanwhile. What is registered last runs first.
    atexit.register(_stop_watching, threads, ending)


def _stop_watching(threads: list[threading.Thread], ending: threading.Event) -> None:
    """Look no more, and wait for a look that is under way."""
    ending.set()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)


def _watch(where: Path, ending: threading.Event) -> None:
    """Look again and again, and start what has died, until this process ends."""
    while not ending.wait(LOOK_SECONDS):
        if not is_running(where):
            _revive(where)


def _revive(where: Path) -> None:
    """Start the server again; say why when that fails, to be tried at the next look."""
    try:
        start_again(where)
        logger.warning("the embedded PostgreSQL was gone and runs again")
    except DatabaseUnavailableError as error:
        logger.warning("%s", error)
