"""PostgreSQL: one transaction, whose tables are the session's own, and which is undone unless it is committed.

Tables of sources, kept rows and sinks are temporary tables, in the schema that the server gives each session (pg_temp).
What ends the run early, a failure, Ctrl-C or a lost connection, leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar

import asyncpg
from sqlglot import exp

from services.pipelines.dsl.relation import Relation
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.engine import Values
from services.pipelines.runner.errors import RunFailedError

T = TypeVar("T")
SETTINGS = {
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "standard_conforming_strings": "on",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "0",  # rows are shown, and files written, before the end
}
OF_DATA = ("21", "22", "23", "44", "P0")
"""Classes of SQLSTATE that are about values: cardinality, data, constraints, check options, raised errors."""
OF_BOUNDS = ("53", "54", "57")
"""Classes of SQLSTATE that are about bounds: resources, limits of a program, an operator's interruption."""
LOST = "the connection to PostgreSQL was lost; nothing was written"
NOTICES_LOSS = "SET client_connection_check_interval = '5s'"
"""So that a statement ends soon after its client has, however that ended."""
CLOSE_SECONDS = 10.0
COPY_BYTES = 1 << 16
FETCHED_AT_ONCE = 1000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class PostgreSql:
    """An engine over a connection, in the transaction that `on_postgresql` opens."""

    dialect = "postgresql"

    def __init__(self, runner: asyncio.Runner, connection: asyncpg.Connection) -> None:
        self._runner = runner
        self._connection = connection

    def create(self, node_id: str, table: str, relation: Relation) -> None:
        """Texts are compared by their bytes, whatever the collation of the database, as DuckDB and the tools do."""
        made = sql.create_table(node_id, table, relation, exp.TemporaryProperty())
        for column in made.find_all(exp.ColumnDef):
            if column.kind is not None and column.kind.this == exp.DType.TEXT:
                constraint = exp.CollateColumnConstraint(this=sql.name("C"))
                column.set("constraints", [exp.ColumnConstraint(kind=constraint)])
        self.execute(node_id, made.sql(dialect="postgres"))

    def create_as(self, node_id: str, table: str, query: str) -> None:
        self.execute(node_id, f"CREATE TEMPORARY TABLE {_quoted(table)} AS SELECT * FROM ({query}) AS q LIMIT 0")  # noqa: S608  # the name is quoted, the query compiled

    def load(self, node_id: str, table: str, names: Sequence[str], rows: Iterable[Values]) -> int:
        done = self._run(
            node_id,
            self._connection.copy_to_table(table, source=_lines(rows), columns=list(names), format="text"),
            "",
        )
        return int(done.rpartition(" ")[2])

    def execute(self, node_id: str, statement: str) -> None:
        self._run(node_id, self._connection.execute(statement), statement)

    def columns(self, node_id: str, query: str) -> list[tuple[str, str]]:
        prepared = self._run(node_id, self._connection.prepare(query), query)
        return [(column.name, column.type.name) for column in prepared.get_attributes()]

    def stream(self, node_id: str, query: str) -> Iterator[Values]:
        cursor = self._run(node_id, _cursor(self._connection, query), query)
        while part := self._run(node_id, cursor.fetch(FETCHED_AT_ONCE), query):
            yield from (tuple(row.values()) for row in part)

    def fetch(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """A few rows of the catalogue."""
        found = self._run("", self._connection.fetch(query, *values), query)
        return [tuple(row.values()) for row in found]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        self.execute("", "SAVEPOINT attempt")
        try:
            yield
        except RunFailedError:
            self.execute("", "ROLLBACK TO SAVEPOINT attempt")
            raise
        self.execute("", "RELEASE SAVEPOINT attempt")

    def commit(self) -> None:
        """Makes what the run has written last. Raises RunFailedError, where nothing is then written."""
        self._run("", self._connection.execute("COMMIT"), "COMMIT")

    def _run(self, node_id: str, work: Coroutine[Any, Any, T], statement: str) -> T:
        try:
            return self._runner.run(work)
        except asyncpg.PostgresConnectionError:
            raise RunFailedError(node_id, LOST) from None
        except asyncpg.PostgresError as error:
            kind = str(error.sqlstate or "")
            raise RunFailedError(
                node_id, _said(error), statement, of_data=kind.startswith(OF_DATA), of_bounds=kind.startswith(OF_BOUNDS)
            ) from None
        except (asyncpg.InterfaceError, OSError) as error:
            if self._connection.is_closed():
                raise RunFailedError(node_id, LOST) from None
            raise RunFailedError(node_id, str(error), statement) from None
        except (ValueError, OverflowError) as error:  # a date that Python has none for
            raise RunFailedError(node_id, f"a value cannot be shown: {error}", statement, of_data=True) from None


@contextmanager
def on_postgresql(url: str) -> Iterator[PostgreSql]:
    """A connection with an open transaction. Raises OSError, ValueError, asyncpg's errors where there is none."""
    with asyncio.Runner() as runner:
        connection = runner.run(
            asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"), server_settings=SETTINGS, timeout=20)
        )
        try:
            with contextlib.suppress(asyncpg.PostgresError):  # older servers, and some systems, do not have it
                runner.run(connection.execute(NOTICES_LOSS))
            runner.run(connection.execute("BEGIN"))
            yield PostgreSql(runner, connection)
        finally:
            # The server undoes what is not committed, and drops the session's tables. Closing, not just leaving, waits
            # until what was running has been cancelled.
            with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                runner.run(connection.close(timeout=CLOSE_SECONDS))
            connection.terminate()


async def _cursor(connection: asyncpg.Connection, query: str) -> Any:
    return await connection.cursor(query)


async def _lines(rows: Iterable[Values]) -> AsyncIterator[bytes]:
    """Rows as COPY reads them, in blocks."""
    held: list[str] = []
    size = 0
    for row in rows:
        line = "\t".join(map(_copied, row)) + "\n"
        held.append(line)
        size += len(line)
        if size >= COPY_BYTES:
            yield "".join(held).encode()
            held, size = [], 0
    if held:
        yield "".join(held).encode()


def _copied(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, (bytes, bytearray)):
        return f"\\\\x{value.hex()}"
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).translate(_ESCAPES)


def _said(error: asyncpg.PostgresError) -> str:
    """The server's words; of a row that is copied also its line and column."""
    said = str(getattr(error, "message", None) or error).strip()
    where = str(getattr(error, "context", None) or "")
    if where.startswith("COPY "):
        place = where.partition(", ")[2].partition(":")[0].replace("line ", "row ")
        return f"{place} does not fit its columns: {said}"
    return said


def _quoted(table: str) -> str:
    return sql.table(table).sql(dialect="postgres")
