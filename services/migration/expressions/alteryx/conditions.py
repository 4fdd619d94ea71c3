"""Conditional functions, the least and the greatest of values, and the specialized functions.

Source: "Conditional Functions", "Min/Max Functions", "Specialized Functions".
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from services.migration.expressions.alteryx.builder import blank, iso_moment, relaxed
from services.migration.expressions.alteryx.operators import compare
from services.migration.expressions.alteryx.sql import own
from services.migration.expressions.alteryx.text import with_replaced
from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, constant_text, unify
from services.migration.expressions.kinds import BOOLEAN, INTEGER, NULL, STRING, Kind, Value


def together(b: SqlBuilder, values: list[Value]) -> tuple[list[Value], Kind]:
    """Values in one kind: dates and texts as dates where every text is one, else as texts; numbers apart from both."""
    kinds = {v.kind.name for v in values} - {"null", "unknown"}
    if kinds == {"date", "string"}:
        texts = [v for v in values if v.kind.name == "string"]
        if all(isinstance(v.constant, str) and iso_moment(v.constant) for v in texts):
            values = [b.as_date(v) for v in values]
        else:
            values = [b.as_text(v) for v in values]
    elif kinds & {"string", "date"} and kinds & {"number", "boolean"}:
        raise Refused(f"a {sorted(kinds)[0]} stands beside a {sorted(kinds)[-1]}, which the tool rejects")
    if {v.kind.name for v in values} - {"null"} == {"date"}:
        return _dates(b, values)
    return unify(b, values)


def _dates(b: SqlBuilder, values: list[Value]) -> tuple[list[Value], Kind]:
    details = {v.kind.detail for v in values if v.kind != NULL}
    if "timestamp" not in details:
        return values, Kind("date", "day" if details == {"day"} else "")
    if len(details) > 1:
        values = [v if v.kind == NULL else b.as_timestamp(v) for v in values]
    return values, Kind("date", "timestamp")


def choose(b: SqlBuilder, branches: list[tuple[Value, Value]], default: Value) -> Value:
    """The result of the first condition that is true."""
    results, kind = together(b, [*(value for _, value in branches), default])
    pairs = [(_guard(condition), b.as_value(v)) for (condition, _), v in zip(branches, results, strict=False)]
    if all(r.kind == NULL for r in results):
        return b.null()
    return b.case(pairs, b.as_value(results[-1]), kind)


def _guard(condition: Value) -> Value:
    return replace(condition, node=relaxed(condition.node))


def _if(b: SqlBuilder, arguments: list[Value]) -> Value:
    pairs = list(zip(arguments[0:-1:2], arguments[1:-1:2], strict=True))
    return choose(b, [(b.as_condition(c), v) for c, v in pairs], arguments[-1])


def _switch(b: SqlBuilder, arguments: list[Value]) -> Value:
    """Switch(value, default, case, result, …)."""
    subject, default, rest = arguments[0], arguments[1], arguments[2:]
    if len(rest) % 2:
        raise Refused("every case needs a result")
    tests = [b.as_condition(compare(b, "=", b.copy(subject), case)) for case in rest[::2]]
    return choose(b, list(zip(tests, rest[1::2], strict=True)), default)


def _extreme(greatest: bool) -> Build:
    """NULLs are left out."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        values, kind = together(b, arguments)
        values = [v for v in values if v.kind != NULL]
        if not values:
            return b.null()
        if len(values) == 1:
            return values[0]
        if b.dialect.extremes is None:
            raise Refused(f"{b.dialect.name} has no equal that leaves NULL out")
        return b.call(b.dialect.extremes[0 if greatest else 1], kind, *values)

    return build


def _index(greatest: bool) -> Build:
    """The place, from 0, of the first of the greatest or least values."""

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        if not all(v.never_null for v in arguments):
            b.caution("NULL_ARGUMENT", function="MaxIDX" if greatest else "MinIDX")
        values, _ = together(b, arguments)
        best = _extreme(greatest)(b, [b.copy(v) for v in values])
        branches = [(compare(b, "=", v, b.copy(best)), b.number(n)) for n, v in enumerate(values)]
        return b.case([(b.as_condition(c), n) for c, n in branches], None, INTEGER)

    return build


_MOST_RANKED = 12


def _nth_index(b: SqlBuilder, arguments: list[Value]) -> Value:
    """The place of the value that has N greater ones, of equal ones the first."""
    place, values = b.as_number(arguments[0]), arguments[1:]
    if len(values) > _MOST_RANKED:
        raise Refused(f"more than {_MOST_RANKED} values are ranked by a sort of rows")
    if not all(v.never_null for v in values):
        b.caution("NULL_ARGUMENT", function="TOPNIDX")
    branches = []
    for index, value in enumerate(values):
        before = [
            b.case(
                [(compare(b, ">=" if n < index else ">", b.copy(o), b.copy(value)), b.number(1))], b.number(0), INTEGER
            )
            for n, o in enumerate(values)
            if n != index
        ]
        rank = before[0] if before else b.number(0)
        for other in before[1:]:
            rank = b.binary(exp.Add, rank, other, INTEGER)
        branches.append((compare(b, "=", b.copy(place), rank), b.number(index)))
    return b.case([(b.as_condition(c), n) for c, n in branches], None, INTEGER)


