"""The operators of the transformation language as SQL, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.kinds import BOOLEAN, Kind, Value
from services.migration.expressions.powercenter import numbers


def _arithmetic(node: type[exp.Binary]) -> Callable[[SqlBuilder, str, Value, Value], Value]:
    def build(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
        del operator
        left, right = b.as_number(left), b.as_number(right)
        result = b.binary(node, left, right, _number_kind(left.kind, right.kind))
        return replace(result, is_narrow=left.is_narrow and right.is_narrow)

    return build


def _number_kind(left: Kind, right: Kind) -> Kind:
    if left.name == right.name == "number":
        details = {left.detail, right.detail}
        return Kind("number", next((d for d in ("double", "", "decimal", "integer") if d in details), ""))
    return Kind("number")


def _logic(node: type[exp.Binary]) -> Callable[[SqlBuilder, str, Value, Value], Value]:
    def build(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
        del operator
        return b.binary(node, b.as_condition(left), b.as_condition(right), BOOLEAN)

    return build


def _comparison(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    return b.compare(operator, left, right)


def _division(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    return numbers.divide(b, left, right) if operator == "/" else numbers.modulo(b, left, right)


OPERATORS: Mapping[str, Callable[[SqlBuilder, str, Value, Value], Value]] = {
    "+": _arithmetic(exp.Add),
    "-": _arithmetic(exp.Sub),
    "*": _arithmetic(exp.Mul),
    "/": _division,
    "%": _division,
    "AND": _logic(exp.And),
    "OR": _logic(exp.Or),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), _comparison),
}
