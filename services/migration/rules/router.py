"""Router → `conditional_branch` with `match: all`: a row goes to every group whose condition is true, and to the
default group where none is (null counts as false). Source: PowerCenter Transformation Guide, "Router"."""

from __future__ import annotations

from typing import Any

from services.migration.ast import FieldGroup, TransformationField
from services.migration.rules.context import Context, NotConvertible, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.names import port_name
from services.migration.rules.nodes import transformation
from services.migration.rules.ports import scope
from services.migration.rules.relation import Input, Relation, unique


def convert(context: Context) -> Outcome:
    given, before = fitted(context)
    found = scope(context)
    groups = sorted(
        (group for group in context.transformation.groups if group.kind in ("output", "default")),
        key=lambda group: group.order,
    )
    branches = []
    taken: set[str] = set()
    ports = {group.name: unique(port_name(group.name), taken) for group in groups}
    for group in groups:
        if group.kind == "output":
            condition = context.condition(group.expression or "TRUE", f"Group {group.name}", found)
            branches.append({"port": ports[group.name], "condition": condition})
    if not branches:
        raise NotConvertible("it has no output group with a condition", "Give the Router its groups.")
    config: dict[str, Any] = {"match": "all", "branches": branches}
    default = next((ports[group.name] for group in groups if group.kind == "default"), "")
    if default:
        config["default"] = default
    node = transformation(context, "conditional_branch", config, [given.relation.ref])
    several = len(groups) > 1
    outputs = {
        group.name if several else "": _output(context, given, group, f"{node['id']}.{ports[group.name]}")
        for group in groups
    }
    return Outcome("conditional_branch", 1.0, (*before, node), outputs)


def _output(context: Context, given: Input, group: FieldGroup, ref: str) -> Relation:
    own = {
        (context.name, port.name): given.ports[repeated].name
        for port in context.transformation.fields
        if port.group == group.name and (repeated := _repeated(context, port)) in given.ports
    }
    relation = given.relation
    return Relation(ref, relation.columns, {**relation.ports, **own}, relation.order, relation.action)


def _repeated(context: Context, port: TransformationField) -> str:
    """The input port that an output port repeats; by its name, `ID3` for `ID`, where the export does not say."""
    if port.ref_field or not port.role.gives_output:
        return port.ref_field
    inputs = {item.name for item in context.transformation.fields if item.role.takes_input}
    names = (port.name, port.name.rstrip("0123456789"))
    found = next((name for name in names if name in inputs), "")
    if not found and (context.name, port.name) in context.wanted:
        raise NotConvertible(
            f"the export does not say which input port {port.name} repeats", "Export the mapping again, or connect it."
        )
    return found
