"""Type conversions. Source: "Type conversion functions" of the parallel job reference."""

from __future__ import annotations

import re
from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage import formats, moments
from services.migration.expressions.datastage.builder import DECIMAL, DataStageBuilder, Told, is_number_text, told
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import BINARY, DOUBLE, INTEGER, STRING, Kind, Value

DEFAULTS = {"date": "%yyyy-%mm-%dd", "time": "%hh:%nn:%ss", "timestamp": "%yyyy-%mm-%dd %hh:%nn:%ss"}
_PACKED = {"date": "%yyyy%mm%dd", "time": "%hh%nn%ss", "timestamp": "%yyyy%mm%dd%hh%nn%ss"}
_MODES = {"ceil": "up", "floor": "down", "trunc_zero": "cut", "round_inf": "rounded"}
_SCALE = 2  # digits after the point where the target is not known
_ALL_DIGITS = 38


def _moment(b: SqlBuilder, value: Value, name: str) -> Value:
    assert isinstance(b, DataStageBuilder)
    return {"date": b.as_date, "time": b.as_time, "timestamp": b.as_timestamp}[name](value)


def _format(arguments: list[Value], name: str, defaults: dict[str, str]) -> tuple[formats.Field, ...]:
    return formats.read(constant_text(arguments[1], "the format") if len(arguments) > 1 else defaults[name])


def _to_text(name: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        return moments.write(b, _moment(b, arguments[0], name), _format(arguments, name, DEFAULTS))

    return build


def _from_text(name: str) -> Build:
    """A text by a format; what is of another form fails."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        if arguments[0].kind.name in ("date", "time"):
            return _moment(b, arguments[0], name)
        b.limit(0.9)
        return moments.read(b, b.as_text(arguments[0]), _format(arguments, name, DEFAULTS), name)

    return build


def _to_decimal(name: str) -> Build:
    """The digits of a date or time as a number; the target's scale puts a point between them."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        fields = _format(arguments, name, _PACKED)
        moments.width(fields)
        text = moments.write(b, _moment(b, arguments[0], name), fields)
        number = b.sql("CAST({s} AS BIGINT)", INTEGER, s=text)

        def for_scale(scale: int) -> Value:
            return b.sql("{n} / {m}", DECIMAL, n=exact(b, number), m=b.number(10**scale)) if scale else number

        return told(number, for_scale=for_scale, code="PACKED_SCALE")

    return build


def _from_decimal(name: str) -> Build:
    """Sign and point of the number are passed over."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        fields = _format(arguments, name, _PACKED)
        number, digits = arguments[0], moments.width(fields)
        scale = number.scale if isinstance(number, Told) else 0
        number = b.as_number(number)
        if scale:
            number = b.sql("{n} * {m}", DECIMAL, n=number, m=b.number(10**scale))
        return moments.read(b, own(b, "digits_of", STRING, n=number, m=b.number(digits)), fields, name)

    return build


def _between(name: str, source: str = "timestamp") -> Build:
    return lambda b, arguments: _moment(b, _moment(b, arguments[0], source), name)


def exact(b: SqlBuilder, value: Value) -> Value:
    value = b.as_number(value)
    return b.op("exact", DECIMAL, n=value) if value.kind.detail in ("", "double", "integer") else value


def rounded(b: SqlBuilder, number: Value, mode: str, scale: int) -> Value:
    """A number with so many digits after the point."""
    if mode not in ("up", "down"):
        return own(b, mode, DECIMAL, n=b.copy(number), m=b.number(scale))
    unit = b.number(Decimal(1).scaleb(-scale), format(Decimal(1).scaleb(-scale), "f"))
    return own(b, mode, DECIMAL, n=b.copy(number), m=b.number(scale), u=unit)


def _decimal(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A decimal number, cut or rounded to the target's digits after the point."""
    value = arguments[0]
    if isinstance(value.constant, str) and re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)\s*", value.constant) is None:
        b.caution("EXPONENT_IN_TEXT")
    number = b.op("string_to_exact", DECIMAL, s=value) if value.kind == STRING else exact(b, value)
    mode = "cut"
    if len(arguments) > 1:
        text = constant_text(arguments[1], "the rounding").lower()
        if text not in _MODES and text != "fix_zero":
            raise Refused(f"{text!r} is no kind of rounding; they are {', '.join(_MODES)}")
        mode = _MODES.get(text, "cut")
    made = rounded(b, number, mode, _SCALE) if len(arguments) > 1 else number
    code = "TARGET_SCALE" if len(arguments) > 1 else ""
    return told(made, for_scale=lambda scale: rounded(b, number, mode, scale), code=code)


