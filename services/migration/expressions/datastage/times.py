"""Times of day. Source: "Date and time functions" of the parallel job reference."""

from __future__ import annotations

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.builder import TIME, DataStageBuilder
from services.migration.expressions.datastage.dates import in_seconds
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import DOUBLE, INTEGER, Kind, Value


def _time(b: SqlBuilder, value: Value) -> Value:
    assert isinstance(b, DataStageBuilder)
    return b.as_time(value)


def _part(operation: str, kind: Kind = INTEGER) -> Build:
    return lambda b, arguments: own(b, operation, kind, t=_time(b, arguments[0])).unless_null(arguments[0])


def _make(b: SqlBuilder, arguments: list[Value]) -> Value:
    hours, minutes, seconds, fraction = (b.as_integer(value) for value in arguments)
    return own(b, "make_time", TIME, h=hours, m=minutes, s=seconds, u=fraction)


def _from_seconds(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "from_midnight", TIME, n=b.as_number(arguments[0]))


def _offset(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A time moved by hours, minutes and seconds, over midnight too."""
    hours, minutes = (b.as_integer(value) for value in arguments[1:3])
    seconds = in_seconds(b, hours, minutes, b.as_number(arguments[3]))
    return own(b, "time_after", TIME, t=_time(b, arguments[0]), n=seconds)


def _offset_seconds(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "time_after", TIME, t=_time(b, arguments[0]), n=b.as_number(arguments[1]))


FUNCTIONS = (
    Function("HOURSFROMTIME", "date", 1, 1, _part("hours")),
    Function("MICROSECONDSFROMTIME", "date", 1, 1, _part("microseconds")),
    Function("MIDNIGHTSECONDSFROMTIME", "date", 1, 1, _part("midnight_seconds_exactly", DOUBLE)),
    Function("MINUTESFROMTIME", "date", 1, 1, _part("minutes")),
    Function("SECONDSFROMTIME", "date", 1, 1, _part("seconds", DOUBLE)),
    Function("TIMEFROMCOMPONENTS", "date", 4, 4, _make),
    Function("TIMEFROMMIDNIGHTSECONDS", "date", 1, 1, _from_seconds),
    Function("TIMEOFFSETBYCOMPONENTS", "date", 4, 4, _offset),
    Function("TIMEOFFSETBYSECONDS", "date", 2, 2, _offset_seconds),
)
