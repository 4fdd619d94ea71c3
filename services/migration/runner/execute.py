"""Runs a pipeline on DuckDB, in memory, over rows that are given: no file, no network, no other database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
from sqlglot import exp

from services.migration.dsl.columns import resolve
from services.migration.dsl.document import Document
from services.migration.dsl.relation import Column, Relation
from services.migration.runner import sqlbuild as sql
from services.migration.runner.compile import compile
from services.migration.runner.errors import NotRunnableError, RunFailedError

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
    nodes = resolution.graph.nodes
    given = dict(inputs or {})
    for node_id in (*given, *(targets or {})):
        if node_id not in nodes:
            raise NotRunnableError(node_id, "rows are given for a node that the pipeline does not have")
    tables = {node_id: f"source.{node_id}" for node_id in given}
    for node_id, node in nodes.items():
        if node["type"] == "sink":
            tables[node_id] = f"target.{node_id}"
        elif node["type"] == "source" and node.get("connector") != "inline":
            tables.setdefault(node_id, f"source.{node_id}")
    script = compile(document, "duckdb", tables=tables, parameters=parameters)
    sinks = {node_id for node_id in tables if nodes[node_id]["type"] == "sink"}
    with duckdb.connect(":memory:", config=SETTINGS) as connection:
        for node_id in tables.keys() - sinks:
            _create(connection, node_id, tables[node_id], resolution.output(node_id))
            _load(connection, node_id, tables[node_id], resolution.output(node_id), given.get(node_id, ()))
        made: set[str] = set()
        for statement in script.statements:
            if statement.node in sinks and statement.node not in made:
                made.add(statement.node)
                before = (targets or {}).get(statement.node, ())
                _target(connection, statement.node, tables[statement.node], script.rows[statement.node], before)
            _execute(connection, statement.node, statement.sql)
        return {node_id: _rows(connection, node_id, tables[node_id]) for node_id in tables if node_id in sinks}


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
    if not values:
        return
    marks = ", ".join("?" for _ in relation.columns)
    try:
        connection.executemany(f"INSERT INTO {sql.table(table).sql(dialect='duckdb')} VALUES ({marks})", values)  # noqa: S608  # the name is quoted
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
        raise RunFailedError(node_id, _said(error)) from None


def _said(error: duckdb.Error) -> str:
    return str(error).split("\n\n", 1)[0].split("\nLINE", 1)[0].strip()


def _rows(connection: duckdb.DuckDBPyConnection, node_id: str, table: str) -> list[dict[str, Any]]:
    try:
        result = connection.execute(f"FROM {sql.table(table).sql(dialect='duckdb')}")
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    except duckdb.Error as error:
        raise RunFailedError(node_id, _said(error)) from None


def rows_from_csv(text: str, *, delimiter: str = ",", null: str = "") -> list[dict[str, Any]]:
    """Rows of a CSV text with a header; `null` is the text that stands for null."""
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    return [{key: None if value == null else value for key, value in row.items()} for row in reader]
