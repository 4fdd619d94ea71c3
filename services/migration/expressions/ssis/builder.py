"""Conversions and comparisons by the rules of SSIS: what has no implicit conversion there has none here."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import STRING, UNKNOWN, Kind, Value
from services.migration.expressions.ssis.sql import own

_FREE = {"null", "unknown"}
TIME = Kind("date", "time")


class SsisBuilder(SqlBuilder):
    """A string and a number don't go together: the tool rejects the expression, and so is it here."""

    def alike(self, left: Value, right: Value) -> tuple[Value, Value]:
        kinds = {left.kind.name, right.kind.name} - _FREE
        if "string" in kinds and len(kinds) > 1:
            other = (kinds - {"string"}).pop()
            raise Refused(f"a string is compared with a {other}, which the tool rejects without a cast")
        if kinds == {"boolean", "number"}:
            raise Refused("a boolean is compared with a number, which the tool rejects without a cast")
        if kinds == {"date"} and (left.kind == TIME) != (right.kind == TIME):
            raise Refused("a time of day is compared with a date, which the tool rejects")
        return super().alike(left, right)

    def as_number(self, value: Value) -> Value:
        if value.kind.name == "string":
            raise Refused("a string is used as a number, which the tool rejects without a cast")
        return super().as_number(value)

    def as_text(self, value: Value) -> Value:
        if value.kind.name in ("string", *_FREE):
            return value
        raise Refused(f"a {value.kind.name} is used as text, which the tool rejects without a cast")

    def as_date(self, value: Value) -> Value:
        if value.kind.name == "string":
            raise Refused("a string is used as a date, which the tool rejects without a cast")
        return super().as_date(value)

    def as_timestamp(self, value: Value) -> Value:
        if value.kind == TIME:
            raise Refused("a time of day is used as a date, which has no equal")
        return super().as_timestamp(value)

    def operand(self, value: Value) -> Value:
        """A condition of `&&`, `||` or `?:`, which takes a boolean and nothing else."""
        if value.kind.name not in ("boolean", *_FREE):
            raise Refused(f"a {value.kind.name} is used as a condition, which the tool rejects without a cast")
        return self.as_condition(value)

    def text_of(self, value: Value) -> Value:
        """An explicit cast to a string."""
        match value.kind.name:
            case "boolean":
                if isinstance(value.constant, bool):
                    return self.string(str(value.constant))
                return own(self, "boolean_text", STRING, n=self.as_condition(value))
            case "date":
                return self._date_text(value)
            case "number":
                return self._number_text(value)
            case "unknown":
                self.caution("UNKNOWN_TYPE")
        return value

    def _number_text(self, value: Value) -> Value:
        """A decimal keeps the digits of its type where an explicit cast tells it."""
        if isinstance(value.constant, Decimal):
            return self.string(format(value.constant, "f"))
        if value.kind.detail != "integer" and value.kind.detail != "double":
            self.caution("DECIMAL_CAST_AS_TEXT")
        if isinstance(value.node, exp.Cast) and value.node.to.is_type(exp.DataType.Type.DECIMAL):
            return self.op("any_to_text", STRING, n=value)
        return self.number_text(value)

    def _date_text(self, value: Value) -> Value:
        if value.kind.detail == "day":
            return own(self, "date_text", STRING, d=value)
        if value.kind.detail == "time":
            return own(self, "time_text", STRING, d=value)
        self.caution("DATE_CAST_AS_TEXT")
        return own(self, "timestamp_text", STRING, d=value)


def known(b: SqlBuilder, value: Value) -> Value:
    if value.kind == UNKNOWN:
        b.caution("UNKNOWN_TYPE")
    return value
