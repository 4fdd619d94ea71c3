"""A statement and its rewrites executed on made-up rows in DuckDB: in memory, with no file, network or extension, and
bounded in memory and time."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import duckdb
import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from services.copilot.sql.optimize.facts import Reading
from services.copilot.sql.optimize.rows import Literals, MadeTable, family_of, row_sets, rows
from services.sql_dialects import DIALECT_NAMES

SECONDS_A_QUERY = 2.0
MOST_TABLES = 12
MOST_CHARACTERS = 20_000
"""A longer statement is not executed: to write and plan it for every row set takes too long."""
_MOST_ROWS = 20_000
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "256MB",
    "threads": "1",
}
# Dialects whose texts compare without regard to case, unless told otherwise: there both ways must agree.
_ANY_CASE = {"mssql": ("", "NOCASE"), "teradata": ("", "NOCASE")}
# Dialects in which 1 / 2 is 0: DuckDB is told where types are known, and not asked where they are not.
_WHOLE_DIVISION = frozenset({"postgresql", "mssql", "teradata"})


class Verdict(Enum):
    """`UNKNOWN`: it could not be executed, or no row set told anything."""

    EQUAL = "equal"
    UNEQUAL = "unequal"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Result:
    """`names` of the columns; `rows` in the order they came."""

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Trial:
    """Databases full of rows for one statement, which rewrites of it are then compared with. Close it."""

    def __init__(self, reading: Reading, deadline: float, others: Sequence[str] = ()) -> None:
        """`deadline` on the monotonic clock. `others`: statements whose literals take part in making rows."""
        self._reading = reading
        self._deadline = deadline
        self._results: list[tuple[duckdb.DuckDBPyConnection, str, _Result]] = []
        self._connections: list[duckdb.DuckDBPyConnection] = []
        self._order = _order_columns(reading.tree)
        tables = tables_of(reading) if len(reading.sql) <= MOST_CHARACTERS else None
        tree = _for_duckdb(reading, reading.sql) if tables is not None else None
        if tables is not None and tree is not None:
            literals = Literals()
            for each in (reading.tree, *(Reading(other, reading.dialect, reading.index).tree for other in others)):
                literals.add(each)
            self._fill(tables, literals, tree)

    def _fill(self, tables: Sequence[MadeTable], literals: Literals, tree: Any) -> None:
        """One connection for each way of comparing texts, one schema in it for each set of rows."""
        made = [rows(tables, literals, how) for how in row_sets(len(tables))]
        for collation in _ANY_CASE.get(self._reading.dialect, ("",)):
            connection = _loaded(tables, made, collation)
            self._connections.append(connection)
            for number in range(len(made)):
                if time.monotonic() > self._deadline:
                    return
                result = self._run(connection, tree, f"rows{number}")
                if result is not None:
                    self._results.append((connection, f"rows{number}", result))

    @property
    def telling(self) -> int:
        """Row sets on which the statement returns something."""
        return sum(any(any(v is not None for v in row) for row in result.rows) for _, _, result in self._results)

    def compare(self, sql: str) -> Verdict:
        """Whether `sql` returns what the statement does, on every row set."""
        changed = _for_duckdb(self._reading, sql) if self._results else None
        if changed is None or not self.telling:
            return Verdict.UNKNOWN
        for connection, schema, expected in self._results:
            if time.monotonic() > self._deadline:
                return Verdict.UNKNOWN
            found = self._run(connection, changed, schema)
            if found is None or not self._same(expected, found):
                return Verdict.UNEQUAL
        return Verdict.EQUAL

    def _same(self, one: _Result, other: _Result) -> bool:
        if len(one.names) != len(other.names):
            return False
        named = zip(one.names, other.names, strict=True)
        if any(a.isidentifier() and a.lower() != b.lower() for a, b in named):
            return False
        if Counter(one.rows) != Counter(other.rows):
            return False
        if self._order is None or one.rows == other.rows:
            return True
        keys = [at for at, name in enumerate(one.names) if name.lower() in self._order]
        return [[row[at] for at in keys] for row in one.rows] == [[row[at] for at in keys] for row in other.rows]

    def _run(self, connection: duckdb.DuckDBPyConnection, tree: Any, schema: str) -> _Result | None:
        for node in _base_tables(tree):
            node.set("db", exp.to_identifier(schema))
        timer = threading.Timer(SECONDS_A_QUERY, connection.interrupt)
        timer.start()
        try:
            cursor = connection.execute(tree.sql("duckdb", unsupported_level=ErrorLevel.RAISE))
            found = cursor.fetchmany(_MOST_ROWS)
            names = tuple(each[0] for each in cursor.description or ())
        except (duckdb.Error, SqlglotError, RecursionError):
            return None
        finally:
            timer.cancel()
        if len(found) == _MOST_ROWS:
            return None  # two parts of a result that is cut off cannot be compared
        return _Result(names, [tuple(_plain(value) for value in row) for row in found])

    def close(self) -> None:
        for connection in self._connections:
            connection.close()
        self._connections, self._results = [], []


def _loaded(tables: Sequence[MadeTable], made: Sequence[dict[str, Any]], collation: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    connection.execute("SET TimeZone = 'UTC'")
    if collation:
        connection.execute(f"SET default_collation = {collation}")
    for number, contents in enumerate(made):
        connection.execute(f"CREATE SCHEMA rows{number}")
        for table in tables:
            connection.execute(table.ddl(f"rows{number}"))
            values = contents[table.name]
            if values:
                marks = ", ".join([f"({', '.join('?' for _ in table.columns)})"] * len(values))
                flat = [value for row in values for value in row]
                connection.execute(f"INSERT INTO {table.quoted(f'rows{number}')} VALUES {marks}", flat)  # noqa: S608 - the name is quoted, values bound
    connection.execute("SET lock_configuration = true")
    return connection


def _plain(value: Any) -> Any:
    """A value that can be counted: floats to ten digits, since sums depend on the order."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else float(f"{value:.10g}")
    return value if value is None or isinstance(value, str | int | bool) else _hashed(value)


