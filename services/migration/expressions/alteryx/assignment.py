"""A value as a field of a type takes it.

Source: "Data Types", "Type conversions"; the conversions of fields as the vendor publishes them (OpenYXDB, RecordLib):
a fraction is rounded away from zero; of a text its numeric beginning counts, up to the point for whole numbers.
"""

from __future__ import annotations

from services.migration.expressions.alteryx.conversions import to_text
from services.migration.expressions.alteryx.sql import TEMPLATES, own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import DAY, DOUBLE, INTEGER, NULL, UNKNOWN, Value, kind_of_type

_TRUE = ", ".join(f"'{letter}'" for letter in "Tt123456789")


def assign(b: SqlBuilder, value: Value, target: str) -> Value:
    """The value as a column of the canonical type `target` holds it."""
    kind = kind_of_type(target)
    if value.kind in (NULL, UNKNOWN) or kind == UNKNOWN:
        return value
    match kind.name:
        case "string":
            return to_text(b, value)
        case "number":
            return _number(b, value, kind == INTEGER)
        case "date":
            return _date(b, value, target)
        case "boolean":
            return _boolean(b, value)
    raise Refused(f"a {value.kind.name} is assigned to a field of type {target}")


def _number(b: SqlBuilder, value: Value, is_integer: bool) -> Value:
    if value.kind.name == "date":
        raise Refused("a date is assigned to a number")
    number = _of_text(b, value, is_integer) if value.kind.name == "string" else b.as_number(value)
    if not is_integer or number.kind == INTEGER:
        return number
    return b.op("round_to_integer", INTEGER, n=number).unless_null(number)


def _of_text(b: SqlBuilder, value: Value, is_integer: bool) -> Value:
    b.caution("TEXT_IN_NUMBER")
    operation, kind = ("prefix_to_integer", INTEGER) if is_integer else ("prefix_to_double", DOUBLE)
    if b.dialect.name in TEMPLATES[operation]:
        return own(b, operation, kind, s=value)
    return b.op("string_to_double", DOUBLE, s=value)


def _date(b: SqlBuilder, value: Value, target: str) -> Value:
    date = b.as_date(value)
    if target.strip().lower() == "date":
        return date if date.kind.detail in ("day", "") else own(b, "to_day", DAY, d=date)
    return date if date.kind.detail == "timestamp" else b.as_timestamp(date)


def _boolean(b: SqlBuilder, value: Value) -> Value:
    if value.kind.name == "string":
        b.caution("TEXT_IN_BOOLEAN")
        return b.sql(f"SUBSTRING({{s}}, 1, 1) IN ({_TRUE})", kind_of_type("boolean"), s=value)
    if value.kind.name == "number":
        return b.sql("{n} <> 0", kind_of_type("boolean"), n=value)  # null stays null, as it does not in a comparison
    return value if value.kind.name == "boolean" else b.as_condition(value)
