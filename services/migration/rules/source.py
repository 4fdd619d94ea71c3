"""Source Definition → `source` node."""

from __future__ import annotations

from typing import Any

from services.migration import types
from services.migration.ast import SourceDefinition, TransformationField
from services.migration.rules import connectors
from services.migration.rules.context import Node, Outcome
from services.migration.rules.names import NodeIds, column_name
from services.migration.rules.nodes import origin
from services.migration.rules.relation import Column, Relation, unique

KEYS = {"PRIMARY KEY": "primary", "PRIMARY FOREIGN KEY": "primary", "FOREIGN KEY": "foreign"}
UNKNOWN_SYSTEM = 0.79
"""Confidence of a source or sink whose kind of system has no connector of its own: a person has to look."""


def convert(item: SourceDefinition, ids: NodeIds) -> Outcome:
    warnings: list[str] = []
    found = connectors.system(item.database_type)
    if found is None:
        warnings.append(f"The database type '{item.database_type}' is not known; check the connector.")
    columns, taken = [], set[str]()
    ports: dict[tuple[str, str], str] = {}
    for declared in item.fields:
        name = unique(column_name(declared.name), taken)
        columns.append(source_column(declared, name, item.database_type, warnings))
        ports[(item.name, declared.name)] = name
    node: Node = {
        "id": ids.new(item.name),
        "type": "source",
        "connector": "fixed_width" if connectors.is_fixed_width(item) else (found or connectors.UNKNOWN).connector,
        "config": location(item),
        "columns": columns,
        "origin": origin(item.name, "Source Definition", item.origin),
    }
    relation = Relation(node["id"], tuple(Column(c["name"], c["type"]) for c in columns), ports)
    confidence = UNKNOWN_SYSTEM if warnings else 1.0
    return Outcome("source", confidence, (node,), {"": relation}, warnings=tuple(warnings))


def source_column(declared: TransformationField, name: str, database: str, warnings: list[str]) -> dict[str, Any]:
    """A column of a source or lookup table, with what the definition says of it."""
    found = types.canonical(declared.datatype, declared.precision, declared.scale, database=database)
    if found is None:
        warnings.append(f"Column {declared.name} has the unknown type '{declared.datatype}'.")
    column: dict[str, Any] = {"name": name, "type": found or "varchar"}
    if not declared.nullable:
        column["nullable"] = False
    if declared.key in KEYS:
        column["key"] = KEYS[declared.key]
    if declared.description:
        column["description"] = declared.description
    return column


def location(item: SourceDefinition) -> dict[str, Any]:
    """Where a source's rows are: connection, then table or path."""
    config: dict[str, Any] = {"connection": item.connection or item.database}
    if not config["connection"]:
        del config["connection"]
    if connectors.is_file(item):
        config["path"] = connectors.file_path(item.attributes, "Source file directory", "Source filename", item.table)
        options = connectors.file_options(item)
        return {**config, "options": options} if options else config
    owner = item.attributes.get("Owner Name", "").strip() or item.schema
    if owner:
        config["schema"] = owner
    config["table"] = item.attributes.get("Source Table Name", "").strip() or item.table
    return config
