"""Rank → `sql_rank`: the top or bottom rows of each group, then their places among each other.

No more rows stay than there are ranks; rows with equal values share an index and the next is skipped. Source:
PowerCenter Transformation Guide, "Rank Transformation" ("Rank Caches", "Rank Index")."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.migration.ast import Role
from services.migration.rules import variables
from services.migration.rules.context import Context, Node, NotConvertible, Outcome, Scope
from services.migration.rules.fit import fitted
from services.migration.rules.names import column_name
from services.migration.rules.nodes import computed, passed_on, transformation
from services.migration.rules.ports import computed_value, scope
from services.migration.rules.relation import Column, Input, Relation, SortKey, unique
from services.migration.rules.sorter import order_items
from services.pipelines import types

RANK_PORT = "RANKPORT"
RANK_INDEX = "RANKINDEX"


def convert(context: Context) -> Outcome:
    given, before = _with_computed(context, *fitted(context))
    fields = context.transformation.fields
    ranked = next((port for port in fields if RANK_PORT in port.expression_kind.upper()), None)
    if ranked is None or ranked.name not in given.ports:
        raise NotConvertible("no connected port is marked as the rank port", "Mark the port to rank by.")
    number = context.attribute("Number Of Ranks") or context.attribute("Number of Ranks")
    if not number.isdigit() or number == "0":
        raise NotConvertible(f"its number of ranks is '{number}'", "Enter how many ranks it keeps.")
    top = context.attribute("Top/Bottom", "Top").upper() != "BOTTOM"
    column = given.ports[ranked.name]
    sensitive = context.attribute("Case Sensitive String Comparison", "YES").upper() != "NO"
    key = SortKey(column.name, top, False, sensitive or types.kind(column.type) != "string")
    groups = [
        given.ports[port.name].name
        for port in fields
        if "GROUPBY" in port.expression_kind.upper() and port.name in given.ports
    ]
    partition: dict[str, Any] = {"partition_by": groups} if groups else {}
    order = {"order_by": order_items((key,))}
    # The cache holds as many rows as there are ranks, and a row takes a cached one's place only if it outranks it.
    config = {**partition, **order, "method": "row_number", "keep": int(number)}
    context.warn(
        f"Of rows that tie for the last of the {number} places, those stay that come first; no order says which."
    )
    context.warn("Null ranks after every value here; where PowerCenter places it is not documented.")
    index = next((port for port in fields if port.name.upper() == RANK_INDEX), None)
    shown = index is not None and (context.name, index.name) in context.wanted
    first = transformation(
        context, "sql_rank", config, [given.relation.ref], name=f"{context.name}__kept" if shown else ""
    )
    result = passed_on(context, given.relation, first["id"])
    if index is None or not shown:
        return Outcome("sql_rank", 1.0, (*before, first), {"": Relation(result.ref, result.columns, result.ports)})
    column = Column(unique(RANK_INDEX, given.relation.names()), context.type_of(index))
    numbered = {**partition, **order, "method": "rank", "rank_column": column.name, "rank_type": column.type}
    node = transformation(context, "sql_rank", numbered, [first["id"]])
    ports = {**result.ports, (context.name, index.name): column.name}
    output = Relation(node["id"], (*result.columns, column), ports)
    return Outcome("sql_rank", 1.0, (*before, first, node), {"": output})


def _with_computed(context: Context, given: Input, before: list[Node]) -> tuple[Input, list[Node]]:
    """The input with the ports that the Rank computes from each row before it ranks them."""
    own = [port for port in context.transformation.fields if port.computes and port.name.upper() != RANK_INDEX]
    outputs = [port for port in own if port.role.gives_output and not port.role.takes_input]
    if not outputs and not any(port.role is Role.VARIABLE for port in own):
        return given, before
    found = scope(context)
    taken = given.relation.names()
    columns = {port.name: Column(unique(column_name(port.name), taken), context.type_of(port)) for port in outputs}
    local = variables.convert(context, found, given.relation, taken)
    full = Scope({**found.references, **local.references}, found.types)
    config: dict[str, Any] = {"variables": local.steps} if local.steps else {}
    config["columns"] = [
        computed(columns[port.name], computed_value(context, port, f"Port {port.name}", full).sql) for port in outputs
    ]
    config["passthrough"] = ["*"]
    node = transformation(context, "sql_expression", config, [given.relation.ref], name=f"{context.name}__computed")
    ports = {(context.name, name): column.name for name, column in columns.items()}
    relation = replace(
        given.relation,
        ref=node["id"],
        columns=(*given.relation.columns, *columns.values()),
        ports={**given.relation.ports, **ports},
    )
    return Input(relation, {**given.ports, **columns}), [*before, node]
