"""Conversion functions. Source: "Conversion Functions"."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from services.migration.expressions.alteryx.numbers import whole
from services.migration.expressions.alteryx.operators import as_double
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.alteryx.text import with_replaced
from services.migration.expressions.builder import SqlBuilder, round_half_up
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, DOUBLE, INTEGER, NULL, STRING, Value

_PREFIX = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)", re.ASCII)
_TRUE = frozenset({"1", "true", "yes"})
MOST_DIGITS = 15
"""Digits of a number that the tool, which computes with doubles, keeps exactly."""


def flag(arguments: list[Value], place: int) -> bool:
    """An optional flag, off where it is left out; a number or a text such as "true"."""
    if len(arguments) <= place or arguments[place].kind == NULL:
        return False
    constant = arguments[place].constant
    if constant is None:
        raise Refused("the flags have to be constants to become SQL")
    return constant.strip().lower() in _TRUE if isinstance(constant, str) else bool(constant)


def _separator(arguments: list[Value], place: int) -> str:
    if len(arguments) <= place:
        return "."
    text = constant_text(arguments[place], "the decimal separator")
    if text not in (".", ","):
        raise Refused(f"{text!r} is no decimal separator; it is . or ,")
    return text


def _to_number(b: SqlBuilder, arguments: list[Value]) -> Value:
    """What is no number becomes 0, or NULL where NULLs are kept."""
    value, keeps_null = arguments[0], flag(arguments, 2)
    separator = _separator(arguments, 3)
    if value.kind.name in ("number", "boolean"):
        number = b.as_number(value)
        return number if keeps_null or number.never_null else b.sql("COALESCE({n}, 0)", number.kind, n=number)
    if value.kind == NULL:
        return b.sql("CAST(NULL AS INT)", INTEGER) if keeps_null else b.number(0)
    text = b.as_text(value)
    if isinstance(text.constant, str):
        return _constant_number(b, text.constant, keeps_null, separator)
    if separator == ",":
        text = with_replaced(b, text, (".", ""), (" ", ""), (",", "."))
    number = b.op("string_to_double", DOUBLE, s=text)
    if not keeps_null:
        return b.sql("COALESCE({n}, 0)", DOUBLE, n=number).unless_null()
    b.caution("PARTLY_A_NUMBER")
    return b.case([(own(b, "numeric_text", STRING, s=b.copy(text)), number)], None, DOUBLE)


def _constant_number(b: SqlBuilder, text: str, keeps_null: bool, separator: str) -> Value:
    if separator == ",":
        text = text.replace(".", "").replace(" ", "").replace(",", ".")
    match = _PREFIX.match(text)
    if match is None:
        return b.sql("CAST(NULL AS INT)", INTEGER) if keeps_null else b.number(0)
    if match.end() != len(text.rstrip()):
        b.caution("PARTLY_A_NUMBER")
    try:
        return b.number(Decimal(match[1]))
    except InvalidOperation:
        raise Refused(f"{text[:40]!r} is out of the range of numbers") from None


def to_text(b: SqlBuilder, value: Value) -> Value:
    """A value as text without a count of decimals."""
    match value.kind.name:
        case "number":
            return b.number_text(value)
        case "boolean":
            return b.number_text(b.as_number(value))
    return b.as_text(value)


def _to_string(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if value.kind == NULL:
        return b.as_text(value)
    if len(arguments) == 1 or value.kind.name in ("string", "date"):
        if value.kind.name == "number" and value.kind != INTEGER and value.constant is None:
            b.caution("DIGITS_OF_DOUBLE")
        return to_text(b, value)
    decimals, has_groups, separator = arguments[1], flag(arguments, 2), _separator(arguments, 3)
    if not isinstance(decimals.constant, Decimal):
        raise Refused("the count of decimals has to be a constant to become SQL")
    count = int(round_half_up(decimals.constant))
    if not 0 <= count <= 12:
        raise Refused("the count of decimals is from 0 to 12")
    number = b.as_number(value)
    text = _fixed(b, number, count, has_groups)
    if separator == ",":
        pairs = ((",", "~"), (".", ","), ("~", ".")) if has_groups else ((".", ","),)
        text = b.string(_swapped(text.constant)) if isinstance(text.constant, str) else with_replaced(b, text, *pairs)
    return text


def _swapped(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))


def _fixed(b: SqlBuilder, number: Value, count: int, has_groups: bool) -> Value:
    if isinstance(number.constant, Decimal):
        if number.constant.adjusted() >= MOST_DIGITS:
            raise Refused(f"a number of more than {MOST_DIGITS} digits is no longer exact in the tool")
        rounded = number.constant.quantize(Decimal(1).scaleb(-count), rounding="ROUND_HALF_UP")
        return b.string(format(rounded, f",.{count}f" if has_groups else f".{count}f"))
    digits = b.number(count)
    if b.dialect.name == "duckdb":
        exact = b.sql("ROUND(CAST({n} AS DECIMAL(38, 12)), {k})", number.kind, n=number, k=digits)
        pattern = f"{{:{',' if has_groups else ''}.{count}f}}"
        return b.sql("FORMAT({f}, CAST({n} AS DOUBLE))", STRING, n=exact, f=b.string(pattern))
    if b.dialect.name != "postgresql":
        raise Refused(f"{b.dialect.name} has no equal of a fixed count of decimals")
    text = own(b, "fixed_text", STRING, n=number, k=digits)
    if not has_groups:
        return text
    decimals = b.sql("RIGHT({s}, {k})", STRING, s=text, k=b.number(count + 1)) if count else b.string("")
    return own(b, "grouped_text", STRING, s=text, f=decimals)


def _from_digits(base: int) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        if isinstance(text.constant, str):
            return _constant_digits(b, text.constant, base)
        if arguments[0].kind == NULL:
            return b.sql("CAST(NULL AS INT)", INTEGER)
        if base == 16:
            text = with_replaced(b, b.op("lower", STRING, s=text), ("0x", ""))
        b.limit(0.9)
        return _varying_digits(b, text, base)

    return build


_SIGNED = {2: (32, 64), 16: (8, 16)}
"""Texts of exactly so many digits are signed numbers of 32 and 64 bits, unless they have a sign of their own."""
_PATTERNS = {2: ("from_binary", "[01]", "1[01]{31}"), 16: ("from_hexadecimal", "[0-9a-f]", "[89a-f][0-9a-f]{7}")}


def _varying_digits(b: SqlBuilder, text: Value, base: int) -> Value:
    """NULL for what is no number; of one with more than 64 bits as well."""
    operation, digit, negative = _PATTERNS[base]
    number = own(b, operation, INTEGER, s=b.op("ltrim_set", STRING, s=b.copy(text), x=b.string("+-")))
    wrapped = b.sql("{n} - 4294967296", INTEGER, n=b.copy(number))
    opposite = b.sql("-{n}", INTEGER, n=b.copy(number))

    def reads(pattern: str) -> Value:
        return own(b, "digits_of", BOOLEAN, s=b.copy(text), x=b.string(f"^{pattern}$"))

    most = _SIGNED[base][1]
    branches = [
        (reads(negative), wrapped),
        (reads(f"-{digit}{{1,{most - 1}}}"), opposite),
        (reads(f"[+]?{digit}{{1,{most - 1}}}"), number),
        (reads(f"{digit}{{{most}}}"), b.copy(number)),
    ]
    return b.case(branches, None, INTEGER)


def _constant_digits(b: SqlBuilder, text: str, base: int) -> Value:
    digits = text.strip()
    try:
        number = int(digits, base)
    except ValueError:
        raise Refused(f"{text[:40]!r} is no number of base {base}") from None
    if digits.isalnum() and len(digits) in _SIGNED[base]:
        bits = len(digits) * (1 if base == 2 else 4)
        number -= (number >> (bits - 1)) << bits
    return b.number(number)


def _to_digits(operation: str) -> Build:
    """Of a negative number nothing is documented: it fails, where the engine would take it for one of 64 bits."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        number = whole(b, arguments[0])
        if isinstance(number.constant, Decimal) and number.constant < 0:
            raise Refused("the digits of a negative number are not documented")
        digits = b.op(operation, STRING, n=own(b, "as_big", INTEGER, n=number))
        if isinstance(number.constant, Decimal) or not b.has("fail_string"):
            return digits
        failure = b.op("fail_string", STRING, s=b.string("the digits of a negative number"))
        return b.case([(b.compare("<", b.copy(number), b.number(0)), failure)], digits, STRING)

    return build


