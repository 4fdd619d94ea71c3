"""String functions. Source: "Functions (SSIS Expression)"."""

from __future__ import annotations

import re
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text, simple
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, Value
from services.migration.expressions.ssis.sql import TEMPLATES, own


def _failing(b: SqlBuilder, reason: str) -> Value:
    return own(b, "fail_string", STRING, s=b.string(reason))


def _not_negative(b: SqlBuilder, count: Value, result: Value, function: str) -> Value:
    """The result where the count is none below 0, which is an error of the row."""
    if isinstance(count.constant, Decimal):
        return result if count.constant >= 0 else _failing(b, f"{function} with a negative count")
    if not b.has("fail_string"):
        return result
    failure = _failing(b, f"{function} with a negative count")
    return b.case([(b.compare("<", count, b.number(0)), failure)], result, STRING)


def _end(operation: str, name: str) -> Build:
    """LEFT and RIGHT."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, count = b.as_text(arguments[0]), b.as_position(arguments[1], exactly_32_bits=True)
        if isinstance(count.constant, Decimal) and count.constant < 0:
            return _failing(b, f"{name} with a negative count")
        return _not_negative(b, count, b.op(operation, STRING, s=text, n=count), name)

    return build


def _substring(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, start = b.as_text(arguments[0]), b.as_position(arguments[1], exactly_32_bits=True)
    if len(arguments) == 2:
        return b.op("substring_rest", STRING, s=text, n=start)
    length = b.as_position(arguments[2], exactly_32_bits=True)
    for value, least, what in ((start, 1, "position"), (length, 0, "length")):
        if isinstance(value.constant, Decimal) and value.constant < least:
            return _failing(b, f"SUBSTRING with the {what} {value.constant}")
    result = b.op("substring", STRING, s=text, n=start, m=length)
    wrong = [b.compare("<", v, b.number(least)) for v, least in ((start, 1), (length, 0)) if v.constant is None]
    if not wrong or not b.has("fail_string"):
        return result
    return b.case(
        [(w, _failing(b, "SUBSTRING with a position below 1 or a negative length")) for w in wrong], result, STRING
    )


def _replicate(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, count = b.as_text(arguments[0]), b.as_position(arguments[1], exactly_32_bits=True)
    if isinstance(count.constant, Decimal) and count.constant < 0:
        return _failing(b, "REPLICATE with a negative count")
    return _not_negative(b, count, own(b, "repeat", STRING, s=text, n=count), "REPLICATE")


def _find(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, search = b.as_text(arguments[0]), b.as_text(arguments[1])
    occurrence = b.as_position(arguments[2])
    if search.constant == "":
        b.caution("EMPTY_SEARCH")
    if occurrence.constant == 1:
        return b.op("position", INTEGER, s=text, x=search)
    if isinstance(occurrence.constant, Decimal) and occurrence.constant < 1:
        return own(b, "fail_number", INTEGER, s=b.string("FINDSTRING with an occurrence below 1"))
    if _overlaps(search):
        b.caution("OCCURRENCES_OVERLAP")
    if isinstance(search.constant, str) and search.constant and b.dialect.name in TEMPLATES["place_of_nth"]:
        found = own(b, "place_of_nth", INTEGER, s=text, x=search, k=occurrence)
    elif b.has("position_nth"):
        found = b.op("position_nth", INTEGER, s=text, x=search, n=b.number(1), k=occurrence)
    else:
        found = own(b, "occurrence", INTEGER, s=text, x=search, k=occurrence)
    if occurrence.constant is not None or not b.has("fail_number"):
        return found
    failure = own(b, "fail_number", INTEGER, s=b.string("FINDSTRING with an occurrence below 1"))
    return b.case([(b.compare("<", b.copy(occurrence), b.number(1)), failure)], found, INTEGER)


def _overlaps(search: Value) -> bool:
    """Whether two occurrences of a text may share characters: it ends as it begins."""
    text = search.constant
    return isinstance(text, str) and any(text.startswith(text[-n:]) for n in range(1, len(text)))


def _delimiters(value: Value) -> str | None:
    """A character class of the delimiters; None where there is none."""
    characters = dict.fromkeys(constant_text(value, "the delimiters"))
    return "[" + "".join(f"\\{c}" if c in r"\]^-[" else c for c in characters) + "]+" if characters else None


def _token(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, pattern, place = b.as_text(arguments[0]), _delimiters(arguments[1]), b.as_position(arguments[2])
    if isinstance(place.constant, Decimal) and place.constant < 1:
        return _failing(b, "TOKEN with an occurrence below 1")
    if pattern is None:
        raise Refused("TOKEN without delimiters has no documented result")
    b.limit(0.9)
    if not _has_token(text, pattern, place):
        b.caution("TOKEN_BEYOND")
    found = own(b, "token", STRING, s=text, x=b.string(pattern), k=place)
    if place.constant is not None or not b.has("fail_string"):
        return found
    is_wrong = b.compare("<", b.copy(place), b.number(1))
    if not text.never_null:  # of a null string the token is null, whichever it is
        is_wrong = b.binary(exp.And, is_wrong, b.negate(b.is_null(b.copy(text))), BOOLEAN)
    return b.case([(is_wrong, _failing(b, "TOKEN with an occurrence below 1"))], found, STRING)


def _has_token(text: Value, pattern: str, place: Value) -> bool:
    """Whether the string has so many tokens; of the first one it is taken for granted."""
    if place.constant == 1 or not isinstance(text.constant, str) or not isinstance(place.constant, Decimal):
        return place.constant == 1
    return len([token for token in re.split(pattern, text.constant) if token]) >= place.constant


def _token_count(b: SqlBuilder, arguments: list[Value]) -> Value:
    pattern = _delimiters(arguments[1])
    if pattern is None:
        raise Refused("TOKENCOUNT without delimiters has no documented result")
    b.limit(0.9)
    return own(b, "token_count", INTEGER, s=b.as_text(arguments[0]), x=b.string(pattern))


def _one(operation: str, kind: object = STRING) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        return own(b, operation, kind, s=b.as_text(arguments[0]))  # type: ignore[arg-type]  # a Kind, by default

    return build


def _hexadecimal(b: SqlBuilder, arguments: list[Value]) -> Value:
    number = b.as_number(arguments[0])
    if number.kind.detail in ("decimal", "double"):
        raise Refused("HEX takes whole numbers")
    if not isinstance(number.constant, Decimal) or number.constant < 0:
        b.caution("HEX_OF_NEGATIVE")
    return own(b, "hexadecimal", STRING, n=number)


FUNCTIONS = (
    Function("CODEPOINT", "string", 1, 1, _one("code_point", INTEGER)),
    Function("FINDSTRING", "string", 3, 3, _find),
    Function("HEX", "string", 1, 1, _hexadecimal),
    Function("LEFT", "string", 2, 2, _end("left", "LEFT")),
    Function("LEN", "string", 1, 1, _one("length", INTEGER), confidence=0.97),
    Function("LOWER", "string", 1, 1, simple("lower", STRING, "s", convert="t"), confidence=0.98),
    Function("LTRIM", "string", 1, 1, simple("ltrim", STRING, "s", convert="t"), confidence=0.97),
    Function("REPLACE", "string", 3, 3, simple("replace", STRING, "s", "x", "y", convert="ttt"), confidence=0.96),
    Function("REPLICATE", "string", 2, 2, _replicate),
    Function("REVERSE", "string", 1, 1, simple("reverse", STRING, "s", convert="t")),
    Function("RIGHT", "string", 2, 2, _end("right", "RIGHT")),
    Function("RTRIM", "string", 1, 1, simple("rtrim", STRING, "s", convert="t"), confidence=0.97),
    Function("SUBSTRING", "string", 2, 3, _substring),
    Function("TOKEN", "string", 3, 3, _token),
    Function("TOKENCOUNT", "string", 2, 2, _token_count),
    Function("TRIM", "string", 1, 1, _one("trim"), confidence=0.97),
    Function("UPPER", "string", 1, 1, simple("upper", STRING, "s", convert="t"), confidence=0.98),
)
