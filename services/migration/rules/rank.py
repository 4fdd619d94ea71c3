"""Rank → `sql_rank`: the top or bottom rows of each group. Rows with equal values share a rank and the next is skipped.
Source: PowerCenter Transformation Guide, "Rank Transformation"."""

from __future__ import annotations

from typing import Any

from services.migration import types
from services.migration.ast import Role
from services.migration.rules.context import Context, NotConvertible, Outcome, connected
from services.migration.rules.nodes import passed_on, transformation
from services.migration.rules.relation import Column, Relation, SortKey, unique
from services.migration.rules.sorter import order_items

RANK_PORT = "RANKPORT"
RANK_INDEX = "RANKINDEX"


def convert(context: Context) -> Outcome:
    given = connected(context)
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
    config: dict[str, Any] = {"partition_by": groups} if groups else {}
    config.update({"order_by": order_items((key,)), "method": "rank", "keep": int(number)})
    index = next((port for port in fields if port.name.upper() == RANK_INDEX), None)
    added: tuple[Column, ...] = ()
    ports: dict[tuple[str, str], str] = {}
    if index is not None:
        added = (Column(unique(RANK_INDEX, given.relation.names()), context.type_of(index)),)
        config.update({"rank_column": added[0].name, "rank_type": added[0].type})
        ports[(context.name, index.name)] = added[0].name
    context.warn(
        f"Rows that tie for the last of the {number} ranks all stay, so a group may give more than {number} rows."
    )
    node = transformation(context, "sql_rank", config, [given.relation.ref])
    result = passed_on(context, given.relation, node["id"])
    output = Relation(result.ref, (*result.columns, *added), {**result.ports, **ports})
    return Outcome("sql_rank", 1.0, (node,), {"": output})


def _computed(context: Context) -> list[Any]:
    return [port for port in context.transformation.fields if port.name.upper() != RANK_INDEX]
