"""Functions of the add-on that make dates and times of numbers and texts. See `add_on_dates`."""

from __future__ import annotations

from services.migration.expressions.alteryx.add_on import added
from services.migration.expressions.alteryx.numbers import whole
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build
from services.migration.expressions.kinds import DAY, INTEGER, NULL, STRING, TIMESTAMP, Value


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


FUNCTIONS = (
    added("DATEFROMDMY", 1, 1, _read("\\2", "\\1")),
    added("DATEFROMMDY", 1, 1, _read("\\1", "\\2")),
    added("MAKEDATE", 1, 3, _made_date),
    added("MAKEDATETIME", 1, 6, _made_moment),
    added("MAKETIME", 0, 3, _made_time),
    added("TOTIME", 1, 1, _time_text),
)
