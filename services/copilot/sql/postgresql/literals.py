"""Quoted literals that PostgreSQL cannot read as the type their place asks for."""

from __future__ import annotations

import calendar
import re

_INTEGER = re.compile(r"\s*[+-]?(\d(_?\d)*|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)\s*")
_NUMBER = re.compile(
    r"\s*[+-]?((\d[\d_]*)?\.?\d[\d_]*\.?([eE][+-]?\d+)?|0[xX][0-9a-fA-F_]+|inf(inity)?|nan)\s*", re.IGNORECASE
)
_TRUTH = re.compile(r"\s*(t|tr|tru|true|y|ye|yes|on|1|f|fa|fal|fals|false|n|no|of|off|0)\s*", re.IGNORECASE)
_UUID = re.compile(r"\s*\{?[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}\}?\s*")
_MOMENT = re.compile(
    r".*\d.*|\s*(now|today|tomorrow|yesterday|epoch|-?infinity|allballs)\s*", re.IGNORECASE | re.DOTALL
)
_SPAN = re.compile(r".*\d.*|\s*@?-?\s*infinity\s*", re.IGNORECASE | re.DOTALL)

_READABLE = {
    **dict.fromkeys(("integer", "bigint", "smallint"), _INTEGER),
    **dict.fromkeys(("numeric", "double precision", "real"), _NUMBER),
    **dict.fromkeys(("date", "timestamp without time zone", "timestamp with time zone"), _MOMENT),
    **dict.fromkeys(("time without time zone", "time with time zone"), _MOMENT),
    "boolean": _TRUTH,
    "uuid": _UUID,
    "interval": _SPAN,
}


_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-]).*", re.DOTALL)
_UNITS = frozenset(
    (
        *("us", "usec", "microsecond", "ms", "msec", "millisecond", "s", "sec", "second", "m", "min", "minute", "h"),
        *("hr", "hour", "d", "day", "w", "week", "mon", "month", "y", "yr", "year", "qtr", "quarter", "dec", "decade"),
        *("c", "cent", "century", "centuries", "mil", "millennium", "millennia", "ago", "infinity"),
    )
)


def readable(text: str, kind: str) -> bool:
    """False where the literal is certainly none of the type; what only the server can tell passes."""
    pattern = _READABLE.get(kind)
    if pattern is not None and pattern.fullmatch(text) is None:
        return False
    if pattern is _MOMENT:
        return _on_the_calendar(text)
    if kind == "interval" and not text.lstrip().startswith("P"):
        words = re.findall(r"[A-Za-z]+", text)
        return all(word.lower() in _UNITS or word.lower().removesuffix("s") in _UNITS for word in words)
    return True


def _on_the_calendar(text: str) -> bool:
    """A year first is year, month, day."""
    found = _DATE.fullmatch(text)
    if found is None:
        return True
    year, month, day = map(int, found.groups())
    if year == 0 or not 1 <= month <= 12:
        return False
    return 1 <= day <= calendar.monthrange(year, month)[1]
