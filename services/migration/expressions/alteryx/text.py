"""String functions. Source: "String Functions"."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from services.migration.expressions.alteryx.builder import blank
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, Kind, Value

_BLANKS = " \t\r\n"


def ignores_case(b: SqlBuilder, arguments: list[Value], place: int) -> bool:
    """The flag CaseInsensitive: on where it is left out; NULL is 0."""
    if len(arguments) <= place:
        return True
    flag = arguments[place]
    if flag.kind.name == "null":
        return False
    if isinstance(flag.constant, str):
        return flag.constant.strip().lower() not in ("0", "false", "")
    if flag.constant is None:
        raise Refused("the flag for case has to be a constant to become SQL")
    return bool(flag.constant)


def position(b: SqlBuilder, value: Value) -> Value:
    """A whole number; NULL is 0."""
    if value.kind.name == "null":
        return b.number(0)
    number = b.as_position(value, exactly_32_bits=True)
    if number.never_null:
        return number
    return b.sql("COALESCE({n}, 0)", INTEGER, n=number)


def _cased(b: SqlBuilder, value: Value, ignored: bool) -> Value:
    if not ignored:
        return value
    if isinstance(value.constant, str):
        return b.string(value.constant.lower())
    return b.op("lower", STRING, s=value)


def _test(operation: str) -> Build:
    """Contains, StartsWith and EndsWith: false where one of the two is NULL."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        ignored = ignores_case(b, arguments, 2)
        if any(v.kind.name == "null" for v in arguments[:2]):
            return b.boolean(False)
        text, target = (_cased(b, b.as_text(v), ignored) for v in arguments[:2])
        result = own(b, operation, BOOLEAN, s=text, x=target)
        result.never_null = text.never_null and target.never_null
        return b.as_condition(result)

    return build


