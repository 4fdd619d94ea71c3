"""Mathematical functions."""

from __future__ import annotations

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, simple
from services.migration.expressions.kinds import BOOLEAN, DOUBLE, INTEGER, NUMBER, Kind, Value


def _exact(b: SqlBuilder, value: Value) -> Value:
    value = b.as_number(value)
    return b.op("exact", Kind("number", "decimal"), n=value) if value.kind.detail in ("", "double") else value


def _logarithm(base_ten: bool) -> Build:
    """NULL for what is not above 0, where SQL fails."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = b.as_number(arguments[0])
        number = number if number.kind == DOUBLE else b.op("exact_double", DOUBLE, n=number)
        natural = b.op("ln", DOUBLE, n=number)
        if not base_ten:
            b.caution("LOGARITHM_EXAMPLES")
        result = b.sql("{n} / LN(10.0)", DOUBLE, n=natural) if base_ten else natural
        return b.case([(b.compare(">", b.copy(number), b.number(0)), result)], None, DOUBLE)

    return build


def _round(b: SqlBuilder, arguments: list[Value]) -> Value:
    digits = b.as_position(arguments[1], exactly_32_bits=True)
    if digits.is_integer_constant and digits.constant < 0:  # type: ignore[operator]  # an integer constant is a Decimal
        return b.op("fail_number", NUMBER, s=b.string("ROUND to a negative number of digits"))
    return b.op("round_number", Kind("number", "decimal"), n=_exact(b, arguments[0]), m=digits)


def _square(b: SqlBuilder, arguments: list[Value]) -> Value:
    number = b.as_number(arguments[0])
    return b.sql("{n} * {n}", number.kind, n=number)


def _power(b: SqlBuilder, arguments: list[Value]) -> Value:
    base, exponent = (b.as_number(value) for value in arguments)
    as_double = [v if v.kind == DOUBLE else b.op("exact_double", DOUBLE, n=v) for v in (base, exponent)]
    return b.op("power", DOUBLE, n=as_double[0], m=as_double[1])


def _as_double(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = b.as_number(arguments[0])
        return b.op(operation, DOUBLE, n=number if number.kind == DOUBLE else b.op("exact_double", DOUBLE, n=number))

    return build


def _keeping(operation: str) -> Build:
    """The result has the type of the argument."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = b.as_number(arguments[0])
        return b.op(operation, number.kind, n=number)

    return build


def _is_null(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.is_null(arguments[0])


def _replace_null(b: SqlBuilder, arguments: list[Value]) -> Value:
    left, right = arguments
    kinds = {left.kind.name, right.kind.name} - {"null", "unknown"}
    if len(kinds) > 1 and kinds != {"boolean", "number"}:
        raise Refused(
            f"REPLACENULL has a {left.kind.name} and a {right.kind.name}, which the tool rejects without a cast"
        )
    kind = left.kind if left.kind.name not in ("null", "unknown") else right.kind
    result = b.sql("COALESCE({a}, {b})", kind, a=b.as_value(left), b=b.as_value(right))
    result.never_null = right.never_null
    return result


def _conditional(b: SqlBuilder, arguments: list[Value]) -> Value:
    """`c ? a : b`: a NULL condition gives NULL."""
    condition = b.as_condition(arguments[0])
    first, second = arguments[1:]
    kinds = {first.kind.name, second.kind.name} - {"null", "unknown"}
    if len(kinds) > 1 and kinds != {"boolean", "number"}:
        raise Refused(
            f"the results are a {first.kind.name} and a {second.kind.name}, which the tool rejects without a cast"
        )
    if kinds == {"boolean", "number"}:
        first, second = b.as_number(first), b.as_number(second)
    kind = _common(first, second)
    branches = [(condition, b.as_value(first))]
    if condition.never_null:
        return b.case(branches, b.as_value(second), kind)
    otherwise = b.negate(Value(condition.node.copy(), BOOLEAN, size=condition.size))
    return b.case([*branches, (otherwise, b.as_value(second))], None, kind)


def _common(first: Value, second: Value) -> Kind:
    known = [v.kind for v in (first, second) if v.kind.name not in ("null", "unknown")]
    if not known or len(set(known)) == 1:
        return known[0] if known else first.kind
    if known[0].name != "number":
        return Kind(known[0].name, "timestamp" if known[0].name == "date" else "")
    details = {k.detail for k in known}
    return Kind("number", "double" if "double" in details else "" if "" in details else "decimal")


FUNCTIONS = (
    Function("?:", "conditional", 3, 3, _conditional, confidence=0.98),
    Function("ABS", "mathematical", 1, 1, _keeping("abs"), confidence=0.97),
    Function("CEILING", "mathematical", 1, 1, _keeping("ceil")),
    Function("EXP", "mathematical", 1, 1, _as_double("exp")),
    Function("FLOOR", "mathematical", 1, 1, _keeping("floor")),
    Function("ISNULL", "null", 1, 1, _is_null, confidence=0.99),
    Function("LN", "mathematical", 1, 1, _logarithm(False)),
    Function("LOG", "mathematical", 1, 1, _logarithm(True)),
    Function("POWER", "mathematical", 2, 2, _power, confidence=0.9),
    Function("REPLACENULL", "null", 2, 2, _replace_null, confidence=0.97),
    Function("ROUND", "mathematical", 2, 2, _round),
    Function("SIGN", "mathematical", 1, 1, simple("sign", INTEGER, "n", convert="n")),
    Function("SQRT", "mathematical", 1, 1, _as_double("sqrt")),
    Function("SQUARE", "mathematical", 1, 1, _square),
)