def _character(b: SqlBuilder, arguments: list[Value]) -> Value:
    if arguments[0].kind == NULL:
        return b.as_text(arguments[0])
    return own(b, "character", STRING, n=b.as_number(arguments[0]))


def _code_point(b: SqlBuilder, arguments: list[Value]) -> Value:
    text = b.as_text(arguments[0])
    if isinstance(text.constant, str) and len(text.constant) != 1:
        raise Refused("the number of a text of another length than one character is not documented")
    return own(b, "code_point", INTEGER, s=text)


def _scaled(factor: str) -> Build:
    return lambda b, arguments: b.sql(factor, DOUBLE, n=as_double(b, arguments[0]))


FUNCTIONS = (
    Function("BINTOINT", "conversion", 1, 1, _from_digits(2)),
    Function("CHARFROMINT", "conversion", 1, 1, _character),
    Function("CHARTOINT", "conversion", 1, 1, _code_point),
    Function("HEXTONUMBER", "conversion", 1, 1, _from_digits(16)),
    Function("INTTOBIN", "conversion", 1, 1, _to_digits("binary_digits")),
    Function("INTTOHEX", "conversion", 1, 1, _to_digits("hexadecimal_digits")),
    Function("TODEGREES", "conversion", 1, 1, _scaled("{n} * 180.0 / 3.141592653589793")),
    Function("TONUMBER", "conversion", 1, 4, _to_number, confidence=0.9),
    Function("TORADIANS", "conversion", 1, 1, _scaled("{n} * 3.141592653589793 / 180.0")),
    Function("TOSTRING", "conversion", 1, 4, _to_string),
)
