"""The shape of a row in a function table, and what the tables of several categories and languages share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.migration.expressions.builder import SqlBuilder
from services.migration.expressions.errors import Refused
from services.migration.expressions.kinds import INTEGER, NULL, NUMBER, STRING, UNKNOWN, Kind, Value

Build = Callable[[SqlBuilder, list[Value]], Value]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of a language: how it becomes SQL, or why it does not.

    `confidence` is what the evidence for the row allows where no caution applies. `most` is -1 for any number.
    """

    name: str
    category: str
    least: int
    most: int
    build: Build | None = None
    refused: str = ""
    confidence: float = 0.95
    aggregate: bool = False


def simple(operation: str, kind: Kind, *names: str, convert: str = "") -> Build:
    """A row that is one operation of the dialect.

    `convert` has a letter per argument: t(ext), n(umber), i(nteger), p(osition), d(ate), s (date with its time).
    """

    def build(b: SqlBuilder, arguments: list[Value]) -> Value:
        values = [CONVERSIONS[letter](b, value) for letter, value in zip(convert, arguments, strict=True)]
        return b.op(operation, kind, **dict(zip(names, values, strict=True)))

    return build


CONVERSIONS: dict[str, Callable[[SqlBuilder, Value], Value]] = {
    "t": lambda b, value: b.as_text(value),
    "n": lambda b, value: b.as_number(value),
    "i": lambda b, value: b.as_integer(value),
    "d": lambda b, value: b.as_date(value),
    "s": lambda b, value: b.as_timestamp(value),
    "p": lambda b, value: b.as_position(value, exactly_32_bits=True),
}


def unify(b: SqlBuilder, values: Sequence[Value]) -> tuple[list[Value], Kind]:
    """Results of a conditional in one kind, which is also its own."""
    unified, kind = _unified(b, values)
    if b.dialect.narrows_decimals and kind.name == "number":
        unified = _of_one_scale(b, unified)
    return [b.alternative(v, kind) for v in unified], kind


def _of_one_scale(b: SqlBuilder, values: list[Value]) -> list[Value]:
    """Wide decimals cast to one type, unless nothing beside them could have other digits after the point."""
    others = [v for v in values if v.kind != NULL and not v.is_integer_constant]
    if len(others) < 2 or all(v.kind == INTEGER for v in others):
        return values
    return [b.op("exact", v.kind, n=v) if v.is_wide else v for v in values]


def _unified(b: SqlBuilder, values: Sequence[Value]) -> tuple[list[Value], Kind]:
    kinds = {v.kind.name for v in values} - {"null"}
    known = kinds - {"unknown"}
    if known <= {"boolean"} and b.dialect.has_boolean:
        return list(values), (Kind("boolean") if known else _undecided(kinds))
    if len(known) <= 1 and "boolean" not in known:
        if "unknown" in kinds and known & {"number", "string"}:
            b.limit(0.9)
        return list(values), _merged([v.kind for v in values if v.kind != NULL])
    if known <= {"boolean", "number"}:
        return [b.as_number(v) for v in values], NUMBER
    if known <= {"boolean", "number", "string"}:
        b.caution("MIXED_RESULT")
        return [b.as_text(v) for v in values], STRING
    raise Refused(f"the results have types that don't go together: {', '.join(sorted(known))}")


def _undecided(kinds: set[str]) -> Kind:
    return UNKNOWN if kinds else NULL


def _merged(kinds: list[Kind]) -> Kind:
    known = [k for k in kinds if k != UNKNOWN]
    if not known:
        return UNKNOWN if kinds else NULL
    if len(set(known)) == 1:
        return known[0] if len(known) == len(kinds) else Kind(known[0].name)
    if known[0].name != "number" or len(known) != len(kinds):
        return Kind(known[0].name)
    details = {k.detail for k in known}
    return Kind("number", "double" if "double" in details else "decimal") if "" not in details else NUMBER


def constant_text(value: Value, what: str) -> str:
    """A literal string argument. Raises Refused where it is anything else."""
    if not isinstance(value.constant, str):
        raise Refused(f"{what} has to be a string literal to become SQL")
    return value.constant


def is_null_literal(value: Value) -> bool:
    return value.kind == NULL and value.failure is None
