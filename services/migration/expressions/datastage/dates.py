"""Dates and timestamps. Source: "Date and time functions" of the parallel job reference."""

from __future__ import annotations

from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.builder import TIME, DataStageBuilder
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import DAY, INTEGER, STRING, TIMESTAMP, Kind, Value

_WEEKDAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_EPOCH = "1970-01-01 00:00:00"


def weekday(value: Value) -> int:
    """The number of a day of the week by its name or the first three letters of it, Sunday being 0."""
    text = constant_text(value, "the day of the week").strip().lower()
    for number, name in enumerate(_WEEKDAYS):
        if len(text) >= 3 and name.startswith(text):
            return number
    raise Refused(f"{text!r} is no English name of a day of the week")


def _part(operation: str) -> Build:
    return lambda b, arguments: own(b, operation, INTEGER, d=b.as_date(arguments[0])).unless_null(arguments[0])


def _from_days(b: SqlBuilder, arguments: list[Value]) -> Value:
    start = b.as_date(arguments[1]) if len(arguments) == 2 else b.as_date(b.string(_EPOCH[:10]))
    return own(b, "days_after", DAY, d=start, n=b.as_integer(arguments[0]))


def _offset_days(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "days_after", DAY, d=b.as_date(arguments[0]), n=b.as_integer(arguments[1]))


def _days_between(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "days_between", INTEGER, d=b.as_date(arguments[0]), e=b.as_date(arguments[1]))


def _make(b: SqlBuilder, arguments: list[Value]) -> Value:
    year, month, day = (b.as_integer(value) for value in arguments)
    return own(b, "make_date", DAY, y=year, m=month, d=day)


def _from_julian(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "from_julian_day", DAY, n=b.as_integer(arguments[0]))


def _moves_months(value: Value) -> bool:
    return not value.is_integer_constant or int(value.constant) % 12 != 0  # type: ignore[arg-type]  # a Decimal


