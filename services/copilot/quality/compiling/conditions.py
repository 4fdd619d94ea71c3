"""Conditions and queries that come as SQL text: one expression, or one query, that can only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder
from services.copilot.quality.rule import RefusedRuleError
from services.copilot.sql.dangers import is_read_only

MOST = 4_000


def condition(build: Builder, text: object) -> exp.Expr:
    """A boolean expression over the table's columns, without subqueries. Raises RefusedRuleError."""
    if not isinstance(text, str) or not text.strip() or len(text) > MOST:
        raise RefusedRuleError(f"condition: give an SQL condition of at most {MOST:,} characters")
    wrapped = build.read(f"SELECT 1 FROM {build.sql(build.table())} WHERE {text}")  # noqa: S608 - why: it is parsed, never run
    where = wrapped.args.get("where") if isinstance(wrapped, exp.Select) else None
    extras = {key for key, value in wrapped.args.items() if value} - {"expressions", "from_", "where", "kind"}
    if where is None or extras or where.find(exp.Query) or not is_read_only([wrapped]):
        raise RefusedRuleError(f"condition: {text[:100]!r} is more than a condition over the table's columns")
    inner: exp.Expr = where.this
    return inner


def picked(build: Builder, where: object) -> exp.Expr:
    """The rows that a rule is about: SQL text, or `{"all": [{column, operator, value}]}` (or `any`; `negated`)."""
    if not isinstance(where, Mapping):
        return condition(build, where)
    key = "any" if "any" in where else "all"
    parts = where.get(key)
    if not isinstance(parts, list | tuple) or not parts or set(where) - {"any", "all", "negated"}:
        raise RefusedRuleError('where: give SQL text, or {"all": [{"column": …, "operator": …, "value": …}]}')
    joined = (exp.or_ if key == "any" else exp.and_)(*(_compared(build, part) for part in parts))
    return exp.Not(this=exp.paren(joined)) if where.get("negated") else joined


_SIGNS: Mapping[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def _compared(build: Builder, part: Any) -> exp.Expr:
    name, sign, value = (
        (part.get(key) for key in ("column", "operator", "value")) if isinstance(part, Mapping) else (None,) * 3
    )
    if not isinstance(name, str) or not name:
        raise RefusedRuleError(f"where: {part!r} names no column")
    column, kind = build.column(name), build.family(name)
    if sign in ("IS NULL", "IS NOT NULL"):
        empty = exp.Is(this=column, expression=exp.Null())
        return empty if sign == "IS NULL" else exp.Not(this=empty)
    if sign in ("IN", "NOT IN"):
        values = [build.value(each, kind) for each in (value if isinstance(value, list | tuple) else [value])]
        one = exp.EQ(this=column, expression=values[0]) if len(values) == 1 else exp.In(this=column, expressions=values)
        return one if sign == "IN" else exp.Not(this=exp.paren(one))
    if sign not in _SIGNS:
        raise RefusedRuleError(f"where: {sign!r} is no operator")
    return _SIGNS[str(sign)](this=column, expression=build.value(value, kind))


def query(build: Builder, text: object) -> exp.Expr:
    """One read-only query whose rows are failures. Raises RefusedRuleError."""
    if not isinstance(text, str) or not text.strip() or len(text) > MOST:
        raise RefusedRuleError(f"query: give one SELECT of at most {MOST:,} characters")
    found = build.read(text.strip().rstrip(";"))
    if not isinstance(found, exp.Query) or not is_read_only([found]):
        raise RefusedRuleError("query: it is no SELECT that can only read")
    return found
