"""A server of our own for a benchmark: started on a free loopback port, always stopped."""

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping

STARTING_SECONDS = 40


def free_port() -> int:
    """Return a port of the loopback address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def bare(
    application: str = "benchmarks.bare:application", environment: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Serve an application of the benchmarks with the server and threads of the product; give its port."""
    port = free_port()
    words = [
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "--no-log",
    ]
    command = [sys.executable, "-m", "granian", *words, application]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def served() -> Iterator[tuple[int, int]]:
    """Serve the prepared data folder with `joinedup serve`; give (port, process id)."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "joinedup.cli",
        "serve",
        "--port",
        str(port),
        "--data",
        os.environ["JOINEDUP_DATA"],
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(STARTING_SECONDS * 10):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def latencies(port: int, paths: list[str], headers: dict[str, str]) -> list[float]:
    """Ask for each path on one connection; return the seconds that each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    taken = []
    for path in paths:
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - began)
        if response.status != 200:
            raise RuntimeError(f"{response.status} for {path}")
    return taken


def throughput(port: int, paths: list[str], headers: dict[str, str], clients: int = 4) -> float:
    """Ask for the paths with several clients at once; return requests a second."""
    shares = [paths[n::clients] for n in range(clients)]
    threads = [threading.Thread(target=latencies, args=(port, share, headers)) for share in shares]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(paths) / (time.perf_counter() - began)


def median_ms(taken: list[float]) -> float:
    """Return the median in milliseconds."""
    return statistics.median(taken) * 1000


def p95_ms(taken: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return statistics.quantiles(taken, n=20)[-1] * 1000
