"""Mathematical functions."""

from __future__ import annotations

from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, simple
from services.migration.expressions.kinds import BOOLEAN, DOUBLE, INTEGER, NUMBER, Kind, Value
from services.migration.expressions.ssis.builder import SsisBuilder
from services.migration.expressions.ssis.casts import converted
from services.migration.expressions.ssis.sql import own


def _exact(b: SqlBuilder, value: Value) -> Value:
    value = b.as_number(value)
    return b.op("exact", Kind("number", "decimal"), n=value) if value.kind.detail in ("", "double") else value


def _logarithm(base_ten: bool) -> Build:
    """NULL for what is not above 0, where SQL fails."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = _double(b, arguments[0])
        if not base_ten:
            b.caution("LOGARITHM_EXAMPLES")
        result = own(b, "log_ten", DOUBLE, n=number) if base_ten else b.op("ln", DOUBLE, n=number)
        return b.case([(b.compare(">", b.copy(number), b.number(0)), result)], None, DOUBLE)

    return build


def _round(b: SqlBuilder, arguments: list[Value]) -> Value:
    digits = b.as_position(arguments[1], exactly_32_bits=True)
    if digits.is_integer_constant and digits.constant < 0:  # type: ignore[operator]  # an integer constant is a Decimal
        return _negative_digits(b)
    if arguments[0].kind == INTEGER and digits.constant is not None:
        return arguments[0]
    is_varying = digits.constant is None and b.has("round_number_any")
    operation, kind = "round_number_any" if is_varying else "round_number", Kind("number", "decimal")
    result = b.op(operation, kind, n=_exact(b, arguments[0]), m=digits)
    if digits.constant is not None or not b.has("fail_number"):
        return result
    return b.case([(b.compare("<", b.copy(digits), b.number(0)), _negative_digits(b))], result, kind)


def _negative_digits(b: SqlBuilder) -> Value:
    return own(b, "fail_number", NUMBER, s=b.string("ROUND to a negative number of digits"))


def _double(b: SqlBuilder, value: Value) -> Value:
    number = b.as_number(value)
    return number if number.kind == DOUBLE else b.op("exact_double", DOUBLE, n=number)


def _square(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The argument is cast to DT_R8 first, so that the square of an integer is none."""
    return b.sql("{n} * {n}", DOUBLE, n=_double(b, arguments[0]))


def _power(b: SqlBuilder, arguments: list[Value]) -> Value:
    """0 to a negative power is an error of the row; a root of a negative number is indeterminate, which gives NULL."""
    base, exponent = (_double(b, value) for value in arguments)
    least, power = (value.constant for value in arguments)
    result = b.op("power", DOUBLE, n=base, m=exponent)
    is_root_or_more = isinstance(power, Decimal) and power >= 0
    if not (b.dialect.raises_on_zero or is_root_or_more or (isinstance(least, Decimal) and least != 0)):
        result = b.op("fail_on_zero_power", DOUBLE, n=base, m=exponent, r=result)
    is_whole = arguments[1].kind == INTEGER or arguments[1].is_integer_constant
    if is_whole or (isinstance(least, Decimal) and least >= 0):
        return result
    defined = b.sql("{n} >= 0 OR {m} = FLOOR({m})", BOOLEAN, n=base, m=exponent)
    return b.case([(defined, result)], None, DOUBLE)


def _as_double(operation: str) -> Build:
    return lambda b, arguments: b.op(operation, DOUBLE, n=_double(b, arguments[0]))


def _whole(operation: str) -> Build:
    """CEILING and FLOOR: an integer is what it is."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = b.as_number(arguments[0])
        return number if number.kind == INTEGER else b.op(operation, number.kind, n=number)

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
    if len({left.kind.name, right.kind.name} - {"null", "unknown"}) > 1:
        right = converted(b, right, left.kind)
    kind = left.kind if left.kind.name not in ("null", "unknown") else right.kind
    result = b.sql("COALESCE({a}, {b})", kind, a=b.as_value(left), b=b.as_value(right))
    result.never_null = right.never_null
    return result


def _conditional(b: SqlBuilder, arguments: list[Value]) -> Value:
    """`c ? a : b`: a NULL condition gives NULL."""
    assert isinstance(b, SsisBuilder)
    condition = b.operand(arguments[0])
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
    Function("CEILING", "mathematical", 1, 1, _whole("ceil")),
    Function("EXP", "mathematical", 1, 1, _as_double("exp")),
    Function("FLOOR", "mathematical", 1, 1, _whole("floor")),
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
