"""Date functions. A date of the tool always has a time of day, so nothing here drops it unless asked to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, DAY, DOUBLE, INTEGER, TIMESTAMP, Value

# Format strings that name a part of a date, as every date function takes them.
UNITS: Mapping[str, str] = {
    **dict.fromkeys(("Y", "YY", "YYY", "YYYY"), "year"),
    **dict.fromkeys(("MM", "MON", "MONTH"), "month"),
    **dict.fromkeys(("D", "DD", "DDD", "DY", "DAY"), "day"),
    **dict.fromkeys(("HH", "HH12", "HH24"), "hour"),
    "MI": "minute",
    "SS": "second",
    "MS": "millisecond",
    "US": "microsecond",
    "NS": "nanosecond",
}


def unit_of(value: Value, function: str) -> str:
    text = constant_text(value, f"the date part of {function}")
    unit = UNITS.get(text.strip().upper())
    if unit is None:
        raise Refused(f"{text!r} is no date part of {function}")
    return unit


def _add_to_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    unit = unit_of(arguments[1], "ADD_TO_DATE")
    amount = _amount(b, arguments[2], unit)
    return b.op(f"add_{unit}s", TIMESTAMP, d=b.as_timestamp(arguments[0]), n=amount)


def _amount(b: SqlBuilder, value: Value, unit: str) -> Value:
    """How many units; days and longer ones are 32-bit integers in the engines."""
    if unit in ("year", "month", "day"):
        return b.as_position(value, exactly_32_bits=True)
    return b.as_integer(value)


def truncate(b: SqlBuilder, arguments: list[Value]) -> Value:
    unit = unit_of(arguments[1], "TRUNC") if len(arguments) == 2 else "day"
    kind = DAY if unit in ("day", "month", "year") else TIMESTAMP
    return b.op(f"truncate_{unit}", kind, d=b.as_date(arguments[0]))


def round_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    unit = unit_of(arguments[1], "ROUND") if len(arguments) == 2 else "day"
    kind = DAY if unit in ("day", "month", "year") else TIMESTAMP
    return b.op(f"round_{unit}", kind, d=b.as_timestamp(arguments[0]))


def _get_part(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.op(f"get_{unit_of(arguments[1], 'GET_DATE_PART')}", INTEGER, d=b.as_date(arguments[0]))


def _set_part(b: SqlBuilder, arguments: list[Value]) -> Value:
    unit = unit_of(arguments[1], "SET_DATE_PART")
    date, amount = b.as_timestamp(arguments[0]), b.as_integer(arguments[2])
    difference = b.sql("{n} - {p}", INTEGER, n=amount, p=b.op(f"get_{unit}", INTEGER, d=date))
    change = _amount(b, difference, unit)
    result = b.op(f"add_{unit}s", TIMESTAMP, d=date, n=change)
    return _within(b, unit, amount, date, result)


_RANGES = {
    "year": (1, 9999), "month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59),
    "millisecond": (0, 999), "microsecond": (0, 999999), "nanosecond": (0, 999999999),
}  # fmt: skip


def _within(b: SqlBuilder, unit: str, amount: Value, date: Value, result: Value) -> Value:
    """The session fails at a value that the part can't have, such as hour 25 or February 30."""
    least, most = _RANGES[unit]
    is_day = unit == "day" and amount.constant not in range(1, 29)
    if isinstance(amount.constant, Decimal) and least <= amount.constant <= most and not is_day:
        return result
    if not b.has("fail_date"):
        b.caution("PART_OUT_OF_RANGE", part=unit)
        return result
    failure = b.op("fail_date", TIMESTAMP, s=b.string(f"no {unit} of the date"))
    last = b.op("get_day", INTEGER, d=b.op("last_day", TIMESTAMP, d=date)) if is_day else b.number(most)
    outside = b.sql("{n} < {a} OR {n} > {z}", BOOLEAN, n=amount, a=b.number(least), z=last)
    return b.case([(outside, failure)], result, TIMESTAMP)


_SECONDS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}
_FRACTIONS = {"millisecond": 1000, "microsecond": 1000000, "nanosecond": 1000000000}


def _difference(b: SqlBuilder, arguments: list[Value]) -> Value:
    unit = unit_of(arguments[2], "DATE_DIFF")
    first, second = b.as_timestamp(arguments[0]), b.as_timestamp(arguments[1])
    if unit in ("month", "year"):
        months = b.op("months_between", DOUBLE, d=first, e=second)
        return months if unit == "month" else b.sql("{n} / 12.0", DOUBLE, n=months)
    both_days = arguments[0].kind == DAY and arguments[1].kind == DAY
    if unit == "day" and both_days and b.has("whole_days_between"):
        return b.op("whole_days_between", INTEGER, d=arguments[0], e=arguments[1])
    seconds = b.op("seconds_between", DOUBLE, d=first, e=second)
    if unit in _SECONDS:
        return seconds if unit == "second" else b.sql("{n} / {m}", DOUBLE, n=seconds, m=b.number(_SECONDS[unit]))
    return b.sql("{n} * {m}", DOUBLE, n=seconds, m=b.number(_FRACTIONS[unit]))


def _compare(b: SqlBuilder, arguments: list[Value]) -> Value:
    first, second = b.as_date(arguments[0]), b.as_date(arguments[1])
    return b.sql(
        "CASE WHEN {d} < {e} THEN -1 WHEN {d} = {e} THEN 0 WHEN {d} > {e} THEN 1 END", INTEGER, d=first, e=second
    )


def _make(b: SqlBuilder, arguments: list[Value]) -> Value:
    given = [b.as_integer(v) for v in arguments] + [b.number(0)] * (7 - len(arguments))
    given[0] = _whole_year(b, given[0])
    date = b.op("make_timestamp", TIMESTAMP, **dict(zip(("y", "m", "d", "h", "i", "s"), given[:6], strict=True)))
    return date if given[6].constant == 0 else b.op("add_nanoseconds", TIMESTAMP, d=date, n=given[6])


def _whole_year(b: SqlBuilder, year: Value) -> Value:
    """A year of two digits is one of the 1900s."""
    if isinstance(year.constant, Decimal):
        return b.number(int(year.constant) + 1900) if 0 <= year.constant < 100 else year
    return b.sql("CASE WHEN {n} BETWEEN 0 AND 99 THEN {n} + 1900 ELSE {n} END", INTEGER, n=year)


def _last_day(b: SqlBuilder, arguments: list[Value]) -> Value:
    date = b.as_date(arguments[0])
    if date.kind == DAY:
        return b.op("last_day", DAY, d=date)
    return b.op("last_day_with_time", TIMESTAMP, d=b.as_timestamp(date))


def _system_timestamp(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The time now, to the part of a second that the argument names."""
    now = b.op("now", TIMESTAMP)
    if arguments:
        now = b.op(f"truncate_{unit_of(arguments[0], 'SYSTIMESTAMP')}", TIMESTAMP, d=now)
    return now.unless_null()


FUNCTIONS = (
    Function("ADD_TO_DATE", "date", 3, 3, _add_to_date),
    Function("DATE_COMPARE", "date", 2, 2, _compare, confidence=0.97),
    Function("DATE_DIFF", "date", 3, 3, _difference),
    Function("GET_DATE_PART", "date", 2, 2, _get_part),
    Function("LAST_DAY", "date", 1, 1, _last_day, confidence=0.88),
    Function("MAKE_DATE_TIME", "date", 3, 9, _make, confidence=0.93),
    Function("SET_DATE_PART", "date", 3, 3, _set_part, confidence=0.88),
    Function("SYSTIMESTAMP", "date", 0, 1, _system_timestamp),
)
