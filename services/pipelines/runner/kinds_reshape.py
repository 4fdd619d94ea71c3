"""Kinds that give rows another shape: columns into rows, rows into columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context

AGGREGATES = {"max": exp.Max, "min": exp.Min, "sum": exp.Sum, "avg": exp.Avg, "count": exp.Count}


def _times(count: int) -> exp.Subquery:
    """The numbers 1 to `count` as `__t.__i`."""
    rows = [exp.select(sql.alias(sql.literal(index + 1), "__i")) for index in range(count)]
    query: exp.Query = rows[0] if count == 1 else exp.union(*rows, distinct=False, copy=False)
    return sql.subquery(query, "__t")


def _by_occurrence(values: Sequence[exp.Expr]) -> exp.Expr:
    """Of the values, which become part of it, that of the number of the row."""
    found = exp.Case(this=sql.column("__i", "__t"))
    for index, value in enumerate(values):
        found = found.when(sql.literal(index + 1), value, copy=False)
    return found


def normalizer(context: Context, _port: str) -> exp.Query:
    config = context.config
    source: exp.Expr = context.table("", "__s")
    if "generated_key" in config:
        key = config["generated_key"]
        items = context.ordered(key.get("order_by") or ())
        number = exp.Add(this=sql.row_number((), items), expression=sql.literal(key.get("start", 1) - 1))
        source = sql.subquery(sql.select(["*", sql.alias(number, "__k")], context.table()), "__s")
    select = sql.select((), source).join(_times(config["occurs"]), join_type="cross", copy=False)
    columns = {
        item["name"]: [context.named(text, "", "__s") if text else exp.null() for text in item["from"]]
        for item in config["columns"]
    }
    generated = {
        config.get("generated_key", {}).get("name"): sql.column("__k", "__s"),
        config.get("index_column"): sql.column("__i", "__t"),
    }
    for column in context.output.columns:
        if column.name in columns:
            value: exp.Expr = _by_occurrence(columns[column.name])
        else:
            value = generated.get(column.name) or context.named(column.name, "", "__s")
        select = select.select(context.typed(column.name, value), copy=False)
    if not config.get("skip_nulls"):
        return select
    held = [
        exp.Not(this=exp.Is(this=_by_occurrence([v.copy() for v in values]), expression=exp.null()))
        for values in columns.values()
    ]
    return select.where(exp.or_(*held), copy=False)


def unpivot(context: Context, _port: str) -> exp.Query:
    config = context.config
    kind = config.get("value_type", "unknown")
    values = [sql.cast(context.named(item["column"], "", "__s"), kind) for item in config["columns"]]
    labels: list[exp.Expr] = [sql.literal(item.get("label", item["column"])) for item in config["columns"]]
    made = {config["name_column"]: _by_occurrence(labels), config["value_column"]: _by_occurrence(values)}
    select = sql.select((), context.table("", "__s")).join(_times(len(values)), join_type="cross", copy=False)
    for column in context.output.columns:
        value = made.get(column.name) or context.named(column.name, "", "__s")
        select = select.select(context.typed(column.name, value), copy=False)
    if not config.get("skip_nulls"):
        return select
    return select.where(
        exp.Not(this=exp.Is(this=_by_occurrence([v.copy() for v in values]), expression=exp.null())), copy=False
    )


def pivot(context: Context, _port: str) -> exp.Query:
    config = context.config
    groups = [context.named(text) for text in config.get("group_by") or ()]
    select = sql.select((sql.alias(column, column.name) for column in groups), context.table())
    for item in config["columns"]:
        key: exp.Expr = context.named(config["key"])
        met = exp.Is(this=key, expression=exp.null()) if item["when"] is None else key.eq(sql.literal(item["when"]))
        value = exp.Case().when(met, context.named(item["value"]))
        select = select.select(
            context.typed(item["name"], AGGREGATES[item.get("aggregate", "max")](this=value)), copy=False
        )
    return select.group_by(*(column.copy() for column in groups), copy=False)


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {
    "normalizer": normalizer,
    "unpivot": unpivot,
    "pivot": pivot,
}
