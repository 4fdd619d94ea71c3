"""Conversion functions, and the tests that say whether a conversion would work."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder, round_half_up
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text, simple
from services.migration.expressions.kinds import BOOLEAN, DAY, DECIMAL, DOUBLE, INTEGER, STRING, TIMESTAMP, Value
from services.migration.expressions.powercenter import date_formats

DEFAULT_FORMAT = "MM/DD/YYYY HH24:MI:SS"
_DEFAULT_FORMATS = (DEFAULT_FORMAT, f"{DEFAULT_FORMAT}.US")  # of earlier and of later releases


def _to_char(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if len(arguments) == 2:
        return date_text(b, b.as_date(value), constant_text(arguments[1], "the date format"))
    if value.kind.name == "unknown":
        b.caution("UNKNOWN_TYPE")
    return b.as_text(value) if value.kind.name != "unknown" else b.op("any_to_text", STRING, n=value)


def date_text(b: SqlBuilder, date: Value, format_text: str) -> Value:
    """A date in a format: runs of fields the dialect writes itself, and single operations for the rest."""
    parts: list[Value] = []
    native = ""
    for piece in date_formats.pieces(format_text):
        written = _native(b, piece, "write")
        if written is not None:
            native += written
            continue
        if native:
            parts.append(b.op("write_date", STRING, d=date, f=b.string(native)))
            native = ""
        parts.append(b.op(f"write_{piece.text}", STRING, d=date))
    if native or not parts:
        parts.append(b.op("write_date", STRING, d=date, f=b.string(native)))
    result = parts[0]
    for part in parts[1:]:
        result = b.op("join_text", STRING, s=result, t=part)
    return replace(result, written_as=format_text, written_from=date)


def _native(b: SqlBuilder, piece: date_formats.Piece, verb: str) -> str | None:
    if not piece.is_field:
        return b.dialect.format_literal(piece.text)
    return b.dialect.write_format(piece.text) if verb == "write" else b.dialect.read_format(piece.text)


def _to_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if value.kind.name == "date":
        if len(arguments) == 1:
            return value
        raise Refused("TO_DATE is given a date; what the tool makes of its text depends on the session")
    if len(arguments) == 1:
        b.caution("STRING_AS_DATE")
        return b.op("default_text_to_date", TIMESTAMP, s=b.as_text(value))
    format_text = constant_text(arguments[1], "the date format")
    if value.written_from is not None and value.written_as == format_text and _is_whole_day(format_text):
        if "YYYY" not in date_formats.fields(format_text):
            b.caution("YY_ROUND_TRIP")
        return b.op("truncate_day", DAY, d=value.written_from)
    return read_date(b, b.as_text(value), format_text)


def _is_whole_day(format_text: str) -> bool:
    """True where TO_DATE(TO_CHAR(d, f), f) does nothing but drop the time of day."""
    found = date_formats.fields(format_text)
    return (
        len(found) == 3
        and "DD" in found
        and bool({"MM", "MON"} & set(found))
        and bool({"YYYY", "YY", "RR"} & set(found))
    )


def read_date(b: SqlBuilder, text: Value, format_text: str) -> Value:
    """A string as a date; one that does not follow the format is an error, as in the tool."""
    date_formats.check_readable(format_text)
    kind = TIMESTAMP if date_formats.has_time(format_text) else DAY
    found = date_formats.fields(format_text)
    native = "" if "SSSSS" in found and b.has("read_seconds") else _read_format(b, format_text)
    if text.written_as == format_text and "YYYY" in found:  # what TO_CHAR wrote needs no test of its format
        return b.op("read_own", kind, s=text, f=b.string(native))
    values = {"s": text, "f": b.string(native), "p": b.string(date_formats.pattern(format_text))}
    if found == ("J",):
        return b.op("read_julian", DAY, s=text, p=values["p"])
    if "SSSSS" in found and b.has("read_seconds"):
        return _with_century(b, _read_seconds(b, values, format_text), found)
    operation = "read_date" if kind == TIMESTAMP else "read_day"
    if "DDD" in found and b.has("read_date_ddd"):
        operation, values["k"] = "read_date_ddd", b.number(found.index("DDD") + 1)
    result = b.op(operation, kind, **values)
    return _with_century(b, result, found)


def _read_seconds(b: SqlBuilder, values: dict[str, Value], format_text: str) -> Value:
    """A date that ends in the seconds since midnight, where the dialect reads those by themselves."""
    if not format_text.upper().endswith("SSSSS"):
        raise Refused(f"{b.dialect.name} reads SSSSS only at the end of a date")
    before = b.string(_read_format(b, format_text[: -len("SSSSS")]))
    return b.op("read_seconds", TIMESTAMP, s=values["s"], p=values["p"], f=before)


def _with_century(b: SqlBuilder, date: Value, found: tuple[str, ...]) -> Value:
    if "YY" in found:
        b.caution("YY_CENTURY")
    if "YY" in found or "RR" in found:
        return b.op("century_at_50", date.kind, d=date)
    return date


def _read_format(b: SqlBuilder, format_text: str) -> str:
    native = ""
    for piece in date_formats.pieces(format_text):
        read = _native(b, piece, "read")
        if read is None and piece.text != "J":
            raise Refused(f"{b.dialect.name} can't read {piece.text} in a date")
        native += read or ""
    return native


def _is_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = b.as_text(arguments[0])
    if len(arguments) == 2:
        return _is_date_as(b, value, constant_text(arguments[1], "the date format"))
    b.caution("STRING_AS_DATE")
    shorter, longer = (_is_date_as(b, b.copy(value), format_text) for format_text in _DEFAULT_FORMATS)
    return b.binary(exp.Or, shorter, longer, BOOLEAN)


def _is_date_as(b: SqlBuilder, value: Value, format_text: str) -> Value:
    date_formats.check_readable(format_text)
    found = date_formats.fields(format_text)
    values = {"s": value, "p": b.string(date_formats.pattern(format_text))}
    if found == ("J",):
        return b.op("is_julian", BOOLEAN, **values)
    if "YY" in found:
        b.caution("YY_CENTURY")
    if b.dialect.reads_by_pattern:
        return _is_date_by_pattern(b, format_text, values)
    values["f"] = b.string(_read_format(b, format_text))
    if "DDD" in found and b.has("is_date_ddd"):
        return b.op("is_date_ddd", BOOLEAN, k=b.number(found.index("DDD") + 1), **values)
    return b.op("is_date_yy" if "YY" in found and b.has("is_date_yy") else "is_date", BOOLEAN, **values)


def _is_date_by_pattern(b: SqlBuilder, format_text: str, values: dict[str, Value]) -> Value:
    two_digits = {"RR"} & set(date_formats.fields(format_text))
    replacement = date_formats.iso_replacement(format_text, "20" if two_digits else "19")
    if replacement is None:
        raise Refused(f"{b.dialect.name} can't test dates of the format {format_text!r}")
    if not two_digits:
        return b.op("is_date", BOOLEAN, r=b.string(replacement), **values)
    earlier = b.string(date_formats.iso_replacement(format_text, "19") or "")
    place = date_formats.fields(format_text).index(two_digits.pop()) + 1
    return b.op("is_date_century", BOOLEAN, r=b.string(replacement), e=earlier, y=b.string(rf"\{place}"), **values)


def _to_integer(b: SqlBuilder, arguments: list[Value]) -> Value:
    """32 bits: a larger number is an error in the tool."""
    value = _whole_number(b, arguments)
    return value if value.constant is not None else b.op("narrow", INTEGER, n=value)


def _whole_number(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    truncates = len(arguments) == 2 and _is_true(b, arguments[1])
    if isinstance(value.constant, Decimal):
        return b.number(int(value.constant) if truncates else int(round_half_up(value.constant)))
    if value.kind.name == "string":  # a comma stands between groups of digits
        value = b.op("string_to_exact", DECIMAL, s=b.op("replace", STRING, s=value, x=b.string(","), y=b.string("")))
    value = b.as_number(value)
    if value.kind == INTEGER:
        return value
    if value.kind.name == "unknown":
        b.caution("UNKNOWN_TYPE")
    return b.op("truncate_to_integer" if truncates else "round_to_integer", INTEGER, n=value)


def _is_true(b: SqlBuilder, flag: Value) -> bool:
    number = b.as_number(flag).constant
    if not isinstance(number, Decimal):
        raise Refused("the rounding flag has to be a literal to become SQL")
    return number != 0


def _to_decimal(precision: int) -> Build:
    """More digits than `precision` are an error in the tool; a decimal loses the digits beyond the scale, unrounded."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        return _decimal(b, arguments, precision)

    return build


