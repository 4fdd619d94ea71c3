"""Conditions under which PostgreSQL can't convert a value: it has no cast that gives null, so the value is asked first.

A text is a number or a date where it is written as the cast itself reads it; what else it would take (names of months,
time zones) counts as a failure, as it does in SSIS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from services.migration.ast import Setting
from services.migration.expressions.ssis.types import RANGES
from services.migration.rules.relation import Column
from services.migration.rules.ssis import frame
from services.pipelines import types

_WHOLE = r"^\s*[+-]?[0-9]+\s*$"
_NUMBER = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)\s*$"
_DOUBLE = r"^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$"
_YEAR, _MONTH, _DAY = "[1-9][0-9]{3}", "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
_TIME = r"( ([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?)?"
_WIDE = {"DT_I4": (-(2**31), 2**31 - 1), "DT_I8": (-(2**63), 2**63 - 1)}
_DATES = frozenset({"dbdate", "date", "dbtimestamp", "dbtimestamp2"})


def fails(value: str, source: Column, setting: Setting) -> str | None:
    """The condition that a value of a column fails; "" where none can, None where that is not known."""
    wanted = setting.get("dataType").lower()
    given = types.kind(source.type)
    if given == "number" and _range(wanted) is not None:
        least, most = _range(wanted) or (0, 0)
        return f"{value} IS NOT NULL AND NOT ROUND(CAST({value} AS DECIMAL)) BETWEEN {least} AND {most}"
    if given != "string":
        return "" if given == "number" and wanted in ("r8", "wstr", "str") else None
    if wanted in ("wstr", "str"):
        return ""
    valid = next((write(value, setting) for kinds, write in _TEXTS.items() if wanted in kinds), None)
    return None if valid is None else f"{value} IS NOT NULL AND NOT {valid}"


def _range(wanted: str) -> tuple[int, int] | None:
    name = f"DT_{wanted.upper()}"
    return RANGES.get(name) or _WIDE.get(name)


def _written(value: str, pattern: str, then: str) -> str:
    """`then` where the text fits a pattern; a CASE, for only that is asked in its order."""
    return f"CASE WHEN {value} ~ '{pattern}' THEN {then} ELSE FALSE END"


def _whole(value: str, setting: Setting) -> str:
    least, most = _range(setting.get("dataType").lower()) or (0, 0)
    return _written(value, _WHOLE, f"CAST({value} AS DECIMAL) BETWEEN {least} AND {most}")


def _number(value: str, setting: Setting) -> str:
    digits, decimals = frame.number(setting.get("digits")) or 28, frame.number(setting.get("decimals"))
    most = 10 ** max(digits - decimals, 0)
    return _written(value, _NUMBER, f"ABS(ROUND(CAST({value} AS DECIMAL), {decimals})) < {most}")


def _double(value: str, _setting: Setting) -> str:
    return f"{value} ~ '{_DOUBLE}'"


def _truth(value: str, _setting: Setting) -> str:
    return f"LOWER(TRIM({value})) IN ('true', '1', 'false', '0')"


def month_first(value: str, source: Column, setting: Setting) -> tuple[str, str]:
    """The condition that a text is a date as `1/31/2024`, and the date as a text that a cast reads; "" for no date."""
    if types.kind(source.type) != "string" or setting.get("dataType").lower() not in _DATES:
        return "", ""
    text, day = _parts(value)
    month, number, year = (f"LPAD(SPLIT_PART({day}, '/', {n}), {size}, '0')" for n, size in ((1, 2), (2, 2), (3, 4)))
    return f"{value} LIKE '%/%'", f"TRIM(CONCAT({year}, '-', {month}, '-', {number}, ' ', SPLIT_PART({text}, ' ', 2)))"


def _parts(value: str) -> tuple[str, str]:
    """A date with its time as a text, and the day alone."""
    text = f"REPLACE(TRIM({value}), 'T', ' ')"
    return text, f"SPLIT_PART({text}, ' ', 1)"


def _date(value: str, _setting: Setting) -> str:
    """A day that there is, as `2024-01-31` or `1/31/2024`, with or without a time."""
    text, day = _parts(value)
    iso = _day(*(f"CAST(SPLIT_PART({day}, '-', {place}) AS INT)" for place in (1, 2, 3)))
    other = _day(*(f"CAST(SPLIT_PART({day}, '/', {place}) AS INT)" for place in (3, 1, 2)))
    patterns = {f"^{_YEAR}-{_MONTH}-{_DAY}{_TIME}$": iso, f"^{_MONTH}/{_DAY}/{_YEAR}{_TIME}$": other}
    tried = " ".join(f"WHEN {text} ~ '{pattern}' THEN {then}" for pattern, then in patterns.items())
    return f"CASE {tried} ELSE FALSE END"


def _day(year: str, month: str, day: str) -> str:
    last = f"MAKE_DATE({year}, {month}, 1) + INTERVAL '1 month' - INTERVAL '1 day'"
    return f"{day} <= EXTRACT(DAY FROM {last})"


_TEXTS: Mapping[frozenset[str], Callable[[str, Setting], str]] = {
    frozenset({"i1", "i2", "i4", "i8", "ui1", "ui2", "ui4", "ui8"}): _whole,
    frozenset({"numeric", "decimal", "cy"}): _number,
    frozenset({"r4", "r8"}): _double,
    frozenset({"bool"}): _truth,
    _DATES: _date,
}
"""What a text is converted to → the condition that it can be."""
