"""Joiner → `sql_join`: the detail input is left, the master input right.

Normal Join keeps pairs, Master Outer all detail rows, Detail Outer all master rows, Full Outer both. Nulls never
match. Sorted input only tells the tool how to work; the result is the same. Source: PowerCenter Transformation Guide,
"Defining the Join Type".
"""

from __future__ import annotations

from services.migration.rules.context import Context, NotConvertible, Outcome, Scope
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import scope
from services.migration.rules.relation import Relation
from services.pipelines import types

JOIN_TYPES = {
    "": "inner",
    "normal join": "inner",
    "master outer join": "left",
    "detail outer join": "right",
    "full outer join": "full",
}


def convert(context: Context) -> Outcome:
    if set(context.inputs) != {"master", "detail"}:
        missing = {"master", "detail"} - set(context.inputs)
        raise NotConvertible(f"its {' and '.join(sorted(missing))} input is not connected", "Connect both inputs.")
    kind = JOIN_TYPES.get(context.attribute("Join Type").lower())
    if kind is None:
        raise NotConvertible(f"its join type '{context.attribute('Join Type')}' is unknown", "Choose a join type.")
    left, right = context.inputs["detail"].relation, context.inputs["master"].relation
    found = scope(context, alias="l.", group="detail")
    master = scope(context, alias="r.", group="master")
    both = Scope({**found.references, **master.references}, {**found.types, **master.types})
    text = context.attribute("Join Condition")
    if not text:
        raise NotConvertible("it has no join condition", "Enter the Joiner's condition.")
    condition = context.condition(text, "Join condition", _folded(context, both))
    outputs = [port for port in context.transformation.fields if port.role.gives_output]
    columns = [(port, context.column(port)) for port in outputs]
    config = {
        "type": kind,
        "left": left.ref,
        "right": right.ref,
        "condition": condition,
        "columns": [computed(column, both.references[port.name]) for port, column in columns],
    }
    node = transformation(context, "sql_join", config, [left.ref, right.ref])
    ports = {(context.name, port.name): column.name for port, column in columns}
    relation = Relation(node["id"], tuple(column for _, column in columns), ports)
    return Outcome("sql_join", 1.0, (node,), {"": relation})


def _folded(context: Context, both: Scope) -> Scope:
    """For a comparison that ignores letter case: the same references in upper case, as sorted orders have them."""
    if context.attribute("Case Sensitive String Comparison", "YES").upper() != "NO":
        return both
    folded = {
        name: f"UPPER({text})" if types.kind(both.types[name]) == "string" else text
        for name, text in both.references.items()
    }
    return Scope(folded, both.types)
