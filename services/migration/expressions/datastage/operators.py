"""Operators of derivations: null in gives null out. Source: "Expressions and operators" of the Transformer stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.builder import TIME, DataStageBuilder, is_number_text
from services.migration.expressions.datastage.patterns import matches
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Function, unify
from services.migration.expressions.kinds import BOOLEAN, DAY, DOUBLE, NULL, STRING, Kind, Value
from services.migration.expressions.language import Operator
from services.migration.expressions.operations import fail_on_zero
from services.migration.expressions.sql.templates import parenthesised

_NODES: Mapping[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def number_kind(*values: Value) -> Kind:
    details = {v.kind.detail for v in values if v.kind.name == "number"}
    return Kind("number", next((d for d in ("double", "", "decimal", "integer") if d in details), ""))


def _arithmetic(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    if left.kind == DAY or right.kind == DAY or left.kind.name in ("date", "time"):
        raise Refused(f"{operator} is applied to a date or time, which have functions for it")
    left, right = b.as_number(left), b.as_number(right)
    result = b.binary(_NODES[operator], left, right, number_kind(left, right))
    return replace(result, is_narrow=left.is_narrow and right.is_narrow)


def _divide(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    """A quotient keeps its fraction."""
    del operator
    left, right = b.as_number(left), b.as_number(right)
    return fail_on_zero(b, right, own(b, "quotient", DOUBLE, n=left, m=right))


def _power(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    del operator
    return power(b, left, right)


def power(b: SqlBuilder, left: Value, right: Value) -> Value:
    left, right = b.as_number(left), b.as_number(right)
    return b.op("power", DOUBLE, n=b.op("exact_double", DOUBLE, n=left), m=b.op("exact_double", DOUBLE, n=right))


def concatenate(b: SqlBuilder, values: list[Value]) -> Value:
    """Texts joined: a null in any of them gives null."""
    texts = [b.as_text(value) for value in values]
    if all(isinstance(text.constant, str) for text in texts):
        return b.string("".join(str(text.constant) for text in texts))
    result = texts[0]
    for text in texts[1:]:
        if b.dialect.name == "mssql":
            result = b.sql("{s} + {t}", STRING, s=result, t=text)
        else:
            result = b.binary(exp.DPipe, result, text, STRING)
    return replace(result, kind=STRING)


def _logic(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    if operator == "OR?":
        b.caution("AND_BESIDE_OR")
    return b.binary(exp.And if operator == "AND" else exp.Or, b.as_condition(left), b.as_condition(right), BOOLEAN)


def _compare(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    if NULL in (left.kind, right.kind):
        b.caution("COMPARED_WITH_NULL")
    if operator not in ("=", "!=") and left.kind == right.kind == STRING and not _is_word(left) and not _is_word(right):
        b.caution("TEXT_AS_NUMBER_ORDER")
    return b.compare(operator, left, right)


def _is_word(value: Value) -> bool:
    """Whether a text is written out and is no number."""
    return isinstance(value.constant, str) and not is_number_text(value.constant.strip())


def _like(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    del operator
    return matches(b, left, right)


OPERATORS: Mapping[str, Operator] = {
    **dict.fromkeys(("+", "-", "*"), _arithmetic),
    "/": _divide,
    "^": _power,
    **dict.fromkeys(("AND", "OR", "OR?"), _logic),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _compare),
    **dict.fromkeys(("MATCHES", "LIKE"), _like),
}


def negated(b: SqlBuilder, operand: Value) -> Value:
    if operand.kind.name in ("date", "time"):
        raise Refused(f"NOT is applied to a {operand.kind.name}")
    return b.negate(operand)


def _minus(b: SqlBuilder, operand: Value) -> Value:
    operand = b.as_number(operand)
    if isinstance(operand.constant, Decimal):
        return b.number(operand.constant.copy_negate())
    return Value(exp.Neg(this=parenthesised(operand.node)), operand.kind, size=operand.size + 1)


UNARY = {"NOT": negated, "-": _minus, "+": lambda b, operand: b.as_number(operand)}


def conditional(b: SqlBuilder, arguments: list[Value]) -> Value:
    """`If c Then a Else b`: a null in the condition gives null."""
    condition = b.as_condition(arguments[0])
    (first, second), kind = unified(b, arguments[1:])
    if condition.never_null:
        return b.case([(condition, first)], second, kind)
    otherwise = b.negate(Value(condition.node.copy(), BOOLEAN, size=condition.size))
    return b.case([(condition, first), (otherwise, second)], None, kind)


def unified(b: SqlBuilder, values: list[Value]) -> tuple[list[Value], Kind]:
    """Values that may stand for one another, in one kind: texts beside dates are taken for dates."""
    results = [b.as_value(value) for value in values]
    dates = {value.kind for value in results if value.kind.name in ("date", "time")}
    if dates and any(value.kind == STRING for value in results):
        results = [_as_moment(b, value, dates) for value in results]
    return unify(b, results)


def _as_moment(b: SqlBuilder, value: Value, dates: set[Kind]) -> Value:
    """A text beside a date is taken for one."""
    if value.kind != STRING:
        return value
    if dates == {TIME} and isinstance(b, DataStageBuilder):
        return b.as_time(value)
    return b.as_date(value) if dates == {DAY} else b.as_timestamp(value)


FUNCTIONS = (
    Function("IF", "conditional", 3, 3, conditional, confidence=0.97),
    Function("NOT", "logical", 1, 1, lambda b, arguments: negated(b, arguments[0]), confidence=0.97),
)