def _offset(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A date moved by years, months and days."""
    date, (years, months, days) = b.as_date(arguments[0]), [b.as_integer(value) for value in arguments[1:]]
    if _moves_months(months):
        b.caution("MONTH_END")
    return own(b, "offset_date", DAY, d=date, y=years, m=months, n=days)


def _offset_timestamp(b: SqlBuilder, arguments: list[Value]) -> Value:
    years, months, days, hours, minutes = (b.as_integer(value) for value in arguments[1:6])
    if _moves_months(months):
        b.caution("MONTH_END")
    moved = own(b, "offset_timestamp", TIMESTAMP, d=b.as_timestamp(arguments[0]), y=years, m=months, n=days)
    return own(b, "seconds_after", TIMESTAMP, d=moved, n=in_seconds(b, hours, minutes, b.as_number(arguments[6])))


def in_seconds(b: SqlBuilder, hours: Value, minutes: Value, seconds: Value) -> Value:
    parts = [v.constant for v in (hours, minutes, seconds) if isinstance(v.constant, Decimal)]
    if len(parts) == 3:
        return b.number(sum((part * times for part, times in zip(parts, (3600, 60, 1), strict=True)), Decimal(0)))
    return b.sql("{h} * 3600 + {m} * 60 + {s}", Kind("number"), h=hours, m=minutes, s=seconds)


def _after_seconds(first: int) -> Build:
    """A timestamp so many seconds after another one; `first` is the place of the timestamp."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        given = arguments[first] if len(arguments) == 2 else b.string(_EPOCH)
        return own(b, "seconds_after", TIMESTAMP, d=b.as_timestamp(given), n=b.as_number(arguments[1 - first]))

    return build


def _seconds_between(b: SqlBuilder, arguments: list[Value]) -> Value:
    values = {"d": b.as_timestamp(arguments[0]), "e": b.as_timestamp(arguments[1])}
    return own(b, "seconds_between", Kind("number", "double"), **values)


def _to_time_t(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.limit(0.9)
    return own(b, "epoch_seconds", INTEGER, d=b.as_timestamp(arguments[0]))


def _from_time_t(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "seconds_after", TIMESTAMP, d=b.as_timestamp(b.string(_EPOCH)), n=b.as_integer(arguments[0]))


def _date_and_time(b: SqlBuilder, arguments: list[Value]) -> Value:
    assert isinstance(b, DataStageBuilder)
    return own(b, "date_and_time", TIMESTAMP, d=b.as_date(arguments[0]), t=b.as_time(arguments[1]))


def _time_on_date(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The day of a timestamp with another time."""
    return _date_and_time(b, [arguments[1], arguments[0]])


def _weekday(b: SqlBuilder, arguments: list[Value]) -> Value:
    """0 for Sunday, or for the day that is told."""
    date, first = b.as_date(arguments[0]), weekday(arguments[1]) if len(arguments) == 2 else 0
    if first == 0:
        return own(b, "weekday", INTEGER, d=date)
    return own(b, "weekday_from", INTEGER, d=date, n=b.number(7 - first))


def _nearest(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        b.limit(0.9)
        return own(b, operation, DAY, d=b.as_date(arguments[0]), n=b.number(weekday(arguments[1])))

    return build


def _nth_weekday(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The first such day from the date on, or back from it, and whole weeks further."""
    count = arguments[2]
    if not count.is_integer_constant or not count.constant:
        raise Refused("the number of weeks has to be a whole number other than 0, written out")
    weeks = int(count.constant)
    b.caution("SAME_WEEKDAY")
    start = _nearest("next_weekday" if weeks > 0 else "previous_weekday")(b, arguments[:2])
    days = 7 * (weeks - 1 if weeks > 0 else weeks + 1)
    return own(b, "days_after", DAY, d=start, n=b.number(days)) if days else start


def _now(operation: str, kind: Kind) -> Build:
    return lambda b, arguments: own(b, operation, kind).unless_null(*arguments)


FUNCTIONS = (
    Function("CURRENTDATE", "date", 0, 0, _now("today", DAY)),
    Function("CURRENTTIME", "date", 0, 0, _now("time_now", TIME)),
    Function("CURRENTTIMEMS", "date", 0, 0, _now("time_now_exactly", TIME)),
    Function("CURRENTTIMESTAMP", "date", 0, 0, _now("timestamp_now", TIMESTAMP)),
    Function("CURRENTTIMESTAMPMS", "date", 0, 0, _now("now", TIMESTAMP)),
    Function("DATEFROMCOMPONENTS", "date", 3, 3, _make),
    Function("DATEFROMDAYSSINCE", "date", 1, 2, _from_days),
    Function("DATEFROMDAYSSINCE2", "date", 1, 2, _from_days),
    Function("DATEFROMJULIANDAY", "date", 1, 1, _from_julian),
    Function("DATEOFFSETBYCOMPONENTS", "date", 4, 4, _offset),
    Function("DATEOFFSETBYDAYS", "date", 2, 2, _offset_days),
    Function("DAYSINMONTH", "date", 1, 1, _part("days_in_month")),
    Function("DAYSINYEAR", "date", 1, 1, _part("days_in_year")),
    Function("DAYSSINCEFROMDATE", "date", 2, 2, _days_between),
    Function("DAYSSINCEFROMDATE2", "date", 2, 2, _days_between),
    Function("JULIANDAYFROMDATE", "date", 1, 1, _part("julian_day")),
    Function("MONTHDAYFROMDATE", "date", 1, 1, _part("month_day")),
    Function("MONTHFROMDATE", "date", 1, 1, _part("month")),
    Function("NEXTWEEKDAYFROMDATE", "date", 2, 2, _nearest("next_weekday")),
    Function("NTHWEEKDAYFROMDATE", "date", 3, 3, _nth_weekday),
    Function("PREVIOUSWEEKDAYFROMDATE", "date", 2, 2, _nearest("previous_weekday")),
    Function("SECONDSSINCEFROMTIMESTAMP", "date", 2, 2, _seconds_between),
    Function("SECONDSSINCEFROMTIMESTAMP2", "date", 2, 2, _seconds_between),
    Function("TIMEDATE", "date", 0, 0, _now("time_and_date", STRING), confidence=0.9),
    Function("TIMESTAMPFROMDATETIME", "date", 2, 2, _date_and_time),
    Function("TIMESTAMPFROMSECONDSSINCE", "date", 1, 2, _after_seconds(1)),
    Function("TIMESTAMPFROMSECONDSSINCE2", "date", 1, 2, _after_seconds(1)),
    Function("TIMESTAMPFROMTIME", "date", 2, 2, _time_on_date),
    Function("TIMESTAMPFROMTIME2", "date", 2, 2, _time_on_date),
    Function("TIMESTAMPFROMTIMET", "date", 1, 1, _from_time_t),
    Function("TIMESTAMPOFFSETBYCOMPONENTS", "date", 7, 7, _offset_timestamp),
    Function("TIMESTAMPOFFSETBYSECONDS", "date", 2, 2, _after_seconds(0)),
    Function("TIMETFROMTIMESTAMP", "date", 1, 1, _to_time_t),
    Function("WEEKDAYFROMDATE", "date", 1, 2, _weekday),
    Function("YEARDAYFROMDATE", "date", 1, 1, _part("year_day")),
    Function("YEARFROMDATE", "date", 1, 1, _part("year"), confidence=0.97),
    Function("YEARWEEKFROMDATE", "date", 1, 1, _part("year_week")),
)
