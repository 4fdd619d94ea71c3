"""Finds the tables that a pipeline names, whatever the case they are spelt in.

Legacy tools write names in capitals, PostgreSQL keeps them in small letters: what differs by case alone is the same.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from importlib import resources
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.relation import Column, Relation
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.errors import NotRunnableError
from services.pipelines.runner.on_postgresql import PostgreSql


def read_sources(engine: PostgreSql, document: Document, schema: str, given: Collection[str]) -> dict[str, str]:
    """A view for each source whose rows are not `given`: the table that it names, or its query, as it stands.

    `schema` is looked in instead of the schemas that the sources name, unless it is "". Gives the views by node id.
    Raises NotRunnableError where a table or a column is not there, or a query is in another dialect.
    """
    found = resolve(document)
    own = str(document.data.get("dialect") or "postgresql")
    views = {}
    for node_id, node in found.graph.nodes.items():
        if node_id in given or not _is_read(found, node_id):
            continue
        views[node_id], relation = f"source.{node_id}", found.output(node_id)
        if "query" in node["config"]:
            body = _query(node_id, node["config"], own)
        else:
            body = _table(engine, node_id, node["config"], schema, relation)
        names = ", ".join(sql.name(name).sql(dialect="postgres") for name in relation.names)
        quoted = sql.table(views[node_id]).sql(dialect="postgres")
        engine.execute(node_id, f"CREATE TEMPORARY VIEW {quoted} ({names}) AS {body}")
    return views


def _is_read(found: Resolution, node_id: str) -> bool:
    """Whether a node reads the database itself: by its own query, or as a source that is not read through one."""
    node = found.graph.nodes[node_id]
    if node["type"] != "source":
        return _has_query(node)
    readers = [found.graph.nodes[edge.target] for edge in found.graph.edges if edge.source == node_id]
    return node.get("connector") != "inline" and not (readers and all(map(_has_query, readers)))


def _has_query(node: Mapping[str, Any]) -> bool:
    return node.get("transform") == "source_connector_sql_pushdown" and "query" in node["config"]


def _query(node_id: str, config: Mapping[str, Any], own: str) -> str:
    dialect = str(config.get("dialect") or own)
    if dialect != "postgresql":
        raise NotRunnableError(node_id, f"its query is in {dialect}, which PostgreSQL does not read; give its rows")
    return str(config["query"]).rstrip().rstrip(";")


def _table(engine: PostgreSql, node_id: str, config: Mapping[str, Any], schema: str, relation: Relation) -> str:
    """The columns of a table, with their declared types; texts are compared by their bytes."""
    table, known = _located(engine, node_id, config, schema)
    values = []
    for column in relation.columns:
        found = known.find(column.name)
        if found is None:
            raise _no_column(node_id, table, column.name, known)
        value = sql.cast(sql.column(found.name), column.type)
        values.append(exp.Collate(this=value, expression=sql.name("C")) if sql.is_text(column.type) else value)
    return exp.select(*values).from_(table).sql(dialect="postgres")


def written_sinks(engine: PostgreSql, document: Document, schema: str) -> tuple[Document, frozenset[str]]:
    """The pipeline with the tables and columns of its sinks as they are spelt, and the sinks that have a table.

    Raises NotRunnableError where a table or a column is not there.
    """
    data = copy.deepcopy(document.data)
    found = resolve(document)
    written = set()
    for node in data["nodes"]:
        config = node.get("config", {})
        if node.get("type") != "sink" or "table" not in config:
            continue
        table, known = _located(engine, node["id"], config, schema)
        config |= {"schema": table.db, "table": table.name}
        config.pop("database", None)
        given = found.output(found.graph.inputs(node["id"])[0].ref)
        config["columns"] = [_column(node["id"], item, known, table) for item in _columns(config, given)]
        if "keys" in config:
            config["keys"] = [column.name if (column := known.find(key)) else key for key in config["keys"]]
        written.add(node["id"])
    return Document(data, document.places), frozenset(written)


def _columns(config: Mapping[str, Any], given: Relation) -> list[dict[str, Any]]:
    action = str(config.get("action_column", "")).casefold()
    return config.get("columns") or [{"name": name} for name in given.names if name.casefold() != action]


def _column(node_id: str, item: Mapping[str, Any], known: Relation, table: exp.Table) -> dict[str, Any]:
    found = known.find(item["name"])
    if found is None:
        raise _no_column(node_id, table, item["name"], known)
    return {**item, "name": found.name, "from": item.get("from", item["name"])}


def _located(engine: PostgreSql, node_id: str, config: Mapping[str, Any], schema: str) -> tuple[exp.Table, Relation]:
    """The table that a configuration names, and its columns."""
    name, wanted = str(config.get("table", "")), schema or str(config.get("schema") or "")
    if not name:
        raise NotRunnableError(node_id, "it names no table that could be read; give its rows")
    found = engine.fetch(_statement("relations"), name, wanted)
    exact = [row for row in found if row[1] == name]
    if len(exact) > 1:
        exact = [row for row in exact if row[0] == wanted]
    if len(exact or found) != 1:
        where = f"schema {wanted}" if wanted else "a schema on the search path"
        several = ", ".join(f"{row[0]}.{row[1]}" for row in found)
        reason = f"several tables are spelt so, {several}" if found else f"there is no table {name} in {where}"
        raise NotRunnableError(node_id, f"{reason}; make it, or name another schema")
    db, table, oid = (exact or found)[0]
    columns = tuple(Column(row[0]) for row in engine.fetch(_statement("columns"), oid))
    return exp.Table(this=sql.name(table), db=sql.name(db)), Relation(columns)


def _no_column(node_id: str, table: exp.Table, name: str, known: Relation) -> NotRunnableError:
    return NotRunnableError(node_id, f"{table.db}.{table.name} has no column '{name}'; it has {', '.join(known.names)}")


def _statement(name: str) -> str:
    return resources.files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
