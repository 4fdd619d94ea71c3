"""Conversions and comparisons by the rules of DataStage, and what it knows of a value besides its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import DAY, DOUBLE, INTEGER, NULL, STRING, TIMESTAMP, UNKNOWN, Kind, Value

TIME = Kind("time")
DECIMAL = Kind("number", "decimal")


@dataclass(slots=True)
class Told(Value):
    """A value with more known of it.

    `digits`, `scale`: of a column declared decimal(digits, scale), else 0. `check`: whether the text that a date or
    time was read from is one. `for_scale`: makes the value anew for a target of that many digits after the point, where
    the target decides; `code` is the caution where there is no target. `hidden`: why the value can't be used as it is;
    `inner` is what it was made of.
    """

    digits: int = 0
    scale: int = 0
    check: Value | None = None
    for_scale: Callable[[int], Value] | None = None
    code: str = ""
    hidden: str = ""
    inner: Value | None = None


def told(value: Value, **facts: object) -> Told:
    return Told(
        value.node, value.kind, value.constant, value.never_null, value.size, **facts,  # type: ignore[arg-type]  # by name
    )  # fmt: skip


class DataStageBuilder(SqlBuilder):
    def settle(self, value: Value) -> Value:
        """The value where no target decides about it any more."""
        if isinstance(value, Told):
            if value.hidden:
                raise Refused(value.hidden)
            if value.code:
                self.caution(value.code)
                value.code = ""
        return value

    def as_value(self, value: Value) -> Value:
        return super().as_value(self.settle(value))

    def as_number(self, value: Value) -> Value:
        value = self.settle(value)
        if value.kind == NULL:  # of a type, for engines choose a function by it
            return Value(exp.Cast(this=exp.Null(), to=exp.DataType.build("double")), DOUBLE)
        return super().as_number(value)

    def _string_number(self, value: Value) -> Value:
        if isinstance(value.constant, str):
            text = value.constant.strip()
            if is_number_text(text):
                return self.number(Decimal(text))
        self.caution("IMPLICIT_NUMBER")
        return self.op("string_to_double", DOUBLE, s=value)

    def as_text(self, value: Value) -> Value:
        value = self.settle(value)
        match value.kind.name:
            case "date":
                name = "timestamp_text" if value.kind == TIMESTAMP else "date_text"
                return own(self, name, STRING, d=value)
            case "time":
                return own(self, "time_text", STRING, t=value)
            case "number" if value.constant is None and value.kind != INTEGER:
                self.caution("NUMBER_AS_TEXT")
        return super().as_text(value)

    def as_date(self, value: Value) -> Value:
        """A date: of a text in the form YYYY-MM-DD, and of the day of a timestamp."""
        value = self.settle(value)
        if value.kind == DAY:
            return value
        if value.kind.name in ("date", "string", "null", "unknown"):
            if value.kind == UNKNOWN:
                self.caution("UNKNOWN_TYPE")
            return own(self, "to_date", DAY, d=value).unless_null(value)
        raise Refused(f"a {value.kind.name} can't be used as a date")

    def as_timestamp(self, value: Value) -> Value:
        value = self.settle(value)
        if value.kind == TIMESTAMP:
            return value
        if value.kind.name in ("date", "string", "null", "unknown"):
            return own(self, "to_timestamp", TIMESTAMP, d=value).unless_null(value)
        raise Refused(f"a {value.kind.name} can't be used as a timestamp")

    def as_time(self, value: Value) -> Value:
        """A time of day: of a text in the form HH:NN:SS, and of a timestamp."""
        value = self.settle(value)
        if value.kind == TIME:
            return value
        if value.kind.name in ("string", "null", "unknown") or value.kind == TIMESTAMP:
            return own(self, "to_time", TIME, t=value).unless_null(value)
        raise Refused(f"a {value.kind.name} can't be used as a time")

    def as_integer(self, value: Value) -> Value:
        """A whole number; a fraction is cut off."""
        value = self.as_number(value)
        if isinstance(value.constant, Decimal):
            return self.number(int(value.constant))
        if value.kind == INTEGER:
            return value
        return self.op("truncate_to_integer", INTEGER, n=value)

    def alike(self, left: Value, right: Value) -> tuple[Value, Value]:
        left, right = self.settle(left), self.settle(right)
        kinds = {left.kind.name, right.kind.name} - {"null", "unknown"}
        if kinds == {"string", "number"}:
            return self.as_number(left), self.as_number(right)
        if "time" in kinds and len(kinds) > 1:
            return self.as_time(left), self.as_time(right)
        if kinds == {"date"} and left.kind != right.kind:
            return self.as_timestamp(left), self.as_timestamp(right)
        if "date" in kinds and len(kinds) > 1:
            day = DAY in (left.kind, right.kind)
            return (
                (self.as_date(left), self.as_date(right))
                if day
                else (self.as_timestamp(left), self.as_timestamp(right))
            )
        return super().alike(left, right)


def is_number_text(text: str) -> bool:
    """Whether a text is a number that SQL can hold."""
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False
