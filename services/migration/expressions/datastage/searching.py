"""String functions that look for texts in texts: fields, occurrences, comparisons. Source: "String functions"."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.datastage.operators import concatenate
from services.migration.expressions.datastage.sql import own
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, UNKNOWN, Value


def _whole(value: Value, what: str) -> int:
    if not value.is_integer_constant:
        raise Refused(f"{what} has to be a whole number written out")
    return int(value.constant)  # type: ignore[arg-type]  # an integer constant is a Decimal


def _overlaps_itself(value: Value) -> bool:
    """Whether two occurrences of a text may share characters; also where it is not known."""
    text = value.constant
    return not isinstance(text, str) or any(text.startswith(text[n:]) for n in range(1, len(text)))


def _delimiter(b: SqlBuilder, value: Value) -> Value:
    """Its first character alone counts."""
    if isinstance(value.constant, str):
        return b.string(value.constant[:1])
    return b.op("left", STRING, s=b.as_text(value), n=b.number(1))


def _at_least_one(b: SqlBuilder, number: Value) -> Value:
    if isinstance(number.constant, Decimal):
        return b.number(max(1, int(number.constant)))
    return own(b, "at_least", INTEGER, n=number, m=b.number(1))


def fields(b: SqlBuilder, arguments: list[Value]) -> Value:
    """So many fields of a text from one on, delimiters between them kept; '' where there is none."""
    text, delimiter = b.as_text(arguments[0]), _delimiter(b, arguments[1])
    if delimiter.constant == "":
        return text
    first = b.as_position(arguments[2], exactly_32_bits=True)
    if not isinstance(delimiter.constant, str):
        if len(arguments) == 4 and arguments[3].constant != 1:
            raise Refused("several fields are joined again by a delimiter that has to be a string literal")
        return own(b, "field_by_any", STRING, s=text, x=delimiter, n=_at_least_one(b, first))
    number = b.as_position(arguments[3], exactly_32_bits=True) if len(arguments) == 4 else b.number(1)
    if isinstance(first.constant, Decimal) and isinstance(number.constant, Decimal):
        start = max(1, int(first.constant))
        last = b.number(start + max(1, int(number.constant)) - 1)
        return own(b, "fields", STRING, s=text, x=delimiter, n=b.number(start), m=last)
    start_at, count = _at_least_one(b, first), _at_least_one(b, number)
    last = b.sql("{n} + {m} - 1", INTEGER, n=b.copy(start_at), m=count)
    return own(b, "fields", STRING, s=text, x=delimiter, n=start_at, m=last)


def _store(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Fields of a text replaced: so many by as many, by all new ones where the number is 0 or below."""
    text, delimiter, new = b.as_text(arguments[0]), _delimiter(b, arguments[1]), b.as_text(arguments[4])
    if not isinstance(delimiter.constant, str) or not delimiter.constant:
        raise Refused("the delimiter has to be a string literal to become SQL")
    start, number = max(1, _whole(arguments[2], "the first field")), _whole(arguments[3], "the number of fields")
    size = {"n": b.number(number)} if number > 0 else {}
    parts = own(b, "so_many_fields" if size else "all_fields", UNKNOWN, s=new, x=b.copy(delimiter), **size)
    values = {
        "t": b.copy(new),
        "s": text,
        "x": delimiter,
        "n": b.number(start),
        "m": b.number(start + abs(number)),
        "y": parts,
    }
    return own(b, "store_fields", STRING, **values)


