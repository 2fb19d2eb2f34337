"""PostgreSQL's own programs for dumping and restoring: from the wheel of the embedded server, else from PATH.

A dump needs a program at least as new as the server. One of the same major version is best: a newer one may restore
with words that an older server does not know.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from psycopg.pq import Conninfo

from joinedup.site.archive import CHUNK
from joinedup.site.postgres import embedded_programs

VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


class ProgramError(Exception):
    """A program of PostgreSQL is missing or failed; the message says what it said."""


def dumped(url: str, snapshot: str, server_version: int) -> Iterator[bytes]:
    """Yield a dump of the database in PostgreSQL's own form, as it was at the snapshot."""
    words = [
        _program("pg_dump", server_version),
        "--format=custom",
        f"--snapshot={snapshot}",
        "--no-password",
    ]
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own, with our words
            words, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=errors, env=_environment(url)
        ) as process:
            assert process.stdout is not None  # noqa: S101 - said by PIPE
            try:
                while chunk := process.stdout.read(CHUNK):
                    yield chunk
            finally:
                process.stdout.close()
        _check(process, "pg_dump", errors)


def refilled(url: str, chunks: Iterable[bytes], server_version: int) -> None:
    """Fill an empty database from a dump, in one transaction."""
    program = _program("pg_restore", server_version)
    environment = _environment(url)
    words = [program, "--single-transaction", "--exit-on-error", "--no-owner", "--no-password"]
    words += ["--dbname", environment["PGDATABASE"]]
    with tempfile.TemporaryFile() as errors:
        with subprocess.Popen(  # noqa: S603 - PostgreSQL's own, with our words
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors, env=environment
        ) as process:
            assert process.stdin is not None  # noqa: S101 - said by PIPE
            try:
                for chunk in chunks:
                    process.stdin.write(chunk)
                process.stdin.close()
            except BrokenPipeError:
                # It has given up, and says why.
                process.wait()
        _check(process, "pg_restore", errors)


def _check(process: "subprocess.Popen[bytes]", name: str, errors: BinaryIO) -> None:
    """Raise `ProgramError` with what the program said first when it failed."""
    if process.returncode:
        errors.seek(0)
        lines = [line for line in errors.read().decode(errors="replace").splitlines() if "error:" in line]
        raise ProgramError(lines[0] if lines else f"{name} ended with {process.returncode}")


def _environment(url: str) -> dict[str, str]:
    """Return the environment that tells a program where the database is: arguments could be read by anybody here."""
    said = {
        option.envvar.decode(): option.val.decode()
        for option in Conninfo.parse(url.encode())
        if option.envvar and option.val is not None
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | said


def _program(name: str, server_version: int) -> str:
    """Return the path of the program that fits best."""
    wanted = server_version // 10000
    fitting = {major: path for major, path in _found(name) if major >= wanted}
    if not fitting:
        raise ProgramError(
            f"There is no {name} of PostgreSQL {wanted} or later here. Install PostgreSQL {wanted}'s client programs."
        )
    return str(fitting[min(fitting)])


def _found(name: str) -> Iterator[tuple[int, Path]]:
    """Yield what there is, each with its major version."""
    on_path = shutil.which(name)
    if on_path:
        said = subprocess.run([on_path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        if found := VERSION.search(said):
            yield int(found[1]), Path(on_path)
    for major, folder in embedded_programs().items():
        yield major, folder / name