def _decimal(b: SqlBuilder, arguments: list[Value], precision: int) -> Value:
    value = arguments[0]
    from_text = value.kind.name == "string"
    if value.kind.name == "unknown":
        b.caution("UNKNOWN_TYPE")
    number = b.op("string_to_exact", DECIMAL, s=value) if from_text else b.as_number(value)
    if len(arguments) == 1:
        return number
    scale = b.as_integer(arguments[1])
    if not isinstance(scale.constant, Decimal):
        raise Refused("the scale of a decimal has to be a literal to become SQL")
    digits = min(max(int(scale.constant), 0), precision)
    if from_text:
        if not b.has("string_to_decimal"):
            raise Refused(f"{b.dialect.name} has no equal of string to decimal")
        template = (b.dialect.template("string_to_decimal") or "").replace("SCALE", str(digits))
        return b.sql(template.replace("DIGITS", str(precision)), DECIMAL, s=value)
    if number.kind == DECIMAL:
        number = b.op("trunc_number", DECIMAL, n=number, m=b.number(digits))
    return b.sql(f"CAST({{n}} AS DECIMAL({precision}, {digits}))", DECIMAL, n=number)


def _to_float(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if value.kind.name == "string":
        return b.op("string_to_double", DOUBLE, s=value)
    return b.op("exact_double", DOUBLE, n=b.as_number(value))


def _test(operation: str) -> Build:
    return simple(operation, BOOLEAN, "s", convert="t")


FUNCTIONS = (
    Function("TO_CHAR", "conversion", 1, 2, _to_char),
    Function("TO_DATE", "conversion", 1, 2, _to_date),
    Function("TO_INTEGER", "conversion", 1, 2, _to_integer),
    Function("TO_BIGINT", "conversion", 1, 2, _whole_number),
    Function("TO_DECIMAL", "conversion", 1, 2, _to_decimal(28)),
    Function("TO_DECIMAL38", "conversion", 1, 2, _to_decimal(38)),
    Function("TO_FLOAT", "conversion", 1, 1, _to_float),
    Function("IS_DATE", "test", 1, 2, _is_date),
    Function("IS_NUMBER", "test", 1, 1, _test("is_number")),
    Function("IS_SPACES", "test", 1, 1, _test("is_spaces")),
)
