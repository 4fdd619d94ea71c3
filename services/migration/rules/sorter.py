"""Sorter → `sql_order_by`, with nulls and letter case where PowerCenter puts them.

`Null Treated Low` off (the default) makes null the highest value: last when ascending. `Distinct` compares all ports.
Source: PowerCenter Transformation Guide, "Sorter Transformation Properties".
"""

from __future__ import annotations

from typing import Any

from services.migration.rules.context import Context, NotConvertible, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.nodes import computed, passed_on, transformation
from services.migration.rules.ports import scope
from services.migration.rules.relation import Column, Input, Relation, SortKey
from services.pipelines import types


def order_items(keys: tuple[SortKey, ...]) -> list[dict[str, Any]]:
    """Sort keys as the pipeline language writes them."""
    items: list[dict[str, Any]] = []
    for key in keys:
        item: dict[str, Any] = {
            "column": key.column,
            "direction": "desc" if key.descending else "asc",
            "nulls": "first" if key.nulls_first else "last",
        }
        if not key.case_sensitive:
            item["case_sensitive"] = False
        items.append(item)
    return items


def convert(context: Context) -> Outcome:
    given, before = fitted(context)
    keys = _keys(context, given)
    if not keys:
        raise NotConvertible(
            "no port is marked as a sort key, or no sort key is connected", "Mark and connect the sort keys."
        )
    nodes = [*before]
    relation = given.relation
    distinct = context.switch("Distinct")
    if distinct:
        relation, extra = _only_ports(context, given)
        nodes.extend(extra)
        if not _sensitive(context) and any(types.kind(c.type) == "string" for c in relation.columns):
            context.warn(
                "Distinct ignores letter case in PowerCenter; here rows that differ by case alone both stay.",
                confidence=0.79,
            )
    config: dict[str, Any] = {"order_by": order_items(keys)}
    if distinct:
        config["distinct"] = True
    node = transformation(context, "sql_order_by", config, [relation.ref])
    nodes.append(node)
    result = passed_on(context, relation, node["id"])
    output = Relation(result.ref, result.columns, result.ports, keys, result.action)
    return Outcome("sql_order_by", 1.0, tuple(nodes), {"": output})


def _keys(context: Context, given: Input) -> tuple[SortKey, ...]:
    low = context.switch("Null Treated Low")
    sensitive = _sensitive(context)
    keys: dict[str, SortKey] = {}
    for port in context.transformation.fields:
        column = given.ports.get(port.name)
        if port.attributes.get("ISSORTKEY", "").upper() != "YES" or column is None:
            continue
        descending = port.attributes.get("SORTDIRECTION", "").upper().startswith("DESC")
        plain = sensitive or types.kind(column.type) != "string"
        keys.setdefault(column.name, SortKey(column.name, descending, low != descending, plain))
    return tuple(keys.values())


def _sensitive(context: Context) -> bool:
    return context.attribute("Case Sensitive", "YES").upper() != "NO"


def _only_ports(context: Context, given: Input) -> tuple[Relation, list[dict[str, Any]]]:
    """The sorter's own columns alone: rows are compared by them, not by columns that merely stand beside."""
    wanted = {column.name: column for column in given.ports.values()}
    if len(wanted) == len(given.relation.columns):
        return given.relation, []
    references = scope(context)
    columns = tuple(Column(column.name, column.type) for column in wanted.values())
    by_column = {given.ports[name].name: ref for name, ref in references.references.items() if name in given.ports}
    node = transformation(
        context,
        "sql_expression",
        {"columns": [computed(column, by_column[column.name]) for column in columns]},
        [given.relation.ref],
        name=f"{context.name}__ports",
    )
    kept = {key: name for key, name in given.relation.ports.items() if name in wanted}
    return Relation(node["id"], columns, kept, (), given.relation.action), [node]
