"""Union → `sql_union_all`: rows of all input groups, matched by the field dependencies, equal rows kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.migration.ast import TransformationField
from services.migration.rules.context import Context, Node, NotConvertible, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.nodes import transformation, typed
from services.migration.rules.relation import Column, Relation

IN_ORDER = 0.79
"""Confidence where which port fills which is not stated."""


def convert(context: Context) -> Outcome:
    item = context.transformation
    if not context.inputs:
        raise NotConvertible("nothing is connected to its inputs", "Connect the object or remove it.")
    outputs = [port for port in item.fields if port.role.gives_output and not port.role.takes_input]
    fed_by: dict[str, list[str]] = {}
    for source, target in item.field_dependencies or _by_place(context, outputs):
        fed_by.setdefault(target, []).append(source)
    order = [group.name for group in sorted(item.groups, key=lambda g: g.order) if group.kind == "input"]
    order = [name for name in order if name in context.inputs] or list(context.inputs)
    inputs: list[dict[str, Any]] = []
    nodes: list[Node] = []
    for group in order:
        given = context.inputs[group]
        given, before = fitted(context, given, group)
        nodes.extend(before)
        filled = [_column(fed_by.get(port.name, []), given.ports) for port in outputs]
        inputs.append({"ref": given.relation.ref, "columns": filled})
    if not outputs:
        raise NotConvertible("it declares no output port", "Declare the Union's output ports.")
    if any(name is None for entry in inputs for name in entry["columns"] or ()):
        context.warn("Some input ports are not connected; their columns are null for the rows of that input.")
    columns = tuple(context.column(port) for port in outputs)
    config = {"columns": [typed(column) for column in columns], "inputs": inputs}
    node = transformation(context, "sql_union_all", config, [entry["ref"] for entry in inputs])
    ports = {(item.name, port.name): column.name for port, column in zip(outputs, columns, strict=True)}
    return Outcome("sql_union_all", 1.0, (*nodes, node), {"": Relation(node["id"], columns, ports)})


def _by_place(context: Context, outputs: list[TransformationField]) -> list[tuple[str, str]]:
    """Where the export holds no dependencies, as programs that imitate one leave them out: port by port in order."""
    found: list[tuple[str, str]] = []
    for group in context.inputs:
        given = [
            port.name for port in context.transformation.fields if port.role.takes_input and port.group in ("", group)
        ]
        if len(given) != len(outputs):
            raise NotConvertible(
                f"the export does not say which of the {len(given)} ports of {group or 'its input'} fills which of the "
                f"{len(outputs)} output ports",
                "Export the mapping again from the repository, or write the Union's columns.",
            )
        found += zip(given, (port.name for port in outputs), strict=True)
    context.warn("The export names no dependencies between its ports: they are matched in order.", confidence=IN_ORDER)
    return found


def _column(sources: list[str], ports: Mapping[str, Column]) -> str | None:
    return next((ports[name].name for name in sources if name in ports), None)
