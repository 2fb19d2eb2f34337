"""The background work (exports, notices to subscribers) as a process beside the server: kept running, ended with it.

The work itself is `exchange.delivery`; this is for who serves. Imports no models: the process imports this before
Django is set up in it.
"""

import atexit
import importlib
import logging
import multiprocessing
import multiprocessing.connection
import signal
import threading
import time
from multiprocessing.process import BaseProcess

import django
from django.utils import timezone

from joinedup.site.workers import end_with_parent

REST_SECONDS = 1.0
LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 10
logger = logging.getLogger(__name__)


def keep_working() -> None:
    """Start the background work in a process of its own, and again whenever it ends, until this process ends."""
    ending = threading.Event()
    thread = threading.Thread(target=_supervise, args=(ending,), daemon=True)
    thread.start()
    atexit.register(_stop, thread, ending)


def _stop(thread: threading.Thread, ending: threading.Event) -> None:
    """End the work and wait until it has ended."""
    ending.set()
    thread.join(PATIENCE_SECONDS)


def _supervise(ending: threading.Event) -> None:
    """Keep one process at work until this one ends."""
    spawn = multiprocessing.get_context("spawn")
    while not ending.is_set():
        process = spawn.Process(target=work_on, name="joinedup work", daemon=True)
        process.start()
        _watch(process, ending)
        if not ending.wait(REST_SECONDS):
            logger.warning("the background work ended (%s) and is started again", process.exitcode)


def _watch(process: BaseProcess, ending: threading.Event) -> None:
    """Wait until the process has ended by itself, or end it with this one."""
    while process.is_alive() and not ending.is_set():
        multiprocessing.connection.wait([process.sentinel], LOOK_SECONDS)
    process.terminate()
    process.join(PATIENCE_SECONDS)


def work_on() -> None:
    """Do the work that waits, for ever; an error ends the process, which is started again."""
    # Ctrl+C reaches the whole group; who started this process ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    django.setup()
    work = importlib.import_module("joinedup.exchange.delivery").work_once
    while True:
        if not work(now=timezone.now):
            time.sleep(REST_SECONDS)
