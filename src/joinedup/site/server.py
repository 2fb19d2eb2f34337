"""The HTTP server: granian with one worker process, on the loopback address unless told otherwise."""

import logging
import socket

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from joinedup.site.watching import keep_database_running

THREADS = 4
LOOPBACK = "127.0.0.1"


class PortTakenError(Exception):
    """Somebody else listens on the port; the message says what to do."""


def check_port(port: int, host: str = LOOPBACK) -> None:
    """Raise `PortTakenError` when nothing can listen there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTakenError(
                f"Port {port} can't be used ({error.strerror}). Choose another, for example --port {port + 1}."
            ) from error


def serve(port: int, host: str = LOOPBACK) -> None:
    """Serve until interrupted. Django's settings must be set up in this process and its environment."""
    keep_database_running()
    logging.getLogger("granian").setLevel(logging.WARNING)
    Server(
        "joinedup.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_enabled=True,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
