"""Date functions of the add-on: parts, first and last days of periods, days of work. Results are dates and numbers.

A date is a text in ISO form or a date column, as for the tool's own functions. Where the add-on cuts a text out of
another, the result is a date here: a text that is none becomes NULL in a field of that type.
Source: see `add_on`, "DateUtils".
"""

from __future__ import annotations

from collections.abc import Mapping

from services.migration.expressions.alteryx import conversions, dates
from services.migration.expressions.alteryx.add_on import added, built_in
from services.migration.expressions.alteryx.builder import iso_moment
from services.migration.expressions.alteryx.numbers import whole
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build
from services.migration.expressions.kinds import BOOLEAN, DAY, INTEGER, NULL, STRING, TIMESTAMP, Value

_MOVED = built_in(dates.FUNCTIONS, "DATETIMEADD")
_APART = built_in(dates.FUNCTIONS, "DATETIMEDIFF")
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


def _weekday(b: SqlBuilder, date: Value) -> Value:
    return own(b, "weekday_number", INTEGER, d=date)


def _day_of_week(b: SqlBuilder, arguments: list[Value]) -> Value:
    return _zero_for_null(b, _weekday(b, b.as_date(arguments[0])))


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


def _leap(b: SqlBuilder, arguments: list[Value]) -> Value:
    year = whole(b, arguments[0])
    test = b.sql("MOD({n}, 4) = 0 AND (MOD({n}, 100) <> 0 OR MOD({n}, 400) = 0)", BOOLEAN, n=year)
    return b.as_condition(test)


def _period(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, DAY, d=b.as_date(arguments[0]))


def _as_day(b: SqlBuilder, date: Value) -> Value:
    return date if date.kind == DAY else own(b, "to_day", DAY, d=date)


def _week(last: bool) -> Build:
    """The Sunday that begins the week, or the Saturday that ends it."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        date = b.as_date(arguments[0])
        days = b.sql("6 - {n}" if last else "0 - {n}", INTEGER, n=_weekday(b, b.copy(date)))
        return _as_day(b, _MOVED(b, [date, days, b.string("days")]))

    return build


def _week_number(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Weeks begin on Sunday; the first is that of the 1st of January."""
    date = b.as_date(arguments[0])
    first = _weekday(b, own(b, "first_of_year", DAY, d=b.copy(date)))
    return own(b, "week_of_year", INTEGER, n=own(b, "year_day", INTEGER, d=date), m=first)


def _added(b: SqlBuilder, arguments: list[Value]) -> Value:
    return _as_day(b, _MOVED(b, arguments))


