"""A formula's value as a field of a type takes it. Source: "Data Types", "Type conversions"."""

from __future__ import annotations

from services.migration.expressions.alteryx.conversions import to_text
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import DAY, DOUBLE, INTEGER, NULL, UNKNOWN, Value, kind_of_type


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
    if value.kind.name == "string":
        b.caution("TEXT_IN_NUMBER")
        value = b.op("string_to_double", DOUBLE, s=value)
    if value.kind.name == "date":
        raise Refused("a date is assigned to a number")
    number = b.as_number(value)
    if not is_integer or number.kind == INTEGER:
        return number
    if number.constant is None:
        b.caution("FRACTION_IN_INTEGER")
    return b.op("round_to_integer", INTEGER, n=number).unless_null(number)


def _date(b: SqlBuilder, value: Value, target: str) -> Value:
    date = b.as_date(value)
    if target.strip().lower() == "date":
        return date if date.kind.detail in ("day", "") else own(b, "to_day", DAY, d=date)
    return date if date.kind.detail == "timestamp" else b.as_timestamp(date)


def _boolean(b: SqlBuilder, value: Value) -> Value:
    if value.kind.name == "string":
        b.caution("TEXT_IN_BOOLEAN")
        truth = b.sql("LOWER({s}) IN ('true', 't', '1', 'yes', 'y')", kind_of_type("boolean"), s=value)
        return b.as_condition(truth)
    if value.kind.name == "number":
        return b.as_condition(value)
    return value if value.kind.name == "boolean" else b.as_condition(value)
