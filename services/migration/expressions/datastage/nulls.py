"""Null handling. Source: "Null handling functions"."""

from __future__ import annotations

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.operators import unified
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import STRING, UNKNOWN, Value


def or_else(b: SqlBuilder, value: Value, other: Value) -> Value:
    (first, second), kind = unified(b, [value, other])
    result = b.sql("COALESCE({a}, {b})", kind, a=first, b=second)
    result.never_null = other.never_null
    return result


def _to_empty(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    return or_else(b, value if value.kind in (STRING, UNKNOWN) else b.as_text(value), b.string(""))


def _to_zero(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    return or_else(b, value, b.number(0) if value.kind != STRING else b.string("0"))


def _to_value(b: SqlBuilder, arguments: list[Value]) -> Value:
    return or_else(b, *arguments)


def _test(negated: bool) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        found = b.is_null(arguments[0])
        return b.negate(found) if negated else found

    return build


def _null(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return b.null()


FUNCTIONS = (
    Function("ISNOTNULL", "null", 1, 1, _test(True), confidence=0.99),
    Function("ISNULL", "null", 1, 1, _test(False), confidence=0.99),
    Function("NULLTOEMPTY", "null", 1, 1, _to_empty, confidence=0.97),
    Function("NULLTOVALUE", "null", 2, 2, _to_value, confidence=0.97),
    Function("NULLTOZERO", "null", 1, 1, _to_zero, confidence=0.97),
    Function("SETNULL", "null", 0, 0, _null, confidence=0.99),
)
