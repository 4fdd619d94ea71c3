"""DATEADD and DATEDIFF of T-SQL and Snowflake as Teradata writes them: ADD_MONTHS, intervals, differences of parts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from services.sql_dialects.transpile.templates import from_days, wrapped
from services.sql_dialects.transpile.work import Work, number

_MONTHS: Mapping[str, int] = MappingProxyType({"MONTH": 1, "QUARTER": 3, "YEAR": 12})
_STEPS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"DAY": (1, "DAY"), "WEEK": (7, "DAY"), "HOUR": (1, "HOUR"), "MINUTE": (1, "MINUTE"), "SECOND": (1, "SECOND")}
)
_PRECISION = "(4)"  # INTERVAL DAY has two digits


def added(node: exp.Expr, work: Work) -> exp.Expr | None:
    """Months by ADD_MONTHS, which stays within the month as DATEADD does; smaller units as an interval."""
    if not isinstance(node, exp.DateAdd | exp.TimestampAdd):
        return None
    unit, base = node.text("unit").upper() or "DAY", _plain(node.this)
    if unit in _MONTHS:
        return exp.Anonymous(this="ADD_MONTHS", expressions=[base, _times(node.expression, _MONTHS[unit])])
    if unit not in _STEPS:
        raise work.refusal(node, "add months, days, hours, minutes or seconds")
    factor, named = _STEPS[unit]
    step = exp.Interval(this=exp.Literal.string("1"), unit=exp.var(named + _PRECISION))
    return exp.Add(
        this=wrapped(base), expression=exp.Mul(this=wrapped(_times(node.expression, factor)), expression=step)
    )


def between(node: exp.Expr, work: Work) -> exp.Expr | None:
    """Boundaries between two dates, which the difference of their parts counts as DATEDIFF does."""
    if not isinstance(node, exp.DateDiff | exp.TimestampDiff):
        return None
    unit, end, start = node.text("unit").upper() or "DAY", _plain(node.this), _plain(node.expression)
    if unit == "DAY":
        return exp.Sub(this=_day(end), expression=_day(start))
    if unit not in _MONTHS:
        raise work.refusal(node, "count days, months, quarters or years")
    years = exp.paren(exp.Sub(this=_part("YEAR", end), expression=_part("YEAR", start)))
    if unit == "YEAR":
        return years
    in_year = [_part("MONTH", each) for each in (end, start)]
    if unit == "QUARTER":
        in_year = [_quarter(each) for each in in_year]
    scaled = exp.Mul(this=years, expression=exp.Literal.number(12 // _MONTHS[unit]))
    return exp.Sub(this=exp.Add(this=scaled, expression=in_year[0]), expression=in_year[1])


def _plain(node: exp.Expr) -> exp.Expr:
    """Without sqlglot's mark for what T-SQL takes as a date."""
    inner = node.this if isinstance(node, exp.TimeStrToTime | exp.TsOrDsToDate) and not node.this.is_string else node
    return from_days(inner).copy()


def _times(count: exp.Expr, factor: int) -> exp.Expr:
    value = number(count)
    if value is not None:
        made: exp.Expr = exp.Literal.number(abs(value * factor))
        return exp.Neg(this=made) if value * factor < 0 else made
    return count.copy() if factor == 1 else exp.Mul(this=wrapped(count.copy()), expression=exp.Literal.number(factor))


def _day(node: exp.Expr) -> exp.Expr:
    return node if node.is_type(exp.DType.DATE) else exp.cast(node, "DATE")


def _part(field: str, node: exp.Expr) -> exp.Expr:
    return exp.Extract(this=exp.var(field), expression=node.copy())


def _quarter(month: exp.Expr) -> exp.Expr:
    later = exp.paren(exp.Add(this=month, expression=exp.Literal.number(2)))
    return exp.paren(exp.Div(this=later, expression=exp.Literal.number(3), typed=True))