def _index(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The place of an occurrence, counted from 1; 0 where there is none."""
    text, search = b.as_text(arguments[0]), b.as_text(arguments[1])
    occurrence = b.as_position(arguments[2]) if len(arguments) == 3 else b.number(1)
    if occurrence.constant == 1:
        return b.op("position", INTEGER, s=text, x=search)
    if isinstance(occurrence.constant, Decimal) and occurrence.constant < 1:
        return b.number(0)
    if _overlaps_itself(search):
        b.caution("OCCURRENCES_OVERLAP")
    found = b.op("position_nth", INTEGER, s=text, x=search, n=b.number(1), k=occurrence)
    if isinstance(occurrence.constant, Decimal):
        return found
    is_none = b.compare("<", b.copy(occurrence), b.number(1))
    if not text.never_null:
        is_none = b.binary(exp.And, is_none, b.negate(b.is_null(b.copy(text))), BOOLEAN)
    return b.case([(is_none, b.number(0))], found, INTEGER)


def _count(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Occurrences of a text, those that overlap too unless the third argument says otherwise."""
    text, search = b.as_text(arguments[0]), b.as_text(arguments[1])
    apart = len(arguments) == 3 and _whole(arguments[2], "the option of COUNT") != 0
    if search.constant == "":
        return b.op("length", INTEGER, s=text)
    is_single = not _overlaps_itself(search)
    if is_single or (apart and isinstance(search.constant, str)):
        return own(b, "whole_count", INTEGER, s=text, x=search)
    if apart:
        raise Refused("the text that COUNT looks for without overlap has to be a string literal")
    return own(b, "count_overlapping", INTEGER, s=text, x=search)


def _count_fields(b: SqlBuilder, arguments: list[Value]) -> Value:
    delimiter = b.as_text(arguments[1])
    if delimiter.constant == "":
        raise Refused("DCOUNT without a delimiter has no documented result")
    return own(b, "count_fields", INTEGER, s=b.as_text(arguments[0]), x=delimiter)


def _replace(prefixed: bool) -> Build:
    """CHANGE and EREPLACE, which differ where the text looked for is empty."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        text, old, new = (b.as_text(value) for value in arguments[:3])
        if old.constant == "":
            return concatenate(b, [new, text]) if prefixed else text
        number, begin = ([_whole(value, "a count of occurrences") for value in arguments[3:]] + [0, 0])[:2]
        return _replaced(b, text, old, new, max(1, begin), max(0, number), prefixed)

    return build


def _replaced(b: SqlBuilder, text: Value, old: Value, new: Value, begin: int, number: int, prefixed: bool) -> Value:
    if begin == 1 and number == 0:
        result = b.op("replace", STRING, s=text, x=old, y=new)
    else:
        if not isinstance(old.constant, str):
            raise Refused("the text that some occurrences of are replaced has to be a string literal")
        last = begin + number - 1 if number else 10**6
        result = own(b, "replace_some", STRING, s=text, x=old, y=new, n=b.number(begin), m=b.number(last))
    if isinstance(old.constant, str) or not prefixed:
        return result
    return b.case(
        [(b.compare("=", b.copy(old), b.string("")), concatenate(b, [b.copy(new), b.copy(text)]))], result, STRING
    )


def _substitute(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The fourth argument names the one occurrence to replace, 0 all of them."""
    text, old, new = (b.as_text(value) for value in arguments[:3])
    options = [_whole(value, "an option of SUBSTITUTESTRING") for value in arguments[3:]]
    occurrence, others = (options or [0])[0], options[1:]
    if any(option != 1 for option in others):
        raise Refused("SUBSTITUTESTRING with a start or a direction other than 1 is not documented")
    return _replaced(b, text, old, new, max(1, occurrence), 1 if occurrence else 0, False)


def _comparison(cased: bool, limited: bool) -> Build:
    """-1, 0 or 1, by the codes of the characters; of the first characters only, where limited."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        left, right = (_prepared(b, value, cased) for value in arguments[:2])
        if limited:
            count = b.as_position(arguments[2], exactly_32_bits=True)
            left, right = (b.op("left", STRING, s=v, n=b.copy(count)) for v in (left, right))
        elif len(arguments) == 3 and constant_text(arguments[2], "the justification of COMPARE").upper()[:1] == "R":
            wide = own(b, "align_right", STRING, s=left, t=right)
            left, right = wide, own(b, "align_right", STRING, s=b.copy(right), t=b.copy(left))
        return own(b, "compare", INTEGER, s=left, t=right)

    return build


def _prepared(b: SqlBuilder, value: Value, cased: bool) -> Value:
    text = b.as_text(value)
    return text if cased else b.op("lower", STRING, s=text)


FUNCTIONS = (
    Function("CHANGE", "string", 3, 5, _replace(False)),
    Function("COMPARE", "string", 2, 3, _comparison(True, False)),
    Function("COMPARENOCASE", "string", 2, 2, _comparison(False, False)),
    Function("COMPARENUM", "string", 3, 3, _comparison(True, True)),
    Function("COMPARENUMNOCASE", "string", 3, 3, _comparison(False, True)),
    Function("COUNT", "string", 2, 3, _count),
    Function("DCOUNT", "string", 2, 2, _count_fields),
    Function("EREPLACE", "string", 3, 5, _replace(True)),
    Function("FIELD", "string", 3, 4, fields),
    Function("FIELDSTORE", "string", 5, 5, _store, confidence=0.9),
    Function("INDEX", "string", 2, 3, _index),
    Function("SUBSTITUTESTRING", "string", 3, 6, _substitute, confidence=0.88),
)
