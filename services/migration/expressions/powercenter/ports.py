"""What a value becomes when it is assigned to a port of another type.

Rules as in the Designer Guide, "Port-to-Port Data Conversion": numeric prefixes of strings, the default date format,
1 and 0 for conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import (
    DECIMAL,
    DOUBLE,
    INTEGER,
    NULL,
    UNKNOWN,
    Kind,
    Value,
    kind_of_type,
)


def assign(b: SqlBuilder, value: Value, target: str) -> Value:
    """The value as a port of type `target` holds it. Raises Refused where the tool converts nothing.

    Precision and scale are left to the column; `target` is a canonical type such as `decimal(10,2)`.
    """
    kind = kind_of_type(target)
    if value.kind in (NULL, UNKNOWN) or kind == UNKNOWN:
        return value
    convert = _CONVERSIONS.get((value.kind.name, kind.name))
    if convert is None:
        if value.kind.name == kind.name:
            return _within_numbers(b, value, kind)
        raise Refused(f"a {value.kind.name} can't be assigned to a port of type {target}")
    return convert(b, value, kind)


def _within_numbers(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    """A fraction that goes into an integer port is rounded; SQL engines differ about that, so it is written out."""
    if kind == INTEGER and value.kind != INTEGER and value.kind.name == "number" and value.constant is None:
        return b.op("round_to_integer", INTEGER, n=value)
    return value


def _text_to_number(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    if kind.detail == "integer":
        return b.op("round_to_integer", INTEGER, n=b.op("string_to_exact", DECIMAL, s=value))
    return b.op(
        "string_to_exact" if kind == DECIMAL else "string_to_double", kind if kind == DECIMAL else DOUBLE, s=value
    )


def _to_text(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    del kind
    return b.as_text(value)


def _to_number(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    del kind
    return b.as_number(value)


def _to_date(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    del kind
    return b.as_date(value)


def _to_boolean(b: SqlBuilder, value: Value, kind: Kind) -> Value:
    del kind
    return b.as_condition(value)


_CONVERSIONS: Mapping[tuple[str, str], Callable[[SqlBuilder, Value, Kind], Value]] = {
    ("string", "number"): _text_to_number,
    ("boolean", "number"): _to_number,
    ("number", "string"): _to_text,
    ("boolean", "string"): _to_text,
    ("date", "string"): _to_text,
    ("string", "date"): _to_date,
    ("number", "boolean"): _to_boolean,
    ("string", "boolean"): _to_boolean,
}
