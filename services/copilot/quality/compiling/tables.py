"""Rules about a table: one row with what was measured, and when it fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from services.copilot.quality.compiling.building import Builder, bounds, counted, filled, number
from services.copilot.quality.compiling.rows import (
    RowCheck,
    completeness_of_columns,
    finite,
    its_column,
    moment,
    windowed,
)
from services.copilot.quality.rule import RefusedRuleError, Rule, share

VALUE = "measured"


@dataclass(frozen=True)
class TableCheck:
    """`select` measures, one row with named values; `failing` is a condition on these. None: nothing can fail."""

    select: exp.Select
    failing: exp.Expr | None


def _limits(rule: Rule, *, whole: bool = False) -> tuple[Any, Any]:
    low, high = rule.parameters.get("min"), rule.parameters.get("max")
    for name, value in (("min", low), ("max", high)):
        if value is not None and (finite(value, name) != int(value) if whole else False):
            raise RefusedRuleError(f"{name}: {value!r} is no whole number")
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        raise RefusedRuleError(f"min: {low} is greater than max, {high}")
    return low, high


def _outside(value: exp.Expr, rule: Rule, low: exp.Expr | None, high: exp.Expr | None) -> exp.Expr | None:
    """Outside of the bounds, or nothing measured; None where there are no bounds."""
    if low is None and high is None:
        return None
    missing = exp.Is(this=value.copy(), expression=exp.Null())
    return exp.or_(missing, *bounds(value, dict(rule.parameters), low, high))


def _maybe(value: Any) -> exp.Expr | None:
    return None if value is None else number(finite(value, "bound"))


def row_count(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    given, value = rule.parameters, exp.column(VALUE)
    counts: list[exp.Expr] = [exp.alias_(exp.Count(this=exp.Star()), VALUE)]
    if given.get("other_table"):
        schema, _, name = str(given["other_table"]).rpartition(".")
        other = exp.select(exp.Count(this=exp.Star())).from_(build.table(name, schema)).subquery()
        inner = exp.select(*counts).from_(source)
        both = exp.select(VALUE, exp.alias_(other, "expected")).from_(inner.subquery("own"))
        expected: exp.Expr = exp.column("expected")
        if given.get("factor") is not None:
            expected = exp.Mul(this=expected, expression=number(finite(given["factor"], "factor")))
        return TableCheck(both, exp.NEQ(this=value, expression=expected))
    low, high = _limits(rule, whole=True)
    return TableCheck(exp.select(*counts).from_(source), _outside(value, rule, _maybe(low), _maybe(high)))


def freshness(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """The newest moment is younger than `max_age_hours`; no rows are not fresh."""
    name, hours = its_column(rule), finite(rule.parameters.get("max_age_hours"), "max_age_hours")
    kind = build.family(name)
    if hours <= 0:
        raise RefusedRuleError(f"max_age_hours: {hours:g} hours are no age")
    if kind in ("number", "integer", "boolean", "time"):
        raise RefusedRuleError(f"{name} is {dict(build.table_info.columns)[name]}: it holds no dates")
    newest: exp.Expr = exp.Max(this=build.column(name))
    if kind in ("date", "text"):
        newest = exp.cast(newest, "timestamp")
    select = exp.select(exp.alias_(newest, VALUE)).from_(source)
    return TableCheck(select, _outside(exp.column(VALUE), rule, build.ago(float(hours)), None))


def completeness(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """The share of rows that have the column filled; an empty table is complete."""
    its_column(rule)
    low, high = (share(rule.parameters.get(key), key) for key in ("min", "max"))
    if low is None and high is None:
        raise RefusedRuleError("COMPLETENESS: give `min` or `max`, shares from 0 to 1")
    select = exp.select(
        exp.alias_(completeness_of_columns(build, rule), "filled"), exp.alias_(exp.Count(this=exp.Star()), "total")
    ).from_(source)
    outside: list[exp.Expr] = []
    for limit, side in ((low, exp.LT), (high, exp.GT)):
        if limit is not None:
            wanted = exp.Mul(this=number(limit), expression=exp.column("total"))
            outside.append(side(this=exp.column("filled"), expression=wanted))
    return TableCheck(select, exp.or_(*outside))


def _plain(template: str) -> Callable[[Rule, Builder], exp.Expr]:
    def measure(rule: Rule, build: Builder) -> exp.Expr:
        spelled = {"deviation": build.syntax.deviation, "variance": build.syntax.variance}.get(template, template)
        return build.fill(spelled, value=build.measured(its_column(rule)))

    return measure


def _extreme(function: type[exp.Func]) -> Callable[[Rule, Builder], exp.Expr]:
    return lambda rule, build: function(this=build.column(its_column(rule)))


def _sum(rule: Rule, build: Builder) -> exp.Expr:
    build.measured(its_column(rule))
    return exp.Sum(this=build.column(rule.column))


def _distinct(rule: Rule, build: Builder) -> exp.Expr:
    return exp.Count(this=exp.Distinct(expressions=[build.column(its_column(rule))]))


def _distinct_share(rule: Rule, build: Builder) -> exp.Expr:
    total = exp.Anonymous(this="NULLIF", expressions=[exp.Count(this=build.column(its_column(rule))), number(0)])
    return exp.Div(this=exp.cast(_distinct(rule, build), "double"), expression=total)


MEASURES: Mapping[str, Callable[[Rule, Builder], exp.Expr]] = {
    "mean": _plain("AVG({value})"),
    "stddev": _plain("deviation"),
    "variance": _plain("variance"),
    "min": _extreme(exp.Min),
    "max": _extreme(exp.Max),
    "sum": _sum,
    "distinct_count": _distinct,
    "distinct_share": _distinct_share,
}


def measured(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """One of MEASURES, or a quantile, between bounds."""
    kind = rule.parameters["measure"]
    low, high = _limits(rule)
    if kind in ("quantile", "median"):
        select = _quantile(rule, build, source)
    else:
        select = exp.select(exp.alias_(MEASURES[kind](rule, build), VALUE)).from_(source)
    family = build.family(rule.column) if kind in ("min", "max") else ""
    numeric = family in ("number", "integer") or kind not in ("min", "max")
    if numeric and any(isinstance(each, str) for each in (low, high)):
        raise RefusedRuleError(f"{kind}: its bounds are numbers, not {low!r}, {high!r}")
    literals = [moment(build, each, family) for each in (low, high)]
    return TableCheck(select, _outside(exp.column(VALUE), rule, *literals))


def _quantile(rule: Rule, build: Builder, source: exp.Expr) -> exp.Select:
    at = 0.5 if rule.parameters["measure"] == "median" else share(rule.parameters.get("quantile"), "quantile")
    if at is None:
        raise RefusedRuleError("quantile: give the share, 0.95 for instance")
    kind = {"linear": "CONT", "nearest": "DISC"}.get(str(rule.parameters.get("interpolation", "linear")))
    if kind is None:
        raise RefusedRuleError("interpolation: it is linear or nearest")
    value = build.measured(its_column(rule))
    found = build.fill(build.syntax.quantile, kind=kind, share=number(at), value=value)
    if not build.syntax.quantile_is_window:
        return exp.select(exp.alias_(found, VALUE)).from_(source)
    each = exp.select(exp.alias_(found, "each_row")).from_(source)
    return exp.select(exp.alias_(exp.Max(this=exp.column("each_row")), VALUE)).from_(each.subquery("q"))


def value_set(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """Whether each of `values` occurs; with `others: false`, that nothing else does."""
    column, kind = build.column(its_column(rule)), build.family(rule.column)
    given = rule.parameters.get("values")
    if not isinstance(given, list | tuple):
        raise RefusedRuleError("values: give a list")
    present = [each for each in dict.fromkeys(given) if each is not None]
    literals = [_literal(build, each, kind) for each in present]
    found = [counted(exp.EQ(this=column.copy(), expression=each.copy())) for each in literals]
    shown: list[exp.Expr] = [exp.alias_(each, f"n{at}") for at, each in enumerate(found)]
    failing: list[exp.Expr] = [exp.EQ(this=exp.column(f"n{at}"), expression=number(0)) for at in range(len(found))]
    if rule.parameters.get("others") is False:
        known = exp.In(this=column.copy(), expressions=literals) if literals else None
        other = exp.and_(*filled([column]), *([exp.Not(this=known)] if known is not None else []))
        shown.append(exp.alias_(counted(other), "other_values"))
        failing.append(exp.GT(this=exp.column("other_values"), expression=number(0)))
    if not shown:
        return TableCheck(exp.select(exp.alias_(exp.Count(this=exp.Star()), VALUE)).from_(source), None)
    return TableCheck(exp.select(*shown).from_(source), exp.or_(*failing))


def _literal(build: Builder, value: object, kind: Any) -> exp.Expr:
    if kind == "text" and not isinstance(value, str):
        return exp.Literal.string(str(value))
    if kind in ("number", "integer") and isinstance(value, str):
        raise RefusedRuleError(f"the column holds numbers, the value {value!r} is text")
    return build.value(value, kind)


def most_common(rule: Rule, build: Builder, source: exp.Expr) -> TableCheck:
    """The value that occurs most is one of `values`; with `ties: false` (the default) nothing occurs as often."""
    column, kind = build.column(its_column(rule)), build.family(rule.column)
    values = rule.parameters.get("values")
    if not isinstance(values, list | tuple) or not values:
        raise RefusedRuleError("values: give a list")
    each = exp.select(exp.alias_(column, "val"), exp.alias_(exp.Count(this=exp.Star()), "n")).from_(source)
    each = each.where(*filled([column])).group_by(column.copy())
    ranked = windowed(build, each.subquery("g"), "RANK() OVER (ORDER BY n DESC)", "place")
    first = exp.EQ(this=exp.column("place"), expression=number(1))
    member = exp.In(this=exp.column("val"), expressions=[_literal(build, one, kind) for one in values])
    select = exp.select(
        exp.alias_(counted(first), "modes"), exp.alias_(counted(exp.and_(first.copy(), member)), "expected")
    ).from_(ranked.subquery("q"))
    failing: exp.Expr = exp.EQ(this=exp.column("expected"), expression=number(0))
    if not rule.parameters.get("ties"):
        failing = exp.or_(failing, exp.GT(this=exp.column("modes"), expression=number(1)))
    return TableCheck(select, failing)


def z_scores(rule: Rule, build: Builder, source: exp.Expr) -> RowCheck:
    """Rows at least `threshold` standard deviations (of the sample) above the mean; `double_sided`: or below."""
    name, threshold = its_column(rule), finite(rule.parameters.get("threshold", 3), "threshold")
    value = build.sql(build.measured(name))
    spread = build.syntax.deviation.format(value=value)
    score = f"({value} - AVG({value}) OVER ()) / NULLIF({spread} OVER (), 0)"
    inner = windowed(build, source, score, "dq_score")
    found: exp.Expr = exp.column("dq_score")
    if rule.parameters.get("double_sided", True):
        found = exp.Abs(this=found)
    considered = exp.and_(*filled([build.column(name)]))
    return RowCheck(exp.GTE(this=found, expression=number(threshold)), considered, inner.subquery("q"))
