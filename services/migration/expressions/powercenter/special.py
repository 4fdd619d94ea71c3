"""Regular expressions, encodings, variables, and what acts on the session rather than on a value."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text, simple
from services.migration.expressions.kinds import BOOLEAN, INTEGER, NULL, STRING, Value

_RISKY = re.compile(
    r"\(\?|\\[1-9bBAZzGKQEpPXRhHvV]|\[\[|[*+?}]\+|\\x"
)  # what flavours of regular expression disagree on


def _pattern(b: SqlBuilder, value: Value) -> str:
    text = constant_text(value, "the pattern")
    if _RISKY.search(text):
        raise Refused(f"the pattern {text!r} uses Perl features that {b.dialect.name} may read differently")
    try:
        re.compile(text)
    except re.error as error:
        raise Refused(f"the pattern {text!r} is not valid: {error}") from None
    return text


def _reg_match(b: SqlBuilder, arguments: list[Value]) -> Value:
    pattern = _pattern(b, arguments[1])
    return b.op("regex_matches", BOOLEAN, s=b.as_text(arguments[0]), x=b.string(f"^(?:{pattern})$"))


def _reg_extract(b: SqlBuilder, arguments: list[Value]) -> Value:
    pattern = _pattern(b, arguments[1])
    group = arguments[2] if len(arguments) > 2 else b.number(1)
    if not isinstance(group.constant, Decimal):
        raise Refused("the number of the subpattern has to be a literal to become SQL")
    if not 1 <= int(group.constant) <= re.compile(pattern).groups:
        raise Refused(f"the pattern {pattern!r} has no subpattern {group.constant}")
    anchored = b.string(f"^(?:{pattern})$")
    return b.op("regex_extract", STRING, s=b.as_text(arguments[0]), x=anchored, n=b.number(int(group.constant)))


def _reg_replace(b: SqlBuilder, arguments: list[Value]) -> Value:
    pattern = _pattern(b, arguments[1])
    replacement = constant_text(arguments[2], "the replacement of REG_REPLACE")
    text = b.as_text(arguments[0])
    put = re.sub(r"\$(\d)", r"\\\1", replacement.replace("\\", "\\\\"))
    if len(arguments) == 3:
        return b.op("regex_replace_all", STRING, s=text, x=b.string(pattern), y=b.string(put))
    if arguments[3].constant != 1:
        raise Refused("REG_REPLACE with a limit other than 1 has no equal in SQL")
    return b.op("regex_replace_first", STRING, s=text, x=b.string(pattern), y=b.string(put))


def _fail(kind: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        if kind == "ERROR":
            b.caution("ERROR_STOPS")
        message = b.as_text(arguments[0])
        return replace(b.op("fail_string", NULL, s=message), failure=message)

    return build


def _set_variable(operator: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        variable, value = arguments[0], arguments[1]
        b.caution("VARIABLE_NOT_KEPT", name=variable.node.name.removeprefix(":"))
        value = b.as_value(value)
        if not operator:
            return value
        return b.case([(b.compare(operator, variable, value), variable)], value, value.kind)

    return build


def _count_variable(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("VARIABLE_NOT_KEPT", name=arguments[0].node.name.removeprefix(":"))
    return b.sql("{n} + 1", INTEGER, n=arguments[0])


_COMPLEX = "it works on the complex types of the Developer tool, which have no equal here; flatten them before"
_SECRET = "its key and cipher belong to the tool, so SQL gives other bytes; decrypt before, encrypt in the target"  # noqa: S105 - no password

FUNCTIONS = (
    Function("REG_MATCH", "data cleansing", 2, 2, _reg_match, confidence=0.88),
    Function("REG_EXTRACT", "data cleansing", 2, 4, _reg_extract, confidence=0.88),
    Function("REG_REPLACE", "data cleansing", 3, 4, _reg_replace, confidence=0.88),
    Function("MD5", "encoding", 1, 1, simple("md5", STRING, "s", convert="t")),
    Function("CRC32", "encoding", 1, 1, simple("crc32", INTEGER, "s", convert="t"), confidence=0.9),
    Function("ENC_BASE64", "encoding", 1, 1, simple("encode_base64", STRING, "s", convert="t"), confidence=0.9),
    Function("DEC_BASE64", "encoding", 1, 1, simple("decode_base64", STRING, "s", convert="t"), confidence=0.9),
    Function("AES_ENCRYPT", "encoding", 2, 4, refused=_SECRET),
    Function("AES_DECRYPT", "encoding", 2, 4, refused=_SECRET),
    Function("AES_GCM_ENCRYPT", "encoding", 2, 4, refused=_SECRET),
    Function("AES_GCM_DECRYPT", "encoding", 2, 4, refused=_SECRET),
    Function("COMPRESS", "encoding", 1, 1, refused="its zlib bytes have no equal in SQL; leave it to the loader"),
    Function("DECOMPRESS", "encoding", 1, 2, refused="its zlib bytes have no equal in SQL; decompress before loading"),
    Function("EBCDIC_ISO88591", "encoding", 1, 1, refused="no engine converts EBCDIC; convert the file as it is read"),
    Function("ABORT", "special", 1, 1, _fail("ABORT"), confidence=0.86),
    Function("ERROR", "special", 1, 1, _fail("ERROR")),
    Function("LOOKUP", "special", 3, -1, refused="it reads another table; use a lookup or join node"),
    Function("UUID4", "special", 0, 0, refused="it gives 16 random bytes; let the target column default to a UUID"),
    Function("UUID_UNPARSE", "special", 1, 1, refused="it writes the bytes of UUID4; let a UUID column default"),
    Function("SETVARIABLE", "variable", 2, 2, _set_variable("")),
    Function("SETMAXVARIABLE", "variable", 2, 2, _set_variable(">")),
    Function("SETMINVARIABLE", "variable", 2, 2, _set_variable("<")),
    Function("SETCOUNTVARIABLE", "variable", 1, 1, _count_variable),
    *(
        Function(name, "complex", 0, -1, refused=_COMPLEX)
        for name in (
            "ARRAY", "CAST", "COLLECT_LIST", "COLLECT_MAP", "CONCAT_ARRAY", "MAP", "MAP_FROM_ARRAYS", "MAP_KEYS",
            "MAP_VALUES", "RESPEC", "SIZE", "STRUCT", "STRUCT_AS",
        )
    ),
    *(
        Function(name, "date", 0, -1, refused="it works on timestamps with a time zone, which dates here do not have")
        for name in ("CREATE_TIMESTAMP_TZ", "GET_TIMESTAMP", "GET_TIMEZONE", "TO_TIMESTAMP_TZ")
    ),
    Function("LAG", "window", 1, -1, refused="it needs the window of its transformation"),
    Function("LEAD", "window", 1, -1, refused="it needs the window of its transformation"),
)  # fmt: skip
