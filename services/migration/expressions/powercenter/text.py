"""Character functions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text, is_null_literal, simple
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, Value


def concatenate(b: SqlBuilder, arguments: list[Value]) -> Value:
    """CONCAT and ||: a NULL operand is ignored, and only NULLs give NULL."""
    parts = [b.as_text(v) for v in arguments if not is_null_literal(v)]
    if not parts:
        return b.null()
    if len(parts) == 1:
        return parts[0]
    size = sum(p.size for p in parts)
    if all(p.never_null for p in parts):
        return Value(exp.DPipe(this=_joined(parts[:-1]), expression=parts[-1].node), STRING, None, True, size)
    if any(p.never_null for p in parts):
        return Value(_concat_call(b, parts), STRING, None, True, size)
    present = exp.func("COALESCE", *(p.node for p in parts), copy=False)
    condition = Value(exp.Not(this=exp.Is(this=present, expression=exp.Null())), BOOLEAN, size=size)
    return b.case([(condition, Value(_concat_call(b, parts), STRING, size=size))], None, STRING)


def _joined(parts: list[Value]) -> exp.Expr:
    tree = parts[0].node
    for part in parts[1:]:
        tree = exp.DPipe(this=tree, expression=part.node)
    return tree


def _concat_call(b: SqlBuilder, parts: list[Value]) -> exp.Expr:
    """Joins with NULL as nothing: CONCAT does where the dialect's CONCAT skips NULL, else COALESCE each part."""
    if b.dialect.concat_skips_null:
        return exp.Anonymous(this="CONCAT", expressions=[p.node for p in parts])
    filled = [
        p if p.never_null else Value(exp.func("COALESCE", p.node, exp.Literal.string(""), copy=False), STRING)
        for p in parts
    ]
    return _joined(filled)


