"""Runs a pipeline on DuckDB, in memory, over rows that are given: no file, no network, no other database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
from sqlglot import exp

from services.migration.dsl.columns import Resolution, resolve
from services.migration.dsl.document import Document
from services.migration.dsl.relation import Column, Relation
from services.migration.runner import sqlbuild as sql
from services.migration.runner.compile import compile
from services.migration.runner.errors import NotRunnableError, RunFailedError
from services.migration.runner.script import Script

Row = Mapping[str, Any]
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
ROWS_AT_ONCE = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run(
    document: Document,
    inputs: Mapping[str, Iterable[Row]] | None = None,
    *,
    targets: Mapping[str, Iterable[Row]] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """The rows of every sink after a run.

    `inputs` gives the rows of sources by node id (also of a pushdown read whose own query can't be run here); a source
    without rows is empty, unless it is inline. `targets` gives what sinks hold before. Raises NotRunnableError where
    there is no SQL for a node, RunFailedError where DuckDB refuses it.
    """
    resolution = resolve(document)
    for node_id in (*(inputs or {}), *(targets or {})):
        if node_id not in resolution.graph.nodes:
            raise NotRunnableError(node_id, "rows are given for a node that the pipeline does not have")
    tables = tables_of(resolution, inputs or {})
    script = compile(document, "duckdb", tables=tables, parameters=parameters)
    with duckdb.connect(":memory:", config=SETTINGS) as connection:
        play(connection, script, resolution, tables, inputs or {}, targets or {})
        sinks = [node_id for node_id in tables if resolution.graph.nodes[node_id]["type"] == "sink"]
        return {node_id: _rows(connection, node_id, tables[node_id]) for node_id in sinks}


def tables_of(resolution: Resolution, inputs: Iterable[str]) -> dict[str, str]:
    """Names of the tables that stand for sources and sinks, and for other nodes whose rows are given."""
    tables = {node_id: f"source.{node_id}" for node_id in inputs}
    for node_id, node in resolution.graph.nodes.items():
        if node["type"] == "sink":
            tables[node_id] = f"target.{node_id}"
        elif node["type"] == "source" and node.get("connector") != "inline":
            tables.setdefault(node_id, f"source.{node_id}")
    return tables


def play(
    connection: duckdb.DuckDBPyConnection,
    script: Script,
    resolution: Resolution,
    tables: Mapping[str, str],
    inputs: Mapping[str, Iterable[Row]],
    targets: Mapping[str, Iterable[Row]],
) -> None:
    """Runs a script on an empty database, which then holds the tables of the sinks. Raises RunFailedError."""
    nodes = resolution.graph.nodes
    sinks = {node_id for node_id in tables if nodes[node_id]["type"] == "sink"}
    for node_id in tables.keys() - sinks:
        _create(connection, node_id, tables[node_id], resolution.output(node_id))
        _load(connection, node_id, tables[node_id], resolution.output(node_id), inputs.get(node_id, ()))
    made: set[str] = set()
    for statement in script.statements:
        if statement.node in sinks and statement.node not in made:
            made.add(statement.node)
            before = targets.get(statement.node, ())
            _target(connection, statement.node, tables[statement.node], script.rows[statement.node], before)
        _execute(connection, statement.node, statement.sql)


def _target(connection: duckdb.DuckDBPyConnection, node_id: str, table: str, query: str, before: Iterable[Row]) -> None:
    """A sink's table, with the columns and types of the rows it is to get, and the rows it holds before."""
    quoted = sql.table(table).sql(dialect="duckdb")
    _execute(connection, node_id, f"CREATE TABLE {quoted} AS SELECT * FROM ({query}) LIMIT 0")  # noqa: S608  # the name is quoted, the query compiled
    described = connection.execute(f"FROM {quoted}").description or ()
    relation = Relation(tuple(Column(column[0]) for column in described))
    _load(connection, node_id, table, relation, before)


def _create(connection: duckdb.DuckDBPyConnection, node_id: str, table: str, relation: Relation) -> None:
    """A source's table, with the columns it declares."""
    if not relation.columns:
        raise NotRunnableError(node_id, "it declares no columns, so its table can't be made")
    definitions = [
        exp.ColumnDef(this=sql.name(column.name), kind=sql.data_type(column.type) or exp.DataType.build("TEXT"))
        for column in relation.columns
    ]
    schema = exp.Schema(this=sql.table(table), expressions=definitions)
    _execute(connection, node_id, exp.Create(this=schema, kind="TABLE").sql(dialect="duckdb"))


def _load(
    connection: duckdb.DuckDBPyConnection, node_id: str, table: str, relation: Relation, rows: Iterable[Row]
) -> None:
    values = [_values(node_id, relation, row) for row in rows]
    mark = f"({', '.join('?' for _ in relation.columns)})"
    quoted = sql.table(table).sql(dialect="duckdb")
    for start in range(0, len(values), ROWS_AT_ONCE):
        part = values[start : start + ROWS_AT_ONCE]
        try:
            connection.execute(
                f"INSERT INTO {quoted} VALUES {', '.join([mark] * len(part))}",  # noqa: S608  # the name is quoted
                [value for row in part for value in row],
            )
        except duckdb.Error as error:
            raise RunFailedError(node_id, f"a row does not fit its columns: {_said(error)}") from None


def _values(node_id: str, relation: Relation, row: Row) -> Sequence[Any]:
    unknown = [key for key in row if not relation.find(key)]
    if unknown:
        raise NotRunnableError(node_id, f"a row has the column '{unknown[0]}', which is not declared")
    folded = {key.casefold(): value for key, value in row.items()}
    return [folded.get(column.name.casefold()) for column in relation.columns]


def _execute(connection: duckdb.DuckDBPyConnection, node_id: str, statement: str) -> None:
    try:
        connection.execute(statement)
    except duckdb.Error as error:
        of_data, of_bounds = isinstance(error, OF_DATA), isinstance(error, OF_BOUNDS)
        raise RunFailedError(node_id, _said(error), statement, of_data=of_data, of_bounds=of_bounds) from None


def _said(error: duckdb.Error) -> str:
    return str(error).split("\n\n", 1)[0].split("\nLINE", 1)[0].strip()


def _rows(connection: duckdb.DuckDBPyConnection, node_id: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table. Moments with a time zone come in UTC, as numbers first: DuckDB's own way needs pytz."""
    quoted = sql.table(table).sql(dialect="duckdb")
    try:
        described = connection.execute(f"DESCRIBE {quoted}").fetchall()
        zoned = [kind == "TIMESTAMP WITH TIME ZONE" for _, kind, *_ in described]
        names = [name for name, *_ in described]
        columns = [
            exp.Anonymous(this="epoch_us", expressions=[sql.column(n)]) if z else sql.column(n)
            for n, z in zip(names, zoned, strict=True)
        ]
        found = connection.execute(exp.select(*columns).from_(sql.table(table)).sql(dialect="duckdb")).fetchall()
    except duckdb.Error as error:
        raise RunFailedError(node_id, _said(error)) from None
    return [
        {name: _moment(value) if z else value for name, value, z in zip(names, row, zoned, strict=True)}
        for row in found
    ]


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else EPOCH + timedelta(microseconds=microseconds)


def rows_from_csv(text: str, *, delimiter: str = ",", null: str = "") -> list[dict[str, Any]]:
    """Rows of a CSV text with a header; `null` is the text that stands for null."""
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return [{key: None if value == null else value for key, value in row.items()} for row in reader]