def _between(b: SqlBuilder, arguments: list[Value]) -> Value:
    value, least, most = arguments
    low = b.as_condition(compare(b, ">=", b.copy(value), least))
    high = b.as_condition(compare(b, "<=", value, most))
    return replace(b.binary(exp.And, low, high, BOOLEAN), never_null=True)


def _bound(b: SqlBuilder, arguments: list[Value]) -> Value:
    (value, least, most), kind = together(b, arguments)
    branches = [
        (b.as_condition(compare(b, "<", b.copy(value), b.copy(least))), least),
        (b.as_condition(compare(b, ">", b.copy(value), b.copy(most))), most),
    ]
    return b.case(branches, value, kind)


def _coalesce(b: SqlBuilder, arguments: list[Value]) -> Value:
    values, kind = together(b, arguments)
    values = [v for v in values if v.kind != NULL]
    if len(values) < 2:
        return values[0] if values else b.null()
    result = b.call("COALESCE", kind, *(b.as_value(v) for v in values))
    result.never_null = any(v.never_null for v in values)
    return result


def _get_value(b: SqlBuilder, arguments: list[Value]) -> Value:
    place, values = b.as_number(arguments[0]), arguments[1:]
    branches = [(compare(b, "=", b.copy(place), b.number(n)), v) for n, v in enumerate(values)]
    return choose(b, [(b.as_condition(c), v) for c, v in branches], b.null())


def _message(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("NO_MESSAGE")
    return arguments[2]


_XML = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&apos;"))


def _escape_xml(b: SqlBuilder, arguments: list[Value]) -> Value:
    return with_replaced(b, b.as_text(arguments[0]), *_XML)


def _url(b: SqlBuilder, arguments: list[Value]) -> Value:
    return own(b, "url_encoded", STRING, s=b.as_text(arguments[0]))


def _uuid(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return b.op("uuid", STRING).unless_null()


def _soundex(b: SqlBuilder, arguments: list[Value]) -> Value:
    b.caution("SOUNDEX_RUNS")
    return b.op("soundex", STRING, s=b.as_text(arguments[0]))


def _soundex_digits(b: SqlBuilder, arguments: list[Value]) -> Value:
    text = b.as_text(arguments[0])
    digits = own(b, "digits_only", STRING, s=b.copy(text))
    first = b.op("left", STRING, s=digits, n=b.number(4))
    is_digit = compare(b, "!=", b.copy(digits), b.string(""))
    if isinstance(text.constant, str) and any(c in "0123456789" for c in text.constant):
        return first
    return b.case([(is_digit, first)], _soundex(b, [text]), STRING)


def _null(b: SqlBuilder, arguments: list[Value]) -> Value:
    del arguments
    return b.null()


def _unicode_form(b: SqlBuilder, arguments: list[Value]) -> Value:
    form = constant_text(arguments[1], "the Unicode form").strip().upper()
    if b.dialect.name == "duckdb" and form == "NFC":
        return b.sql("NFC_NORMALIZE({s})", STRING, s=blank(b, arguments[0]))
    if b.dialect.name != "postgresql" or form not in ("NFC", "NFD", "NFKC", "NFKD"):
        raise Refused(f"{b.dialect.name} has no equal of the Unicode form {form}")
    return b.sql(f"NORMALIZE({{s}}, {form})", STRING, s=blank(b, arguments[0]))


FUNCTIONS = (
    Function("BETWEEN", "min/max", 3, 3, _between),
    Function("BOUND", "min/max", 3, 3, _bound),
    Function("COALESCE", "specialized", 1, -1, _coalesce, confidence=0.98),
    Function("ESCAPEXMLMETACHARACTERS", "specialized", 1, 1, _escape_xml),
    Function("GETVAL", "specialized", 2, -1, _get_value),
    Function("IF", "conditional", 3, -1, _if, confidence=0.98),
    Function("IIF", "conditional", 3, 3, _if, confidence=0.98),
    Function("MAX", "min/max", 1, -1, _extreme(True)),
    Function("MAXIDX", "min/max", 1, -1, _index(True)),
    Function("MESSAGE", "specialized", 3, 3, _message),
    Function("MIN", "min/max", 1, -1, _extreme(False)),
    Function("MINIDX", "min/max", 1, -1, _index(False)),
    Function("NULL", "specialized", 0, 0, _null, confidence=0.99),
    Function("SOUNDEX", "specialized", 1, 1, _soundex),
    Function("SOUNDEX_DIGITS", "specialized", 1, 1, _soundex_digits),
    Function("SWITCH", "conditional", 2, -1, _switch, confidence=0.97),
    Function("TOPNIDX", "specialized", 2, -1, _nth_index, confidence=0.84),
    Function("UNICODENORMALIZE", "conversion", 2, 2, _unicode_form, confidence=0.9),
    Function("URLENCODEUTF8", "specialized", 1, 1, _url, confidence=0.9),
    Function("UUIDCREATE", "string", 0, 0, _uuid, confidence=0.9),
)
