"""Format strings of DateTimeFormat and DateTimeParse: `%Y-%m-%d`. Source: "DateTime Functions", "Specifiers"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from services.migration.expressions.errors import Refused

_SHORT = {"D": "%m/%d/%y", "h": "%b", "R": "%H:%M", "T": "%H:%M:%S"}
"""Specifiers that stand for others."""
WRITTEN = {
    "Y": "YYYY", "y": "YY", "m": "MM", "b": "MON", "B": "MONTH", "d": "DD", "j": "DDD", "a": "DY", "A": "DAY",
    "H": "HH24", "I": "HH12", "M": "MI", "S": "SS", "p": "AM",
}  # fmt: skip
"""Specifiers as the dialects' tables of written fields call them."""
_MONTH = "([a-z]{3})(?:r?u?a?r?y?|ch?|il?|us?t?|t?e?m?b?e?r?|ob?e?r?|[ey])?\\.?"
_WEEKDAY = "(?:sun?d?a?y?|mon?d?a?y?|tue?s?d?a?y?|wed?n?e?s?d?a?y?|thu?r?s?d?a?y?|fri?d?a?y?|sat?u?r?d?a?y?)\\.?"
_HOUR, _SIXTIETH = "([01]?[0-9]|2[0-3])", "([0-5]?[0-9])"
_READ = {
    "Y": "([0-9]{4})", "y": "([0-9]{2})", "m": "([0-9]{1,2})", "b": _MONTH, "B": _MONTH,
    "d": "([0-9]{1,2})", "e": " ?([0-9]{1,2})", "a": _WEEKDAY, "A": _WEEKDAY,
    "H": _HOUR, "k": f" ?{_HOUR}", "I": "([0-9]{1,2})", "l": " ?([0-9]{1,2})", "M": _SIXTIETH, "S": _SIXTIETH,
    "p": "([ap]m)", "P": "([ap]m)",
}  # fmt: skip
_IN_FULL = {
    **dict.fromkeys("mdI", "([0-9]{2})"), "H": "([01][0-9]|2[0-3])", **dict.fromkeys("MS", "([0-5][0-9])"),
}  # fmt: skip
"""Where nothing parts a specifier from the next one: all the digits it has."""
_WITHOUT_GROUP = "aA"


@dataclass(frozen=True, slots=True)
class Piece:
    """A specifier's letter, or a literal text."""

    text: str
    is_field: bool


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[Piece, ...]:
    """Specifiers and literals in order. Raises Refused at a % without a letter."""
    found: list[Piece] = []
    place = 0
    while place < len(text):
        if text[place] != "%":
            end = text.find("%", place)
            end = len(text) if end < 0 else end
            found.append(Piece(text[place:end], False))
            place = end
            continue
        letter = text[place + 1 : place + 2]
        if letter == "%":
            found.append(Piece("%", False))
        elif letter in _SHORT:
            found += pieces(_SHORT[letter])
        elif letter.isalpha() and letter.isascii():
            found.append(Piece(letter, True))
        else:
            raise Refused(f"the date format {text!r} has no meaning at {text[place:]!r}")
        place += 2
    return tuple(found)


def letters(text: str) -> str:
    return "".join(p.text for p in pieces(text) if p.is_field)


def read_pattern(text: str) -> tuple[str, str]:
    """A regular expression for texts of a format, without case, and the ISO-like text that its groups make.

    Raises Refused for what can't be read so. A year of two digits is put into this century.
    """
    result: list[str] = []
    places: dict[str, str] = {}
    parts = pieces(text)
    for index, part in enumerate(parts):
        if not part.is_field:
            result.append(r"\s+" if part.text.isspace() else re.sub(r"([\\.^$|?*+()\[\]{}])", r"\\\1", part.text))
            continue
        if part.text not in _READ:
            raise Refused(f"%{part.text} can't stand in a format that reads dates here")
        touches = any(0 <= n < len(parts) and parts[n].is_field for n in (index - 1, index + 1))
        result.append(_IN_FULL[part.text] if touches and part.text in _IN_FULL else _READ[part.text])
        if part.text not in _WITHOUT_GROUP:
            places.setdefault(part.text, f"\\{len(places) + 1}")
    return "^" + "".join(result) + "$", _iso(text, places)


def _one_of(places: dict[str, str], names: str, default: str) -> str:
    return next((places[name] for name in names if name in places), default)


def _iso(text: str, places: dict[str, str]) -> str:
    if len(set(letters(text)) - set(_WITHOUT_GROUP)) != len(letters(text)) - sum(c in "aA" for c in letters(text)):
        raise Refused(f"the date format {text!r} has a specifier twice")
    year = _one_of(places, "Y", "") or ("20" + places["y"] if "y" in places else "")
    if not year:
        raise Refused(f"the date format {text!r} has no year")
    month, day = _one_of(places, "mbB", "1"), _one_of(places, "de", "1")
    time = f"{_one_of(places, 'HkIl', '00')}:{_one_of(places, 'M', '00')}:{_one_of(places, 'S', '00')}"
    return f"{year}-{month}-{day} {time}" + (f" {_one_of(places, 'pP', '')}" if set("pP") & set(places) else "")


def named_month(text: str, iso: str) -> tuple[str, str, str] | None:
    """What an ISO-like text has before its month, the month, and the rest, where the month is a name."""
    found = set(letters(text))
    match = re.match(r"(.*?-)(\\[0-9])(-.*)", iso) if found & set("bB") and "m" not in found else None
    return (match[1], match[2], match[3]) if match else None


def has_fields_in_a_row(text: str) -> bool:
    """Whether nothing parts a specifier from the next one."""
    return any(one.is_field and other.is_field for one, other in pairwise(pieces(text)))


def with_long_year(text: str) -> str:
    """The format with `%Y` for `%y`."""
    return "".join(
        ("%" + part.text.replace("y", "Y")) if part.is_field else part.text.replace("%", "%%") for part in pieces(text)
    )


def has_time(text: str) -> bool:
    return bool(set("HkIlMSpP") & set(letters(text)))


def native_format(text: str) -> str:
    """How DuckDB reads the ISO-like text."""
    found = set(letters(text))
    month = "b" if found & set("bB") else "m"
    return f"%Y-%{month}-%d " + ("%I:%M:%S %p" if found & set("pP") else "%H:%M:%S")
