"""Date functions. A date part is a string literal, in any case, with synonyms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import INTEGER, TIMESTAMP, Value
from services.migration.expressions.ssis.sql import own

PARTS: Mapping[str, str] = {
    **dict.fromkeys(("YEAR", "YY", "YYYY"), "year"),
    **dict.fromkeys(("QUARTER", "QQ", "Q"), "quarter"),
    **dict.fromkeys(("MONTH", "MM", "M"), "month"),
    **dict.fromkeys(("DAYOFYEAR", "DY", "Y"), "year_day"),
    **dict.fromkeys(("DAY", "DD", "D"), "day"),
    **dict.fromkeys(("WEEK", "WK", "WW"), "week"),
    **dict.fromkeys(("WEEKDAY", "DW", "W"), "weekday"),
    **dict.fromkeys(("HOUR", "HH"), "hour"),
    **dict.fromkeys(("MINUTE", "MI", "N"), "minute"),
    **dict.fromkeys(("SECOND", "SS", "S"), "second"),
    **dict.fromkeys(("MILLISECOND", "MS"), "millisecond"),
}
"""Source: "DATEPART (SSIS Expression)"."""
_ADDED: Mapping[str, tuple[str, int]] = {
    "year": ("years", 1), "quarter": ("months", 3), "month": ("months", 1), "year_day": ("days", 1),
    "day": ("days", 1), "weekday": ("days", 1), "week": ("days", 7), "hour": ("hours", 1), "minute": ("minutes", 1),
    "second": ("seconds", 1), "millisecond": ("milliseconds", 1),
}  # fmt: skip
_DIGITS = {"year": 4, "year_day": 3, "millisecond": 3}
_TIMES = ("hour", "minute", "second", "millisecond")
_SECONDS = {"hour": 3600, "minute": 60, "second": 1}


def _part(value: Value, function: str) -> str:
    text = constant_text(value, f"the date part of {function}")
    part = PARTS.get(text.strip().upper())
    if part is None:
        raise Refused(f"{text!r} is no date part of {function}")
    return part


def _read(b: SqlBuilder, part: str, date: Value) -> Value:
    if part in ("quarter", "week", "weekday", "year_day"):
        found = own(b, part, INTEGER, d=b.as_date(date))
    else:
        as_typed = b.as_timestamp if part in _TIMES and date.kind.detail == "day" else b.as_date
        found = b.op(f"get_{part}", INTEGER, d=as_typed(date))
    return replace(found, most_digits=_DIGITS.get(part, 2))


def _add(b: SqlBuilder, arguments: list[Value]) -> Value:
    unit, times = _ADDED[_part(arguments[0], "DATEADD")]
    amount = b.as_position(arguments[1], exactly_32_bits=True)
    if times != 1:
        amount = b.binary(exp.Mul, amount, b.number(times), INTEGER)
    return b.op(f"add_{unit}", TIMESTAMP, d=b.as_timestamp(arguments[2]), n=amount)


def _difference(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Boundaries crossed between the second and the third argument."""
    part = _part(arguments[0], "DATEDIFF")
    start, end = b.as_date(arguments[1]), b.as_date(arguments[2])
    if part == "year":
        return _minus(b, _read(b, "year", end), _read(b, "year", start))
    if part in ("quarter", "month"):
        per_year = 4 if part == "quarter" else 12
        return _minus(b, _count(b, part, end, per_year), _count(b, part, start, per_year))
    if part in ("day", "year_day", "weekday", "week"):
        number = "week_number" if part == "week" else "day_number"
        return _minus(b, own(b, number, INTEGER, d=end), own(b, number, INTEGER, d=start))
    if part == "millisecond":
        seconds = b.op("seconds_between", INTEGER, d=b.as_timestamp(end), e=b.as_timestamp(start))
        return b.op("round_to_integer", INTEGER, n=b.sql("{n} * 1000", seconds.kind, n=seconds))
    whole = [b.op(f"truncate_{part}", TIMESTAMP, d=b.as_timestamp(date)) for date in (end, start)]
    seconds = b.op("seconds_between", INTEGER, d=whole[0], e=whole[1])
    scaled = seconds if part == "second" else b.sql("{n} / {m}", INTEGER, n=seconds, m=b.number(_SECONDS[part]))
    return b.op("round_to_integer", INTEGER, n=scaled)


def _count(b: SqlBuilder, part: str, date: Value, per_year: int) -> Value:
    """Quarters or months since year 0."""
    return b.sql(
        "{y} * {n} + {m}", INTEGER, y=_read(b, "year", date), n=b.number(per_year), m=_read(b, part, b.copy(date))
    )


def _minus(b: SqlBuilder, left: Value, right: Value) -> Value:
    return b.binary(exp.Sub, left, right, INTEGER)


def _date_part(b: SqlBuilder, arguments: list[Value]) -> Value:
    return _read(b, _part(arguments[0], "DATEPART"), arguments[1])


def _fixed_part(part: str) -> Build:
    return lambda b, arguments: _read(b, part, arguments[0])


def _now(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return b.op("now", TIMESTAMP).unless_null()


def _utc_now(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return own(b, "utc_now", TIMESTAMP).unless_null()


FUNCTIONS = (
    Function("DATEADD", "date", 3, 3, _add),
    Function("DATEDIFF", "date", 3, 3, _difference),
    Function("DATEPART", "date", 2, 2, _date_part),
    Function("DAY", "date", 1, 1, _fixed_part("day"), confidence=0.97),
    Function("GETDATE", "date", 0, 0, _now),
    Function("GETUTCDATE", "date", 0, 0, _utc_now),
    Function("MONTH", "date", 1, 1, _fixed_part("month"), confidence=0.97),
    Function("YEAR", "date", 1, 1, _fixed_part("year"), confidence=0.97),
)
