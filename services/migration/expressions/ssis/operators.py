"""The operators: 23 with the casts, which are functions here. Source: "Operators (SSIS Expression)"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import BOOLEAN, DOUBLE, INTEGER, NULL, NUMBER, STRING, Kind, Value
from services.migration.expressions.language import Operator
from services.migration.expressions.operations import fail_on_zero
from services.migration.expressions.sql.templates import parenthesised
from services.migration.expressions.ssis.builder import SsisBuilder, known
from services.migration.expressions.ssis.sql import own


def _number_kind(left: Value, right: Value) -> Kind:
    details = {v.kind.detail for v in (left, right) if v.kind.name == "number"}
    return Kind("number", next((d for d in ("double", "", "decimal", "integer") if d in details), ""))


def _add(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    """Sum of numbers, or strings joined: null gives null."""
    kinds = {left.kind.name, right.kind.name}
    if "string" in kinds:
        others = kinds - {"string", "null", "unknown"}
        if others:
            raise Refused(f"+ joins a string with a {others.pop()}, which the tool rejects without a cast")
        return _joined(b, left, right)
    if kinds <= {"unknown", "null"}:
        b.caution("UNKNOWN_TYPE")
    return _arithmetic(b, operator, left, right)


def _joined(b: SqlBuilder, left: Value, right: Value) -> Value:
    if b.dialect.name == "mssql":
        return b.sql("{s} + {t}", STRING, s=left, t=right)
    node = exp.DPipe(
        this=parenthesised(left.node) if not isinstance(left.node, exp.DPipe) else left.node,
        expression=parenthesised(right.node),
    )
    both = isinstance(left.constant, str) and isinstance(right.constant, str)
    if both:
        return b.string(f"{left.constant}{right.constant}")
    return Value(node, STRING, None, left.never_null and right.never_null, left.size + right.size + 1)


_NODES: Mapping[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def _numbers(b: SqlBuilder, operator: str, left: Value, right: Value) -> tuple[Value, Value]:
    """The operands of arithmetic; nothing is converted to or from DT_BOOL without a cast."""
    if "boolean" in (left.kind.name, right.kind.name):
        raise Refused(f"{operator} is applied to a boolean, which the tool rejects without a cast")
    return b.as_number(left), b.as_number(right)


def _arithmetic(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    left, right = _numbers(b, operator, left, right)
    result = b.binary(_NODES[operator], left, right, _number_kind(left, right))
    return replace(result, is_narrow=left.is_narrow and right.is_narrow)


def _ends_soon(divisor: Value) -> bool:
    """Whether a quotient has no more digits after the point than the tool keeps at least: by 4, 0.5 or 100."""
    if not isinstance(divisor.constant, Decimal) or divisor.constant == 0:
        return False
    most = Decimal(10**_LEAST_SCALE) / divisor.constant
    return most == most.to_integral_value()


_LEAST_SCALE = 6


def _divide(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    """Integers give an integer, cut towards zero."""
    left, right = _numbers(b, operator, known(b, left), known(b, right))
    if left.kind == right.kind == INTEGER:
        return fail_on_zero(b, right, own(b, "whole_division", INTEGER, n=left, m=right))
    exact = {left.kind.detail, right.kind.detail} <= {"integer", "decimal"}
    if exact and not _ends_soon(right):
        b.caution("QUOTIENT_SCALE")
    if exact and b.dialect.name != "duckdb":
        return fail_on_zero(b, right, b.binary(exp.Div, left, right, Kind("number", "decimal")))
    return fail_on_zero(b, right, own(b, "exact_quotient", DOUBLE, n=left, m=right))


def _modulo(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    left, right = _numbers(b, operator, left, right)
    if {left.kind.detail, right.kind.detail} & {"decimal", "double"}:
        raise Refused("% takes whole numbers")
    kind = INTEGER if left.kind == right.kind == INTEGER else NUMBER
    return fail_on_zero(b, right, b.op("modulo_integer" if kind == INTEGER else "modulo", kind, n=left, m=right))


def _logic(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    assert isinstance(b, SsisBuilder)
    return b.binary(exp.And if operator == "AND" else exp.Or, b.operand(left), b.operand(right), BOOLEAN)


def _compare(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    if operator not in ("=", "!=") and left.kind == right.kind == STRING:
        b.caution("TEXT_ORDER")
    return b.compare(operator, left, right)


def _bits(operation: str) -> Operator:
    def build(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
        left, right = _numbers(b, operator, left, right)
        return own(b, operation, INTEGER, n=left, m=right)

    return build


OPERATORS: Mapping[str, Operator] = {
    "+": _add,
    "-": _arithmetic,
    "*": _arithmetic,
    "/": _divide,
    "%": _modulo,
    "AND": _logic,
    "OR": _logic,
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare),
    "&": _bits("bit_and"),
    "|": _bits("bit_or"),
    "^": _bits("bit_xor"),
}


def _not(b: SqlBuilder, operand: Value) -> Value:
    if operand.kind.name not in ("boolean", "null", "unknown"):
        raise Refused(f"! is applied to a {operand.kind.name}, which the tool rejects")
    if operand.kind == NULL:
        return b.as_condition(operand)
    return b.negate(operand)


def _minus(b: SqlBuilder, operand: Value) -> Value:
    operand = b.as_number(operand)
    if isinstance(operand.constant, Decimal):
        return b.number(operand.constant.copy_negate())
    return Value(exp.Neg(this=parenthesised(operand.node)), operand.kind, size=operand.size + 1)


def _bit_not(b: SqlBuilder, operand: Value) -> Value:
    b.caution("BITWISE_NOT_EXAMPLE")
    return own(b, "bit_not", INTEGER, n=b.as_number(operand))


UNARY = {
    "NOT": _not,
    "-": _minus,
    "+": lambda b, operand: b.as_number(operand),
    "~": _bit_not,
}
