"""Keeps the embedded server running while joinedup serves: whatever killed it, it is started again.

A PostgreSQL of your own is kept running by whoever runs it.
"""

import logging
import threading
import time
from pathlib import Path

from joinedup.site.postgres import DatabaseUnavailableError, embedded_in_use, is_running, start_again

LOOK_SECONDS = 0.5
logger = logging.getLogger(__name__)


def keep_database_running() -> None:
    """Watch the embedded servers that this process uses from a thread that ends with it."""
    for where in embedded_in_use():
        threading.Thread(target=_watch, args=(where,), daemon=True).start()


def _watch(where: Path) -> None:
    """Look again and again, and start what has died."""
    while True:
        time.sleep(LOOK_SECONDS)
        if not is_running(where):
            _revive(where)


def _revive(where: Path) -> None:
    """Start the server again; say why when that fails, to be tried at the next look."""
    try:
        start_again(where)
        logger.warning("the embedded PostgreSQL was gone and runs again")
    except DatabaseUnavailableError as error:
        logger.warning("%s", error)
