"""Mathematical functions and those on bits. Source: "Math Functions" and "Math: Bitwise Functions"."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

from sqlglot import exp

from services.migration.expressions.alteryx.operators import as_double
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import DOUBLE, INTEGER, NULL, Kind, Value

_EXACT = 400  # digits, more than a number of an expression may have


def null_number(b: SqlBuilder) -> Value:
    return b.sql("CAST(NULL AS INT)", Kind("number"))


def _double(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, DOUBLE, n=as_double(b, arguments[0])).unless_null(arguments[0])


def _within(operation: str, test: str) -> Build:
    """NULL where the argument is out of the function's range, which fails in SQL."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        template = b.dialect.template(operation) or f"{operation.upper()}({{n}})"
        return b.sql(f"CASE WHEN {test} THEN {_bare(template)} END", DOUBLE, n=as_double(b, arguments[0]))

    return build


def _bare(template: str) -> str:
    """The function itself of a template that guards its argument by an error of its own."""
    return template.partition(" ELSE ")[2].removesuffix(" END") if template.startswith("CASE") else template


def _absolute(b: SqlBuilder, arguments: list[Value]) -> Value:
    number = b.as_number(arguments[0])
    return b.op("abs", number.kind, n=number).unless_null(number)


def _power(b: SqlBuilder, arguments: list[Value]) -> Value:
    base, exponent = (as_double(b, v) for v in arguments)
    power = "CASE WHEN {n} = 0 AND {m} < 0 OR {n} < 0 AND {m} <> FLOOR({m}) THEN NULL ELSE POWER({n}, {m}) END"
    if isinstance(arguments[1].constant, Decimal) and arguments[1].constant > 0 and arguments[1].kind == INTEGER:
        power = "POWER({n}, {m})"
    return b.sql(power, DOUBLE, n=base, m=exponent)


def _to_multiple(operation: str) -> Build:
    """Round, and Ceil and Floor with a multiple; a multiple of 0 gives NULL."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        value = as_double(b, arguments[0])
        if len(arguments) == 1:
            return b.op("ceil" if operation == "up_to_multiple" else "floor", DOUBLE, n=value).unless_null(value)
        multiple = arguments[1]
        if multiple.kind == NULL or multiple.constant == 0:
            return null_number(b)
        if not isinstance(multiple.constant, Decimal):
            by = b.sql("NULLIF({n}, 0)", DOUBLE, n=as_double(b, multiple))
            turns = own(b, operation, DOUBLE, n=b.sql("{n} / ABS({m})", DOUBLE, n=value, m=b.copy(by)))
            return b.sql("{n} * ABS({m})", DOUBLE, n=turns, m=by)
        if isinstance(arguments[0].constant, Decimal) and _misses(operation, arguments[0].constant, multiple.constant):
            b.caution("HALF_OF_DOUBLE")
        return _of_size(b, operation, value, abs(multiple.constant))

    return build


def _of_size(b: SqlBuilder, operation: str, value: Value, size: Decimal) -> Value:
    """To multiples of 0.01 by way of hundredths: a product with 100 and a division leave fewer idle digits behind."""
    if size == 1:
        return own(b, operation, DOUBLE, n=value)
    parts = _parts(size)
    if not parts:
        by = as_double(b, b.number(size))
        turns = own(b, operation, DOUBLE, n=b.sql("{n} / {m}", DOUBLE, n=value, m=by))
        return b.sql("{n} * {m}", DOUBLE, n=turns, m=b.copy(by))
    by = as_double(b, b.number(parts))
    if operation == "up_to_multiple":
        value = b.sql("{n} / {m}", DOUBLE, n=value, m=as_double(b, b.number(size)))
    else:
        value = b.sql("{n} * {m}", DOUBLE, n=value, m=by)
    return b.sql("{n} / {m}", DOUBLE, n=own(b, operation, DOUBLE, n=value), m=b.copy(by))


def _parts(size: Decimal) -> int:
    """How many of a multiple make 1, where that is a whole number; else 0."""
    parts = 1 / size
    return int(parts) if size < 1 and parts == parts.to_integral_value() else 0


_TURNS = {"to_multiple": "ROUND_HALF_UP", "up_to_multiple": "ROUND_CEILING", "down_to_multiple": "ROUND_FLOOR"}


def _misses(operation: str, number: Decimal, multiple: Decimal) -> bool:
    """Whether numbers in binary come to another count of multiples than those written here."""
    size, rounding = abs(multiple), _TURNS[operation]
    with localcontext() as digits:
        digits.prec = _EXACT
        wanted = (number / size).to_integral_value(rounding=rounding)
    if operation != "up_to_multiple" and _parts(size):
        turns = float(number) * _parts(size)
    else:
        turns = float(number) / float(size)
    if operation == "to_multiple":
        turns, rounding = turns + math.copysign(0.5, turns), "ROUND_DOWN"
    return Decimal(turns).to_integral_value(rounding=rounding) != wanted


def whole(b: SqlBuilder, value: Value) -> Value:
    """A number without its fraction."""
    number = b.as_number(value)
    if isinstance(number.constant, Decimal):
        return b.number(int(number.constant))
    return number if number.kind == INTEGER else own(b, "truncated", INTEGER, n=number)


def _modulo(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Of whole numbers; NULL for a divisor of 0."""
    number, divisor = (whole(b, v) for v in arguments)
    if divisor.constant == 0:
        return null_number(b)
    if divisor.constant is None:
        divisor = b.sql("NULLIF({n}, 0)", INTEGER, n=divisor)
    return b.op("modulo_integer", INTEGER, n=number, m=divisor).unless_null(number, divisor)


