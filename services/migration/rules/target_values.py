"""What a target's columns take: values converted, rounded and cut as PowerCenter writes them.

A target's column converts as any port does (Transformation Guide, "Port-to-Port Data Conversion"); text longer than the
column is cut, as the writer does unless told to reject such rows (Workflow Basics Guide, "Target Properties").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.migration.ast import SourceDefinition
from services.migration.expressions import translate
from services.migration.rules import lengths, sql
from services.migration.rules.context import Node
from services.migration.rules.names import NodeIds, column_name
from services.migration.rules.nodes import origin
from services.migration.rules.ports import VALUE, converts, cuts, target_type
from services.migration.rules.relation import Column, Input, unique
from services.pipelines import types


@dataclass
class Fitted:
    """The target's input with a column for each value that is written otherwise than it stands."""

    given: Input
    nodes: list[Node] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    confidence: float = 1.0


def fit(item: SourceDefinition, given: Input, ids: NodeIds, dialect: str) -> Fitted:
    """Raises nothing: a conversion the tool does not know is left to the database and named."""
    found = Fitted(given)
    taken = given.relation.names()
    columns: dict[str, Column] = {}
    values: list[dict[str, Any]] = []
    for port, column, wanted in _pairs(item, given):
        text = _written(found, port, column, wanted, dialect)
        if text == sql.identifier(column.name, dialect):
            continue
        columns[port] = Column(unique(column_name(port), taken), wanted)
        values.append({"name": columns[port].name, "expression": text, "type": wanted})
    if values:
        found.nodes.append(_node(item, given, values, ids))
        relation = replace(
            given.relation, ref=found.nodes[0]["id"], columns=(*given.relation.columns, *columns.values())
        )
        found.given = Input(relation, {**given.ports, **columns})
    return found


def _pairs(item: SourceDefinition, given: Input) -> Iterator[tuple[str, Column, str]]:
    for declared in item.fields:
        column = given.ports.get(declared.name)
        wanted = types.canonical(declared.datatype, declared.precision, declared.scale, database=item.database_type)
        if column is not None and wanted is not None:
            yield declared.name, column, wanted


def _written(found: Fitted, port: str, column: Column, wanted: str, dialect: str) -> str:
    text = sql.identifier(column.name, dialect)
    if converts(column.type, wanted):
        result = translate(
            VALUE, dialect=dialect, types={VALUE: column.type}, rename={VALUE: text}, target=target_type(wanted)
        )
        if result.refused:
            found.warnings.append(f"Column {port} takes a {column.type} as {wanted}: {result.refused}; check it.")
            found.confidence = min(found.confidence, REFUSED)
            return text
        found.warnings.extend(f"Column {port}: {caution.message}" for caution in result.warnings)
        found.confidence = min(found.confidence, REFUSED if result.warnings else result.confidence)
        text = result.sql
    if cuts(lengths.of_type(column.type), wanted) and types.kind(column.type) == "string" and _known(column.type):
        text = sql.left(text, types.text_length(wanted), dialect)
    return text


def _known(given: str) -> bool:
    return types.text_length(given) > 0


REFUSED = 0.79
"""Confidence where the database or the session's date format decides: below the release threshold of one object."""


def _node(item: SourceDefinition, given: Input, values: Sequence[Mapping[str, Any]], ids: NodeIds) -> Node:
    return {
        "id": ids.new(f"{item.name}__values"),
        "type": "transformation",
        "transform": "sql_expression",
        "depends_on": [given.relation.ref],
        "config": {"columns": list(values), "passthrough": ["*"]},
        "origin": origin(item.name, "Target Definition", item.origin),
    }
