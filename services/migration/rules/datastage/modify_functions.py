"""Functions of the Modify stage that the Transformer has too, under names of its own.

Source: Parallel Job Developer's Guide, "Modify stage", its tables of functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BY_TRANSFORMER", "Called"]


@dataclass(frozen=True, slots=True)
class Called:
    """A derivation of the Transformer over `{x}`, the column: without an option and with one, `{o}`; the result's type.

    "" where the function takes no option, or does not do without one.
    """

    plain: str
    with_option: str
    type: str


def _both(name: str, kind: str) -> Called:
    return Called(f"{name}({{x}})", f'{name}({{x}}, "{{o}}")', kind)


def _plain(name: str, kind: str) -> Called:
    return Called(f"{name}({{x}})", "", kind)


def _by(name: str, kind: str) -> Called:
    return Called("", f'{name}({{x}}, "{{o}}")', kind)


BY_TRANSFORMER: Mapping[str, Called] = {
    "decimal_from_string": _both("StringToDecimal", "decimal(38,10)"),
    "decimal_from_dfloat": _both("DFloatToDecimal", "decimal(38,10)"),
    "decimal_from_decimal": _both("DecimalToDecimal", "decimal(38,10)"),
    "string_from_decimal": _both("DecimalToString", "varchar"),
    "string_from_date": _both("DateToString", "varchar"),
    "string_from_time": _both("TimeToString", "varchar"),
    "string_from_timestamp": _both("TimestampToString", "varchar"),
    "date_from_string": _both("StringToDate", "date"),
    "time_from_string": _both("StringToTime", "time"),
    "timestamp_from_string": _both("StringToTimestamp", "timestamp"),
    "weekday_from_date": _both("WeekdayFromDate", "integer"),
    "year_day_from_date": _plain("YeardayFromDate", "integer"),
    "year_week_from_date": _plain("YearweekFromDate", "integer"),
    "julian_day_from_date": _plain("JulianDayFromDate", "bigint"),
    "date_from_julian_day": _plain("DateFromJulianDay", "date"),
    "days_since_from_date": _by("DaysSinceFromDate", "integer"),
    "date_from_days_since": _by("DateFromDaysSince", "date"),
    "next_weekday_from_date": _by("NextWeekdayFromDate", "date"),
    "previous_weekday_from_date": _by("PreviousWeekdayFromDate", "date"),
    "minutes_from_time": _plain("MinutesFromTime", "integer"),
    "seconds_from_time": _plain("SecondsFromTime", "double"),
    "microseconds_from_time": _plain("MicroSecondsFromTime", "integer"),
    "midnight_seconds_from_time": _plain("MidnightSecondsFromTime", "double"),
    "time_from_midnight_seconds": _plain("TimeFromMidnightSeconds", "time"),
    "time_from_timestamp": _plain("TimestampToTime", "time"),
    "timestamp_from_date": Called("", 'TimestampFromDateTime({x}, StringToTime("{o}"))', "timestamp"),
    "timestamp_from_seconds_since": _by("TimestampFromSecondsSince", "timestamp"),
    "seconds_since_from_timestamp": _by("SecondsSinceFromTimestamp", "double"),
    "timestamp_from_timet": _plain("TimestampFromTimet", "timestamp"),
    "timet_from_timestamp": _plain("TimetFromTimestamp", "bigint"),
    "null": _plain("IsNull", "integer"),
    "notnull": _plain("IsNotNull", "integer"),
}
"""Function → what it is in a Transformer."""