def _days_of_work(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Days from Monday to Friday between two dates, both included; NULL where the end lies before the start."""
    start, end = (b.as_date(v) for v in arguments)
    return own(
        b,
        "days_of_work",
        INTEGER,
        s=b.as_timestamp(b.copy(start)),
        e=b.as_timestamp(b.copy(end)),
        n=_APART(b, [b.copy(end), b.copy(start), b.string("days")]),
        a=_weekday(b, start),
        z=_weekday(b, end),
    )


def _workday(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The date so many days from Monday to Friday on or back."""
    date, count = b.as_date(arguments[0]), whole(b, arguments[1])
    days = own(b, "days_to_workday", INTEGER, w=_weekday(b, b.copy(date)), n=count)
    return _MOVED(b, [date, days, b.string("days")])


def _given(b: SqlBuilder, arguments: list[Value], place: int, otherwise: int) -> Value:
    """A whole number; what is left out or NULL is `otherwise`."""
    if len(arguments) <= place or arguments[place].kind == NULL:
        return b.number(otherwise)
    number = whole(b, arguments[place])
    if number.never_null:
        return number
    return b.sql(f"COALESCE({{n}}, {otherwise})", INTEGER, n=number).unless_null()


def _made_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Month and day are 1 where they are left out; NULL for a date that no calendar has."""
    if arguments[0].kind == NULL:
        return b.sql("CAST(NULL AS DATE)", DAY)
    year, month, day = whole(b, arguments[0]), _given(b, arguments, 1, 1), _given(b, arguments, 2, 1)
    return own(b, "made_date", DAY, y=year, m=month, d=day)


def _time_of(b: SqlBuilder, arguments: list[Value]) -> dict[str, Value]:
    return {letter: _given(b, arguments, place, 0) for place, letter in enumerate("hms")}


def _made_time(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A time of day as a text; NULL where a part is out of its range."""
    return own(b, "made_time", STRING, **_time_of(b, arguments))


def _made_moment(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "made_moment", TIMESTAMP, d=_made_date(b, arguments[:3]), **_time_of(b, arguments[3:]))


def _time_text(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The time of day as a text: midnight of a date without one."""
    value = arguments[0]
    if value.kind.name == "null":
        return b.as_text(value)
    if value.kind.name == "date":
        text = b.op("write_date", STRING, d=b.as_timestamp(value), f=b.string(_clock(b)))
        return text.unless_null(value)
    if value.kind.name != "string":
        raise Refused(f"the time of day of a {value.kind.name} value is not known")
    return b.sql(
        "CASE LENGTH({s}) WHEN 19 THEN RIGHT({s}, 8) WHEN 10 THEN '00:00:00' WHEN 8 THEN {s} END", STRING, s=value
    )


def _clock(b: SqlBuilder) -> str:
    parts = [b.dialect.write_format(name) for name in ("HH24", "MI", "SS")]
    if None in parts:
        raise Refused(f"{b.dialect.name} has no equal of a time of day as a text")
    return b.dialect.format_literal(":").join(str(part) for part in parts)


def _read(first: str, second: str) -> Build:
    """A date of three numbers with one character between each two; years of two digits as the tool reads them."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        long, short = (_matched(b, b.copy(text), digits, century, (first, second)) for digits, century in _YEARS)
        short = own(b, "in_window", TIMESTAMP, d=short)
        return own(b, "to_day", DAY, d=b.sql("COALESCE({d}, {e})", TIMESTAMP, d=long, e=short))

    return build


_YEARS = (("4", ""), ("2", "20"))


def _matched(b: SqlBuilder, text: Value, digits: str, century: str, places: tuple[str, str]) -> Value:
    pattern = rf"^\s*([0-9]{{1,2}})[^0-9]([0-9]{{1,2}})[^0-9]([0-9]{{{digits}}})\s*$"
    iso = f"{century}\\3-{places[0]}-{places[1]} 00:00:00"
    form = b.string("%Y-%m-%d %H:%M:%S")
    return own(b, "read_pattern", TIMESTAMP, s=text, p=b.string(pattern), r=b.string(iso), f=form)


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
    **dict.fromkeys(("week", "ww", "wk"), _week_number),
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
    added("BUSINESSDAYS", 2, 2, _days_of_work),
    added("CENTURY", 1, 1, _century),
    added("DATEADD", 3, 3, _added),
    added("DATEFROMDMY", 1, 1, _read("\\2", "\\1")),
    added("DATEFROMMDY", 1, 1, _read("\\1", "\\2")),
    added("DATEPART", 2, 2, _date_part),
    added("DAY", 1, 1, _DAY),
    added("HOUR", 1, 1, _HOUR),
    added("ISLEAPYEAR", 1, 1, _leap, confidence=0.9),
    added("MAKEDATE", 1, 3, _made_date),
    added("MAKEDATETIME", 1, 6, _made_moment),
    added("MAKETIME", 0, 3, _made_time),
    added("MINUTE", 1, 1, _MINUTE),
    added("MONTH", 1, 1, _MONTH),
    added("MONTHEND", 1, 1, _period("last_of_month")),
    added("MONTHSTART", 1, 1, _period("first_of_month")),
    added("ORDINALDAY", 1, 1, _day_of_year),
    added("QUARTER", 1, 1, _quarter),
    added("QUARTEREND", 1, 1, _period("last_of_quarter")),
    added("QUARTERSTART", 1, 1, _period("first_of_quarter")),
    added("SECOND", 1, 1, _SECOND),
    added("TOTIME", 1, 1, _time_text),
    added("WEEKDAY", 1, 1, _day_of_week),
    added("WEEKEND", 1, 1, _week(last=True)),
    added("WEEKNUM", 1, 1, _week_number),
    added("WEEKSTART", 1, 1, _week(last=False)),
    added("WORKDAY", 2, 2, _workday),
    added("YEAR", 1, 1, _YEAR),
    added("YEAREND", 1, 1, _period("last_of_year")),
    added("YEARSTART", 1, 1, _period("first_of_year")),
)
