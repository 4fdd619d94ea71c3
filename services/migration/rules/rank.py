"""Rank → `sql_rank`: the top or bottom rows of each group, then their places among each other.

No more rows stay than there are ranks; rows with equal values share an index and the next is skipped. Source:
PowerCenter Transformation Guide, "Rank Transformation" ("Rank Caches", "Rank Index")."""

from __future__ import annotations

from typing import Any

from services.migration import types
from services.migration.ast import Role
from services.migration.rules.context import Context, NotConvertible, Outcome
from services.migration.rules.fit import fitted
from services.migration.rules.nodes import passed_on, transformation
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.sorter import order_items

RANK_PORT = "RANKPORT"
RANK_INDEX = "RANKINDEX"


def convert(context: Context) -> Outcome:
    given, before = fitted(context)
    fields = context.transformation.fields
    ranked = next((port for port in fields if RANK_PORT in port.expression_kind.upper()), None)
    if ranked is None or ranked.name not in given.ports:
        raise NotConvertible("no connected port is marked as the rank port", "Mark the port to rank by.")
    if any(port.role is Role.VARIABLE or (port.computes and not port.role.takes_input) for port in _computed(context)):
        raise NotConvertible("it computes ports of its own", "Move the expressions into an Expression before it.")
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


def _computed(context: Context) -> list[Any]:
    return [port for port in context.transformation.fields if port.name.upper() != RANK_INDEX]
