"""Functions of the add-on on the calendar: first and last days of periods, weeks, days of work. See `add_on_dates`."""

from __future__ import annotations

from services.migration.expressions.alteryx import dates
from services.migration.expressions.alteryx.add_on import added, built_in
from services.migration.expressions.alteryx.numbers import whole
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.functions import Build
from services.migration.expressions.kinds import BOOLEAN, DAY, INTEGER, Value

_MOVED = built_in(dates.FUNCTIONS, "DATETIMEADD")
_APART = built_in(dates.FUNCTIONS, "DATETIMEDIFF")


def weekday(b: SqlBuilder, date: Value) -> Value:
    """The day of the week, 0 for Sunday."""
    return own(b, "weekday_number", INTEGER, d=date)


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
        days = b.sql("6 - {n}" if last else "0 - {n}", INTEGER, n=weekday(b, b.copy(date)))
        return _as_day(b, _MOVED(b, [date, days, b.string("days")]))

    return build


def week_number(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Weeks begin on Sunday; the first is that of the 1st of January."""
    date = b.as_date(arguments[0])
    first = weekday(b, own(b, "first_of_year", DAY, d=b.copy(date)))
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
        a=weekday(b, start),
        z=weekday(b, end),
    )


def _workday(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The date so many days from Monday to Friday on or back."""
    date, count = b.as_date(arguments[0]), whole(b, arguments[1])
    days = own(b, "days_to_workday", INTEGER, w=weekday(b, b.copy(date)), n=count)
    return _MOVED(b, [date, days, b.string("days")])


FUNCTIONS = (
    added("BUSINESSDAYS", 2, 2, _days_of_work),
    added("DATEADD", 3, 3, _added),
    added("ISLEAPYEAR", 1, 1, _leap, confidence=0.9),
    added("MONTHEND", 1, 1, _period("last_of_month")),
    added("MONTHSTART", 1, 1, _period("first_of_month")),
    added("QUARTEREND", 1, 1, _period("last_of_quarter")),
    added("QUARTERSTART", 1, 1, _period("first_of_quarter")),
    added("WEEKEND", 1, 1, _week(last=True)),
    added("WEEKNUM", 1, 1, week_number),
    added("WEEKSTART", 1, 1, _week(last=False)),
    added("WORKDAY", 2, 2, _workday),
    added("YEAREND", 1, 1, _period("last_of_year")),
    added("YEARSTART", 1, 1, _period("first_of_year")),
)
