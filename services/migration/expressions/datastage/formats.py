"""Format strings of dates and times, `%yyyy-%mm-%dd %hh:%nn:%ss`: read into fields, which SQL is made of.

Source: "Date formats", "Time formats" and "Timestamp formats" of the parallel job reference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from services.migration.expressions.errors import Refused


@dataclass(frozen=True, slots=True)
class Field:
    """One token, or literal text where `name` is empty.

    `digits` of a fraction; `cutoff` is a year; `option`: s, u, w or t.
    """

    name: str
    text: str = ""
    digits: int = 0
    cutoff: int = -1
    option: str = ""


_TOKEN = re.compile(
    r"(?P<cutoff>\d{4})yy"
    r"|yyyy|yy|mmmm|mmm|mm|m|ddd|dd|d|eeee|eee|e|E|WW|W|hh|h|HH|H|nn|n|SSSSSS|SSS|aa"
    r"|(?P<seconds>ss?)(?:\.(?P<digits>\d))?"
)
_UNKNOWN = frozenset({"WW", "W", "e", "E", "SSS"})


@lru_cache(maxsize=256)
def read(text: str) -> tuple[Field, ...]:
    """The fields of a format string. Raises Refused for a token that is none."""
    if not text:
        raise Refused("an empty format has no documented result")
    fields: list[Field] = []
    place = 0
    while place < len(text):
        if text[place] != "%":
            end = text.find("%", place)
            end = len(text) if end < 0 else end
            fields.append(Field("", text[place:end]))
            place = end
        elif text[place + 1 : place + 2] == "%":
            fields.append(Field("", "%"))
            place += 2
        else:
            field, place = _token(text, place + 1)
            fields.append(field)
    return tuple(fields)


def _token(text: str, place: int) -> tuple[Field, int]:
    option, end = "", 0
    if text[place : place + 1] == "(":
        end = text.find(")", place)
        inner, _, option = text[place + 1 : end].partition(",")
        match = _TOKEN.fullmatch(inner.strip()) if end > 0 else None
        end += 1
    else:
        match = _TOKEN.match(text, place)
        end = match.end() if match else 0
    if match is None or match.group() in _UNKNOWN:
        raise Refused(f"%{match.group() if match else text[place : place + 4]} of the format {text!r} has no equal")
    if match["cutoff"]:
        return Field("yy", cutoff=int(match["cutoff"]), option=option.strip()), end
    if match["seconds"]:
        return Field(match["seconds"], digits=int(match["digits"] or 0), option=option.strip()), end
    return Field(match.group(), option=option.strip()), end


def has(fields: tuple[Field, ...], *names: str) -> bool:
    return any(field.name in names for field in fields)