def _decimal_text(b: SqlBuilder, arguments: list[Value]) -> Value:
    """All digits of the type, or none that are idle with `suppress_zero`."""
    value = arguments[0]
    options = {constant_text(option, "the option").lower() for option in arguments[1:]}
    if options - {"suppress_zero", "fix_zero"}:
        raise Refused(f"{sorted(options)} are no options; they are suppress_zero and fix_zero")
    number = exact(b, value)
    if "suppress_zero" in options:
        return b.op("decimal_to_text", STRING, n=number)
    if not isinstance(value, Told) or not value.digits:
        b.caution("NUMBER_AS_TEXT")
        return b.op("decimal_to_text", STRING, n=number)
    b.caution("DECIMAL_TEXT")
    length = b.number(value.digits + bool(value.scale))
    absolute = b.sql(f"CAST(ABS({{n}}) AS DECIMAL({_ALL_DIGITS}, {value.scale}))", DECIMAL, n=number)
    digits = own(b, "any_number_text", STRING, n=absolute)
    template = "CASE WHEN {n} < 0 THEN '-' ELSE '' END || LPAD({s}, {m}, '0')"
    return b.sql(template, STRING, n=b.copy(number), s=digits, m=length)


def _fixed_text(b: SqlBuilder, arguments: list[Value]) -> Value:
    digits = arguments[1]
    if not digits.is_integer_constant or not 0 <= int(digits.constant) <= 15:  # type: ignore[arg-type]  # a Decimal
        raise Refused("the number of digits has to be a whole number from 0 to 15")
    b.limit(0.88)
    return fixed_text(b, exact(b, arguments[0]), int(digits.constant))  # type: ignore[arg-type]  # a Decimal


def fixed_text(b: SqlBuilder, number: Value, scale: int, by_thousands: bool = False) -> Value:
    """A number rounded to so many digits after the point, as text."""
    number = rounded(b, number, "rounded", scale)
    if by_thousands and b.dialect.name == "duckdb":
        return own(b, "number_by_thousands", STRING, n=number, f=b.string(f"{{:,.{scale}f}}"))
    text = b.sql(f"CAST(CAST({{n}} AS DECIMAL({_ALL_DIGITS}, {scale})) AS VARCHAR(60))", STRING, n=number)
    if not by_thousands:
        return text
    decimals = b.op("right", STRING, s=b.copy(text), n=b.number(scale + 1)) if scale else b.string("")
    return own(b, "text_by_thousands", STRING, s=text, f=decimals)


