"""String functions that change or test a text. Source: "String functions" of the parallel job reference."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.operators import concatenate
from services.migration.expressions.datastage.patterns import escaped, match_field
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text, simple
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, Kind, Value

_LETTERS = "A-Za-zªµºÀ-ÖØ-öø-ʯͰ-ͳͶͷͻ-ͽΆΈ-ΊΌΎ-ϵϷ-ҁҊ-ԯ"
"""Of the Latin, Greek and Cyrillic alphabets, as ranges of a pattern."""
_BLANK, _SPACE = "[ \\t]", "[ \\t\\n\\v\\f\\r]"


def replaced(b: SqlBuilder, text: Value, pattern: str, by: str = "") -> Value:
    return own(b, "replace_pattern", STRING, s=text, p=b.string(pattern), r=b.string(by)).unless_null(text)


def _without(leading: bool, trailing: bool, runs: bool, blank: str = "") -> Callable[[SqlBuilder, Value, str], Value]:
    """Characters of a class left out at the ends, and runs of them inside brought down to one."""

    def trim(b: SqlBuilder, text: Value, characters: str) -> Value:
        characters = blank or characters
        ends = [f"^{characters}+"] * leading + [f"{characters}+$"] * trailing
        if ends:
            text = replaced(b, text, "|".join(ends))
        return replaced(b, text, f"({characters}){characters}+", "\\1") if runs else text

    return trim


def _all(b: SqlBuilder, text: Value, characters: str) -> Value:
    return replaced(b, text, characters)


_TRIMS: dict[str, Callable[[SqlBuilder, Value, str], Value]] = {
    "A": _all,
    "B": _without(True, True, False),
    "D": _without(True, True, True, _SPACE),
    "E": _without(False, True, False, _SPACE),
    "F": _without(True, False, False, _SPACE),
    "L": _without(True, False, False),
    "R": _without(True, True, True),
    "T": _without(False, True, False),
}


def _trim(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Blanks and tabs at both ends, and inner runs brought down to one; or another character, by option."""
    text = b.as_text(arguments[0])
    if len(arguments) == 1:
        return _TRIMS["R"](b, text, _BLANK)
    option = constant_text(arguments[2], "the option of TRIM").upper() if len(arguments) == 3 else "R"
    if option not in _TRIMS:
        raise Refused(f"{option!r} is no option of TRIM; they are {', '.join(_TRIMS)}")
    character = constant_text(arguments[1], "the character of TRIM")
    if len(character) != 1 and option not in "DEF":
        raise Refused("TRIM takes away one character, here are none or several")
    return _TRIMS[option](b, text, f"[{escaped(character)}]" if character not in "^-" else f"\\{character}")


def _trimmed(leading: bool, trailing: bool) -> Build:
    return lambda b, arguments: _without(leading, trailing, False)(b, b.as_text(arguments[0]), _BLANK)


def _pattern(pattern: str, by: str) -> Build:
    return lambda b, arguments: replaced(b, b.as_text(arguments[0]), pattern, by)


