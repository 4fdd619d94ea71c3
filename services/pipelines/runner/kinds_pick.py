"""Kinds that keep a part of the rows: without repeats, the first or last, a sample."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.context import Context

HASHES = frozenset({"duckdb", "postgresql", "snowflake"})
"""Dialects whose MD5 gives its value as hexadecimal digits in lower case."""
DIGITS = 8


def _numbered(context: Context, number: exp.Expr) -> exp.Select:
    """The input with a number for each row, as `__n`."""
    inner = sql.select([*context.columns(), sql.alias(number, "__n")], context.table())
    return sql.select(context.own(), sql.subquery(inner, "__p"))


def _compared(operator: type[exp.Binary], value: int) -> exp.Expr:
    return operator(this=sql.column("__n"), expression=sql.literal(value))


def distinct(context: Context, port: str) -> exp.Query:
    columns = [context.named(text) for text in context.config.get("columns") or context.names()]
    numbered = _numbered(context, sql.row_number(columns, context.order()))
    return numbered.where(_compared(exp.GT if port == "duplicates" else exp.EQ, 1), copy=False)


def limit(context: Context, _port: str) -> exp.Query:
    config = context.config
    keys = context.order(reverse=config.get("method") == "last")
    numbered = _numbered(context, sql.row_number(context.partition(), keys))
    return numbered.where(_compared(exp.GT if config.get("method") == "skip" else exp.LTE, config["rows"]), copy=False)


def sample(context: Context, port: str) -> exp.Query:
    config = context.config
    if config["method"] == "every_nth":
        place = exp.paren(exp.Sub(this=sql.column("__n"), expression=sql.literal(1)))
        chosen = exp.EQ(this=exp.Mod(this=place, expression=sql.literal(config["rows"])), expression=sql.literal(0))
        numbered = _numbered(context, sql.row_number(context.partition(), context.order()))
        return numbered.where(exp.Not(this=chosen) if port == "rest" else chosen, copy=False)
    fixed = "seed" in config or "rest" in context.ports
    drawn = sql.subquery(_drawn(context, fixed), "__d")
    if config["method"] == "random_percent":
        low = exp.LT(this=sql.column("__x"), expression=_share(config["percent"], fixed))
        return sql.select(context.own(), drawn).where(exp.Not(this=low) if port == "rest" else low, copy=False)
    number = sql.row_number(context.partition(), [exp.Ordered(this=sql.column("__x"))])
    inner = sql.select([*context.own(), sql.alias(number, "__n")], drawn)
    outer = sql.select(context.own(), sql.subquery(inner, "__p"))
    return outer.where(_compared(exp.GT if port == "rest" else exp.LTE, config["rows"]), copy=False)


def _drawn(context: Context, fixed: bool) -> exp.Select:
    """The input with a lot for each row, as `__x`: a number below 1, or the digits of a hash.

    A hash, of the seed and the row's values, is drawn again and again alike: for a seed, and where both ports are read.
    """
    if not fixed:
        return sql.select([*context.columns(), sql.alias(exp.Rand(), "__x")], context.table())
    if context.target not in HASHES:
        raise context.refuse(
            f"a sample that can be drawn again needs MD5 as text, which {context.target} does not have"
        )
    seed = context.config.get("seed", context.run_number)
    parts = [_shown(context, text) for text in context.names()]
    repeated = sql.row_number([sql.column(text) for text in context.names()])
    value = sql.cast(repeated, "text")
    for part in (*parts, sql.literal(str(seed))):
        value = exp.DPipe(
            this=exp.DPipe(this=part, expression=sql.literal("|"), safe=True), expression=value, safe=True
        )
    return sql.select([*context.columns(), sql.alias(exp.MD5(this=value), "__x")], context.table())


def _shown(context: Context, text: str) -> exp.Expr:
    return exp.Coalesce(this=sql.cast(context.named(text), "text"), expressions=[sql.literal("~")])


def _share(percent: float, fixed: bool) -> exp.Expr:
    """The lot below which a row is chosen."""
    if not fixed:
        return sql.literal(percent / 100)
    place = round(percent / 100 * 16**DIGITS)
    return sql.literal(f"{place:0{DIGITS}x}" if place < 16**DIGITS else "g")  # after every digit


COMPILERS: dict[str, Callable[[Context, str], exp.Query]] = {"distinct": distinct, "limit": limit, "sample": sample}
