"""A dry run: the rules' statements on sample rows, in an in-memory DuckDB that reaches nothing outside.

Meant for a worker process: what takes too long is ended with it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import sqlglot
from sqlglot.errors import SqlglotError

from services.copilot.quality.compiling.compile import compiled
from services.copilot.quality.compiling.types import Family, family
from services.copilot.quality.rule import RefusedRuleError, Rule
from services.copilot.sql.schema_index import TableInfo
from services.sql_dialects import DIALECT_NAMES

MOST_ROWS = 1_000
_SQL = ("query", "condition", "where")
_MEMORY = "256MB"
_TYPES: Mapping[Family, str] = {
    "integer": "BIGINT",
    "number": "DECIMAL(38, 10)",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "time": "VARCHAR",
    "boolean": "BOOLEAN",
}
_SETTINGS = (
    "SET enable_external_access = false",
    f"SET memory_limit = '{_MEMORY}'",
    "SET threads = 1",
    "SET lock_configuration = true",
)


@dataclass(frozen=True, slots=True)
class Tried:
    """`failing`: rows that fail, or 1 or 0 for a rule about the table; `error`: why it could not be tried."""

    rows: int
    failing: int = 0
    error: str = ""


def try_rules(rules: Sequence[Rule], table: TableInfo, dialect: str, rows: Sequence[Mapping[str, Any]]) -> list[Tried]:
    """Each rule on the rows; SQL in its parameters is of `dialect`. A value that is not of its column's type makes the
    column one of text.
    """
    local = _local(table, rows)
    connection = duckdb.connect(":memory:")
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
        _fill(connection, local, rows)
        return [_tried(connection, rule, local, dialect, len(rows)) for rule in rules]
    finally:
        connection.close()


def _local(table: TableInfo, rows: Sequence[Mapping[str, Any]]) -> TableInfo:
    """The table as DuckDB has it: the described columns, and those that only the rows have."""
    described = dict(table.columns)
    for row in rows:
        for name in row:
            described.setdefault(name, "")
    columns = tuple((name, _type(kind, [row.get(name) for row in rows])) for name, kind in described.items())
    return TableInfo(table.name or "sample", columns=columns or (("empty", "VARCHAR"),))


def _type(kind: str, values: Sequence[Any]) -> str:
    given = [value for value in values if value is not None]
    wanted = _TYPES.get(family(kind))
    if wanted is None:
        wanted = "DOUBLE" if given and all(_numeric(value) for value in given) else "VARCHAR"
        wanted = "BOOLEAN" if given and all(isinstance(value, bool) for value in given) else wanted
    return wanted if all(_fits(value, wanted) for value in given) else "VARCHAR"


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _fits(value: Any, kind: str) -> bool:
    if kind in ("VARCHAR", "DATE", "TIMESTAMP"):
        return kind == "VARCHAR" or (isinstance(value, str) and _castable(value, kind))
    if kind == "BOOLEAN":
        return isinstance(value, bool)
    return _numeric(value) or (isinstance(value, str) and _castable(value, kind))


def _castable(value: str, kind: str) -> bool:
    """True where DuckDB reads the text as the type."""
    found = duckdb.execute(f"SELECT TRY_CAST(? AS {kind}) IS NOT NULL", [value]).fetchone()
    return bool(found and found[0])


def _fill(connection: duckdb.DuckDBPyConnection, table: TableInfo, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = ", ".join(f"{_quoted(name)} {kind}" for name, kind in table.columns)
    connection.execute(f"CREATE TABLE {_quoted(table.name)} ({columns})")
    if not rows:
        return
    marks = ", ".join("?" * len(table.columns))
    values = [[_value(row.get(name), kind) for name, kind in table.columns] for row in rows]
    connection.executemany(f"INSERT INTO {_quoted(table.name)} VALUES ({marks})", values)  # noqa: S608 - why: a quoted name and marks


def _value(value: Any, kind: str) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value)
    if isinstance(value, float) and kind == "VARCHAR" and math.isfinite(value) and value == int(value):
        return str(int(value))  # numbers of a Struct are floats: 48501 is not 48501.0
    return value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _translated(rule: Rule, dialect: str) -> Rule:
    """The rule with the SQL that it was given in DuckDB's words. Raises RefusedRuleError."""
    given = {key: rule.parameters[key] for key in _SQL if isinstance(rule.parameters.get(key), str)}
    try:
        told = {key: _in_duckdb(text, key, dialect) for key, text in given.items()}
    except SqlglotError as error:
        raise RefusedRuleError(f"its SQL cannot be tried: {str(error).splitlines()[0]}") from None
    return replace(rule, parameters={**rule.parameters, **told})


def _in_duckdb(text: str, key: str, dialect: str) -> str:
    wrapped = text if key == "query" else f"SELECT 1 WHERE {text}"
    made = sqlglot.transpile(wrapped.rstrip().rstrip(";"), read=DIALECT_NAMES[dialect], write="duckdb")[0]
    return made if key == "query" else made.removeprefix("SELECT 1 WHERE ")


def _tried(connection: duckdb.DuckDBPyConnection, rule: Rule, table: TableInfo, dialect: str, rows: int) -> Tried:
    try:
        made = compiled(_translated(rule, dialect), table, "duckdb")
        (failing,) = connection.execute(f"SELECT COUNT(*) FROM ({made.sql}) AS failing").fetchone() or (0,)  # noqa: S608 - why: compiled by us, or one SELECT that was checked; the engine reaches nothing outside
    except RefusedRuleError as error:
        return Tried(rows, error=str(error))
    except duckdb.Error as error:
        return Tried(rows, error=str(error).split("\n", 1)[0][:300])
    return Tried(rows, min(failing, 1) if made.about_table else failing)
