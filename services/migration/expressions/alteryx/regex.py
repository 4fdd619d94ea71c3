r"""REGEX_Match, REGEX_Replace and REGEX_CountMatches: Perl's patterns in an engine's own.

DuckDB has RE2, PostgreSQL its advanced expressions; what one of them has not is refused, what it may read otherwise
is cautioned.
"""

from __future__ import annotations

import re

from services.migration.expressions.alteryx.builder import blank
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.alteryx.text import ignores_case
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, Value

_ESCAPES = re.compile(r"\\(.)|\[:\w+:\]|(\[\^?\]?)|(\])", re.DOTALL)
_NOT_IN_RE2 = re.compile(r"\(\?<?[=!]|\(\?>|\\[1-9]|[*+?}]\+")
_NOT_IN_POSTGRESQL = re.compile(r"\(\?>|\(\?<[A-Za-z]|\(\?P<|[*+?}]\+|\\[pPQEXRGK]")
_LAZY = re.compile(r"[*+?}]\?")
_GREEDY = re.compile(r"(?<!\\)[*+?}](?!\?)")
_REFERENCE = re.compile(r"\$\{(\d+)\}|\$(\d)|\$&|\\(\d)|(\$\$|\\\D)")
_WRITTEN = {"n": "\n", "r": "\r", "t": "\t", "\\": r"\\"}
"""Escapes of a replacement; any other character that is no letter stands for itself."""
_POSTGRESQL_ESCAPES = {"b": r"\y", "B": r"\Y", "z": r"\Z", "h": r"[ \t]"}
_RE2_ESCAPES = {
    "Z": r"\z", "h": r"[ \t]", "w": r"[\p{L}\p{N}_]", "W": r"[^\p{L}\p{N}_]", "[w": r"\p{L}\p{N}_",
}  # fmt: skip
"""RE2 knows the letters of ASCII by \\w, the tool all letters."""
_GROUP = re.compile(r"\\.|\[\^?\]?[^\]]*\]|(\((?!\?)|\(\?P?<(?![=!]))")


def pattern_for(b: SqlBuilder, pattern: str) -> str:
    """The pattern in the dialect's flavour. Raises Refused for what the dialect has not."""
    if b.dialect.name == "duckdb":
        if _NOT_IN_RE2.search(pattern):
            raise Refused(
                "the pattern looks around, refers back or is possessive, which DuckDB's engine is not able to"
            )
        return _escaped(re.sub(r"\(\?<(?=[A-Za-z])", "(?P<", pattern), _RE2_ESCAPES)
    if b.dialect.name == "postgresql":
        if _NOT_IN_POSTGRESQL.search(pattern):
            raise Refused("the pattern has syntax that PostgreSQL's engine has not")
        bare = re.sub(r"\[\^?\]?[^\]]*\]|\\.", "x", pattern)
        if "|" in bare or (_LAZY.search(bare) and _GREEDY.search(bare)):
            b.caution("REGEX_FLAVOUR", dialect="PostgreSQL")
        return _escaped(pattern, _POSTGRESQL_ESCAPES)
    raise Refused(f"{b.dialect.name} matches patterns by rules that were not compared with the tool's")


def _escaped(pattern: str, replacements: dict[str, str]) -> str:
    """Escapes in another spelling; the key `[w` is for one inside of brackets."""
    is_inside = False
    result, place = [], 0
    for match in _ESCAPES.finditer(pattern):
        result.append(pattern[place : match.start()])
        place = match.end()
        if match[2] and not is_inside:
            is_inside = True
        elif match[3]:
            is_inside = False
        key = f"[{match[1]}" if is_inside else match[1] or ""
        result.append(replacements.get(key, match[0]))
    return "".join([*result, pattern[place:]])


def _pattern(b: SqlBuilder, value: Value) -> Value:
    """A pattern as a text; one that is no literal is taken as it is."""
    if value.kind.name == "null":
        return b.string("")
    if isinstance(value.constant, str):
        return b.string(pattern_for(b, value.constant))
    pattern_for(b, "")
    b.caution("REGEX_FLAVOUR", dialect=b.dialect.name)
    return b.as_text(value)


def _options(b: SqlBuilder, arguments: list[Value], flag_place: int, more: str = "") -> Value:
    case = "i" if ignores_case(b, arguments, flag_place) else "c"
    return b.string(more + case + ("s" if b.dialect.name == "duckdb" else ""))


def _matches(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Whether the whole text is of the pattern."""
    if any(v.kind.name == "null" for v in arguments[:2]):
        return b.boolean(False)
    pattern, options = _pattern(b, arguments[1]), _options(b, arguments, 2)
    if b.dialect.name == "postgresql":
        if isinstance(pattern.constant, str):
            pattern = b.string(f"^(?:{pattern.constant})$")
        else:
            pattern = b.sql("'^(?:' || {x} || ')$'", STRING, x=pattern)
    text = b.as_text(arguments[0])
    result = own(b, "regex_whole", BOOLEAN, s=text, x=pattern, o=options)
    result.never_null = text.never_null and pattern.never_null
    return b.as_condition(result)


def _count(b: SqlBuilder, arguments: list[Value]) -> Value:
    if any(v.kind.name == "null" for v in arguments[:2]):
        return b.number(0)
    pattern, options = _pattern(b, arguments[1]), _options(b, arguments, 2)
    return own(b, "regex_count", INTEGER, s=blank(b, arguments[0]), x=blank(b, pattern), o=options).unless_null()


def _replaced(b: SqlBuilder, arguments: list[Value]) -> Value:
    pattern, options = _pattern(b, arguments[1]), _options(b, arguments, 3, "g")
    by = "" if arguments[2].kind.name == "null" else constant_text(arguments[2], "the replacement")
    groups = sum(bool(m[1]) for m in _GROUP.finditer(pattern.constant)) if isinstance(pattern.constant, str) else 9
    if (len(by) - len(by.rstrip("\\"))) % 2:
        by += "\\"
    has_whole = any(not m[4] and not int(m[1] or m[2] or m[3] or "0") for m in _REFERENCE.finditer(by))
    shift = int(has_whole and b.dialect.name == "postgresql")  # which has \\0 for nothing: the match becomes group 1
    if shift:
        pattern = b.sql("'(' || {x} || ')'", STRING, x=pattern)
    by = _REFERENCE.sub(lambda match: _reference(match, groups, shift), by)
    text = blank(b, arguments[0])
    return own(b, "regex_replace", STRING, s=text, x=blank(b, pattern), y=b.string(by), o=options).unless_null()


def _reference(match: re.Match[str], groups: int, shift: int) -> str:
    """A group of the match, nothing where the pattern has no such group; `$$` and escapes as characters."""
    if match[4]:
        character = match[4][1]
        if character.isalpha() and character not in _WRITTEN:
            raise Refused(f"the replacement has \\{character}, which SQL's engines have not")
        return _WRITTEN.get(character, character)
    number = int(match[1] or match[2] or match[3] or "0")
    if number > groups:
        return ""
    number += shift
    if number > 9:
        raise Refused(f"the replacement refers to group {number}, and SQL has nine")
    return f"\\{number}"


FUNCTIONS = (
    Function("REGEX_COUNTMATCHES", "string", 2, 3, _count, confidence=0.9),
    Function("REGEX_MATCH", "string", 2, 3, _matches, confidence=0.93),
    Function("REGEX_REPLACE", "string", 3, 4, _replaced, confidence=0.9),
)
