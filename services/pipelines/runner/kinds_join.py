"""Kinds that put rows of two inputs beside each other: joins, lookups, appends."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context


def join(context: Context, port: str) -> exp.Query:
    condition = context.expression(context.config["condition"], context.sides())
    if port in ("left_only", "right_only"):
        own, other = ("left", "right") if port == "left_only" else ("right", "left")
        return _without_match(context, own, other, condition, context.columns(own, own[0]))
    select = sql.select(_computed(context), context.table("left", "l"))
    return select.join(context.table("right", "r"), on=condition, join_type=context.config["type"], copy=False)


def _without_match(context: Context, own: str, other: str, condition: exp.Expr, columns: list[exp.Expr]) -> exp.Select:
    """Columns of the rows of one side for which no row of the other meets the condition."""
    partner = sql.select([sql.literal(1)], context.table(other, other[0])).where(condition.copy(), copy=False)
    return sql.select(columns, context.table(own, own[0])).where(exp.Not(this=exp.Exists(this=partner)), copy=False)


def lookup(context: Context, port: str) -> exp.Query:
    config = context.config
    condition = context.expression(config["condition"], context.sides())
    if port == "no_match":
        return _without_match(context, "left", "right", condition, context.columns("left", "l"))
    policy, unmatched = config.get("policy", "any"), config.get("on_no_match", "nulls")
    if unmatched == "error":
        left_over = _without_match(context, "left", "right", condition, _keys(context, condition))
        context.guard("it looks up rows that are not there, which its configuration makes an error", left_over)
    if policy == "error":
        several = _matched_by_several(context, condition)
        context.guard("several rows meet its condition, which its configuration makes an error", several)
    how = "inner" if unmatched == "drop" else "left"
    if policy == "all":
        select = sql.select(_computed(context), context.table("left", "l"))
        return select.join(context.table("right", "r"), on=condition, join_type=how, copy=False)
    keys = context.order(field_name="right", source="r", reverse=policy == "last")
    rank = sql.row_number([sql.column("__row", "l")], keys)
    inner = sql.select([*_computed(context), sql.alias(rank, "__n")], _numbered_left(context))
    inner = inner.join(context.table("right", "r"), on=condition, join_type=how, copy=False)
    first = exp.EQ(this=sql.column("__n"), expression=sql.literal(1))
    return sql.select(context.outputs(), sql.subquery(inner, "__p")).where(first, copy=False)


def _numbered_left(context: Context) -> exp.Subquery:
    """The left rows with a number each, as `__row`."""
    numbered = sql.select(["*", sql.alias(sql.row_number(), "__row")], context.table("left"))
    return sql.subquery(numbered, "l")


def _keys(context: Context, condition: exp.Expr) -> list[exp.Expr]:
    """The left columns that a condition names, by which a row can be found again; all, where it names none."""
    named = {column.name: None for column in condition.find_all(exp.Column) if column.table == "l"}
    return [sql.alias(sql.column(text, "l"), text) for text in named] or context.columns("left", "l")


def _matched_by_several(context: Context, condition: exp.Expr) -> exp.Select:
    keys = _keys(context, condition)
    select = sql.select(keys, _numbered_left(context))
    select = select.join(context.table("right", "r"), on=condition.copy(), copy=False)
    select = select.group_by(sql.column("__row", "l"), *(key.this.copy() for key in keys), copy=False)
    return select.having(exp.GT(this=exp.Count(this=exp.Star()), expression=sql.literal(1)), copy=False)


def append(context: Context, _port: str) -> exp.Query:
    select = sql.select(_computed(context), context.table("left", "l"))
    return select.join(context.table("right", "r"), join_type="cross", copy=False)


def _computed(context: Context) -> list[exp.Expr]:
    return [
        context.typed(item["name"], context.expression(item["expression"], context.sides()))
        for item in context.config["columns"]
    ]


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {
    "sql_join": join,
    "sql_join_pushdown": lookup,
    "append": append,
}
