"""Test functions. Source: "Test Functions". What asks for a type is answered by the type of the argument."""

from __future__ import annotations

from sqlglot import exp

from services.migration.expressions.alteryx.builder import known
from services.migration.expressions.alteryx.operators import as_double, compare
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import BOOLEAN, INTEGER, Value


def _is_null(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    return b.boolean(True) if value.kind.name == "null" else b.is_null(value)


def _is_empty(b: SqlBuilder, arguments: list[Value]) -> Value:
    """NULL, or a text without characters."""
    value = arguments[0]
    if value.kind.name == "null":
        return b.boolean(True)
    if value.kind.name != "string":
        return b.is_null(known(b, value))
    if isinstance(value.constant, str):
        return b.boolean(value.constant == "")
    test = b.binary(exp.Or, b.is_null(b.copy(value)), b.compare("=", value, b.string("")), BOOLEAN)
    test.never_null = True
    return test


def _is_kind(*names: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        kind = arguments[0].kind.name
        if kind in ("unknown", "null"):
            raise Refused("it tells the type of its argument, which is not known")
        return b.boolean(kind in names)

    return build


def _is_integer(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if value.kind.name == "null":
        return b.boolean(False)
    if value.kind == INTEGER:
        return b.negate(b.is_null(value))
    if value.kind.name == "number":
        test = b.sql("FLOOR({n}) = {n}", BOOLEAN, n=value)
        return b.as_condition(test)
    if value.kind.name == "string":
        return b.as_condition(own(b, "integer_text", BOOLEAN, s=value))
    raise Refused(f"whether a {value.kind.name} is an integer is not documented")


def _cased(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        b.caution("CASE_OF_OTHERS")
        return b.as_condition(b.compare("=", b.copy(text), b.op(operation, text.kind, s=text)))

    return build


def _equal(b: SqlBuilder, arguments: list[Value]) -> Value:
    left, right = (b.as_text(v) if v.kind.name != "null" else v for v in arguments)
    return compare(b, "=", left, right)


def _within(b: SqlBuilder, arguments: list[Value]) -> Value:
    left, right, epsilon = (as_double(b, v) for v in arguments)
    return b.as_condition(b.sql("ABS({n} - {m}) <= {x}", BOOLEAN, n=left, m=right, x=epsilon))


_DIGITS = (
    "CASE WHEN {n} = {m} THEN 0 WHEN FLOOR(LOG10(ABS({n} - {m}))) <= "
    "FLOOR(LOG10(CASE WHEN ABS({n}) > ABS({m}) THEN ABS({n}) ELSE ABS({m}) END)) - {x} THEN 0 ELSE 1 END = 0"
)


def _same_digits(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The first digit of the difference stands at least so many places after the first digit of the greater one."""
    left, right = (as_double(b, v) for v in arguments[:2])
    digits = b.as_integer(arguments[2])
    return b.as_condition(b.sql(_DIGITS, BOOLEAN, n=left, m=right, x=digits))


FUNCTIONS = (
    Function("COMPAREDIGITS", "test", 3, 3, _same_digits, confidence=0.9),
    Function("COMPAREEPSILON", "test", 3, 3, _within, confidence=0.9),
    Function("EQUALSTRINGS", "test", 2, 2, _equal, confidence=0.87),
    Function("ISEMPTY", "test", 1, 1, _is_empty, confidence=0.98),
    Function("ISINTEGER", "test", 1, 1, _is_integer, confidence=0.88),
    Function("ISLOWERCASE", "test", 1, 1, _cased("lower")),
    Function("ISNULL", "test", 1, 1, _is_null, confidence=0.99),
    Function("ISNUMBER", "test", 1, 1, _is_kind("number", "boolean")),
    Function("ISSPATIALOBJ", "test", 1, 1, _is_kind("spatial")),
    Function("ISSTRING", "test", 1, 1, _is_kind("string", "date")),
    Function("ISUPPERCASE", "test", 1, 1, _cased("upper")),
)