def _sum(b: SqlBuilder, values: list[Value]) -> Value:
    total = values[0]
    for value in values[1:]:
        total = b.binary(exp.Add, total, value, DOUBLE)
    return total


def _zero_for_null(b: SqlBuilder, value: Value) -> Value:
    if value.kind == NULL:
        return b.number(0)
    number = as_double(b, value)
    return number if number.never_null else b.sql("COALESCE({n}, 0)", DOUBLE, n=number)


def _average(b: SqlBuilder, arguments: list[Value]) -> Value:
    """NULL counts as 0."""
    total = _sum(b, [_zero_for_null(b, v) for v in arguments])
    return b.sql("{n} / {m}", DOUBLE, n=as_double(b, total), m=as_double(b, b.number(len(arguments)))).unless_null()


def _average_of_known(b: SqlBuilder, arguments: list[Value]) -> Value:
    known = [v for v in arguments if v.kind != NULL]
    if not known:
        return null_number(b)
    total = _sum(b, [_zero_for_null(b, b.copy(v)) for v in known])
    counts = [
        b.number(1) if v.never_null else b.case([(b.is_null(b.as_number(v)), b.number(0))], b.number(1), INTEGER)
        for v in known
    ]
    return b.sql("{n} / NULLIF({m}, 0)", DOUBLE, n=as_double(b, total), m=as_double(b, _sum(b, counts)))


_MEDIAN = {
    "duckdb": ("COALESCE(LIST_AGGREGATE([{}], 'median'), 0)"),
    "postgresql": (
        "COALESCE((SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY _v) FROM UNNEST(ARRAY[{}]) AS _t(_v)), 0)"
    ),
}


def _median(b: SqlBuilder, arguments: list[Value]) -> Value:
    """0 of no values; what a NULL counts as is not documented, here nothing."""
    known = [as_double(b, v) for v in arguments if v.kind != NULL]
    if not known:
        return b.number(0)
    if len(known) < len(arguments) or not all(v.never_null for v in arguments):
        b.caution("NULL_ARGUMENT", function="Median")
    letters = "abcdefghijklmnopqrstuvwxyz"[: len(known)]
    if b.dialect.name not in _MEDIAN or len(known) > len(letters):
        raise Refused(f"{b.dialect.name} has no equal of a median within a row")
    template = _MEDIAN[b.dialect.name].format(", ".join(f"{{{letter}}}" for letter in letters))
    return b.sql(template, DOUBLE, **dict(zip(letters, known, strict=True)))


