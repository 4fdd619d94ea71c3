"""Date format strings of the transformation language: to fields, and from fields to what a dialect reads and writes.

Formats as in the Transformation Language Reference, "TO_CHAR Format Strings" and "TO_DATE and IS_DATE Format Strings".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from services.migration.expressions.errors import Refused


@dataclass(frozen=True, slots=True)
class Piece:
    """A field of a format (upper case), or a literal text between fields."""

    text: str
    is_field: bool


_FIELD_NAMES = """
A.M. AM P.M. PM D DD DDD DAY DY HH HH12 HH24 J MI MM MON MONTH MS NS US Q RR SS SSSSS W WW Y YY YYY YYYY TZD TZR
"""
_FIELDS = sorted(_FIELD_NAMES.split(), key=len, reverse=True)


@lru_cache(maxsize=1024)
def pieces(format_text: str) -> tuple[Piece, ...]:
    """The format's fields and literals in order. Raises Refused at letters that are no format."""
    found: list[Piece] = []
    place = 0
    while place < len(format_text):
        field = next((f for f in _FIELDS if format_text[place : place + len(f)].upper() == f), None)
        if field is not None:
            found.append(Piece(field, True))
            place += len(field)
            continue
        literal, place = _literal(format_text, place)
        if found and not found[-1].is_field:
            literal = found.pop().text + literal
        found.append(Piece(literal, False))
    return tuple(found)


def _literal(format_text: str, place: int) -> tuple[str, int]:
    character = format_text[place]
    if character == '"':
        closing = format_text.find('"', place + 1)
        if closing == -1:
            raise Refused(f"the date format {format_text!r} has an unclosed double quote")
        return format_text[place + 1 : closing] or '"', closing + 1
    if character.isalpha():
        raise Refused(f"the date format {format_text!r} has no meaning at {format_text[place:]!r}")
    return character, place + 1


def fields(format_text: str) -> tuple[str, ...]:
    return tuple(p.text for p in pieces(format_text) if p.is_field)


# What a field may look like when it is read: (least digits, most digits), or a pattern.
_DIGITS = {
    "YYYY": (4, 4), "YYY": (3, 3), "YY": (2, 2), "RR": (2, 2), "Y": (1, 1), "MM": (1, 2), "DD": (1, 2),
    "DDD": (1, 3), "HH": (1, 2), "HH12": (1, 2), "HH24": (1, 2), "MI": (1, 2), "SS": (1, 2), "MS": (1, 3),
    "US": (1, 6), "NS": (1, 9), "SSSSS": (1, 5), "J": (1, 7),
}  # fmt: skip
_RANGES = {"HH24": "[01]{0}[0-9]|2[0-3]", "MI": "[0-5]{0}[0-9]", "SS": "[0-5]{0}[0-9]"}
_WORDS = {
    "MON": "[A-Za-z]{3}",
    "MONTH": "[A-Za-z]{3,9}",
    "DAY": "[A-Za-z]{6,9}",
    "DY": "[A-Za-z]{3}",
    **dict.fromkeys(("AM", "PM"), "[AaPp][Mm]"),
    **dict.fromkeys(("A.M.", "P.M."), r"[AaPp]\.[Mm]\."),
}


def pattern(format_text: str) -> str:
    """A regular expression for strings of this format, one group per field; widths are exact where fields touch."""
    parts = pieces(format_text)
    result = []
    for index, part in enumerate(parts):
        if not part.is_field:
            result.append("".join(f"\\{c}" if c in r"\.^$|?*+()[]{}" else c for c in part.text))
            continue
        if part.text in _WORDS:
            result.append(f"({_WORDS[part.text]})")
            continue
        least, most = _DIGITS[part.text]
        touches = any(0 <= n < len(parts) and _is_numeric(parts[n]) for n in (index - 1, index + 1))
        if part.text in _RANGES:  # an engine may read 24:00:00 or a leap second
            result.append(f"({_RANGES[part.text].format('' if touches else '?')})")
            continue
        result.append(f"([0-9]{{{most if touches else least},{most}}})".replace(f"{{{most},{most}}}", f"{{{most}}}"))
    return "^" + "".join(result) + "$"


def _is_numeric(piece: Piece) -> bool:
    return piece.is_field and piece.text in _DIGITS


_YEARS = frozenset({"YYYY", "YYY", "YY", "Y", "RR"})


def check_readable(format_text: str) -> None:
    """Raises Refused where a date can't be read by this format."""
    found = fields(format_text)
    unreadable = [f for f in found if f not in _DIGITS and f not in _WORDS]
    if unreadable:
        raise Refused(f"{unreadable[0]} can't stand in a format that reads dates")
    if "J" in found and len(found) > 1:
        raise Refused("J can't be combined with other date formats")
    if "J" not in found and not _YEARS & set(found):
        raise Refused(f"the date format {format_text!r} has no year, and the tool's default for it is not documented")


def has_time(format_text: str) -> bool:
    return bool({"HH", "HH12", "HH24", "MI", "SS", "MS", "US", "NS", "SSSSS"} & set(fields(format_text)))


def iso_replacement(format_text: str, century: str = "") -> str | None:
    """Back-references that turn a match of `pattern` into an ISO-like timestamp, or None where that can't be."""
    places = {field: rf"\{n}" for n, field in enumerate(fields(format_text), 1)}
    if len(places) > 9 or {"J", "DDD", "SSSSS", "YYY", "Y", "A.M.", "P.M.", "NS"} & set(places):
        return None
    year = places.get("YYYY") or century + (places.get("RR") or places.get("YY", ""))
    month = places.get("MM") or places.get("MON") or places.get("MONTH") or "01"
    hour = places.get("HH24") or places.get("HH12") or places.get("HH") or "00"
    fraction = places.get("US") or places.get("MS")
    time = f"{hour}:{places.get('MI', '00')}:{places.get('SS', '00')}" + (f".{fraction}" if fraction else "")
    half = places.get("AM") or places.get("PM")
    return f"{year}-{month}-{places.get('DD', '01')} {time}" + (f" {half}" if half else "")
