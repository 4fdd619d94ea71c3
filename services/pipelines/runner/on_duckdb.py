"""DuckDB in memory, with bounds: no file, no network, no other database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Any

import duckdb
from sqlglot import exp

from services.pipelines.dsl.relation import Relation
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.engine import Values
from services.pipelines.runner.errors import RunFailedError

MEMORY_LIMIT = "1GB"
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": MEMORY_LIMIT,
    "threads": "2",
    "preserve_insertion_order": "true",
    "lock_configuration": "true",
}
OF_DATA = (
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
    duckdb.InvalidInputException,
    duckdb.ConstraintException,
)
"""What DuckDB raises for a value; everything else is about the statement."""
OF_BOUNDS = (duckdb.InterruptException, duckdb.OutOfMemoryException)
INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C."""
LOADED_AT_ONCE = 2000
BOUND_AT_ONCE = 100  # rows whose values are bound one by one
FETCHED_AT_ONCE = 1000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DuckDb:
    """An engine over a connection."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def create(self, node_id: str, table: str, relation: Relation) -> None:
        made = sql.create_table(node_id, table, relation, exp.TemporaryProperty())
        self.execute(node_id, made.sql(dialect="duckdb", copy=False))

    def create_as(self, node_id: str, table: str, query: str) -> None:
        self.execute(node_id, f"CREATE TEMPORARY TABLE {_quoted(table)} AS SELECT * FROM ({query}) LIMIT 0")  # noqa: S608  # the name is quoted, the query compiled

    def load(self, node_id: str, table: str, names: Sequence[str], rows: Iterable[Values]) -> int:
        count = 0
        for part in _parts(rows, LOADED_AT_ONCE):
            whole = [part] if _is_text(part) else _parts(part, BOUND_AT_ONCE)
            for values in whole:
                self._add(node_id, table, values, count)
                count += len(values)
        return count

    def _add(self, node_id: str, table: str, part: Sequence[Values], before: int) -> None:
        try:
            self._insert(table, part)
        except OF_BOUNDS as error:
            raise RunFailedError(node_id, _said(error), of_bounds=True) from None
        except duckdb.Error as error:
            number = before + self._first_refused(table, part)
            raise RunFailedError(node_id, f"row {number} does not fit its columns: {_said(error)}") from None

    def _insert(self, table: str, part: Sequence[Values]) -> None:
        """Texts, as files have them, go column by column, which is many times faster than value by value."""
        if _is_text(part):
            columns = ", ".join("unnest(CAST(? AS VARCHAR[]))" for _ in part[0])
            values: list[Any] = [list(column) for column in zip(*part, strict=True)]
            self._connection.execute(f"INSERT INTO {_quoted(table)} SELECT {columns}", values)  # the name is quoted
        else:
            mark = ", ".join([f"({', '.join('?' for _ in part[0])})"] * len(part))
            self._connection.execute(f"INSERT INTO {_quoted(table)} VALUES {mark}", list(chain.from_iterable(part)))  # noqa: S608  # the name is quoted

    def _first_refused(self, table: str, part: Sequence[Values]) -> int:
        """The number, from 1, of the first row that the table refuses; that of the last where none is by itself."""
        for number, row in enumerate(part, 1):
            try:
                self._insert(table, [row])
            except duckdb.Error:
                return number
        return len(part)

    def execute(self, node_id: str, statement: str) -> None:
        with _named(node_id, statement):
            self._connection.execute(statement)

    def columns(self, node_id: str, query: str) -> list[tuple[str, str]]:
        with _named(node_id, query):
            return [(row[0], row[1]) for row in self._connection.execute(f"DESCRIBE {query}").fetchall()]

    def stream(self, node_id: str, query: str) -> Iterator[Values]:
        """Moments with a time zone come in UTC, as numbers first: DuckDB's own way needs pytz."""
        described = self.columns(node_id, query)
        zoned = [index for index, (_, kind) in enumerate(described) if kind == "TIMESTAMP WITH TIME ZONE"]
        if zoned:
            query = _as_numbers(query, described, zoned)
        with _named(node_id, query):
            self._connection.execute(query)  # a cursor of its own would not see temporary tables
            while part := self._connection.fetchmany(FETCHED_AT_ONCE):
                yield from (_with_moments(row, zoned) for row in part) if zoned else part

    @contextmanager
    def attempt(self) -> Iterator[None]:
        yield  # a statement that fails has changed nothing


@contextmanager
def in_memory(settings: dict[str, Any] | None = None) -> Iterator[DuckDb]:
    """An empty database that is gone afterwards."""
    with duckdb.connect(":memory:", config=settings or SETTINGS) as connection:
        yield DuckDb(connection)


@contextmanager
def _named(node_id: str, statement: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        of_data, of_bounds = isinstance(error, OF_DATA), isinstance(error, OF_BOUNDS)
        raise RunFailedError(node_id, _said(error), statement, of_data=of_data, of_bounds=of_bounds) from None
    except RuntimeError as error:
        if INTERRUPTED in str(error):
            raise KeyboardInterrupt from None
        raise


def _parts(rows: Iterable[Values], size: int) -> Iterator[list[Values]]:
    left = iter(rows)
    while part := list(islice(left, size)):
        yield part


def _is_text(part: Sequence[Values]) -> bool:
    return bool(part[0]) and all(value is None or isinstance(value, str) for row in part for value in row)


def _said(error: duckdb.Error) -> str:
    return str(error).split("\n\n", 1)[0].split("\nLINE", 1)[0].strip()


def _quoted(table: str) -> str:
    return sql.table(table).sql(dialect="duckdb")


def _as_numbers(query: str, described: Sequence[tuple[str, str]], zoned: Sequence[int]) -> str:
    columns = [
        exp.Anonymous(this="epoch_us", expressions=[sql.column(name)]) if index in zoned else sql.column(name)
        for index, (name, _) in enumerate(described)
    ]
    return f"{exp.select(*columns).sql(dialect='duckdb')} FROM ({query})"


def _with_moments(row: Values, zoned: Sequence[int]) -> Values:
    return tuple(
        EPOCH + timedelta(microseconds=value) if index in zoned and value is not None else value
        for index, value in enumerate(row)
    )
