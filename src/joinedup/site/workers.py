"""Worker processes: set up before anything of theirs is imported, ended with their parent.

Imports no models, since a worker imports this first, before Django is set up in it.
"""

import multiprocessing
import multiprocessing.connection
import os
import threading

import django


def prepare_worker() -> None:
    """Set Django up in a worker, and end it with its parent."""
    end_with_parent()
    # A made-up record can be made again, so that no bundle need wait until the disk has it.
    os.environ["PGOPTIONS"] = "-c synchronous_commit=off"
    django.setup()


def end_with_parent() -> None:
    """End this process when its parent ends: a killed parent can't tell its workers to stop."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    """Wait for the parent's end, then end this process at once; its open transaction is rolled back."""
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
