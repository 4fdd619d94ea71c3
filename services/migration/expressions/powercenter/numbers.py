"""Numerical, scientific and financial functions."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, is_null_literal, simple
from services.migration.expressions.kinds import BOOLEAN, DECIMAL, DOUBLE, INTEGER, NUMBER, STRING, Kind, Value
from services.migration.expressions.operations import fail_on_zero
from services.migration.expressions.powercenter import dates


def divide(b: SqlBuilder, left: Value, right: Value) -> Value:
    """Never an integer division; a divisor of 0 is an error."""
    left, right = b.as_number(left), b.as_number(right)
    if b.dialect.divides_to_scale and left.kind.detail != "double" and right.kind.detail != "double":
        left = b.op("exact_double", DOUBLE, n=left)
    elif not b.dialect.true_division and _may_be_integer(left) and _may_be_integer(right):
        left = b.op("exact", Kind("number", "decimal"), n=left)
    result = b.binary(exp.Div, left, right, Kind("number", "double"))
    return fail_on_zero(b, right, result)


def _may_be_integer(value: Value) -> bool:
    return value.kind.detail not in ("decimal", "double") and value.kind.name in ("number", "unknown")


def modulo(b: SqlBuilder, left: Value, right: Value) -> Value:
    left, right = b.as_number(left), b.as_number(right)
    kind = INTEGER if left.kind == right.kind == INTEGER else NUMBER
    result = b.op("modulo_integer" if kind == INTEGER else "modulo", kind, n=left, m=right)
    return result if kind == INTEGER else fail_on_zero(b, right, result)


def _mod(b: SqlBuilder, arguments: list[Value]) -> Value:
    return modulo(b, *arguments)


def _exact(b: SqlBuilder, value: Value) -> Value:
    """A number whose decimal digits are rounded as written, not as the nearest binary fraction."""
    value = b.as_number(value)
    return b.op("exact", value.kind, n=value) if value.kind.detail in ("", "double") else value


def _by_precision(number_operation: str, date_build: Build) -> Build:
    """ROUND and TRUNC: the argument decides between number and date."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        subject = arguments[0]
        unit_given = len(arguments) == 2 and arguments[1].kind.name == "string"
        if subject.kind.name == "unknown" and len(arguments) == 1:
            b.caution("UNCLEAR_KIND", function=number_operation.upper())
        if subject.kind.name == "date" or unit_given:
            return date_build(b, arguments)
        if len(arguments) == 2 and is_null_literal(arguments[1]):
            return b.null()
        digits = b.as_position(arguments[1], exactly_32_bits=True) if len(arguments) == 2 else b.number(0)
        if subject.kind == INTEGER and isinstance(digits.constant, Decimal) and digits.constant >= 0:
            return subject
        kind = INTEGER if digits.constant == 0 else Kind("number", subject.kind.detail)
        operation = f"{number_operation}_number"
        if digits.constant is None and b.has(f"{operation}_any"):
            operation, kind = f"{operation}_any", DECIMAL if kind == INTEGER else kind
        return b.op(operation, kind, n=_exact(b, subject), m=digits)

    return build


