"""Rules about several columns, the order of rows, other tables, or a condition of one's own: CUSTOM_SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, added, filled, number, untrue
from services.copilot.quality.compiling.conditions import condition, picked
from services.copilot.quality.compiling.json_schemas import not_of_schema
from services.copilot.quality.compiling.rows import (
    RowCheck,
    considered_rows,
    finite,
    its_column,
    windowed,
)
from services.copilot.quality.rule import RefusedRuleError, Rule

OPERATORS: Mapping[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def custom(rule: Rule, build: Builder, source: exp.Expr) -> RowCheck:
    """The check that the parameters name; the first of FORMS that is there."""
    form = next((compile_ for key, compile_ in FORMS if rule.parameters.get(key) is not None), None)
    if form is None:
        raise RefusedRuleError(f"CUSTOM_SQL: give one of {', '.join(key for key, _ in FORMS)}")
    return form(rule, build, source)


def _condition(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """`condition` is what must hold; unknown is not a failure."""
    return RowCheck(exp.Not(this=exp.paren(condition(build, rule.parameters["condition"]))))


def forbidden(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """`forbidden` is what must hold in no row, in the form of `where`."""
    return RowCheck(picked(build, rule.parameters["forbidden"]))


def compared(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Two columns of a row: `left operator right`, the right one times `factor`."""
    given = rule.parameters
    operator = OPERATORS.get(str(given.get("operator", "")))
    if operator is None or not isinstance(given.get("right"), str):
        raise RefusedRuleError(f"operator: give one of {' '.join(OPERATORS)} between columns `left` and `right`")
    left, right = build.column(given["left"]), build.column(given["right"])
    other: exp.Expr = right
    if given.get("factor") is not None:
        other = exp.Mul(this=right, expression=number(finite(given["factor"], "factor")))
    holds = operator(this=left, expression=other)
    return RowCheck(untrue(holds), considered_rows([left, right], given.get("ignore_nulls", "any")))


def pairs(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Two columns whose values, together, are none of the `pairs`."""
    given = rule.parameters
    names = list(given.get("columns") or ())
    listed = given["pairs"]
    if not names or not isinstance(listed, list | tuple) or any(len(each) != len(names) for each in listed):
        raise RefusedRuleError("pairs: give `columns`, and a list of as many values for each pair")
    columns = [build.column(name) for name in names]
    members = [
        exp.and_(*(_equals(build, name, value) for name, value in zip(names, each, strict=True))) for each in listed
    ]
    failing = untrue(exp.or_(*members)) if members else exp.EQ(this=number(1), expression=number(1))
    return RowCheck(failing, considered_rows(columns, given.get("ignore_nulls", "any")))


def _equals(build: Builder, name: str, value: object) -> exp.Expr:
    column = build.column(name)
    if value is None:
        return exp.Is(this=column, expression=exp.Null())
    if build.family(name) == "text" and not isinstance(value, str):
        return exp.EQ(this=column, expression=exp.Literal.string(str(value)))
    return exp.EQ(this=column, expression=build.value(value, build.family(name)))


def sums(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Columns of a row whose sum is not the number, or the column, that it should be."""
    given = rule.parameters
    columns = [build.column(name) for name in given.get("columns") or ()]
    if not columns:
        raise RefusedRuleError("sum: give the `columns` that are added up")
    total = build.column(given["sum_of"]) if given.get("sum_of") else number(finite(given.get("sum"), "sum"))
    tolerance = finite(given.get("tolerance", 1e-9), "tolerance")
    difference = exp.Sub(this=exp.paren(added([each.copy() for each in columns])), expression=total)
    failing = untrue(exp.LTE(this=exp.Abs(this=difference), expression=number(tolerance)))
    return RowCheck(failing, considered_rows(list(columns), given.get("ignore_nulls", "all")))


def ordered(rule: Rule, build: Builder, source: exp.Expr) -> RowCheck:
    """Rows whose value goes the wrong way from the row before."""
    given, column = rule.parameters, build.column(its_column(rule))
    wrong: Mapping[tuple[str, bool], Any] = {
        ("increasing", False): exp.LT,
        ("increasing", True): exp.LTE,
        ("decreasing", False): exp.GT,
        ("decreasing", True): exp.GTE,
    }
    asked = (str(given["order"]), bool(given.get("strict")))
    if asked not in wrong:
        raise RefusedRuleError(f"order: {given['order']!r} is neither increasing nor decreasing")
    if not given.get("order_by"):
        raise RefusedRuleError("order: a table has no order; name the column that gives it as `order_by`")
    by = build.sql(build.column(given["order_by"]))
    inner = windowed(build, source, f"LAG({build.sql(column)}) OVER (ORDER BY {by})", "dq_before")
    failing = wrong[asked](this=column.copy(), expression=exp.column("dq_before"))
    return RowCheck(failing, None, inner.where(*filled([column])).subquery("q"))


def required(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Rows that have the column filled and the `requires` one not."""
    considered = exp.and_(*filled([build.column(its_column(rule))]))
    return RowCheck(exp.Is(this=build.column(rule.parameters["requires"]), expression=exp.Null()), considered)


def referenced(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """Values that the other table's column has not: `references: {table, column, schema}`."""
    other = rule.parameters["references"]
    if not isinstance(other, Mapping) or not other.get("table"):
        raise RefusedRuleError("references: give {table, column}")
    column = build.column(its_column(rule))
    far = build.column(str(other.get("column") or rule.column))
    table = build.table(str(other["table"]), str(other.get("schema") or ""))
    known = exp.select(far).from_(table).where(*filled([far]))
    return RowCheck(exp.Not(this=exp.In(this=column.copy(), query=known.subquery())), exp.and_(*filled([column])))


def json_schema(rule: Rule, build: Builder, _source: exp.Expr) -> RowCheck:
    """JSON texts that a flat JSON Schema does not allow."""
    name = its_column(rule)
    considered = exp.and_(*filled([build.column(name)]))
    return RowCheck(not_of_schema(build, build.text(name), rule.parameters["json_schema"]), considered)


Form = Callable[[Rule, Builder, exp.Expr], RowCheck]
FORMS: tuple[tuple[str, Form], ...] = (
    ("condition", _condition),
    ("forbidden", forbidden),
    ("pairs", pairs),
    ("sum", sums),
    ("sum_of", sums),
    ("order", ordered),
    ("requires", required),
    ("references", referenced),
    ("json_schema", json_schema),
    ("left", compared),
)