def _substr(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, start = b.as_text(arguments[0]), b.as_position(arguments[1])
    length = _length(b, b.as_position(arguments[2])) if len(arguments) == 3 else None
    if isinstance(start.constant, Decimal):
        return _substr_at(b, text, int(start.constant), length)
    if length is None:
        return b.op("substring_anywhere_rest", STRING, s=text, n=start)
    return b.op("substring_anywhere", STRING, s=text, n=start, m=length)


def _substr_at(b: SqlBuilder, text: Value, start: int, length: Value | None) -> Value:
    if start < 0:
        tail = b.op("right", STRING, s=text, n=b.number(-start))
        return tail if length is None else b.op("left", STRING, s=tail, n=length)
    first = b.number(max(start, 1))
    if length is None:
        return text if start <= 1 else b.op("substring_rest", STRING, s=text, n=first)
    return b.op("substring", STRING, s=text, n=first, m=length)


def _length(b: SqlBuilder, length: Value) -> Value:
    """A length for SUBSTRING: the tool gives '' for a negative one, SQL an error."""
    if isinstance(length.constant, Decimal):
        return b.number(max(int(length.constant), 0))
    return b.sql("CASE WHEN {m} < 0 THEN 0 ELSE {m} END", INTEGER, m=length)


def _instr(b: SqlBuilder, arguments: list[Value]) -> Value:
    text, search = b.as_text(arguments[0]), b.as_text(arguments[1])
    start = b.as_position(arguments[2]) if len(arguments) > 2 else b.number(1)
    occurrence = b.as_position(arguments[3]) if len(arguments) > 3 else b.number(1)
    if start.constant in (Decimal(0), Decimal(1)) and occurrence.constant == 1:
        return replace(b.op("position", INTEGER, s=text, x=search), is_narrow=True)
    if isinstance(start.constant, Decimal) and start.constant > 0 and occurrence.constant == 1:
        return b.op("position_from", INTEGER, s=text, x=search, n=start)
    if not isinstance(start.constant, Decimal):
        return b.op("position_anywhere", INTEGER, s=text, x=search, n=start, k=occurrence)
    if start.constant < 0:
        return b.op("position_backwards", INTEGER, s=text, x=search, n=start, k=occurrence)
    first = b.number(max(int(start.constant), 1))
    return b.op("position_nth", INTEGER, s=text, x=search, n=first, k=occurrence)


def _trim(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text = b.as_text(arguments[0])
        if len(arguments) == 1:
            return b.op(operation, STRING, s=text).unless_null(text)
        return b.op(f"{operation}_set", STRING, s=text, x=b.as_text(arguments[1]))

    return build


def _pad(operation: str) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, length = b.as_text(arguments[0]), b.as_position(arguments[1], exactly_32_bits=True)
        fill = b.as_text(arguments[2]) if len(arguments) == 3 else b.string(" ")
        if isinstance(length.constant, Decimal) and length.constant < 0:
            return b.sql("CAST(NULL AS VARCHAR(1))", STRING)
        return b.op(operation, STRING, s=text, n=length, x=fill)

    return build


def _replace_characters(b: SqlBuilder, arguments: list[Value]) -> Value:
    """REPLACECHR: every character of the set becomes the new one, or goes where there is none."""
    flag, text, old, new = arguments
    case_counts = _case_counts(flag)
    text = b.as_text(text)
    if is_null_literal(old) or old.constant == "":
        return text
    if not isinstance(old.constant, str) or not (isinstance(new.constant, str) or is_null_literal(new)):
        return _replace_unknown_characters(b, text, b.as_text(old), new, case_counts)
    characters = old.constant if case_counts else _both_cases(old.constant)
    characters = "".join(dict.fromkeys(characters))
    replacement = new.constant[:1] if isinstance(new.constant, str) else ""
    if len(characters) == 1:
        return b.op("replace", STRING, s=text, x=b.string(characters), y=b.string(replacement))
    if b.has("translate"):
        return b.op("translate", STRING, s=text, x=b.string(characters), y=b.string(replacement * len(characters)))
    for character in characters:  # in turn is safe unless the new character is itself one of the set: then it stays
        if character != replacement:
            text = b.op("replace", STRING, s=text, x=b.string(character), y=b.string(replacement))
    return text


def _replace_unknown_characters(b: SqlBuilder, text: Value, old: Value, new: Value, case_counts: bool) -> Value:
    new = b.string("") if is_null_literal(new) else b.as_text(new)
    operation = "translate_any" if case_counts else "translate_any_case"
    return b.op(operation, STRING, s=text, x=old, y=new)


def _both_cases(text: str) -> str:
    return "".join(c + c.swapcase() if len(c.swapcase()) == 1 else c for c in text)


def _case_counts(flag: Value) -> bool:
    """CaseFlag: NULL and every number but 0 make the search case-sensitive."""
    if is_null_literal(flag):
        return True
    if flag.constant is None:
        raise Refused("the case flag has to be a literal to become SQL")
    return flag.constant != 0


def _replace_strings(b: SqlBuilder, arguments: list[Value]) -> Value:
    """REPLACESTR: one pass from left to right, so what was put in is not searched again."""
    flag, text, *olds, new = arguments
    case_counts = _case_counts(flag)
    text = b.as_text(text)
    replacement = b.string("") if is_null_literal(new) else b.as_text(new)
    searches = [o for o in olds if not is_null_literal(o) and o.constant != ""]
    if not searches:
        return text
    if len(searches) == 1 and case_counts:
        return _replace_one(b, text, b.as_text(searches[0]), replacement)
    words = [constant_text(s, "a search string of REPLACESTR") for s in searches]
    words = list(dict.fromkeys(words))
    if len(words) > 1 and any(a != c and c.startswith(a) for a in words for c in words):
        b.caution("OVERLAPPING_SEARCH")
    pattern = "|".join(escaped_pattern(w) for w in words)
    operation = "regex_replace_all" if case_counts else "regex_replace_all_any_case"
    put = constant_text(replacement, "the replacement of REPLACESTR").replace("\\", "\\\\")
    return b.op(operation, STRING, s=text, x=b.string(pattern), y=b.string(put))


def _replace_one(b: SqlBuilder, text: Value, search: Value, replacement: Value) -> Value:
    if not search.never_null:  # a NULL search string is ignored, where SQL's REPLACE gives NULL
        search = b.sql("COALESCE({x}, '')", STRING, x=search).unless_null()
    if not replacement.never_null:
        replacement = b.sql("COALESCE({y}, '')", STRING, y=replacement).unless_null()
    return b.op("replace", STRING, s=text, x=search, y=replacement)


def escaped_pattern(text: str) -> str:
    """The text as a regular expression that matches it alone, in any flavour."""
    return "".join(f"\\{c}" if c in r"\.^$|?*+()[]{}" else c for c in text)


def _text_length(b: SqlBuilder, arguments: list[Value]) -> Value:
    return replace(b.op("length", INTEGER, s=b.as_text(arguments[0])), is_narrow=True)


def _soundex(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("SOUNDEX_RUNS")
    return b.op("soundex", STRING, s=b.as_text(arguments[0]))


FUNCTIONS = (
    Function("ASCII", "character", 1, 1, simple("ascii", INTEGER, "s", convert="t")),
    Function("CHR", "character", 1, 1, simple("chr", STRING, "n", convert="p")),
    Function("CHRCODE", "character", 1, 1, simple("ascii", INTEGER, "s", convert="t")),
    Function("CONCAT", "character", 2, 2, concatenate, confidence=0.97),
    Function("INITCAP", "character", 1, 1, simple("initcap", STRING, "s", convert="t")),
    Function("INSTR", "character", 2, 5, _instr),
    Function("LENGTH", "character", 1, 1, _text_length, confidence=0.97),
    Function("LOWER", "character", 1, 1, simple("lower", STRING, "s", convert="t"), confidence=0.98),
    Function("LPAD", "character", 2, 3, _pad("lpad")),
    Function("LTRIM", "character", 1, 2, _trim("ltrim"), confidence=0.97),
    Function(
        "METAPHONE",
        "character",
        1,
        2,
        refused="its rules look at the letters around each letter in turn, which no SQL function does alike; "
        "compare by SOUNDEX, or compute the code before",
    ),
    Function("REPLACECHR", "character", 4, 4, _replace_characters),
    Function("REPLACESTR", "character", 4, -1, _replace_strings),
    Function("REVERSE", "character", 1, 1, simple("reverse", STRING, "s", convert="t")),
    Function("RPAD", "character", 2, 3, _pad("rpad")),
    Function("RTRIM", "character", 1, 2, _trim("rtrim"), confidence=0.97),
    Function("SOUNDEX", "character", 1, 1, _soundex),
    Function("SUBSTR", "character", 2, 3, _substr),
    Function("UPPER", "character", 1, 1, simple("upper", STRING, "s", convert="t"), confidence=0.98),
)
