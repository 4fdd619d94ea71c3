"""Casts `(DT_I4)x` and typed nulls `NULL(DT_I4)`: one row for each data type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder, round_half_up
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import (
    BOOLEAN,
    DAY,
    INTEGER,
    NULL,
    STRING,
    TIMESTAMP,
    Kind,
    Value,
    kind_of_type,
)
from services.migration.expressions.sql.templates import parenthesised
from services.migration.expressions.ssis.builder import TIME, SsisBuilder
from services.migration.expressions.ssis.sql import own
from services.migration.expressions.ssis.types import OPTION_COUNT, RANGES, TYPES, canonical

_FORMATS = (
    "%m/%d/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%Y%m%d",
    "%Y/%m/%d", "%B %d, %Y", "%d %B %Y", "%d %b %Y", "%b %d %Y",
)  # fmt: skip
"""How a date literal may be written besides ISO 8601, in the locale English (United States)."""


_WIDE = ("DT_I8", "DT_UI4")  # an engine takes a literal for the narrowest type that holds it
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_DIGITS = 10  # of a number of 32 bits


def _options(values: list[Value]) -> tuple[int, ...]:
    found = []
    for value in values:
        if not value.is_integer_constant:
            raise Refused("the options of a data type have to be whole numbers")
        found.append(int(value.constant))  # type: ignore[arg-type]  # an integer constant is a Decimal
    return tuple(found)


def _typed(b: SqlBuilder, value: Value, type_name: str, kind: Kind) -> Value:
    to = exp.DataType.build(type_name, dialect="duckdb")
    return Value(exp.Cast(this=value.node, to=to), kind, None, value.never_null, value.size + 1)


def _to_text(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    length = options[0] if name in ("DT_STR", "DT_WSTR") else 0
    text = b.text_of(value)
    if name == "DT_GUID" and not (isinstance(text.constant, str) and _GUID.fullmatch(text.constant)):
        b.caution("GUID_NOT_CHECKED")
    if isinstance(text.constant, str):
        if length and len(text.constant) > length:
            b.caution("CAST_TRUNCATES", length=str(length))
            return b.string(text.constant[:length])
        return text
    if not length:
        return text
    if value.kind == STRING:
        b.caution("CAST_TRUNCATES", length=str(length))
    elif value.kind.name == "number" and length < (value.most_digits or _DIGITS):
        b.caution("NUMBER_CAST_TRUNCATES", length=str(length))
    return b.op("left", STRING, s=text, n=b.number(length))


def _to_integer(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    del options
    if isinstance(value.constant, Decimal):
        number = round_half_up(value.constant)
        least, most = RANGES.get(name, (-(2**63), 2**63 - 1))
        if not least <= number <= most:
            return own(b, "fail_number", INTEGER, s=b.string(f"{number} is no {name}"))
        whole = b.number(int(number))
        return replace(whole, node=_typed(b, whole, "bigint", INTEGER).node) if name in _WIDE else whole
    match value.kind.name:
        case "boolean":
            return _of_boolean(b, value, name)
        case "string":
            return _within(b, own(b, "whole_text", INTEGER, s=value), name)
        case "number":
            return _within(b, _whole(b, value, name), name)
        case "date":
            raise Refused("a date is cast to a number, which counts days since 1899-12-30")
    b.caution("UNKNOWN_TYPE")
    return _within(b, b.op("round_to_integer", INTEGER, n=value), name)


def _whole(b: SsisBuilder, value: Value, name: str) -> Value:
    """A number rounded; one of 32 bits as one of 64 where the cast says so, for what is computed with it."""
    if value.kind != INTEGER:
        return b.op("round_to_integer", INTEGER, n=value)
    return _typed(b, value, "bigint", INTEGER) if name in _WIDE else value


def _of_boolean(b: SsisBuilder, value: Value, name: str) -> Value:
    """-1 for TRUE. Source: "Integration Services Data Types in Expressions"."""
    if name.startswith("DT_UI"):
        raise Refused(f"TRUE is -1 as a number, which {name} has not")
    b.caution("TRUE_AS_NUMBER")
    number = b.as_number(value)
    if isinstance(number.constant, Decimal):
        return b.number(-number.constant)
    return Value(exp.Neg(this=parenthesised(number.node)), INTEGER, size=number.size + 1)


def _within(b: SsisBuilder, number: Value, name: str) -> Value:
    """A number outside the range of the type is an error of the row."""
    if name == "DT_I4":
        return number if number.is_narrow else b.as_position(number, exactly_32_bits=True)
    if name not in RANGES or not b.has("fail_number"):
        return number
    least, most = RANGES[name]
    failure = own(b, "fail_number", INTEGER, s=b.string(f"the number is no {name}"))
    bounds = b.sql("NOT {n} BETWEEN {m} AND {k}", BOOLEAN, n=number, m=b.number(least), k=b.number(most))
    return b.case([(bounds, failure)], b.copy(number), INTEGER)


def _to_number(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    if value.kind.name == "date":
        raise Refused("a date is cast to a number, which counts days since 1899-12-30")
    given = _of_boolean(b, value, name) if value.kind == BOOLEAN else value
    to = canonical(name, options) or "double"
    number = _typed(b, given, to, kind_of_type(to))
    least, most = RANGES.get(name, (0, 0))
    if name not in RANGES or (isinstance(given.constant, Decimal) and least <= given.constant <= most):
        return number
    return _within(b, number, name)


def _to_boolean(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    del name, options
    if isinstance(value.constant, str):
        known = {"true": True, "false": False, "1": True, "0": False}.get(value.constant.strip().lower())
        if known is None:
            return own(b, "fail_boolean", BOOLEAN, s=b.string(f"{value.constant} is no DT_BOOL"))
        return b.boolean(known)
    if value.kind == STRING:
        return own(b, "text_boolean", BOOLEAN, s=value)
    return b.as_condition(value)


_SCALED = {0: "truncate_second", 3: "truncate_millisecond"}
_ALL_DIGITS = 6  # after the second, as an engine keeps them


def _to_scaled_date(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    """A date and time with so many digits after the second; more of them are cut."""
    scale = min(options[0], _ALL_DIGITS)
    moment = _moment(value.constant) if isinstance(value.constant, str) else None
    if moment is not None:
        unit = 10 ** (_ALL_DIGITS - scale)
        value = b.string(moment.replace(microsecond=moment.microsecond // unit * unit).isoformat(sep=" "))
    date = _to_date(b, value, name, ())
    if moment is not None or scale == _ALL_DIGITS or value.kind.detail == "day":
        return date
    b.caution("FRACTION_OF_SECOND", digits=str(scale))
    operation = _SCALED.get(scale, "")
    return b.op(operation, TIMESTAMP, d=date) if operation and b.has(operation) else date


def _to_date(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    del options
    is_day = name == "DT_DBDATE"
    if isinstance(value.constant, str):
        moment = _moment(value.constant)
        if moment is None:
            return own(b, "fail_date", TIMESTAMP, s=value)
        text = moment.isoformat(sep=" ")
        return _typed(
            b, b.string(text[:10] if is_day else text), "date" if is_day else "timestamp", DAY if is_day else TIMESTAMP
        )
    if value.kind.name in ("number", "boolean"):
        raise Refused("a number is cast to a date, which counts days since 1899-12-30")
    if value.kind == STRING:
        b.caution("TEXT_CAST_AS_DATE")
        value = own(b, "text_date", TIMESTAMP, s=value)
    elif value.kind == Kind("unknown"):
        b.caution("UNKNOWN_TYPE")
    if is_day:
        return _typed(b, value, "date", DAY)
    return value if value.kind == TIMESTAMP else _typed(b, value, "timestamp", TIMESTAMP)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        pass
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern)
        except ValueError:
            continue
    return None


def _to_time(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    del name, options
    return _typed(b, value, "time", TIME)


_BY_KIND = {
    "string": "DT_NTEXT",
    "number": "DT_R8",
    "number integer": "DT_I8",
    "number decimal": "DT_DECIMAL",
    "boolean": "DT_BOOL",
    "date": "DT_DBTIMESTAMP",
    "date day": "DT_DBDATE",
    "date time": "DT_DBTIME",
}


def converted(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    """The value cast to the type of another, as REPLACENULL does. Raises Refused where there is no cast."""
    assert isinstance(b, SsisBuilder)
    name = _BY_KIND.get(f"{kind.name} {kind.detail}") or _BY_KIND.get(kind.name)
    if name is None:
        raise Refused(f"a {value.kind.name} is not cast to a {kind.name}")
    return _CASTS[name](b, value, name, ())


def _not_done(b: SsisBuilder, value: Value, name: str, options: tuple[int, ...]) -> Value:
    del b, value, options
    raise Refused(f"a cast to {name} has no equal in SQL of all dialects")


_CASTS: dict[str, Callable[[SsisBuilder, Value, str, tuple[int, ...]], Value]] = {
    **dict.fromkeys(("DT_STR", "DT_WSTR", "DT_TEXT", "DT_NTEXT", "DT_GUID"), _to_text),
    **dict.fromkeys(("DT_I1", "DT_I2", "DT_I4", "DT_I8", "DT_UI1", "DT_UI2", "DT_UI4"), _to_integer),
    **dict.fromkeys(("DT_R4", "DT_R8", "DT_CY", "DT_DECIMAL", "DT_NUMERIC", "DT_UI8"), _to_number),
    "DT_BOOL": _to_boolean,
    **dict.fromkeys(("DT_DATE", "DT_DBDATE", "DT_DBTIMESTAMP", "DT_FILETIME"), _to_date),
    "DT_DBTIMESTAMP2": _to_scaled_date,
    **dict.fromkeys(("DT_DBTIME", "DT_DBTIME2"), _to_time),
    **dict.fromkeys(("DT_BYTES", "DT_IMAGE", "DT_DBTIMESTAMPOFFSET"), _not_done),
}


def _cast(name: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        assert isinstance(b, SsisBuilder)
        value, options = arguments[0], _options(arguments[1:])
        if value.kind == NULL:
            return _null(name)(b, arguments[1:])
        return _CASTS[name](b, value, name, options)

    return build


def _null(name: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        to = canonical(name, _options(arguments)) or "varchar"
        return Value(exp.Cast(this=exp.Null(), to=exp.DataType.build(to, dialect="duckdb")), kind_of_type(to), size=2)

    return build


def _rows() -> list[Function]:
    rows = []
    for name in TYPES:
        least, most = OPTION_COUNT.get(name, (0, 0))
        rows.append(Function(f"({name})", "cast", 1 + least, 1 + most, _cast(name), confidence=0.93))
        rows.append(Function(f"NULL({name})", "null", least, most, _null(name), confidence=0.98))
    return rows


FUNCTIONS = tuple(_rows())