def _is_like(pattern: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        return own(b, "matches", BOOLEAN, s=b.as_text(arguments[0]), p=b.string(pattern)).unless_null(arguments[0])

    return build


def _is_number(b: SqlBuilder, arguments: list[Value]) -> Value:
    if arguments[0].kind.name == "number":
        return own(b, "text_is_number", BOOLEAN, s=own(b, "any_number_text", STRING, n=arguments[0]))
    return own(b, "text_is_number", BOOLEAN, s=b.as_text(arguments[0]))


def texts(operation: str, kind: Kind, *names: str) -> Build:
    """An operation of this language on texts."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        values = [b.as_text(value) for value in arguments]
        return own(b, operation, kind, **dict(zip(names, values, strict=True)))

    return build


def part(operation: str) -> Build:
    """So many characters from one end; none where the number is below 1."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, count = b.as_text(arguments[0]), b.as_position(arguments[1], exactly_32_bits=True)
        if isinstance(count.constant, Decimal):
            return b.op(operation, STRING, s=text, n=b.number(max(0, int(count.constant))))
        return own(b, f"from_{operation}", STRING, s=text, n=count)

    return build


def substring(b: SqlBuilder, arguments: list[Value]) -> Value:
    """`s[length]`: the last characters; `s[start, length]`; `s[delimiter, first, number]`: fields."""
    if len(arguments) == 2:
        return part("right")(b, arguments)
    if len(arguments) == 4:
        from services.migration.expressions.datastage.searching import fields

        return fields(b, arguments)
    text = b.as_text(arguments[0])
    start, length = (b.as_position(value, exactly_32_bits=True) for value in arguments[1:])
    if isinstance(start.constant, Decimal) and isinstance(length.constant, Decimal):
        first, count = max(1, int(start.constant)), max(0, int(length.constant))
        return b.op("substring", STRING, s=text, n=b.number(first), m=b.number(count))
    return own(b, "slice", STRING, s=text, n=start, m=length)


def repeated(b: SqlBuilder, text: Value, count: Value) -> Value:
    count = b.as_position(count, exactly_32_bits=True)
    if isinstance(text.constant, str) and isinstance(count.constant, Decimal) and count.constant < 1000:
        return b.string(text.constant * max(0, int(count.constant)))
    return own(b, "repeat", STRING, s=text, n=count)


def _pad(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Padded by so many characters, not to a length."""
    text, character = b.as_text(arguments[0]), b.as_text(arguments[1])
    if isinstance(character.constant, str) and len(character.constant) != 1:
        raise Refused("PADSTRING pads with one character, here are none or several")
    return concatenate(b, [text, repeated(b, character, arguments[2])])


def _quoted(mark: str) -> Build:
    return lambda b, arguments: concatenate(b, [b.string(mark), arguments[0], b.string(mark)])


def _char(b: SqlBuilder, arguments: list[Value]) -> Value:
    code = b.as_integer(arguments[0])
    if isinstance(code.constant, Decimal) and 0 < code.constant < 128:
        return b.string(chr(int(code.constant)))
    b.caution("CHARACTER_CODE")
    return b.op("chr", STRING, n=b.as_position(code, exactly_32_bits=True))


def _character(b: SqlBuilder, arguments: list[Value]) -> Value:
    """A character of Unicode by its number, which no code page changes."""
    code = b.as_integer(arguments[0])
    return b.op("chr", STRING, n=b.as_position(code, exactly_32_bits=True))


def _code_at(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The code of the character at a place, counted from 0."""
    place = b.as_position(arguments[1], exactly_32_bits=True)
    if isinstance(place.constant, Decimal) and place.constant < 0:
        raise Refused("SEQAT counts characters from 0 on")
    one_on = (
        b.number(int(place.constant) + 1) if isinstance(place.constant, Decimal) else b.sql("{n} + 1", INTEGER, n=place)
    )
    character = b.op("substring", STRING, s=b.as_text(arguments[0]), n=one_on, m=b.number(1))
    return own(b, "code_point", INTEGER, s=character)


def _convert(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Each character of the first list becomes the one at its place in the second, or goes where there is none."""
    old, new, text = (b.as_text(value) for value in arguments)
    if isinstance(old.constant, str):
        kept = list(dict.fromkeys(old.constant))
        if isinstance(new.constant, str):
            becomes = "".join(new.constant[old.constant.index(c) : old.constant.index(c) + 1] or "" for c in kept)
            first = [c for c in kept if old.constant.index(c) < len(new.constant)]
            rest = [c for c in kept if old.constant.index(c) >= len(new.constant)]
            old, new = b.string("".join(first + rest)), b.string(becomes)
            if not kept:
                return text
            if not becomes and b.dialect.name in ("duckdb", "postgresql"):
                return replaced(b, text, "[" + "".join(escaped(c) if c not in "^-" else f"\\{c}" for c in rest) + "]")
    return b.op("translate", STRING, s=text, x=old, y=new)


def _regex(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("REGEX_WHOLE")
    return own(b, "is_like", BOOLEAN, s=b.as_text(arguments[0]), p=b.as_text(arguments[1]))


def _crc(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("CHECKSUM_POLYNOMIAL")
    return b.op("crc32", INTEGER, s=b.as_text(arguments[0]))


FUNCTIONS = (
    Function("[]", "string", 2, 4, substring),
    Function("ALNUM", "string", 1, 1, _is_like(f"^[{_LETTERS}0-9]+$")),
    Function("ALPHA", "string", 1, 1, _is_like(f"^[{_LETTERS}]+$")),
    Function("CATS", "string", 2, 2, concatenate),
    Function("CHAR", "conversion", 1, 2, _char),
    Function("UNICHAR", "conversion", 1, 1, _character),
    Function("COMPACTWHITESPACE", "string", 1, 1, _pattern(f"{_SPACE}+", " ")),
    Function("CONTAINS", "string", 2, 2, texts("contains", BOOLEAN, "s", "x")),
    Function("CONVERT", "string", 3, 3, _convert),
    Function("CRC32", "utility", 1, 1, _crc),
    Function("DOWNCASE", "string", 1, 1, simple("lower", STRING, "s", convert="t"), confidence=0.97),
    *(Function(name, "string", 1, 1, _quoted('"')) for name in ("DQUOTE", "QUOTE")),
    Function("ENDSWITH", "string", 2, 2, texts("ends_with", BOOLEAN, "s", "x")),
    Function("LEFT", "string", 2, 2, part("left"), confidence=0.97),
    Function("LEN", "string", 1, 1, simple("length", INTEGER, "s", convert="t"), confidence=0.97),
    Function("MATCHFIELD", "string", 3, 3, match_field, confidence=0.9),
    Function("NUM", "string", 1, 1, _is_number),
    Function("PADSTRING", "string", 3, 3, _pad),
    Function("REGEXMATCH", "string", 2, 2, _regex),
    Function("RIGHT", "string", 2, 2, part("right"), confidence=0.97),
    Function("SEQ", "conversion", 1, 1, texts("code_point", INTEGER, "s")),
    Function("SEQAT", "conversion", 2, 2, _code_at),
    Function("SOUNDEX", "string", 1, 1, simple("soundex", STRING, "s", convert="t"), confidence=0.9),
    Function("SPACE", "string", 1, 1, lambda b, arguments: repeated(b, b.string(" "), arguments[0])),
    Function("UNISEQ", "conversion", 1, 1, texts("code_point", INTEGER, "s")),
    Function("SQUOTE", "string", 1, 1, _quoted("'")),
    Function("STARTSWITH", "string", 2, 2, texts("starts_with", BOOLEAN, "s", "x")),
    Function("STR", "string", 2, 2, lambda b, arguments: repeated(b, b.as_text(arguments[0]), arguments[1])),
    Function("STRIPWHITESPACE", "string", 1, 1, _pattern(f"{_SPACE}+", "")),
    Function("TRIM", "string", 1, 3, _trim),
    Function("TRIMB", "string", 1, 1, _trimmed(False, True)),
    Function("TRIMF", "string", 1, 1, _trimmed(True, False)),
    Function("TRIMLEADINGTRAILING", "string", 1, 1, _trimmed(True, True)),
    Function("UPCASE", "string", 1, 1, simple("upper", STRING, "s", convert="t"), confidence=0.97),
)
