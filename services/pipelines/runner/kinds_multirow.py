"""Formulas over neighbouring rows: LAG and LEAD, and recursion where a column uses its own earlier value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.relation import Column, Relation
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context

NEIGHBOUR = re.compile(r"(prev|next)([1-9][0-9]?)", re.IGNORECASE)


def multi_row(context: Context, _port: str) -> exp.Query:
    """Values of other rows are read with LAG and LEAD; a column that uses its own earlier value needs recursion."""
    config = context.config
    own = {item["name"].casefold() for item in config["columns"]}
    given = context.given().columns
    base = sql.select(context.columns(), context.table())
    hidden: dict[str, exp.Expr] = {}
    recursive = False
    scope = {"": Relation((*given.columns, *(Column(item["name"]) for item in config["columns"])))}
    for text, side, distance in _neighbours(config["columns"], context):
        if side == "prev" and text.casefold() in own:
            if distance > 1:
                raise context.refuse("a column that uses its own value of two rows before can't be written as a query")
            recursive = True
            continue
        column = given.find(text)
        if column is None:
            raise context.refuse(f"its input has no column '{text}'")
        label = f"__{side}{distance}_{column.name}"
        hidden[f"{side}{distance}.{text}"] = sql.column(label, "__b")
        base = base.select(sql.alias(_other_row(context, column, side, distance), label), copy=False)
    base = base.select(sql.alias(sql.row_number(context.partition(), context.order()), "__n"), copy=False)
    if not recursive:
        computed = _in_order(context, hidden, scope)
        return _shown(context, sql.select((), sql.subquery(base, "__b")), computed)
    return _recursive(context, base, hidden, scope)


def _neighbours(columns: list[dict[str, Any]], context: Context) -> list[tuple[str, str, int]]:
    """Column, side and distance of every value of another row."""
    found: dict[tuple[str, str, int], None] = {}
    for item in columns:
        tree = context.expression(item["expression"], {})
        for column in tree.find_all(exp.Column):
            match = NEIGHBOUR.fullmatch(column.table)
            if match:
                found[(column.name, match[1].lower(), int(match[2]))] = None
    return list(found)


def _other_row(context: Context, column: Column, side: str, distance: int) -> exp.Expr:
    function = exp.Lag if side == "prev" else exp.Lead
    call = function(this=sql.column(column.name), offset=sql.literal(distance))
    policy = context.config.get("missing_rows", "null")
    if policy == "zero_or_empty":
        text = column.type.startswith(("string", "varchar", "char", "text"))
        call.set("default", sql.literal("" if text else 0))
    value = sql.window(call, context.partition(), context.order())
    return _or_nearest(context, column, side, distance, value) if policy == "nearest" else value


def _or_nearest(context: Context, column: Column, side: str, distance: int, value: exp.Expr) -> exp.Expr:
    """The value; that of the first or last row where there are not so many before or after."""
    keys = context.order(reverse=side == "next")
    beyond = exp.LTE(this=sql.row_number(context.partition(), keys), expression=sql.literal(distance))
    edge = sql.window(exp.FirstValue(this=sql.column(column.name)), context.partition(), keys)
    return exp.Case().when(beyond, edge).else_(value)


def _in_order(context: Context, hidden: dict[str, exp.Expr], scope: dict[str, Relation]) -> dict[str, exp.Expr]:
    """The computed columns as trees over the base; each sees those before it."""
    given = {column.name: sql.column(column.name, "__b") for column in context.given().columns.columns}
    seen: dict[str, exp.Expr] = {**given, **hidden}
    computed: dict[str, exp.Expr] = {}
    for item in context.config["columns"]:
        tree = context.expression(item["expression"], scope, inner=seen)
        tree = sql.cast(tree, item.get("type", "unknown"))
        computed[item["name"]] = tree
        seen[item["name"]] = tree
    return computed


def _shown(context: Context, select: exp.Select, computed: dict[str, exp.Expr]) -> exp.Select:
    for column in context.output.columns:
        value = computed.get(column.name) or sql.column(column.name, "__b")
        select = select.select(sql.alias(value, column.name), copy=False)
    return select


def _recursive(
    context: Context, base: exp.Select, hidden: dict[str, exp.Expr], scope: dict[str, Relation]
) -> exp.Query:
    """Row 1 of each group first, then row by row, each seeing the values computed for the row before."""
    if context.config.get("missing_rows") == "nearest":
        raise context.refuse("a column that uses its own earlier value has no nearest value at the first row")
    names = [item["name"] for item in context.config["columns"]]
    initial = "zero_or_empty" if context.config.get("missing_rows") == "zero_or_empty" else "null"
    kinds = {item["name"]: item.get("type", "unknown") for item in context.config["columns"]}
    nothing = {f"prev1.{name}": _missing(initial, kinds[name]) for name in names}
    before = {f"prev1.{name}": sql.column(name, "__w") for name in names}
    first = exp.EQ(this=sql.column("__n", "__b"), expression=sql.literal(1))
    follows: list[exp.Expr] = [
        exp.EQ(
            this=sql.column("__n", "__b"),
            expression=exp.Add(this=sql.column("__n", "__w"), expression=sql.literal(1)),
        )
    ]
    groups = [column.name for column in context.partition() if isinstance(column, exp.Column)]
    follows += [sql.same(sql.column(f"__g{i}", "__w"), sql.column(text, "__b")) for i, text in enumerate(groups)]
    marks = [sql.alias(sql.column(text, "__b"), f"__g{i}") for i, text in enumerate(groups)]
    number = sql.alias(sql.column("__n", "__b"), "__n")
    start = _shown(context, exp.select(), _in_order(context, {**hidden, **nothing}, scope))
    start = start.select(number, *marks, copy=False).from_(sql.table("__b"), copy=False).where(first, copy=False)
    step = _shown(context, exp.select(), _in_order(context, {**hidden, **before}, scope))
    step = step.select(number.copy(), *(mark.copy() for mark in marks), copy=False).from_(sql.table("__b"), copy=False)
    step = step.join(sql.table("__w"), on=sql.both(follows), copy=False)
    walk = exp.union(start, step, distinct=False, copy=False)
    select = sql.select([sql.alias(sql.column(text), text) for text in context.output.names], sql.table("__w"))
    return select.with_(sql.name("__b"), as_=base, recursive=True).with_(sql.name("__w"), as_=walk, recursive=True)


def _missing(policy: str, kind: str) -> exp.Expr:
    text = kind.startswith(("string", "varchar", "char", "text"))
    value = None if policy == "null" else "" if text else 0
    return sql.cast(sql.literal(value), kind)


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {"multi_row_formula": multi_row}