def _whole(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        value = b.as_number(arguments[0])
        if value.kind == INTEGER:
            return value
        return b.op(operation, INTEGER if value.kind.detail == "decimal" else value.kind, n=value)

    return build


def _log(b: SqlBuilder, arguments: list[Value]) -> Value:
    base, value = (b.as_number(v) for v in arguments)
    return b.op("log_base", DOUBLE, n=value, m=base)


def _power(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A negative base rounds the exponent: the Transformation Language Reference gives 729 for -3 to 5.5."""
    base, exponent = (b.as_number(v) for v in arguments)
    is_positive = isinstance(base.constant, Decimal) and base.constant >= 0
    is_whole = exponent.kind == INTEGER or exponent.is_integer_constant
    result = b.op("power" if is_positive or is_whole else "power_any", DOUBLE, n=base, m=exponent)
    is_root_or_more = isinstance(exponent.constant, Decimal) and exponent.constant >= 0
    if b.dialect.raises_on_zero or is_root_or_more or base.constant not in (None, 0):
        return result
    return b.op("fail_on_zero_power", DOUBLE, n=base, m=exponent, r=result)


def _keep_kind(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        value = b.as_number(arguments[0])
        return b.op(operation, value.kind, n=value)

    return build


def _rand(b: SqlBuilder, arguments: list[Value]) -> Value:
    if arguments:
        raise Refused("a seeded random sequence can't be repeated in SQL")
    b.caution("RANDOM")
    return b.op("random", DOUBLE)


_BASE_DIGITS = {2: "binary", 8: "octal", 16: "hexadecimal"}


def _convert_base(b: SqlBuilder, arguments: list[Value]) -> Value:
    value, source, target = arguments[0], _base(b, arguments[1]), _base(b, arguments[2])
    if source.constant == 10:
        number = b.op("text_to_integer", INTEGER, s=value) if value.kind == STRING else b.as_integer(value)
    else:
        number = b.op("digits_to_integer", INTEGER, s=b.as_text(value), m=source)
    if target.constant == 10:
        return b.number_text(number)
    name = _BASE_DIGITS.get(int(str(target.constant)), "any")
    return b.op(f"{name}_digits", STRING, n=number, m=target)


def _base(b: SqlBuilder, value: Value) -> Value:
    base = value.constant
    if not isinstance(base, Decimal) or not value.is_integer_constant or not 2 <= base <= 36:
        raise Refused("a base has to be a literal from 2 to 36 to become SQL")
    return b.number(int(base))


def _annuity(operation: str, defaults: tuple[int, ...]) -> Build:
    """FV, PV, PMT and NPER: rate, then two numbers, a third with a default, and whether payments come first."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        given = [*arguments, *(b.number(n) for n in defaults[len(arguments) - 3 :])]
        rate, first, second, third, due = given
        if due.kind == BOOLEAN and due.constant is not None:
            due = b.number(int(bool(due.constant)))
        numbers = [b.op("exact_double", DOUBLE, n=b.as_number(v)) for v in (rate, first, second, third, due)]
        return b.op(operation, DOUBLE, **dict(zip("rabct", numbers, strict=True)))

    return build


def _scientific(name: str) -> Function:
    return Function(name, "scientific", 1, 1, simple(name.lower(), DOUBLE, "n", convert="n"))


FUNCTIONS = (
    Function("ABS", "numerical", 1, 1, _keep_kind("abs"), confidence=0.98),
    Function("CEIL", "numerical", 1, 1, _whole("ceil"), confidence=0.97),
    Function("CONVERT_BASE", "numerical", 3, 3, _convert_base, confidence=0.88),
    Function("EXP", "numerical", 1, 1, simple("exp", DOUBLE, "n", convert="n")),
    Function("FLOOR", "numerical", 1, 1, _whole("floor"), confidence=0.97),
    Function("LN", "numerical", 1, 1, simple("ln", DOUBLE, "n", convert="n")),
    Function("LOG", "numerical", 2, 2, _log),
    Function("MOD", "numerical", 2, 2, _mod),
    Function("POWER", "numerical", 2, 2, _power),
    Function("RAND", "numerical", 0, 1, _rand),
    Function("ROUND", "numerical", 1, 2, _by_precision("round", dates.round_date), confidence=0.96),
    Function("SIGN", "numerical", 1, 1, simple("sign", INTEGER, "n", convert="n"), confidence=0.97),
    Function("SQRT", "numerical", 1, 1, simple("sqrt", DOUBLE, "n", convert="n")),
    Function("TRUNC", "numerical", 1, 2, _by_precision("trunc", dates.truncate), confidence=0.96),
    *map(_scientific, ("COS", "COSH", "SIN", "SINH", "TAN", "TANH")),
    Function("FV", "financial", 3, 5, _annuity("future_value", (0, 0)), confidence=0.9),
    Function("PV", "financial", 3, 5, _annuity("present_value", (0, 0)), confidence=0.9),
    Function("PMT", "financial", 3, 5, _annuity("payment", (0, 0)), confidence=0.9),
    Function("NPER", "financial", 3, 5, _annuity("periods", (0, 0)), confidence=0.9),
    Function(
        "RATE",
        "financial",
        3,
        6,
        refused="its value is found by iteration, which SQL expressions don't have; compute it before, or give it in",
    ),
)
