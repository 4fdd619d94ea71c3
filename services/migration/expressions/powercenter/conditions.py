"""Functions that choose: IIF, DECODE, IN and their kin."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlglot import exp

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.functions import Build, Function, is_null_literal, unify
from services.migration.expressions.kinds import BOOLEAN, INTEGER, STRING, UNKNOWN, Value


def _iif(b: SqlBuilder, arguments: list[Value]) -> Value:
    condition, first = b.as_condition(arguments[0]), arguments[1]
    second = arguments[2] if len(arguments) == 3 else _untold(b, first)
    (first, second), kind = unify(b, [first, second])
    default = None if is_null_literal(second) else b.as_value(second)
    return b.case([(condition, b.as_value(first))], default, kind)


def _untold(b: SqlBuilder, first: Value) -> Value:
    """What IIF gives without a third argument: 0 for a number, '' for a string, NULL for a date."""
    match first.kind.name:
        case "number":
            return b.number(0)
        case "boolean":
            return b.boolean(False)
        case "string":
            return b.string("")
        case "unknown":
            b.caution("UNTYPED_DEFAULT")
    return b.null()


def _decode(b: SqlBuilder, arguments: list[Value]) -> Value:
    subject, rest = arguments[0], arguments[1:]
    has_default = len(rest) % 2 == 1
    searches = rest[: len(rest) - has_default : 2]
    results = rest[1 : len(rest) - has_default + 1 : 2]
    default = rest[-1] if has_default else b.null()
    unified, kind = unify(b, [*results, default])
    branches = [
        (_decode_test(b, subject, search), b.as_value(result))
        for search, result in zip(searches, unified[:-1], strict=True)
    ]
    last = unified[-1]
    return b.case(branches, None if is_null_literal(last) else b.as_value(last), kind)


def _decode_test(b: SqlBuilder, subject: Value, search: Value) -> Value:
    if isinstance(subject.constant, bool):
        return b.as_condition(search) if subject.constant else b.negate(search)
    if is_null_literal(search):
        b.caution("DECODE_NULL")
        return b.is_null(subject)
    return b.compare("=", subject, search)


def _choose(b: SqlBuilder, arguments: list[Value]) -> Value:
    index = b.as_integer(arguments[0])
    values, kind = unify(b, arguments[1:])
    branches = [(b.compare("=", index, b.number(n)), b.as_value(v)) for n, v in enumerate(values, 1)]
    return b.case(branches, None, kind)


def _split_flag(b: SqlBuilder, arguments: list[Value], function: str) -> tuple[list[Value], bool]:
    """Values and whether case counts; the flag is a last number after strings."""
    last = arguments[-1]
    if last.is_integer_constant and arguments[0].kind in (STRING, UNKNOWN) and len(arguments) > 1:
        if arguments[0].kind == UNKNOWN and not any(v.kind == STRING for v in arguments):
            b.caution("FLAG_OR_VALUE", function=function)
            return arguments, True
        return arguments[:-1], last.constant != Decimal(0)
    return arguments, True


def _folded(b: SqlBuilder, values: list[Value], case_counts: bool) -> list[Value]:
    return values if case_counts else [b.op("upper", STRING, s=b.as_text(v)) for v in values]


def _in(b: SqlBuilder, arguments: list[Value]) -> Value:
    values, case_counts = _split_flag(b, arguments, "IN")
    subject, *candidates = _folded(b, values, case_counts)
    return membership(b, subject, candidates)


def membership(b: SqlBuilder, subject: Value, candidates: list[Value]) -> Value:
    pairs = [b.alike(subject, c) for c in candidates]
    subjects = {id(s.node) for s, _ in pairs}
    if len(subjects) > 1:
        tests = [b.binary(exp.EQ, s, c, BOOLEAN).node for s, c in pairs]
        return Value(exp.or_(*tests, copy=False), BOOLEAN, size=sum(c.size + s.size for s, c in pairs))
    tree = exp.In(this=pairs[0][0].node, expressions=[c.node for _, c in pairs])
    never_null = subject.never_null and all(c.never_null for c in candidates)
    return Value(tree, BOOLEAN, None, never_null, subject.size + sum(c.size for c in candidates))


def _index_of(b: SqlBuilder, arguments: list[Value]) -> Value:
    values, case_counts = _split_flag(b, arguments, "INDEXOF")
    subject, *candidates = _folded(b, values, case_counts)
    branches = [(b.compare("=", subject, c), b.number(n)) for n, c in enumerate(candidates, 1)]
    if not subject.never_null:
        branches.insert(0, (b.is_null(subject), b.null()))
    return b.case(branches, b.number(0), INTEGER)


def _extreme(name: str, place: int) -> Build:
    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        if b.dialect.extremes is None:
            raise Refused(f"{b.dialect.name} gives NULL where one value is, which the tool leaves out")
        values, case_counts = _split_flag(b, arguments, name)
        if not case_counts:
            raise Refused("strings are compared by a case flag of 0, which no engine does")
        unified, kind = unify(b, values)
        result = b.call(b.dialect.extremes[place], kind, *unified)
        return replace(result, never_null=any(v.never_null for v in unified))

    return build


def _is_null(b: SqlBuilder, arguments: list[Value]) -> Value:
    return b.is_null(arguments[0])


FUNCTIONS = (
    Function("IIF", "test", 2, 3, _iif, confidence=0.98),
    Function("DECODE", "test", 3, -1, _decode, confidence=0.97),
    Function("ISNULL", "test", 1, 1, _is_null, confidence=0.99),
    Function("CHOOSE", "character", 2, -1, _choose),
    Function("IN", "data cleansing", 2, -1, _in),
    Function("INDEXOF", "character", 2, -1, _index_of),
    Function("GREATEST", "data cleansing", 1, -1, _extreme("GREATEST", 0), confidence=0.9),
    Function("LEAST", "data cleansing", 1, -1, _extreme("LEAST", 1), confidence=0.9),
)
