"""Aggregators with an aggregate inside another: the inner ones group by the ports, the outer ones take all groups.

`MAX(COUNT(ITEM))` grouped by CITY counts the items of each city and gives the greatest count, in one row. Source:
Informatica Transformation Language Reference, "Aggregate Functions" ("Nesting").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from services.migration.ast import TransformationField
from services.migration.expressions import ExpressionError, parse
from services.migration.expressions.nodes import Call, Node, walk
from services.migration.expressions.powercenter.catalogue import FUNCTIONS
from services.migration.rules import sql
from services.migration.rules.context import Context, NotConvertible, Outcome, Scope, connected
from services.migration.rules.nodes import computed, transformation
from services.migration.rules.ports import computed_value, scope
from services.migration.rules.relation import Column, Relation, unique

ANY_ROW = "COUNT(*) > 0"
TYPES = {"string": "varchar", "date": "timestamp", "number": "decimal(38,10)"}
OF_FUNCTION = {"COUNT": "bigint", **dict.fromkeys(("AVG", "MEDIAN", "STDDEV", "VARIANCE", "PERCENTILE"), "double")}
"""What an inner aggregate gives: its own type, else that of its kind of value."""


def inner_calls(text: str) -> list[Call]:
    """The aggregates that stand inside another aggregate, in the order of the text; [] where it cannot be read."""
    try:
        tree = parse(text)
    except (ExpressionError, RecursionError):
        return []
    outer = [call for call in walk(tree) if _is_aggregate(call)]
    return [inner for call in outer for inner in _inside(call)]


def _inside(call: Node) -> Iterator[Call]:
    yield from (node for node in walk(call) if node is not call and _is_aggregate(node))


def _is_aggregate(node: Node) -> TypeGuard[Call]:
    return (
        isinstance(node, Call)
        and not node.prefix
        and node.name.upper() in FUNCTIONS
        and (FUNCTIONS[node.name.upper()].aggregate)
    )


@dataclass
class _Inner:
    """The columns of the inner grouping, and how the outer expressions call them."""

    columns: list[tuple[Column, str]] = field(default_factory=list)
    found: Scope = field(default_factory=Scope)


def convert(context: Context, keys: dict[str, str]) -> Outcome:
    """The outcome of such an Aggregator; `keys`: group port → SQL. Raises NotConvertible where it gives more."""
    relation = connected(context).relation
    inner, given = _Inner(), scope(context)
    outputs = [port for port in context.transformation.fields if port.role.gives_output]
    nested = [port for port in outputs if port.computes and inner_calls(port.expression)]
    mixed = [port.name for port in outputs if port not in nested and (context.name, port.name) in context.wanted]
    if mixed:
        raise NotConvertible(
            f"it nests aggregate functions and also gives {', '.join(mixed)}, whose value in the one row that comes "
            "out is not documented",
            "Split it in two Aggregators.",
        )
    taken = relation.names()
    columns = [(context.column(port), _outer(context, port, inner, given, taken)) for port in nested]
    if context.refusals:
        raise NotConvertible("; ".join(context.refusals), "Correct its ports.")
    grouping: dict[str, object] = {"group_by": list(dict.fromkeys(keys.values()))} if keys else {}
    grouping["columns"] = [computed(column, text) for column, text in inner.columns]
    first = transformation(context, "sql_group_by", grouping, [relation.ref], name=f"{context.name}__inner")
    config = {"columns": [computed(column, text) for column, text in columns], "having": ANY_ROW}
    node = transformation(context, "sql_group_by", config, [first["id"]])
    ports = {(context.name, port.name): column.name for port, (column, _) in zip(nested, columns, strict=True)}
    output = Relation(node["id"], tuple(column for column, _ in columns), ports)
    return Outcome("sql_group_by", 1.0, (first, node), {"": output})


def _outer(context: Context, port: TransformationField, inner: _Inner, given: Scope, taken: set[str]) -> str:
    """The port's expression over the columns of the inner grouping, which it adds to."""
    text, place = port.expression, f"Port {port.name}"
    for call in sorted(inner_calls(text), key=lambda node: node.start, reverse=True):
        own = text[call.start : call.end]
        result = context.expression(own, place, given, aggregate=True)
        name = unique(f"inner_{len(inner.columns) + 1}", taken)
        column = Column(name, OF_FUNCTION.get(call.name.upper()) or TYPES.get(result.type, "varchar"))
        inner.columns.append((column, result.sql))
        inner.found.references[name] = sql.identifier(name, context.dialect)
        inner.found.types[name] = column.type
        text = text[: call.start] + name + text[call.end :]
    return computed_value(context, replace(port, expression=text), place, inner.found, aggregate=True).sql
