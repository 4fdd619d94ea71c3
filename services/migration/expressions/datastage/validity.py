"""Whether a text is a value of a type. Source: IsValid and its kin in "Type conversion functions"."""

from __future__ import annotations

import re

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage import formats, moments
from services.migration.expressions.datastage.builder import Told
from services.migration.expressions.datastage.conversions import DEFAULTS
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, STRING, Kind, Value

_INTEGERS = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
_NUMBERS = frozenset({"decimal", "dfloat", "sfloat", "double", "float"})
_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,20}\s*", re.ASCII)
_TEXTS = frozenset({"string", "ustring", "raw", "varchar", "char"})


def _is_valid(b: SqlBuilder, arguments: list[Value]) -> Value:
    name = constant_text(arguments[0], "the type").strip().lower().split("[")[0]
    value = arguments[1]
    if name in DEFAULTS:
        text = constant_text(arguments[2], "the format") if len(arguments) > 2 else DEFAULTS[name]
        return _is_moment(b, value, formats.read(text), name)
    if name in _TEXTS:
        return b.negate(b.is_null(value))
    text_value = own(b, "any_number_text", STRING, n=value) if value.kind.name == "number" else b.as_text(value)
    if name in _NUMBERS:
        return own(b, "text_is_number", BOOLEAN, s=text_value)
    if name in _INTEGERS:
        return _is_whole(b, text_value, *_INTEGERS[name])
    raise Refused(f"{name!r} is no type that can be tested here")


def _is_whole(b: SqlBuilder, text: Value, least: int, most: int) -> Value:
    if isinstance(text.constant, str):  # folded here: an engine may read the text before it tests it
        return b.boolean(bool(_WHOLE.fullmatch(text.constant)) and least <= int(text.constant) <= most)
    fits = own(b, "matches", BOOLEAN, s=text, p=b.string(r"^\s*[+-]?[0-9]{1,20}\s*$"))
    number = b.sql("CAST({s} AS DECIMAL(38, 0))", Kind("number", "decimal"), s=b.copy(text))
    between = b.sql("{n} BETWEEN {m} AND {x}", BOOLEAN, n=number, m=b.number(least), x=b.number(most))
    return b.case([(fits, between), (b.negate(b.copy(fits)), b.boolean(False))], None, BOOLEAN)


def _is_moment(b: SqlBuilder, value: Value, fields: tuple[formats.Field, ...], name: str) -> Value:
    if isinstance(value, Told) and value.check is not None:
        return value.check
    if value.kind.name in ("date", "time"):
        return b.negate(b.is_null(value))
    return moments.is_readable(b, b.as_text(value), fields, name)


def _kind_is_valid(name: str) -> Build:
    return lambda b, arguments: _is_moment(b, arguments[0], formats.read(DEFAULTS[name]), name)


def _is_decimal(b: SqlBuilder, arguments: list[Value]) -> Value:
    value = arguments[0]
    if value.kind.name == "number":
        return b.negate(b.is_null(value))
    return own(b, "text_is_number", BOOLEAN, s=b.as_text(value))


FUNCTIONS = (
    Function("ISVALID", "conversion", 2, 3, _is_valid, confidence=0.93),
    Function("ISVALIDDATE", "conversion", 1, 1, _kind_is_valid("date"), confidence=0.93),
    Function("ISVALIDDECIMAL", "conversion", 1, 1, _is_decimal, confidence=0.93),
    Function("ISVALIDTIME", "conversion", 1, 1, _kind_is_valid("time"), confidence=0.93),
    Function("ISVALIDTIMESTAMP", "conversion", 1, 1, _kind_is_valid("timestamp"), confidence=0.93),
)
