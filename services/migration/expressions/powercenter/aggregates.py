"""Aggregate functions over the rows of one group, each with an optional filter condition as its last argument."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import DOUBLE, INTEGER, Kind, Value


def _aggregate(operation: str, kind: Kind | None = None, *, numeric: bool = True) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        subject = b.as_number(arguments[0]) if numeric else b.as_value(arguments[0])
        return _filtered(b, operation, subject, arguments[1:], kind or subject.kind)

    return build


def _filtered(b: SqlBuilder, operation: str, subject: Value, conditions: list[Value], kind: Kind) -> Value:
    """FILTER where the dialect has it, else a CASE around the argument: both leave out rows that are not TRUE."""
    if not conditions:
        return b.op(operation, kind, n=subject)
    condition = b.as_condition(conditions[0])
    if not b.dialect.filters_aggregates:
        return b.op(operation, kind, n=b.case([(condition, subject)], None, subject.kind))
    total = b.op(operation, kind, n=subject)
    if isinstance(total.node, exp.Bracket):
        raise Refused(f"{b.dialect.name} has no filtered {operation}")
    tree = exp.Filter(this=total.node, expression=exp.Where(this=condition.node))
    return Value(tree, kind, None, False, total.size + condition.size)


def _count(b: SqlBuilder, arguments: list[Value]) -> Value:
    subject, conditions = arguments[0], arguments[1:]
    if isinstance(subject.node, exp.Star):
        if not conditions:
            return b.op("count_rows", INTEGER).unless_null()
        subject = b.number(1)
    return _filtered(b, "count", b.as_value(subject), conditions, INTEGER)


def _by_order(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        b.caution("ROW_ORDER", function=operation.upper())
        subject = b.as_value(arguments[0])
        total = b.op(operation, subject.kind, n=subject)
        counted = _counted_rows(b, subject, arguments[1:])
        for part in [call for call in total.node.find_all(exp.Anonymous) if call.name.upper() in _OVER_ROWS]:
            kept = exp.Filter(this=part.copy(), expression=exp.Where(this=counted.copy()))
            if part is total.node:
                return Value(kept, subject.kind, None, False, total.size + 2)
            part.replace(kept)
        return total

    return build


_OVER_ROWS = ("FIRST", "LAST", "ARRAY_AGG", "COUNT")


def _counted_rows(b: SqlBuilder, subject: Value, conditions: list[Value]) -> exp.Expr:
    """Rows that FIRST and LAST see: those with a value, as aggregate functions ignore null, that meet the filter."""
    known: exp.Expr = exp.Not(this=exp.Is(this=subject.node.copy(), expression=exp.Null()))
    return exp.and_(known, *(b.as_condition(condition).node for condition in conditions))


def _percentile(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The value at place (count + 1) * percentile / 100 of the sorted values, between two of them in proportion.

    As in the Transformation Language Reference, "PERCENTILE"; SQL's PERCENTILE_CONT counts places from 1 to count.
    """
    share = arguments[1].constant
    if not isinstance(share, Decimal):
        raise Refused("the percentile has to be a literal to become SQL")
    if not 0 <= share <= 100:
        raise Refused(f"the percentile {share} is not between 0 and 100, which is an error in the tool")
    subject = b.as_number(arguments[0])
    if len(arguments) == 3:
        subject = b.case([(b.as_condition(arguments[2]), subject)], None, subject.kind)
    place = b.op("percentile_place", DOUBLE, n=subject, p=b.number(share))
    return b.op("percentile_at", DOUBLE, n=subject, i=place)


_ORDERED = (
    "it gives every row a value of the rows that arrived before it, which is no expression of one row; write it as a "
    "window, SUM or AVG (…) OVER (ORDER BY … ROWS …), over the key that orders the rows"
)

FUNCTIONS = (
    Function(
        "ANY",
        "aggregate",
        1,
        2,
        refused="it takes any row of the group, so no result is the right one; say which with MIN, MAX or FIRST",
    ),
    Function("AVG", "aggregate", 1, 2, _aggregate("avg", DOUBLE), aggregate=True),
    Function("COUNT", "aggregate", 1, 2, _count, aggregate=True, confidence=0.97),
    Function("FIRST", "aggregate", 1, 2, _by_order("first"), aggregate=True),
    Function("LAST", "aggregate", 1, 2, _by_order("last"), aggregate=True),
    Function("MAX", "aggregate", 1, 2, _aggregate("max", numeric=False), aggregate=True, confidence=0.96),
    Function("MEDIAN", "aggregate", 1, 2, _aggregate("median", DOUBLE), aggregate=True, confidence=0.92),
    Function("MIN", "aggregate", 1, 2, _aggregate("min", numeric=False), aggregate=True, confidence=0.96),
    Function("PERCENTILE", "aggregate", 2, 3, _percentile, aggregate=True, confidence=0.88),
    Function("STDDEV", "aggregate", 1, 2, _aggregate("stddev", DOUBLE), aggregate=True),
    Function("SUM", "aggregate", 1, 2, _aggregate("sum"), aggregate=True, confidence=0.97),
    Function("VARIANCE", "aggregate", 1, 2, _aggregate("variance", DOUBLE), aggregate=True),
    Function("CUME", "numerical", 1, 2, refused=_ORDERED),
    Function("MOVINGAVG", "numerical", 2, 3, refused=_ORDERED),
    Function("MOVINGSUM", "numerical", 2, 3, refused=_ORDERED),
)