def _hashed(value: Any) -> Any:
    return repr(value) if isinstance(value, list | dict) else value


def _order_columns(tree: Any) -> set[str] | None:
    """Names of the outputs that the whole result is sorted by; None where it is not sorted."""
    order = tree.args.get("order")
    if order is None:
        return None
    return {each.this.name.lower() for each in order.expressions if isinstance(each.this, exp.Column)}


def tables_of(reading: Reading) -> list[MadeTable] | None:
    """The tables to fill; None where the statement cannot be executed: it is no query, a table or type is not known,
    it is volatile, or it reads from elsewhere."""
    if reading.index is None or not isinstance(reading.tree, exp.Query) or not reading.calm(reading.tree):
        return None
    found: dict[str, MadeTable] = {}
    for node in reading.tree.find_all(exp.Table):
        if not isinstance(node.this, exp.Identifier):
            return None
        if reading.cte(node) is not None:
            continue
        table = reading.index.find(
            reading.fold(node.this), reading.fold(node.args["db"]) if node.args.get("db") else ""
        )
        made = _made(table, reading) if table is not None and table.columns else None
        if made is None or found.get(made.name.lower(), made) != made:
            return None
        found[made.name.lower()] = made
    return list(found.values()) if len(found) <= MOST_TABLES else None


def _made(table: Any, reading: Reading) -> MadeTable | None:
    columns = [(name, family_of(kind, reading.dialect) if kind else "") for name, kind in table.info.columns]
    if not all(family for _, family in columns):
        return None
    key = frozenset(table.info.primary_key) if reading.holds_keys else frozenset()
    return MadeTable(table.info.name, tuple(columns), key)


def _base_tables(tree: Any) -> list[exp.Table]:
    """Table nodes that name no CTE."""
    ctes = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    return [node for node in tree.find_all(exp.Table) if node.name.lower() not in ctes]


def _for_duckdb(reading: Reading, sql: str) -> Any:
    """The statement's tree, ready to be written in DuckDB's SQL; None where it has no equal there, or a CTE has the
    name of a table."""
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    name = DIALECT_NAMES[reading.dialect]
    try:
        tree: Any = sqlglot.parse_one(sql, read=name)
        tables = {each.name.lower() for each in tables_of(reading) or ()}
        if not isinstance(tree, exp.Query) or tables & {cte.alias.lower() for cte in tree.find_all(exp.CTE)}:
            return None
        if tree.find(exp.Insert, exp.Update, exp.Delete, exp.Merge):
            return None  # what it changes is no part of the result that is compared
        for node in tree.find_all(exp.Table, exp.Column):
            node.set("db", None)
            node.set("catalog", None)
        if reading.dialect in _WHOLE_DIVISION and tree.find(exp.Div):
            return _typed(tree, reading, name)
        return tree
    except (SqlglotError, RecursionError, ValueError):
        return None


def _typed(tree: Any, reading: Reading, name: str) -> Any:
    """The tree with the types of its divisions; None where one is not known."""
    tables = tables_of(reading) or []
    types = {"whole": "bigint", "decimal": "decimal(18,4)", "float": "double", "text": "varchar"}
    schema: dict[str, object] = {
        t.name.lower(): {c.lower(): types.get(family, family) for c, family in t.columns} for t in tables
    }
    tree = qualify(tree, schema=schema, dialect=name, quote_identifiers=False, validate_qualify_columns=False)
    tree = annotate_types(tree, schema=schema, dialect=name)
    sides = [side for node in tree.find_all(exp.Div) for side in (node.this, node.expression)]
    known = all(side.type is not None and side.type.this != exp.DType.UNKNOWN for side in sides)
    return tree if known else None
