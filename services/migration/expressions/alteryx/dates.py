"""Date functions. A date is a text in ISO form or a date column; a result has a time where an argument has one.

Source: "DateTime Functions", with its table of keywords for units.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.alteryx.builder import AlteryxBuilder, iso_moment
from services.migration.expressions.alteryx.numbers import whole
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, DAY, INTEGER, NULL, TIMESTAMP, UNKNOWN, Value

_KEYWORDS = {"years": 3, "months": 3, "days": 3, "hours": 3, "minutes": 3, "seconds": 3}
"""Units, with the least letters of each that are accepted."""
_SUBSECONDS: Mapping[str, tuple[str, int]] = {
    **dict.fromkeys(("ds", "dsec", "dsecs", "deciseconds", "1"), ("microseconds", 100_000)),
    **dict.fromkeys(("cs", "csec", "csecs", "centiseconds", "2"), ("microseconds", 10_000)),
    **dict.fromkeys(("ms", "msec", "msecs", "milliseconds", "3"), ("microseconds", 1_000)),
    **dict.fromkeys(("us", "usec", "usecs", "microseconds", "6"), ("microseconds", 1)),
}
_SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}
_DAY_OR_MORE = frozenset({"years", "months", "days"})


def unit_of(value: Value, function: str) -> tuple[str, int]:
    """A unit and how many of it the keyword stands for."""
    text = constant_text(value, f"the unit of {function}").strip().lower()
    for unit, least in _KEYWORDS.items():
        if len(text) >= least and unit.startswith(text):
            return unit, 1
    if text in _SUBSECONDS:
        return _SUBSECONDS[text]
    raise Refused(f"{text!r} is no unit of {function} here")


def _add(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A fraction of the amount is dropped; a day that the month has not becomes its last."""
    date, amount = b.as_date(arguments[0]), arguments[1]
    unit, times = unit_of(arguments[2], "DateTimeAdd")
    if amount.kind == NULL:
        return Value(exp.Cast(this=exp.Null(), to=exp.DataType.build("timestamp")), TIMESTAMP)
    count = whole(b, amount)
    if times != 1:
        count = b.binary(exp.Mul, count, b.number(times), INTEGER)
    if count.constant is None and b.dialect.name == "duckdb" and unit in _DAY_OR_MORE:
        count = own(b, "narrowed", INTEGER, n=count)
    moved = b.op(f"add_{unit}", TIMESTAMP, d=b.as_timestamp(date), n=count)
    if date.kind.detail == "timestamp" or date.kind == UNKNOWN or unit not in _DAY_OR_MORE:
        return moved
    return own(b, "to_day", DAY, d=moved)