def _find(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, target = (blank(b, v) for v in arguments)
    place = b.op("position", INTEGER, s=text, x=target)
    return b.sql("{n} - 1", INTEGER, n=place).unless_null()


def _find_nth(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, target = (blank(b, v) for v in arguments[:2])
    if not isinstance(target.constant, str) or _overlaps_itself(target.constant):
        b.caution("OVERLAPPING_TARGET")
    return own(b, "find_nth", INTEGER, s=text, x=target, k=position(b, arguments[2])).unless_null()


def _overlaps_itself(text: str) -> bool:
    return any(text.startswith(text[place:]) for place in range(1, len(text)))


def _cut(operation: str, plain: str) -> Build:
    """Left and Right: a negative count keeps all."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, count = b.as_text(arguments[0]), position(b, arguments[1])
        if isinstance(count.constant, Decimal):
            return text if count.constant < 0 else b.op(plain, STRING, s=text, n=count).unless_null(text)
        return own(b, operation, STRING, s=text, n=count).unless_null(text)

    return build


def _substring(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, start = b.as_text(arguments[0]), position(b, arguments[1])
    if len(arguments) == 2:
        if isinstance(start.constant, Decimal):
            first = b.number(max(int(start.constant), 0) + 1)
            return b.op("substring_rest", STRING, s=text, n=first).unless_null(text)
        return own(b, "slice_rest", STRING, s=text, n=start).unless_null(text)
    length = position(b, arguments[2])
    if isinstance(start.constant, Decimal) and isinstance(length.constant, Decimal):
        place, count = int(start.constant), int(length.constant)
        count = max(0, count + min(place, 0))
        return b.op("substring", STRING, s=text, n=b.number(max(place, 0) + 1), m=b.number(count)).unless_null(text)
    return own(b, "slice", STRING, s=text, n=start, m=length).unless_null(text)


def _length(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "length", INTEGER, s=blank(b, arguments[0])).unless_null()


def _case(operation: str) -> Build:
    return lambda b, arguments: b.op(operation, STRING, s=b.as_text(arguments[0])).unless_null(arguments[0])


def _padded(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, filler = b.as_text(arguments[0]), blank(b, arguments[2])
        if arguments[1].kind.name == "null":
            return b.as_text(b.null())
        count = b.as_position(arguments[1], exactly_32_bits=True)
        if filler.constant == "":
            return text
        if operation == "pad_right":
            b.caution("PAD_LENGTH")
        if isinstance(filler.constant, str):
            return own(b, operation, STRING, s=text, n=count, x=b.string(filler.constant[:1]))
        first = b.op("left", STRING, s=b.copy(filler), n=b.number(1))
        padded = own(b, operation, STRING, s=b.copy(text), n=count, x=first)
        return b.case([(b.compare("=", filler, b.string("")), text)], padded, STRING)

    return build


def _trimmed(operation: str) -> Build:
    """Blanks of every kind where no characters are given, or NULL."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        given = arguments[1] if len(arguments) > 1 and arguments[1].kind.name != "null" else b.string(_BLANKS)
        return own(b, operation, STRING, s=text, x=b.as_text(given)).unless_null(text)

    return build


def with_replaced(b: SqlBuilder, text: Value, *pairs: tuple[str, str]) -> Value:
    """A text with one literal after the other put in another's place."""
    for old, new in pairs:
        text = b.op("replace", STRING, s=text, x=b.string(old), y=b.string(new)).unless_null(text)
    return text


def _replace(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, target, by = (blank(b, v) for v in arguments)
    if target.constant == "":
        return text
    return b.op("replace", STRING, s=text, x=target, y=by).unless_null()


def _warned(name: str, build: Build) -> Build:
    """What the function gives for a NULL written into it is not documented."""

    def warning(b: SqlBuilder, arguments: list[Value]) -> Value:
        if any(v.kind.name == "null" for v in arguments):
            b.caution("NULL_ARGUMENT", function=name)
        return build(b, arguments)

    return warning


def _replace_first(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, target, by = (blank(b, v) for v in arguments)
    return own(b, "replace_first", STRING, s=text, x=target, y=by).unless_null()


def _replace_characters(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, characters, by = (blank(b, v) for v in arguments)
    return own(b, "set_to", STRING, s=text, x=characters, y=by).unless_null()


def _title(b: SqlBuilder, arguments: list[Value]) -> Value:
    text = b.as_text(arguments[0])
    if not (isinstance(text.constant, str) and all(c.isalnum() or c.isspace() for c in text.constant)):
        b.caution("TITLE_WORDS")
    return b.op("initcap", STRING, s=text)


def _word(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "word", STRING, s=b.as_text(arguments[0]), n=position(b, arguments[1]))


def _word_count(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "word_count", INTEGER, s=blank(b, arguments[0])).unless_null()


def _spanned(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, characters = (blank(b, v) for v in arguments)
    return own(b, "span", INTEGER, s=text, x=characters).unless_null()


def _not_spanned(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, characters = (blank(b, v) for v in arguments)
    length = own(b, "length", INTEGER, s=b.copy(text))
    if characters.constant == "":
        return length
    place = own(b, "first_of", INTEGER, s=text, x=characters)
    return b.sql("CASE WHEN {n} > 0 THEN {n} - 1 ELSE {m} END", INTEGER, n=place, m=length).unless_null()


def _side(is_left: bool) -> Build:
    """GetLeft and GetRight: up to and after the first of several delimiting characters."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, delimiters = b.as_text(arguments[0]), blank(b, arguments[1])
        b.caution("DELIMITERS", function="GetLeft" if is_left else "GetRight")
        place = own(b, "first_of", INTEGER, s=b.copy(text), x=delimiters)
        if is_left:
            found = b.sql("LEFT({s}, {n} - 1)", STRING, s=b.copy(text), n=place)
            return b.case([(b.compare(">", b.copy(place), b.number(0)), found)], text, STRING)
        found = b.sql("SUBSTRING({s}, {n} + 1)", STRING, s=b.copy(text), n=place)
        empty = b.case([(b.is_null(b.copy(text)), b.as_text(b.null()))], b.string(""), STRING)
        return b.case([(b.compare(">", b.copy(place), b.number(0)), found)], empty, STRING)

    return build


def _part(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("DELIMITERS", function="GetPart")
    text, delimiters = b.as_text(arguments[0]), blank(b, arguments[1])
    return own(b, "part_at", STRING, s=text, x=delimiters, n=position(b, arguments[2]))


def _one(operation: str, kind: Kind = STRING) -> Build:
    return lambda b, arguments: own(b, operation, kind, s=b.as_text(arguments[0])).unless_null(arguments[0])


def _hash(encoding: str) -> Build:
    """MD5 of a text as bytes of an encoding; '?' stands for what ASCII has not."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        if isinstance(text.constant, str):
            data = text.constant.encode(encoding, errors="replace")
            return b.string(hashlib.md5(data, usedforsecurity=False).hexdigest())
        if encoding == "utf-16-le":
            raise Refused("the hash of UTF-16 bytes has no SQL")
        if encoding == "ascii":
            b.caution("ASCII_ONLY")
        return b.op("md5", STRING, s=text)

    return build


FUNCTIONS = (
    Function("CONTAINS", "string", 2, 3, _test("contains"), confidence=0.97),
    Function("COUNTWORDS", "string", 1, 1, _warned("COUNTWORDS", _word_count)),
    Function(
        "DECOMPOSEUNICODEFORMATCH",
        "string",
        1,
        1,
        _warned("DECOMPOSEUNICODEFORMATCH", _one("unaccented")),
        confidence=0.87,
    ),
    Function("ENDSWITH", "string", 2, 3, _test("ends_with"), confidence=0.97),
    Function("FINDNTH", "string", 3, 3, _warned("FINDNTH", _find_nth)),
    Function("FINDSTRING", "string", 2, 2, _warned("FINDSTRING", _find)),
    Function("GETLEFT", "string", 2, 2, _side(True)),
    Function("GETPART", "string", 3, 3, _part),
    Function("GETRIGHT", "string", 2, 2, _side(False)),
    Function("GETWORD", "string", 2, 2, _word),
    Function("LEFT", "string", 2, 2, _cut("cut_start", "left"), confidence=0.97),
    Function("LENGTH", "string", 1, 1, _length, confidence=0.97),
    Function("LOWERCASE", "string", 1, 1, _case("lower"), confidence=0.98),
    Function("MD5_ASCII", "string", 1, 1, _hash("ascii")),
    Function("MD5_UNICODE", "string", 1, 1, _hash("utf-16-le")),
    Function("MD5_UTF8", "string", 1, 1, _hash("utf-8")),
    Function("PADLEFT", "string", 3, 3, _padded("pad_left")),
    Function("PADRIGHT", "string", 3, 3, _padded("pad_right")),
    Function("REPLACE", "string", 3, 3, _replace, confidence=0.97),
    Function("REPLACECHAR", "string", 3, 3, _warned("REPLACECHAR", _replace_characters)),
    Function("REPLACEFIRST", "string", 3, 3, _warned("REPLACEFIRST", _replace_first)),
    Function("REVERSESTRING", "string", 1, 1, _warned("REVERSESTRING", _case("reverse"))),
    Function("RIGHT", "string", 2, 2, _cut("cut_end", "right"), confidence=0.97),
    Function("STARTSWITH", "string", 2, 3, _test("starts_with"), confidence=0.97),
    Function("STRCSPN", "string", 2, 2, _warned("STRCSPN", _not_spanned)),
    Function("STRIPQUOTES", "string", 1, 1, _warned("STRIPQUOTES", _one("unquoted"))),
    Function("STRSPN", "string", 2, 2, _warned("STRSPN", _spanned)),
    Function("SUBSTRING", "string", 2, 3, _substring, confidence=0.97),
    Function("TITLECASE", "string", 1, 1, _warned("TITLECASE", _title)),
    Function("TRIM", "string", 1, 2, _trimmed("trim_set"), confidence=0.97),
    Function("TRIMLEFT", "string", 1, 2, _trimmed("ltrim_set"), confidence=0.97),
    Function("TRIMRIGHT", "string", 1, 2, _trimmed("rtrim_set"), confidence=0.97),
    Function("UPPERCASE", "string", 1, 1, _case("upper"), confidence=0.98),
)
