"""Pipeline nodes as plain dictionaries, with their keys in the order a reader meets them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.migration.ast import Origin, Tool
from services.migration.rules.context import Context, Node
from services.migration.rules.relation import Column, Relation


def origin(name: str, kind: str, where: Origin) -> dict[str, Any]:
    return {
        "tool": Tool.POWERCENTER.value,
        "object": name,
        "type": kind,
        "source": "rule_engine",
        "file": where.file,
        "line": where.line,
    }


def transformation(
    context: Context, transform: str, config: Mapping[str, Any], refs: Iterable[str], *, name: str = ""
) -> Node:
    """A transformation node. `depends_on` holds refs (`node` or `node.port`) until the walk makes edges of them."""
    item = context.transformation
    return {
        "id": context.ids.new(name or item.name),
        "type": "transformation",
        "transform": transform,
        "depends_on": list(refs),
        "config": dict(config),
        "origin": origin(item.name, item.type, item.origin),
    }


def computed(column: Column, expression: str) -> dict[str, str]:
    """One output column with its expression."""
    return {"name": column.name, "expression": expression, "type": column.type}


def typed(column: Column) -> dict[str, str]:
    return {"name": column.name, "type": column.type}


def passed_on(context: Context, relation: Relation, node_id: str) -> Relation:
    """The output of a kind that keeps its input's columns: every output port stands where its input came from."""
    given = context.input()
    own = {
        (context.name, port.name): given.ports[port.name].name
        for port in context.transformation.fields
        if given and port.role.takes_input and port.role.gives_output and port.name in given.ports
    }
    return Relation(node_id, relation.columns, {**relation.ports, **own}, relation.order, relation.action)
