"""Match patterns of BASIC: `3N` three digits, `0A` any number of letters, `2X` any two characters, and literals.

Source: "MATCH operator" and "MATCHFIELD function" of the BASIC reference.
"""

from __future__ import annotations

import re

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import constant_text
from services.migration.expressions.kinds import BOOLEAN, STRING, Value

_MOST = 255  # of one kind, which PostgreSQL takes
_CLASSES = {"A": "[A-Za-z]", "N": "[0-9]", "X": "."}
_PIECE = re.compile(
    r"(?P<count>\d+)(?P<kind>[ANXanx])|(?P<any>\.\.\.)|'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\"|(?P<bare>.)", re.S
)


def escaped(text: str) -> str:
    """A text as a regular expression of the engines here."""
    return re.sub(r"([\\^$.|?*+()\[\]{}])", r"\\\1", text)


def expression(pattern: str) -> list[str]:
    """A pattern's pieces, each as a regular expression."""
    pieces = []
    for piece in _PIECE.finditer(pattern):
        if piece["count"]:
            count, characters = int(piece["count"]), _CLASSES[piece["kind"].upper()]
            if count > _MOST:
                raise Refused(f"a pattern with {count} characters of a kind has no equal regular expression")
            pieces.append(f"{characters}{{{count}}}" if count else f"{characters}*")
        elif piece["any"]:
            pieces.append(".*")
        else:
            pieces.append(escaped(piece["one"] or piece["two"] or piece["bare"] or ""))
    return pieces


def _pieces(pattern: Value) -> list[str]:
    text = constant_text(pattern, "the pattern")
    if "~" in text:
        raise Refused("a pattern with ~ has no equal regular expression")
    return expression(text)


def matches(b: SqlBuilder, text: Value, pattern: Value) -> Value:
    """Whether a text is of the pattern; null is not."""
    b.limit(0.9)
    found = own(b, "is_like", BOOLEAN, s=b.as_text(text), p=b.string("".join(_pieces(pattern))))
    return b.case([(found, b.boolean(True))], b.boolean(False), BOOLEAN)


def match_field(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The part of a text that one piece of the pattern covers; '' where the text is not of the pattern."""
    pieces = _pieces(arguments[1])
    place = arguments[2]
    if not place.is_integer_constant or not 1 <= int(place.constant) <= len(pieces):  # type: ignore[arg-type]  # a Decimal
        raise Refused("the number of the field has to be one of the pattern's pieces")
    number = int(place.constant)  # type: ignore[arg-type]  # a Decimal
    text = "".join(f"({piece})" if n == number else f"(?:{piece})" for n, piece in enumerate(pieces, 1))
    return own(b, "match_part", STRING, s=b.as_text(arguments[0]), p=b.string(f"^{text}$"))