def _pi(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return b.sql("CAST(3.141592653589793 AS DOUBLE PRECISION)", DOUBLE).unless_null()


def _random(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    b.caution("RANDOM")
    return b.op("random", DOUBLE).unless_null()


def _random_integer(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("RANDOM")
    return own(b, "whole_random", INTEGER, n=b.as_number(arguments[0]))


def _distance(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("DISTANCE_MODEL")
    return own(b, "miles", DOUBLE, **dict(zip("abcd", (_zero_for_null(b, v) for v in arguments), strict=True)))


def _angle(b: SqlBuilder, arguments: list[Value]) -> Value:
    y, x = (as_double(b, v) for v in arguments)
    return b.sql("ATN2({n}, {m})" if b.dialect.name == "mssql" else "ATAN2({n}, {m})", DOUBLE, n=y, m=x)


def _bits(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number, other = (whole(b, v) for v in arguments)
        if operation.startswith("shift"):
            number, other = own(b, "as_big", INTEGER, n=number), own(b, "narrowed", INTEGER, n=other)
        return own(b, operation, INTEGER, n=number, m=other)

    return build


def _bit_not(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "bit_not", INTEGER, n=whole(b, arguments[0]))


def _factorial(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "factorial", DOUBLE, n=whole(b, arguments[0]))


_NOT_BEYOND_ONE = "{n} BETWEEN -1 AND 1"
FUNCTIONS = (
    Function("ABS", "math", 1, 1, _absolute, confidence=0.98),
    Function("ACOS", "math", 1, 1, _within("acos", _NOT_BEYOND_ONE)),
    Function("ASIN", "math", 1, 1, _within("asin", _NOT_BEYOND_ONE)),
    Function("ATAN", "math", 1, 1, _within("atan", "NOT {n} IS NULL")),
    Function("ATAN2", "math", 2, 2, _angle),
    Function("AVERAGE", "math", 1, -1, _average),
    Function("AVERAGENONNULL", "math", 1, -1, _average_of_known),
    Function("BINARYAND", "math: bitwise", 2, 2, _bits("bit_and")),
    Function("BINARYNOT", "math: bitwise", 1, 1, _bit_not),
    Function("BINARYOR", "math: bitwise", 2, 2, _bits("bit_or")),
    Function("BINARYXOR", "math: bitwise", 2, 2, _bits("bit_xor")),
    Function("CEIL", "math", 1, 2, _to_multiple("up_to_multiple"), confidence=0.97),
    Function("COS", "math", 1, 1, _double("cos")),
    Function("COSH", "math", 1, 1, _double("cosh")),
    Function("DISTANCE", "math", 4, 4, _distance),
    Function("EXP", "math", 1, 1, _double("exp")),
    Function("FACTORIAL", "math", 1, 1, _factorial),
    Function("FLOOR", "math", 1, 2, _to_multiple("down_to_multiple"), confidence=0.97),
    Function("LOG", "math", 1, 1, _within("ln", "{n} > 0")),
    Function("LOG10", "math", 1, 1, _within("log10", "{n} > 0")),
    Function("MEDIAN", "math", 0, -1, _median),
    Function("MOD", "math", 2, 2, _modulo),
    Function("PI", "math", 0, 0, _pi),
    Function("POW", "math", 2, 2, _power),
    Function("RAND", "math", 0, 0, _random),
    Function("RANDINT", "math", 1, 1, _random_integer),
    Function("ROUND", "math", 2, 2, _to_multiple("to_multiple")),
    Function("SHIFTLEFT", "math: bitwise", 2, 2, _bits("shift_left")),
    Function("SHIFTRIGHT", "math: bitwise", 2, 2, _bits("shift_right")),
    Function("SIN", "math", 1, 1, _double("sin")),
    Function("SINH", "math", 1, 1, _double("sinh")),
    Function("SQRT", "math", 1, 1, _within("sqrt", "{n} >= 0")),
    Function("TAN", "math", 1, 1, _double("tan")),
    Function("TANH", "math", 1, 1, _double("tanh")),
)