def _difference(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The first less the second, without a fraction; days and more regardless of the time of day."""
    start, end = b.as_date(arguments[1]), b.as_date(arguments[0])
    unit, times = unit_of(arguments[2], "DateTimeDiff")
    if unit == "days" and b.has("whole_days_between"):
        return b.op("whole_days_between", INTEGER, d=end, e=start)
    if unit == "days":
        return b.binary(exp.Sub, _day_number(b, end), _day_number(b, start), INTEGER)
    if unit in ("months", "years"):
        return _months(b, end, start, 12 if unit == "years" else 1)
    if unit == "microseconds":
        parts = own(b, "microseconds_between", INTEGER, d=b.as_timestamp(end), e=b.as_timestamp(start))
        return own(
            b, "truncated", INTEGER, n=b.sql("{n} / {m}", INTEGER, n=parts, m=b.number(Decimal(times), f"{times}.0"))
        )
    seconds = b.op("seconds_between", INTEGER, d=b.as_timestamp(end), e=b.as_timestamp(start))
    scaled = (
        b.sql("{n} / {m}", INTEGER, n=seconds, m=b.number(_SECONDS[unit] * times)) if unit != "seconds" else seconds
    )
    return own(b, "truncated", INTEGER, n=scaled)


def _day_number(b: SqlBuilder, date: Value) -> Value:
    return own(b, "day_number", INTEGER, d=date)


_MONTHS = (
    "CASE WHEN {a} >= {b} THEN {n} - CASE WHEN {x} < {y} AND NOT {c} THEN 1 ELSE 0 END "
    "ELSE {n} + CASE WHEN {y} < {x} AND NOT {d} THEN 1 ELSE 0 END END"
)


def _months(b: SqlBuilder, end: Value, start: Value, per: int) -> Value:
    """Whole months; a month is whole at the same day, or at the last of a month that has no such day."""

    def part(name: str, date: Value) -> Value:
        return b.op(f"get_{name}", INTEGER, d=b.copy(date))

    years = b.binary(exp.Sub, part("year", end), part("year", start), INTEGER)
    turns = b.sql("{n} * 12 + {x} - {y}", INTEGER, n=years, x=part("month", end), y=part("month", start))
    months = b.sql(
        _MONTHS,
        INTEGER,
        a=_day_number(b, b.copy(end)),
        b=_day_number(b, b.copy(start)),
        n=turns,
        x=part("day", end),
        y=part("day", start),
        c=own(b, "is_month_end", BOOLEAN, d=b.copy(end)),
        d=own(b, "is_month_end", BOOLEAN, d=b.copy(start)),
    )
    if per == 1:
        return months
    return own(b, "truncated", INTEGER, n=b.sql("{n} / {m}", INTEGER, n=months, m=b.number(Decimal("12.0"), "12.0")))


def _part(name: str) -> Build:
    return lambda b, arguments: b.op(f"get_{name}", INTEGER, d=_timed(b, b.as_date(arguments[0]), name))


def _timed(b: SqlBuilder, date: Value, name: str) -> Value:
    return b.as_timestamp(date) if name in ("hour", "minute", "second") else date


def _quarter(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Counted from the month in which the first quarter begins."""
    month = b.op("get_month", INTEGER, d=b.as_date(arguments[0]))
    first = arguments[1].constant if len(arguments) > 1 else Decimal(1)
    if not isinstance(first, Decimal) or not 1 <= first <= 12:
        raise Refused("the month of the first quarter has to be a constant from 1 to 12")
    return own(b, "truncated", INTEGER, n=b.sql(f"MOD({{n}} + {12 - int(first)}, 12) / 3 + 1", INTEGER, n=month))


_TRIMMED = ("year", "month", "day", "hour", "minute", "second")


def _trim(b: SqlBuilder, arguments: list[Value]) -> Value:
    date = b.as_timestamp(b.as_date(arguments[0]))
    text = constant_text(arguments[1], "the unit of DateTimeTrim").strip().lower()
    if text == "firstofmonth":
        return b.op("truncate_month", TIMESTAMP, d=date)
    if text == "lastofmonth":
        return own(b, "month_end", TIMESTAMP, d=date)
    unit, times = unit_of(arguments[1], "DateTimeTrim")
    if times != 1 or unit.removesuffix("s") not in _TRIMMED:
        raise Refused(f"{text!r} is no unit of DateTimeTrim here")
    return b.op(f"truncate_{unit.removesuffix('s')}", TIMESTAMP, d=date)


def _to_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    date = _moment(b, arguments[0])
    if date.kind.detail == "day" or date.kind.detail == "":
        return date
    return own(b, "to_day", DAY, d=date)


def _to_datetime(b: SqlBuilder, arguments: list[Value]) -> Value:
    date = _moment(b, arguments[0])
    return date if date.kind.detail == "timestamp" else b.as_timestamp(date)


def _moment(b: SqlBuilder, value: Value) -> Value:
    """A number counts days from 1899-12-30."""
    if value.kind.name != "number":
        return b.as_date(value)
    if isinstance(value.constant, Decimal) and isinstance(b, AlteryxBuilder) and abs(value.constant) < 10**6:
        start = iso_moment("1899-12-30")
        assert start is not None
        return b.date_constant(start + timedelta(seconds=round(float(value.constant) * 86400)), is_day=False)
    return own(b, "serial_date", TIMESTAMP, n=value)


def _now(b: SqlBuilder, arguments: list[Value]) -> Value:
    if arguments:
        raise Refused("it depends on a time zone")
    return b.op("truncate_second", TIMESTAMP, d=b.op("now", TIMESTAMP)).unless_null()


def _precise_now(b: SqlBuilder, arguments: list[Value]) -> Value:
    raise Refused("its digits after the second depend on the machine")


def _start(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("WORKFLOW_START")
    return _now(b, arguments)


def _today(b: SqlBuilder, arguments: list[Value]) -> Value:
    if arguments:
        raise Refused("it depends on a time zone")
    return own(b, "today", DAY).unless_null()


def _month_of_now(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, TIMESTAMP, d=_now(b, arguments)).unless_null()


FUNCTIONS = (
    Function("DATETIMEADD", "date/time", 3, 3, _add),
    Function("DATETIMEDAY", "date/time", 1, 1, _part("day")),
    Function("DATETIMEDIFF", "date/time", 3, 3, _difference, confidence=0.93),
    Function("DATETIMEFIRSTOFMONTH", "date/time", 0, 1, _month_of_now("truncate_month")),
    Function("DATETIMEHOUR", "date/time", 1, 1, _part("hour")),
    Function("DATETIMELASTOFMONTH", "date/time", 0, 1, _month_of_now("month_end")),
    Function("DATETIMEMINUTES", "date/time", 1, 1, _part("minute")),
    Function("DATETIMEMONTH", "date/time", 1, 1, _part("month")),
    Function("DATETIMENOW", "date/time", 0, 1, _now),
    Function("DATETIMENOWPRECISE", "date/time", 1, 2, _precise_now),
    Function("DATETIMEQUARTER", "date/time", 1, 2, _quarter),
    Function("DATETIMESECONDS", "date/time", 1, 1, _part("second")),
    Function("DATETIMESTART", "date/time", 0, 0, _start),
    Function("DATETIMETODAY", "date/time", 0, 1, _today),
    Function("DATETIMETRIM", "date/time", 2, 2, _trim, confidence=0.93),
    Function("DATETIMEYEAR", "date/time", 1, 1, _part("year")),
    Function("TODATE", "date/time", 1, 1, _to_date),
    Function("TODATETIME", "date/time", 1, 1, _to_datetime),
)