def _plain_text(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.limit(0.88)
    if len(arguments) > 1:
        scale = b.as_integer(b.as_number(arguments[1]))
        if not scale.is_integer_constant:
            raise Refused("the number of digits after the point has to be a constant")
        return fixed_text(b, exact(b, arguments[0]), int(scale.constant))  # type: ignore[arg-type]  # an integer constant is a Decimal
    return own(b, "plain_number_text", STRING, n=b.as_number(arguments[0]))


def _number_or(default: str) -> Build:
    """The number that a text is; null or 0 where it is none."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        if isinstance(text.constant, str):  # folded here: an engine may read the text before it tests it
            return (
                b.as_number(text) if is_number_text(text.constant) else (b.null() if default == "null" else b.number(0))
            )
        is_number = own(b, "text_is_number", Kind("boolean"), s=text)
        number = b.sql("CAST({s} AS DOUBLE PRECISION)", DOUBLE, s=b.copy(text))
        return b.case([(is_number, number)], b.null() if default == "null" else b.number(0), DOUBLE)

    return build


def _integer(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.as_integer(arguments[0])


def _double(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.op("exact_double", DOUBLE, n=b.as_number(arguments[0]))


def _raw(b: SqlBuilder, value: Value) -> Value:
    if value.kind == STRING:
        return own(b, "to_raw", BINARY, s=value)
    if value.kind.name not in ("binary", "unknown"):
        raise Refused(f"a {value.kind.name} is used as raw data")
    return value


def _same_text(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.as_text(arguments[0])


FUNCTIONS = (
    Function("ASDOUBLE", "conversion", 1, 1, _double),
    Function("ASFLOAT", "conversion", 1, 1, _double),
    Function("ASINTEGER", "conversion", 1, 1, _integer),
    Function("DATETODECIMAL", "conversion", 1, 2, _to_decimal("date")),
    Function("DATETOSTRING", "conversion", 1, 2, _to_text("date")),
    Function("DECIMALTODATE", "conversion", 1, 2, _from_decimal("date"), confidence=0.9),
    Function("DECIMALTODECIMAL", "conversion", 1, 2, _decimal),
    Function("DECIMALTODFLOAT", "conversion", 1, 2, lambda b, arguments: _double(b, arguments[:1])),
    Function("DECIMALTOSTRING", "conversion", 1, 3, _decimal_text),
    Function("DECIMALTOTIME", "conversion", 1, 2, _from_decimal("time"), confidence=0.9),
    Function("DECIMALTOTIMESTAMP", "conversion", 1, 2, _from_decimal("timestamp"), confidence=0.9),
    Function("DFLOATTODECIMAL", "conversion", 1, 2, _decimal),
    Function("DFLOATTOSTRINGNOEXP", "conversion", 1, 2, _plain_text),
    Function("NUMTOSTRFIXED", "conversion", 2, 2, _fixed_text),
    Function("RAWLENGTH", "raw", 1, 1, lambda b, arguments: own(b, "raw_length", INTEGER, s=_raw(b, arguments[0]))),
    Function(
        "RAWTOSTRING", "conversion", 1, 1, lambda b, arguments: own(b, "from_raw", STRING, s=_raw(b, arguments[0]))
    ),
    Function("STRINGTODATE", "conversion", 1, 2, _from_text("date")),
    Function("STRINGTODECIMAL", "conversion", 1, 2, _decimal, confidence=0.9),
    Function(
        "STRINGTORAW", "conversion", 1, 1, lambda b, arguments: own(b, "to_raw", BINARY, s=b.as_text(arguments[0]))
    ),
    Function("STRINGTOTIME", "conversion", 1, 2, _from_text("time")),
    Function("STRINGTOTIMESTAMP", "conversion", 1, 2, _from_text("timestamp")),
    Function("STRINGTOUSTRING", "conversion", 1, 2, lambda b, arguments: _same_text(b, arguments)),
    Function("STRTONUMORNULL", "conversion", 1, 1, _number_or("null")),
    Function("STRTONUMORZERO", "conversion", 1, 1, _number_or("zero")),
    Function("TIMESTAMPTODATE", "conversion", 1, 1, _between("date")),
    Function("TIMESTAMPTODECIMAL", "conversion", 1, 2, _to_decimal("timestamp")),
    Function("TIMESTAMPTOSTRING", "conversion", 1, 2, _to_text("timestamp")),
    Function("TIMESTAMPTOTIME", "conversion", 1, 1, _between("time")),
    Function("TIMETODECIMAL", "conversion", 1, 2, _to_decimal("time")),
    Function("TIMETOSTRING", "conversion", 1, 2, _to_text("time")),
    Function("USTRINGTOSTRING", "conversion", 1, 2, lambda b, arguments: _same_text(b, arguments)),
)
