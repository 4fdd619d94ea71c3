"""Date functions of the add-on: parts of dates and times, as numbers.

A date is a text in ISO form or a date column, as for the tool's own functions. Where the add-on cuts a text out of
another, the result is a date here: a text that is none becomes NULL in a field of that type.
Source: see `add_on`, "DateUtils".
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.alteryx import conversions
from services.migration.expressions.alteryx.add_on import added, built_in
from services.migration.expressions.alteryx.add_on_calendar import week_number, weekday
from services.migration.expressions.alteryx.builder import iso_moment
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build
from services.migration.expressions.kinds import INTEGER, STRING, Value

_NUMBER = built_in(conversions.FUNCTIONS, "TONUMBER")
_PLACES = {"hour": 0, "minute": 3, "second": 6}
"""Where the parts of a time of day stand in its text."""


def _zero_for_null(b: SqlBuilder, value: Value) -> Value:
    return value if value.never_null else b.sql("COALESCE({n}, 0)", value.kind, n=value).unless_null()


def _part(name: str) -> Build:
    """A part of a date as a number, 0 for NULL."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        return _zero_for_null(b, b.op(f"get_{name}", INTEGER, d=b.as_date(arguments[0])).unless_null(arguments[0]))

    return build


def _time_part(name: str) -> Build:
    """Of a date and time, or of a time of day as a text."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        value = arguments[0]
        if value.kind.name == "string":
            place = _PLACES[name]
            first = f"CASE LENGTH({{s}}) WHEN 8 THEN {place + 1} ELSE {place + 12} END"
            return _NUMBER(b, [b.sql(f"SUBSTRING({{s}}, {first}, 2)", STRING, s=value)])
        date = b.as_date(value)
        return _zero_for_null(b, b.op(f"get_{name}", INTEGER, d=b.as_timestamp(date) if _is_day(date) else date))

    return build


def _is_day(date: Value) -> bool:
    return date.kind.name == "date" and date.kind.detail != "timestamp"


def _day_of_week(b: SqlBuilder, arguments: list[Value]) -> Value:
    return _zero_for_null(b, weekday(b, b.as_date(arguments[0])))


def _day_of_year(b: SqlBuilder, arguments: list[Value]) -> Value:
    return _zero_for_null(b, own(b, "year_day", INTEGER, d=b.as_date(arguments[0])))


def _of_number(name: str, template: str) -> Build:
    """A number made of a part of the date."""
    part = _part(name)
    return lambda b, arguments: _whole_number(b, template, part(b, arguments))


def _whole_number(b: SqlBuilder, template: str, value: Value) -> Value:
    return own(b, "truncated", INTEGER, n=b.sql(template, INTEGER, n=value)).unless_null(value)


_century = _of_number("year", "FLOOR({n} / 100.0) + 1")
_quarter = _of_number("month", "FLOOR(({n} + 2) / 3.0)")


_YEAR, _MONTH, _DAY = (_part(name) for name in ("year", "month", "day"))
_HOUR, _MINUTE, _SECOND = (_time_part(name) for name in _PLACES)


def _after(build: Build, template: str) -> Build:
    return lambda b, arguments: _whole_number(b, template, build(b, arguments))


_INTERVALS: Mapping[str, Build] = {
    **dict.fromkeys(("century", "cc", "c"), _century),
    **dict.fromkeys(("year", "yyyy", "yy"), _YEAR),
    **dict.fromkeys(("quarter", "qq", "q"), _quarter),
    **dict.fromkeys(("month", "mm", "m"), _MONTH),
    **dict.fromkeys(("dayofyear", "dy", "y", "%j"), _day_of_year),
    **dict.fromkeys(("day", "dd", "d", "%d", "%e"), _DAY),
    **dict.fromkeys(("weekday", "dw", "w"), _day_of_week),
    **dict.fromkeys(("week", "ww", "wk"), week_number),
    **dict.fromkeys(("hour", "hh", "h", "%h", "%k"), _HOUR),
    **dict.fromkeys(("minute", "mi", "n"), _MINUTE),
    **dict.fromkeys(("second", "ss", "s", "%s"), _SECOND),
    **dict.fromkeys(("%i", "%l"), _after(_HOUR, "MOD({n} + 11, 12) + 1")),
}
"""Intervals in any case."""
_CHANGED = frozenset(("%C", "%c", "%y"))
"""Intervals that mean one thing in a release and another in the next."""
_IN_THIS_CASE: Mapping[str, Build] = {
    "%Y": _YEAR,
    "%m": _MONTH,
    "%M": _MINUTE,
    "%w": _day_of_week,
    "%u": _after(_day_of_week, "CASE WHEN {n} = 0 THEN 7 ELSE {n} END"),
}
_OF_ONE_RELEASE = frozenset(
    ("century", "week", "ww", "wk", "w", "minute", "second", "%u", "%w", "%i", "%I", "%l", "%L")
)
"""Intervals that only the release knows, or knows otherwise, which names the interval first."""


def _date_part(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A part of a date by its interval's name, which stands first; in older releases it stands last."""
    texts = [v.constant for v in arguments if isinstance(v.constant, str) and iso_moment(v.constant) is None]
    if not texts:
        raise Refused("the interval of DatePart has to be a string literal to become SQL")
    name = texts[0]
    if name in _CHANGED:
        raise Refused(f"the interval {name!r} means something else in another release")
    build = _IN_THIS_CASE.get(name) or _INTERVALS.get(name.lower())
    if build is None:
        raise Refused(f"{name[:40]!r} is no interval of DatePart here")
    is_last = arguments[0].constant != name
    if is_last and _is_of_one_release(name):
        raise Refused(f"the interval {name!r} means something else where it stands last")
    return build(b, arguments[:1] if is_last else arguments[1:])


def _is_of_one_release(text: str) -> bool:
    return (text if text.startswith("%") else text.lower()) in _OF_ONE_RELEASE


FUNCTIONS = (
    added("CENTURY", 1, 1, _century),
    added("DATEPART", 2, 2, _date_part),
    added("DAY", 1, 1, _DAY),
    added("HOUR", 1, 1, _HOUR),
    added("MINUTE", 1, 1, _MINUTE),
    added("MONTH", 1, 1, _MONTH),
    added("ORDINALDAY", 1, 1, _day_of_year),
    added("QUARTER", 1, 1, _quarter),
    added("SECOND", 1, 1, _SECOND),
    added("WEEKDAY", 1, 1, _day_of_week),
    added("YEAR", 1, 1, _YEAR),
)
