"""Source Definition → `source` node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod
from typing import Any

from services.migration.ast import SourceDefinition, TransformationField
from services.migration.flow import PortKey
from services.migration.rules import connectors, flat_file
from services.migration.rules.context import Node, Outcome
from services.migration.rules.names import NodeIds, column_name
from services.migration.rules.nodes import origin
from services.migration.rules.relation import Column, Relation, unique
from services.pipelines import types

KEYS = {"PRIMARY KEY": "primary", "PRIMARY FOREIGN KEY": "primary", "FOREIGN KEY": "foreign"}
LONGEST_NUMBER = 9
"""Digits of a level or of a number of occurrences; anything longer is none."""
MOST_OCCURRENCES = 1000
"""Of one field of a record, as columns of their own."""
UNKNOWN_SYSTEM = 0.79
"""Confidence of a source or sink whose kind of system has no connector of its own: a person has to look."""


def convert(item: SourceDefinition, ids: NodeIds) -> Outcome:
    warnings: list[str] = []
    found = connectors.system(item.database_type)
    if found is None:
        warnings.append(f"The database type '{item.database_type}' is not known; check the connector.")
    fixed = connectors.is_fixed_width(item)
    columns, taken = [], set[str]()
    ports: dict[PortKey, str] = {}
    for declared, occurs in occurrences(item.fields):
        times = occurs if occurs <= MOST_OCCURRENCES else 1
        if times != occurs:
            warnings.append(f"{declared.name} occurs {occurs} times, too often for a column each; it is kept as one.")
        for number in range(1, times + 1):
            wanted = f"{column_name(declared.name)}_{number}" if times > 1 else column_name(declared.name)
            name = unique(wanted, taken)
            described = source_column(declared, name, item.database_type, warnings)
            columns.append({**described, **flat_file.place(declared)} if fixed else described)
            ports[occurrence(item.name, declared.name, number)] = name
    node: Node = {
        "id": ids.new(item.name),
        "type": "source",
        "connector": "fixed_width" if fixed else (found or connectors.UNKNOWN).connector,
        "config": location(item),
        "columns": columns,
        "origin": origin(item.name, "Source Definition", item.origin),
    }
    relation = Relation(node["id"], tuple(Column(c["name"], c["type"]) for c in columns), ports)
    confidence = UNKNOWN_SYSTEM if warnings else 1.0
    return Outcome("source", confidence, (node,), {"": relation}, warnings=tuple(warnings))


def occurrence(instance: str, field: str, number: int) -> PortKey:
    """The port key of one occurrence of a field; the first is that of the field itself."""
    return (instance, field if number == 1 else f"{field}#{number}")


def occurrences(fields: Iterable[TransformationField]) -> Iterator[tuple[TransformationField, int]]:
    """Every field that holds data, with how often it stands in a record: COBOL's OCCURS, its own or its groups'.

    A group item is only the frame of those below it, which have a higher LEVEL.
    """
    above: list[tuple[int, int]] = []  # (level, occurs) of the groups around the field
    for declared in fields:
        level, own = _number(declared, "LEVEL"), max(1, _number(declared, "OCCURS"))
        while above and above[-1][0] >= level:
            above.pop()
        if declared.attributes.get("FIELDTYPE", "").upper() == "GRPITEM":
            above.append((level, own))
            continue
        yield declared, prod([own, *(times for _, times in above)])


def _number(declared: TransformationField, name: str) -> int:
    text = declared.attributes.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


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
        options = flat_file.options(item)
        return {**config, "options": options} if options else config
    owner = item.attributes.get("Owner Name", "").strip() or item.schema
    if owner:
        config["schema"] = connectors.table_name(owner)
    config["table"] = connectors.table_name(item.attributes.get("Source Table Name", "").strip() or item.table)
    return config
