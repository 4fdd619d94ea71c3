"""DateTimeFormat and DateTimeParse. Source: "DateTime Functions", "Specifiers"."""

from __future__ import annotations

from services.migration.expressions.alteryx import date_formats
from services.migration.expressions.alteryx.operators import joined
from services.migration.expressions.alteryx.sql import TEMPLATES, own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, DAY, INTEGER, STRING, TIMESTAMP, UNKNOWN, Value


def _format(b: SqlBuilder, arguments: list[Value]) -> Value:
    _check_locale(arguments)
    date = b.as_date(arguments[0])
    if date.kind.detail != "timestamp" and date.kind != UNKNOWN and date_formats.has_time(_text(arguments[1])):
        date = b.as_timestamp(date)
    parts: list[Value] = []
    template = ""
    for piece in date_formats.pieces(_text(arguments[1])):
        written = b.dialect.write_format(date_formats.WRITTEN.get(piece.text, "")) if piece.is_field else None
        if not piece.is_field:
            template += b.dialect.format_literal(piece.text)
        elif written is not None:
            template += written
        else:
            parts += _template(b, date, template)
            template = ""
            parts.append(_special(b, date, piece.text))
    parts += _template(b, date, template)
    if not parts:
        return b.string("")
    result = joined(b, parts) if len(parts) > 1 else parts[0]
    result.never_null = date.never_null
    return result


def _text(value: Value) -> str:
    return constant_text(value, "the format of a date")


def _check_locale(arguments: list[Value]) -> None:
    """The optional language and time zone."""
    if len(arguments) > 3:
        raise Refused("it depends on a time zone")
    if len(arguments) > 2 and _text(arguments[2]).strip().lower() not in ("english", "en", ""):
        raise Refused("names of days and months in other languages than English have no SQL")


def _template(b: SqlBuilder, date: Value, template: str) -> list[Value]:
    return [_sure(b.op("write_date", STRING, d=b.copy(date), f=b.string(template)))] if template else []


def _sure(value: Value) -> Value:
    """Parts of one date are NULL together: joined without asking each."""
    value.never_null = True
    return value


def _special(b: SqlBuilder, date: Value, letter: str) -> Value:
    """A specifier that the dialect has no field for."""
    date = b.copy(date)
    if letter in date_formats.WRITTEN:
        return _sure(b.op(f"write_{date_formats.WRITTEN[letter]}", STRING, d=date))
    if letter in _OPERATIONS:
        return _sure(own(b, _OPERATIONS[letter], STRING, d=date))
    if letter in _NUMBERS:
        return _sure(_padded_number(b, date, letter))
    if letter == "P":
        return _sure(b.op("lower", STRING, s=_special_half(b, date)))
    raise Refused(f"the specifier %{letter} depends on the machine, or is not documented")


_OPERATIONS = {"C": "century", "w": "weekday", "u": "iso_weekday", "U": "sunday_week", "W": "monday_week"}
_NUMBERS = {"e": "day", "k": "hour", "l": "hour"}


def _padded_number(b: SqlBuilder, date: Value, letter: str) -> Value:
    """A number of two places, the first of them blank below 10; %l counts 12 hours."""
    number = b.op(f"get_{_NUMBERS[letter]}", INTEGER, d=date)
    if letter == "l":
        number = b.sql("MOD({n} + 11, 12) + 1", INTEGER, n=number)
    return b.sql("LPAD(CAST({n} AS VARCHAR(2)), 2, ' ')", STRING, n=number)


def _special_half(b: SqlBuilder, date: Value) -> Value:
    return b.op("write_date", STRING, d=date, f=b.string(b.dialect.write_format("AM") or ""))


def _read(b: SqlBuilder, text: Value, form: str) -> Value:
    """The date and time that a text of a format stands for, NULL of another text."""
    pattern, iso = date_formats.read_pattern(form)
    moment, _, half = iso.rpartition(" ") if set("pP") & set(date_formats.letters(form)) else (iso, "", "")
    is_apart = bool(half) and b.dialect.name in TEMPLATES["to_24_hours"]
    given = {"s": text, "p": b.string(pattern)}
    month = date_formats.named_month(form, moment if is_apart else iso)
    if month and b.dialect.name in TEMPLATES["read_named_month"]:
        head, name, tail = (b.string(part) for part in month)
        found = own(b, "read_named_month", TIMESTAMP, **given, h=head, m=name, t=tail)
    else:
        native = b.string(date_formats.native_format(form))
        found = own(b, "read_pattern", TIMESTAMP, **given, r=b.string(moment if is_apart else iso), f=native)
    if is_apart:
        found = own(b, "to_24_hours", TIMESTAMP, **given, d=found, h=b.string(half))
    return found


def _parse(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Of `%y` up to four digits are read, and years of two are put into a window of 100 around this one."""
    _check_locale(arguments)
    text, form = b.as_text(arguments[0]), _text(arguments[1])
    found = _read(b, text, form)
    if "y" in date_formats.letters(form):
        found = _with_short_year(b, text, form, found)
    return found if date_formats.has_time(form) else own(b, "to_day", DAY, d=found)


def _with_short_year(b: SqlBuilder, text: Value, form: str, found: Value) -> Value:
    b.limit(0.88)
    found = own(b, "in_window", TIMESTAMP, d=found)
    if date_formats.has_fields_in_a_row(form):
        b.caution("YEAR_BEFORE_DIGITS")
        return found
    is_long = own(b, "has_four_digits", BOOLEAN, s=b.copy(text))
    return b.case([(is_long, _read(b, b.copy(text), date_formats.with_long_year(form)))], found, TIMESTAMP)


FUNCTIONS = (
    Function("DATETIMEFORMAT", "date/time", 2, 4, _format, confidence=0.93),
    Function("DATETIMEPARSE", "date/time", 2, 4, _parse, confidence=0.9),
)
