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
from services.migration.dsl.sqlread import GRAMMARS
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
    with duckdb.connect(":memory:", config=SETTINGS) as connection:
        for node_id, table in tables.items():
            if nodes[node_id]["type"] == "sink":
                relation = _target(document, node_id)
                _load(connection, node_id, table, relation, (targets or {}).get(node_id, ()))
            else:
                _load(connection, node_id, table, resolution.output(node_id), given.get(node_id, ()))
        for statement in script.statements:
            _execute(connection, statement.node, statement.sql)
        return {
            node_id: _rows(connection, node_id, table)
            for node_id, table in tables.items()
            if nodes[node_id]["type"] == "sink"
        }


def _target(document: Document, node_id: str) -> Relation:
    """The columns of a sink's table: those it declares, else those it is given."""
    resolution = resolve(document)
    config = resolution.graph.nodes[node_id]["config"]
    edges = resolution.graph.inputs(node_id)
    given = resolution.output(edges[0].ref) if edges else Relation()
    listed = config.get("columns") or ()
    if listed:
        return Relation(
            tuple(
                Column(item["name"], item.get("type", given.type_of(item.get("from", item["name"])))) for item in listed
            )
        )
    action = config.get("action_column")
    return Relation(tuple(column for column in given.columns if column.name != action))


def _load(
    connection: duckdb.DuckDBPyConnection, node_id: str, table: str, relation: Relation, rows: Iterable[Row]
) -> None:
    if not relation.columns:
        raise NotRunnableError(node_id, "it declares no columns, so its table can't be made")
    kinds = [sql.data_type(column.type) or exp.DataType.build("TEXT") for column in relation.columns]
    definitions = [
        exp.ColumnDef(this=sql.name(column.name), kind=kind)
        for column, kind in zip(relation.columns, kinds, strict=True)
    ]
    schema = exp.Schema(this=sql.table(table), expressions=definitions)
    _execute(connection, node_id, exp.Create(this=schema, kind="TABLE").sql(dialect=GRAMMARS["duckdb"]))
    values = [_values(node_id, relation, row) for row in rows]
    if values:
        casts = ", ".join(f"CAST(? AS {kind.sql(dialect='duckdb')})" for kind in kinds)
        statement = f"INSERT INTO {sql.table(table).sql(dialect='duckdb')} SELECT {casts}"
        try:
            connection.executemany(statement, values)
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
