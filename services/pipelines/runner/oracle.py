"""Oracle's SQL in pushed-down conditions, where sqlglot's translation means something else or does not run.

Oracle's DATE has a time of day, a number added to it counts days, TRUNC of a date drops the time, and the empty text is
null. Source: Oracle Database SQL Language Reference, "Datetime/Interval Arithmetic", "Format Models", "Nulls".
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.dialects.oracle import Oracle
from sqlglot.time import format_time

from services.pipelines.dsl.relation import Relation

DATE_RESULTS = (
    exp.CurrentTimestamp, exp.CurrentDate, exp.Systimestamp, exp.StrToTime, exp.StrToDate, exp.AddMonths, exp.LastDay,
    exp.DateTrunc, exp.TimestampTrunc, exp.DateStrToDate, exp.TsOrDsToTimestamp, exp.NextDay,
)  # fmt: skip
UNITS = {
    "YYYY": "YEAR", "YEAR": "YEAR", "SYYYY": "YEAR", "YY": "YEAR", "Y": "YEAR", "Q": "QUARTER", "MM": "MONTH",
    "MON": "MONTH", "MONTH": "MONTH", "RM": "MONTH", "IW": "WEEK", "DD": "DAY", "DDD": "DAY", "J": "DAY", "HH": "HOUR",
    "HH12": "HOUR", "HH24": "HOUR", "MI": "MINUTE",
}  # fmt: skip
"""Format models of TRUNC, without those by which weeks begin elsewhere than on Monday."""
DATE_TYPES = ("date", "timestamp", "time")


def as_standard(tree: exp.Expr, scope: Mapping[str, Relation]) -> exp.Expr:
    """The condition in words that every dialect of a script can say; `scope` has the columns' types by qualifier."""
    return tree.transform(lambda node: _replaced(node, scope), copy=False)


def _replaced(node: exp.Expr, scope: Mapping[str, Relation]) -> exp.Expr:
    if isinstance(node, exp.StrToDate):
        return exp.StrToTime(this=node.this, format=node.args.get("format"))
    if isinstance(node, exp.ToChar) and node.args.get("format") and _is_date(node.this, scope):
        return _written(node)
    if isinstance(node, exp.Anonymous) and node.name.upper() == "TRUNC" and len(node.expressions) == 1:
        return _begun(node.expressions[0], "DAY") if _is_date(node.expressions[0], scope) else node
    if isinstance(node, exp.DateTrunc) and node.args["unit"].name.upper() in UNITS:
        return _begun(node.this, UNITS[node.args["unit"].name.upper()])
    if isinstance(node, exp.Add | exp.Sub):
        return _moved(node, scope)
    if isinstance(node, exp.DPipe):
        return exp.DPipe(this=_or_empty(node.this), expression=_or_empty(node.expression))
    return node


def _is_date(node: exp.Expr, scope: Mapping[str, Relation]) -> bool:
    node = node.unnest()
    if isinstance(node, exp.Column):
        known = scope.get(node.table)
        return known is not None and known.type_of(node.name).startswith(DATE_TYPES)
    if isinstance(node, exp.Cast):
        return bool(node.to.this in exp.DataType.TEMPORAL_TYPES)
    if isinstance(node, exp.Add | exp.Sub):
        return _is_date(node.this, scope) != _is_date(node.expression, scope)
    return isinstance(node, DATE_RESULTS)


def _written(node: exp.ToChar) -> exp.Expr:
    text = node.args["format"]
    if not isinstance(text, exp.Literal):
        return node
    written = format_time(text.name.upper(), Oracle.TIME_MAPPING, Oracle.TIME_TRIE)
    return exp.TimeToStr(this=_timestamp(node.this), format=exp.Literal.string(written or text.name))


def _begun(value: exp.Expr, unit: str) -> exp.Expr:
    """The beginning of the day, month, … that a date lies in."""
    return exp.TimestampTrunc(this=_timestamp(value), unit=exp.var(unit))


def _timestamp(value: exp.Expr) -> exp.Expr:
    return exp.Cast(this=value, to=exp.DataType.build("TIMESTAMP"))


def _moved(node: exp.Add | exp.Sub, scope: Mapping[str, Relation]) -> exp.Expr:
    """A date and a number of days, which may have a fraction."""
    if not _is_date(node.this, scope) or _is_date(node.expression, scope) or node.expression.find(exp.Interval):
        return node
    day = exp.Interval(this=exp.Literal.string("1"), unit=exp.var("DAY"))
    days = exp.Mul(this=exp.paren(node.expression), expression=day)
    return type(node)(this=_timestamp(node.this), expression=days)


def _or_empty(value: exp.Expr) -> exp.Expr:
    if isinstance(value, exp.Literal | exp.Coalesce | exp.DPipe):
        return value
    text = exp.Cast(this=value, to=exp.DataType.build("TEXT"))
    return exp.Coalesce(this=text, expressions=[exp.Literal.string("")])
