"""Mathematical, bit and number functions. Source: "Mathematical functions" and "Logical functions"."""

from __future__ import annotations

from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.operators import number_kind, power
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import DOUBLE, INTEGER, STRING, Value
from services.migration.expressions.operations import fail_on_zero

_MOST_BITS = 63


def _double(b: SqlBuilder, value: Value) -> Value:
    number = b.as_number(value)
    return number if number.kind == DOUBLE else b.op("exact_double", DOUBLE, n=number)


def _of_double(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, DOUBLE, n=_double(b, arguments[0]))


def _of_two_doubles(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, DOUBLE, n=_double(b, arguments[0]), m=_double(b, arguments[1]))


def _log_ten(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "log_ten", DOUBLE, n=_double(b, arguments[0]))


def _absolute(b: SqlBuilder, arguments: list[Value]) -> Value:
    number = b.as_number(arguments[0])
    return b.op("abs", number.kind, n=number)


def _whole(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = b.as_number(arguments[0])
        return number if number.kind == INTEGER else own(b, operation, INTEGER, n=number)

    return build


def _cut(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.as_integer(arguments[0])


def _divide(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The whole part of a quotient."""
    left, right = (b.as_number(value) for value in arguments)
    return fail_on_zero(b, right, own(b, "whole_part", INTEGER, n=left, m=right))


def _modulo(b: SqlBuilder, arguments: list[Value]) -> Value:
    left, right = (b.as_number(value) for value in arguments)
    is_whole = left.kind == right.kind == INTEGER
    result = b.op("modulo_integer" if is_whole else "modulo", number_kind(left, right), n=left, m=right)
    if not all(isinstance(v.constant, Decimal) and v.constant >= 0 for v in (left, right)):
        b.limit(0.9)
    return fail_on_zero(b, right, result)


def _negative(b: SqlBuilder, arguments: list[Value]) -> Value:
    number = b.as_number(arguments[0])
    if isinstance(number.constant, Decimal):
        return b.number(number.constant.copy_negate())
    return b.sql("-{n}", number.kind, n=number)


def _extreme(operation: str) -> Build:
    """The greater or lesser of two; null where one of them is."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        left, right = b.alike(*arguments)
        kind = number_kind(left, right) if left.kind.name == "number" else left.kind
        return own(b, operation, kind, n=left, m=right)

    return build


def _random(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("RANDOM")
    bound = b.as_number(arguments[0]) if arguments else b.number(2**32)
    return own(b, "random_below", INTEGER, n=bound).unless_null()


def _bits(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, INTEGER, n=b.as_integer(arguments[0]), m=b.as_integer(arguments[1]))


def _from_bits(b: SqlBuilder, arguments: list[Value]) -> Value:
    text = b.as_text(arguments[0])
    if isinstance(text.constant, str):
        if not text.constant or set(text.constant) - {"0", "1"}:
            raise Refused("BITCOMPRESS takes a text of the digits 0 and 1")
        return b.number(int(text.constant, 2))
    return own(b, "from_bits", INTEGER, s=text)


def _to_bits(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The documentation's one example has a leading 0, and no rule for it."""
    b.caution("BIT_LENGTH")
    number = b.as_integer(arguments[0])
    return b.op("join_text", STRING, s=b.string("0"), t=own(b, "to_bits", STRING, n=number))


def _set_bits(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Bits switched on or off by a list of their numbers, the lowest being 1."""
    text = constant_text(arguments[1], "the list of bits")
    try:
        places = {int(place) for place in text.split(",")}
    except ValueError:
        raise Refused(f"{text!r} is no list of the numbers of bits") from None
    if not all(1 <= place <= _MOST_BITS for place in places):
        raise Refused(f"bits are numbered 1 to {_MOST_BITS}")
    if not arguments[2].is_integer_constant:
        raise Refused("the state of the bits has to be 1 or 0, written out")
    b.caution("BIT_NUMBERS")
    mask = b.number(sum(1 << (place - 1) for place in places))
    return own(b, "bit_or" if arguments[2].constant else "bit_clear", INTEGER, n=b.as_integer(arguments[0]), m=mask)


FUNCTIONS = (
    Function("ABS", "mathematical", 1, 1, _absolute, confidence=0.97),
    Function("ACOS", "trigonometric", 1, 1, _of_double("acos")),
    Function("ASIN", "trigonometric", 1, 1, _of_double("asin")),
    Function("ATAN", "trigonometric", 1, 1, _of_double("atan")),
    Function("ATAN2", "trigonometric", 2, 2, _of_two_doubles("atan_of_two")),
    Function("BITAND", "logical", 2, 2, _bits("bit_and")),
    Function("BITCOMPRESS", "logical", 1, 1, _from_bits),
    Function("BITEXPAND", "logical", 1, 1, _to_bits),
    Function("BITOR", "logical", 2, 2, _bits("bit_or")),
    Function("BITXOR", "logical", 2, 2, _bits("bit_xor")),
    Function("CEIL", "mathematical", 1, 1, _whole("ceil"), confidence=0.97),
    Function("COS", "trigonometric", 1, 1, _of_double("cos")),
    Function("COSH", "trigonometric", 1, 1, _of_double("cosh")),
    Function("DIV", "mathematical", 2, 2, _divide),
    Function("EXP", "mathematical", 1, 1, _of_double("exp")),
    Function("FABS", "mathematical", 1, 1, _absolute, confidence=0.97),
    Function("FLOOR", "mathematical", 1, 1, _whole("floor"), confidence=0.97),
    Function("INT", "mathematical", 1, 1, _cut),
    Function("LABS", "mathematical", 1, 1, _absolute),
    Function("LDEXP", "mathematical", 2, 2, _of_two_doubles("load_exponent")),
    Function("LLABS", "mathematical", 1, 1, _absolute),
    Function("LN", "mathematical", 1, 1, _of_double("ln")),
    Function("LOG10", "mathematical", 1, 1, _log_ten),
    Function("MAX", "mathematical", 2, 2, _extreme("greatest")),
    Function("MIN", "mathematical", 2, 2, _extreme("least")),
    Function("MOD", "mathematical", 2, 2, _modulo),
    Function("REM", "mathematical", 2, 2, _modulo),
    Function("NEG", "mathematical", 1, 1, _negative),
    Function("PWR", "mathematical", 2, 2, lambda b, arguments: power(b, *arguments)),
    Function("RAND", "mathematical", 0, 0, _random),
    Function("RANDOM", "mathematical", 0, 0, _random),
    Function("RND", "mathematical", 1, 1, _random),
    Function("SETBIT", "logical", 3, 3, _set_bits),
    Function("SIN", "trigonometric", 1, 1, _of_double("sin")),
    Function("SINH", "trigonometric", 1, 1, _of_double("sinh")),
    Function("SQRT", "mathematical", 1, 1, _of_double("sqrt")),
    Function("TAN", "trigonometric", 1, 1, _of_double("tan")),
    Function("TANH", "trigonometric", 1, 1, _of_double("tanh")),
)
