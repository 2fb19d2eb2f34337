"""Find the pairs of people who may be one: load, learn, compare, judge. Everything stays in memory.

With Splink on an embedded DuckDB of its own. Nothing is written to disk, since the tables hold names and numbers.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb
from splink import DuckDBAPI, Linker

from joinedup.care.people.logic_pairs import ProposedPair
from joinedup.exchange.linkage.judging import LINK, REVIEW, proposed, result_columns
from joinedup.exchange.linkage.people import Column, PersonToLink, columns_of
from joinedup.exchange.linkage.training import Trained, train

PEOPLE = "people"
# Splink tells its steps and which levels it could not learn; the report says what matters of that.
logging.getLogger("splink").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Found:
    """What a run found: pairs by falling score, how many were compared, the model, and seconds by step.

    `within_one_system` counts the pairs of whom one system knows both: its own duplicates. `joined` is how many of the
    pairs to link were joined without anybody being asked; none where that was not asked for.
    """

    people: int
    compared: int
    pairs: tuple[ProposedPair, ...]
    within_one_system: int
    model: Trained
    seconds: dict[str, float] = field(compare=False)
    joined: int | None = None

    @property
    def to_link(self) -> tuple[ProposedPair, ...]:
        """Return the pairs that are so sure that they may be linked at once."""
        return tuple(pair for pair in self.pairs if pair.score >= LINK)

    @property
    def to_review(self) -> tuple[ProposedPair, ...]:
        """Return the pairs that somebody has to look at."""
        return tuple(pair for pair in self.pairs if pair.score < LINK)


def find_duplicates(people: Iterable[PersonToLink], *, seed: int = 1) -> Found:
    """Return the pairs that may be one person; the order of the people makes no difference.

    Raises `LinkageError` with fewer than two people or an id that is there twice.
    """
    seconds: dict[str, float] = {}
    with _timed(seconds, "reading"):
        known = list(people)
        columns = columns_of(known)
    with duckdb.connect() as connection:
        api = _load(connection, columns, seconds)
        table = api.register(PEOPLE)
        with _timed(seconds, "learning"):
            model = train(table, people=len(known), sure_pairs=_sure_pairs(connection), seed=seed)
        with _timed(seconds, "comparing"):
            linker = Linker(table, model.settings, log_level=None)
            scored = linker.inference.predict(warning_mode="never").physical_name
        with _timed(seconds, "judging"):
            pairs = _judged(connection, scored)
            compared = _count(connection, f"SELECT count(*) FROM {scored}")  # noqa: S608 - Splink's own name
    return Found(len(known), compared, pairs, _within_one_system(known, pairs), model, seconds)


def _within_one_system(people: Iterable[PersonToLink], pairs: Iterable[ProposedPair]) -> int:
    known_to = {person.id: set(person.systems) for person in people}
    return sum(not known_to[pair.left].isdisjoint(known_to[pair.right]) for pair in pairs)


def _load(
    connection: duckdb.DuckDBPyConnection, columns: dict[str, Column], seconds: dict[str, float]
) -> DuckDBAPI:
    """Bring the people into a table of their own; an arrow view of Python's lists would be read again each time."""
    with _timed(seconds, "loading"):
        connection.execute("SET temp_directory = ''")
        api = DuckDBAPI(connection)
        arrived = api.register(columns, table_name="arrived").physical_name
        connection.execute(f"CREATE TABLE {PEOPLE} AS SELECT * FROM {arrived}")  # noqa: S608 - our own name
        connection.unregister(arrived)
    return api


def _sure_pairs(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many pairs share a national number."""
    return _count(
        connection,
        f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM {PEOPLE} "  # noqa: S608
        "WHERE is_right GROUP BY number)",
    )


def _judged(connection: duckdb.DuckDBPyConnection, scored: str) -> tuple[ProposedPair, ...]:
    select = f"SELECT {result_columns()} FROM {scored} WHERE match_probability >= {REVIEW}"  # noqa: S608
    pairs = proposed(connection.execute(select).fetchall())
    return tuple(sorted(pairs, key=lambda pair: (-pair.score, pair.left, pair.right)))


def _count(connection: duckdb.DuckDBPyConnection, select: str) -> int:
    # To the end: DuckDB lets nothing else be done on a connection while a result is unfinished.
    ((found,),) = connection.execute(select).fetchall()
    return int(found)


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    seconds[step] = time.perf_counter() - began
