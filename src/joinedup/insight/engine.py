"""The engine: runs an Ibis expression on embedded DuckDB over the Parquet tables of a data folder.

Expressions are compiled to SQL here and nowhere else, so that the same expression can go to Spark. Only the
few statements that open and write files are DuckDB's own. Nothing but DuckDB and Ibis's compilers is needed.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import duckdb
import ibis
from ibis.backends.sql.compilers import DuckDBCompiler, PySparkCompiler
from ibis.backends.sql.datatypes import DuckDBType
from ibis.config import Config
from ibis.expr.operations import Node
from ibis.expr.types import Table

from joinedup.insight.tables import TABLES, table_folder
from joinedup.insight.whole_files import draft_beside, in_place_of

Row = TypeVar("Row")

# A text that no value can be, so that an empty text and a missing value stay apart on the way to Parquet.
MISSING = "\\N"

COMPILED_AT_MOST = 256


class EngineError(Exception):
    """An answer without the columns its reader asked for, or a row that its table can't hold."""


class _SparkOptions(Config):  # type: ignore[misc]
    """What Ibis's Spark compiler asks of its backend, which need not be installed to compile."""

    treat_nan_as_null: bool = False


def sql_for_duckdb(expression: Table) -> str:
    """The expression as DuckDB's SQL. Compiling takes longer than most queries, so it is done once."""
    return _compiled_for_duckdb(expression.op())


@lru_cache(maxsize=COMPILED_AT_MOST)
def _compiled_for_duckdb(operation: Node) -> str:
    return str(DuckDBCompiler().to_sqlglot(operation.to_expr()).sql(dialect="duckdb"))


def sql_for_spark(expression: Table) -> str:
    """The expression as Spark's SQL; Spark itself is not needed."""
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
    return str(PySparkCompiler().to_sqlglot(expression).sql(dialect="spark"))


class Engine:
    """A connection whose views are the insight tables of one data folder; a table without files is empty."""

    def __init__(self, data_folder: Path) -> None:
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        for table in TABLES.values():
            self._connection.execute(_view(table, table_folder(data_folder, table)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def run(self, expression: Table, into: type[Row]) -> list[Row]:
        """The rows of the answer as the given dataclass, whose fields are columns of the expression.

        A point in time can't be read this way (DuckDB would need another package); days and figures can.
        """
        wanted = [field.name for field in fields(into)]  # type: ignore[arg-type]
        missing = set(wanted) - set(expression.columns)
        if missing:
            named = ", ".join(sorted(missing))
            raise EngineError(f"{into.__name__} asks for {named}, which the answer lacks")
        rows = self._connection.execute(sql_for_duckdb(expression.select(*wanted))).fetchall()
        return [into(*row) for row in rows]

    def keep(self, expression: Table, name: str) -> Table:
        """Work an expression out once, for others to start from; it is gone when the engine closes."""
        self._connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {sql_for_duckdb(expression)}')
        return ibis.table(expression.schema(), name=name)

    def write(self, expression: Table, path: Path) -> None:
        """Write the answer as one Parquet file, whole or not at all."""
        with in_place_of(path) as draft:
            query = sql_for_duckdb(expression)
            self._connection.execute(f"COPY ({query}) TO {_text(draft)} (FORMAT parquet)")


def write_rows(table: Table, rows: Iterable[Sequence[object]], path: Path, *, mark: str = "") -> int:
    """Write rows, in the table's column order, as one typed Parquet file, whole or not at all; how many.

    A row that does not fit the table's types raises `EngineError` and leaves what was there before. `mark` is
    kept in the file and read again by `mark_of`. Rows pass through a text file, so they never fill memory.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = draft_beside(path, "csv")
    try:
        written = _write_text(text, rows)
        with in_place_of(path) as draft, duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(_copy(table, text, draft, mark))
    except duckdb.Error as error:
        raise EngineError(f"a row does not fit table {table.get_name()}: {error}") from error
    finally:
        text.unlink(missing_ok=True)
    return written


def mark_of(path: Path) -> str | None:
    """The mark that `write_rows` left in a Parquet file; none without such a file, or when it is damaged."""
    if not path.exists():
        return None
    query = "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'mark'"
    with duckdb.connect() as connection:
        try:
            found = connection.execute(query, [str(path)]).fetchone()
        except duckdb.Error:
            return None
    return str(found[0]) if found else None


def _write_text(path: Path, rows: Iterable[Sequence[object]]) -> int:
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([MISSING if value is None else value for value in row])
            written += 1
    return written


def _copy(table: Table, text: Path, draft: Path, mark: str) -> str:
    """Copy typed rows from text to Parquet; a column that may not be missing is checked on the way."""
    names = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in table.columns)
    casts = ", ".join(_cast(name, dtype) for name, dtype in table.schema().items())
    form = f"""header = false, auto_detect = false, quote = '"', escape = '"', nullstr = {_text(MISSING)}"""
    read = f"SELECT {casts} FROM read_csv({_text(text)}, {form}, columns = {{{names}}})"  # noqa: S608 (our names)
    return f"COPY ({read}) TO {_text(draft)} (FORMAT parquet, KV_METADATA {{mark: {_text(mark)}}})"


def _cast(name: str, dtype: ibis.DataType) -> str:
    value = f'"{name}"'
    if not dtype.nullable:
        value = f"coalesce({value}, error({_text(f'column {name} has no value')}))"
    return f'CAST({value} AS {DuckDBType.to_string(dtype)}) AS "{name}"'


def _view(table: Table, folder: Path) -> str:
    """The files of a table as a view; without files, a view with the right columns and no rows."""
    if any(folder.glob("**/*.parquet")):
        columns = ", ".join(f'"{name}"' for name in table.columns)
        files = _text(folder / "**" / "*.parquet")
        source = f"SELECT {columns} FROM read_parquet({files})"  # noqa: S608 (our names)
    else:
        empty = (f'CAST(NULL AS {DuckDBType.to_string(t)}) AS "{name}"' for name, t in table.schema().items())
        source = f"SELECT {', '.join(empty)} WHERE false"
    return f'CREATE VIEW "{table.get_name()}" AS {source}'


def _text(value: object) -> str:
    """An SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
