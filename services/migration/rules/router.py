"""Router → `conditional_branch` with `match: all`: a row goes to every group whose condition is true, and to the
default group where none is (null counts as false). Source: PowerCenter Transformation Guide, "Router"."""

from __future__ import annotations

from typing import Any

from services.migration.ast import FieldGroup
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
        (context.name, port.name): given.ports[port.ref_field].name
        for port in context.transformation.fields
        if port.group == group.name and port.ref_field in given.ports
    }
    relation = given.relation
    return Relation(ref, relation.columns, {**relation.ports, **own}, relation.order, relation.action)
