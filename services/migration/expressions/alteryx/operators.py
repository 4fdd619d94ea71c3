"""The operators. Source: "Operators", with its table "How Alteryx handles Nulls"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlglot import exp

from services.migration.expressions.alteryx.builder import never_unknown
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import BOOLEAN, DOUBLE, INTEGER, STRING, Kind, Value
from services.migration.expressions.language import Operator
from services.migration.expressions.nodes import Operation
from services.migration.expressions.sql.templates import parenthesised


def operation(emitter: Any, node: Operation) -> Value:
    """A run of operators; a sum with a text in it joins all of its operands."""
    operators = emitter.language.operators
    values = [emitter.emit(operand) for operand in node.operands]
    if set(node.operators) == {"+"} and any(v.kind.name in ("string", "date") for v in values):
        return joined(emitter.builder, values)
    result: Value = values[0]
    for operator, value in zip(node.operators, values[1:], strict=True):
        result = operators[operator](emitter.builder, operator, result, value)
    return result


def joined(b: SqlBuilder, values: list[Value]) -> Value:
    """Texts in a row: a NULL adds nothing to the others."""
    wrong = next((v.kind.name for v in values if v.kind.name in ("number", "boolean")), "")
    if wrong:
        raise Refused(f"+ joins a text with a {wrong}, which the tool rejects without ToString")
    texts = [v if v.kind.name == "unknown" else b.as_text(v) for v in values if v.kind.name != "null"]
    if all(isinstance(v.constant, str) for v in texts):
        return b.string("".join(str(v.constant) for v in texts))
    is_safe = any(v.never_null for v in texts)
    parts = [v if v.never_null else b.sql("COALESCE({s}, '')", STRING, s=v) for v in texts]
    result = parts[0]
    for part in parts[1:]:
        result = _pair(b, result, part)
    if len(texts) == 1 and not is_safe:
        return texts[0]
    if not is_safe:
        b.caution("NULL_JOIN")
        all_null = texts[0]
        condition = b.is_null(b.copy(all_null))
        for text in texts[1:]:
            condition = b.binary(exp.And, condition, b.is_null(b.copy(text)), BOOLEAN)
        return b.case([(b.negate(condition), result)], None, STRING)
    result.never_null = True
    return result


def _pair(b: SqlBuilder, left: Value, right: Value) -> Value:
    if b.dialect.name == "mssql":
        return b.sql("{s} + {t}", STRING, s=left, t=right)
    this = left.node if isinstance(left.node, exp.DPipe) else parenthesised(left.node)
    node = exp.DPipe(this=this, expression=parenthesised(right.node))
    return Value(node, STRING, size=left.size + right.size + 1)


_NODES: Mapping[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


def _arithmetic(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    if operator == "+" and "string" in (left.kind.name, right.kind.name):
        return joined(b, [left, right])
    if "date" in (left.kind.name, right.kind.name):
        raise Refused(f"{operator} is applied to a date, which the tool rejects")
    left, right = b.as_number(left), b.as_number(right)
    details = {v.kind.detail for v in (left, right) if v.kind.name == "number"}
    kind = Kind("number", next((d for d in ("double", "", "decimal", "integer") if d in details), ""))
    if operator == "*" and left.kind == right.kind == INTEGER:
        left, right = _wide(b, left, right)
    result = b.binary(_NODES[operator], left, right, kind)
    return replace(result, is_narrow=left.is_narrow and right.is_narrow)


def _wide(b: SqlBuilder, left: Value, right: Value) -> tuple[Value, Value]:
    """Factors of a product: one of 64 bits where it may have more than 32, for the tool computes with doubles."""
    if left.constant is not None and right.constant is not None:
        product = Decimal(str(left.constant)) * Decimal(str(right.constant))
        is_narrow = abs(product) < 2**31
    else:
        is_narrow = any(isinstance(v.constant, Decimal) and abs(v.constant) <= 1 for v in (left, right))
    return (left, right) if is_narrow else (own(b, "as_big", INTEGER, n=left), right)


def as_double(b: SqlBuilder, value: Value) -> Value:
    value = b.as_number(value)
    return value if value.kind == DOUBLE else b.op("exact_double", DOUBLE, n=value).unless_null(value)


def _divide(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    """Always a double; NULL for a divisor of 0, which the tool reports."""
    del operator
    divisor = as_double(b, right)
    if not isinstance(right.constant, Decimal) or right.constant == 0:
        divisor = b.sql("NULLIF({n}, 0)", DOUBLE, n=divisor)
    return b.binary(exp.Div, as_double(b, left), divisor, DOUBLE)


def _logic(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    return b.binary(exp.And if operator == "AND" else exp.Or, b.as_condition(left), b.as_condition(right), BOOLEAN)


def compare(b: SqlBuilder, operator: str, left: Value, right: Value) -> Value:
    """True or false: NULL equals NULL and nothing else, and is neither less nor greater."""
    nulls = [v.kind.name == "null" for v in (left, right)]
    if any(nulls):
        return _with_null(b, operator, left if nulls[1] else right, all(nulls))
    if left.never_null and right.never_null:
        result = b.compare(operator, left, right)
        result.never_null = True
        return result
    left, right = b.alike(left, right)
    if operator == "!=" or (operator == "=" and not (left.never_null or right.never_null)):
        return replace(own(b, "same" if operator == "=" else "distinct", BOOLEAN, a=left, b=right), never_null=True)
    result = never_unknown(b, b.compare(operator, left, right))
    if operator in ("<=", ">=") and not left.never_null and not right.never_null:
        both = b.binary(exp.And, b.is_null(b.copy(left)), b.is_null(b.copy(right)), BOOLEAN)
        return replace(b.binary(exp.Or, result, both, BOOLEAN), never_null=True)
    return result


def _with_null(b: SqlBuilder, operator: str, other: Value, both: bool) -> Value:
    if both:
        return b.boolean(operator in ("=", "<=", ">="))
    if operator in ("<", ">"):
        return b.boolean(False)
    test = b.is_null(other)
    return b.negate(test) if operator == "!=" else test


def membership(b: SqlBuilder, subject: Value, candidates: list[Value]) -> Value:
    """IN: equal to one of the values by `=`."""
    plain = [c for c in candidates if c.kind.name != "null"]
    if subject.kind.name == "null":
        return b.boolean(len(plain) < len(candidates))
    found = None
    if plain and all(c.never_null for c in plain):
        pairs = [b.alike(b.copy(subject), c) for c in plain]
        if len({p[0].node.sql() for p in pairs}) == 1:
            node = exp.In(this=parenthesised(pairs[0][0].node), expressions=[p[1].node for p in pairs])
            size = subject.size + sum(c.size for c in plain) + 1
            found = Value(node, BOOLEAN, None, subject.never_null, size)
            found = never_unknown(b, found)
            plain = []
    tests = ([found] if found else []) + [compare(b, "=", b.copy(subject), c) for c in plain]
    if any(c.kind.name == "null" for c in candidates):
        tests.append(b.is_null(b.copy(subject)))
    result = tests[0]
    for test in tests[1:]:
        result = replace(b.binary(exp.Or, result, test, BOOLEAN), never_null=True)
    return result


OPERATORS: Mapping[str, Operator] = {
    **dict.fromkeys(("+", "-", "*"), _arithmetic),
    "/": _divide,
    **dict.fromkeys(("AND", "OR"), _logic),
    **dict.fromkeys(("=", "!=", "<", "<=", ">", ">="), compare),
}


def _not(b: SqlBuilder, operand: Value) -> Value:
    if operand.kind.name == "null":
        return b.boolean(True)
    return b.negate(b.as_condition(operand))


def _minus(b: SqlBuilder, operand: Value) -> Value:
    operand = b.as_number(operand)
    if isinstance(operand.constant, Decimal):
        return b.number(operand.constant.copy_negate())
    return Value(exp.Neg(this=parenthesised(operand.node)), operand.kind, size=operand.size + 1)


def _not_of_part(b: SqlBuilder, operand: Value) -> Value:
    """Of truth values, NOT a = b is the same whichever of the two it negates."""
    if operand.kind != BOOLEAN:
        b.caution("NOT_BEFORE_EQUALS")
    return _not(b, operand)


UNARY = {"NOT": _not, "NOT?": _not_of_part, "-": _minus, "+": lambda b, operand: b.as_number(operand)}
