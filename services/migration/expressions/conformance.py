"""Documented function results against the SQL emitted for them, on an engine somebody else connects.

Scoring. A row is `right` where the engine's value equals the documented one: numbers to 1e-9 relative, or as the row's
note says of rounded ones, text exact, '' apart from NULL, dates by instant. A row documented as an error is right where
the engine raises, or gives NULL under a warning. `refused`: no SQL was given. `warned`: wrong, under a caution.
`silently_wrong`: wrong without one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions.conformance_rows import Row, read_rows
from services.migration.expressions.kinds import INTEGER, kind_of_type
from services.migration.expressions.languages import LANGUAGES
from services.migration.expressions.sql.dialects import needs_quoting, quote_identifier
from services.migration.expressions.translate import translate

__all__ = ["EngineLostError", "Execute", "Outcome", "Row", "Score", "read_rows", "run", "select"]

NULL_MARK = "\\N"
_TOLERANCE = 1e-9
_DOCUMENTED = frozenset({"doc", "doc-copy"})
_PORT_CONVERSION = re.compile(r"port conversion \w+ to (\w+)\Z")

Execute = Callable[[str], object]
"""Runs one SELECT and gives its only value; raises whatever the engine raises."""


class EngineLostError(Exception):
    """The engine itself is gone, which says nothing about a row."""


@dataclass(frozen=True, slots=True)
class Outcome:
    row: Row
    verdict: str  # right, silently_wrong, warned, refused
    confidence: float
    sql: str
    detail: str = ""  # the value or error got, or why it was refused
    was_warned: bool = False


@dataclass
class Score:
    """Counts over outcomes; `as_dict` is what the command line prints."""

    outcomes: list[Outcome] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        documented = [o for o in self.outcomes if o.row.status in _DOCUMENTED]
        counts, doc = _counts(self.outcomes), _counts(documented)
        return {**counts, "doc": {k: doc[k] for k in ("total", "right", "silently_wrong")}}


def _counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    counted = Counter(o.verdict for o in outcomes)
    verdicts = ("right", "silently_wrong", "warned", "refused")
    return {"total": counted.total(), **{verdict: counted[verdict] for verdict in verdicts}}


def run(rows: Iterable[Row], execute: Execute, *, dialect: str, language: Tool = Tool.POWERCENTER) -> Score:
    """Every row translated, executed and scored."""
    return Score([_score(row, execute, dialect, language) for row in rows])


def _score(row: Row, execute: Execute, dialect: str, language: Tool) -> Outcome:
    translation = _translate(row, dialect, language)
    if translation.refused:
        return Outcome(row, "refused", 0.0, "", translation.refused)
    statement = select(row, translation.sql, dialect)
    try:
        value = execute(statement)
    except EngineLostError:
        raise
    except Exception as error:  # noqa: BLE001 - why: an engine may raise anything, and it becomes the row's verdict
        verdict = "right" if row.expected.startswith("<ERROR") else _wrong(translation)
        said = f"{type(error).__name__}: {error}"
        return Outcome(row, verdict, translation.confidence, statement, said, bool(translation.warnings))
    verdict = "right" if _is_right(row, value, translation) else _wrong(translation)
    return Outcome(row, verdict, translation.confidence, statement, repr(value), bool(translation.warnings))


def _wrong(translation: Translation) -> str:
    return "warned" if translation.warnings else "silently_wrong"


def _translate(row: Row, dialect: str, language: Tool) -> Translation:
    key = LANGUAGES[language].key if language in LANGUAGES else str
    types = {key(name): type_name for name, type_name, _ in row.inputs}
    variables = {key(name): quote_identifier(name, dialect) for name, _, _ in row.inputs if key(name) != name}
    spelled = {name: quote_identifier(name, dialect) for name, _, _ in row.inputs if needs_quoting(name)}
    conversion = _PORT_CONVERSION.match(row.expression)
    if conversion is None:
        return translate(
            row.expression, language=language, dialect=dialect, types=types, rename=spelled, inline=variables
        )
    return translate(row.inputs[0][0], language=language, dialect=dialect, types=types, target=conversion[1])


_TYPES: dict[str, dict[str, str]] = {
    "string": {"duckdb": "VARCHAR", "postgresql": "TEXT"},
    "date": {"duckdb": "TIMESTAMP", "postgresql": "TIMESTAMP"},
    "number": {"duckdb": "DOUBLE", "postgresql": "DOUBLE PRECISION"},
    "integer": {"duckdb": "BIGINT", "postgresql": "BIGINT"},
    "decimal": {"duckdb": "DECIMAL(38, 12)", "postgresql": "NUMERIC"},
    "boolean": {"duckdb": "BOOLEAN", "postgresql": "BOOLEAN"},
    "binary": {"duckdb": "BLOB", "postgresql": "BYTEA"},
}


_BY_NAME = {
    **dict.fromkeys(("i1", "i2", "i4", "ui1", "ui2"), "INTEGER"),
    **dict.fromkeys(("dbtime", "dbtime2"), "TIME"),
}
"""Types of SSIS that an engine has as narrow as they are there, so that what overflows there does here too."""


def select(row: Row, sql: str, dialect: str) -> str:
    """A SELECT of the expression over one row of the inputs."""
    if not row.inputs:
        return f"SELECT {sql}"
    columns = ", ".join(
        f"CAST({_literal(value, type_name)} AS {_type(type_name, dialect, value)}) AS {quote_identifier(name, dialect)}"
        for name, type_name, value in row.inputs
    )
    return f"SELECT {sql} FROM (SELECT {columns}) AS documented_row"  # noqa: S608 - why: names and values are quoted


def _type(type_name: str, dialect: str, value: object) -> str:
    """The engine's type of a canonical one, wide enough for `value`; what it does not know is text."""
    named = _BY_NAME.get(type_name.strip().lower())
    if named:
        return named
    kind = kind_of_type(type_name)
    detail = kind.detail if kind.detail in _TYPES else kind.name
    if type_name.strip().lower().startswith("decimal("):  # of scale 0 it is an integer to expressions, of any size
        detail = "decimal"
    if detail == "decimal" and dialect == "duckdb":
        return f"DECIMAL(38, {_scale(value)})"
    return _TYPES.get(detail, _TYPES["string"]).get(dialect, "VARCHAR(4000)")


_DECIMAL_DIGITS, _LEAST_SCALE = 38, 12


def _scale(value: object) -> int:
    """Digits after the point for a value among 38: what it needs, and no fewer than usual while they fit."""
    try:
        number = Decimal(str(value))
        before = max(number.adjusted() + 1, 1)
        after = max(-int(number.as_tuple().exponent), _LEAST_SCALE)
    except (ArithmeticError, ValueError):  # NULL, a text, NaN: the engine says what it thinks of it
        return _LEAST_SCALE
    return max(0, min(after, _DECIMAL_DIGITS - before))


def _literal(value: object, type_name: str) -> str:
    if value is None:
        return "NULL"
    kind = kind_of_type(type_name)
    if isinstance(value, bool) and kind.name == "number":
        value = int(value)
    if kind == INTEGER and isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)  # 2.0 is no text of an integer everywhere
    return "'" + str(value).replace("'", "''") + "'"


def _is_right(row: Row, value: object, translation: Translation) -> bool:
    if row.expected.startswith("<ERROR"):
        return value is None and bool(translation.warnings)
    if row.expected == NULL_MARK or value is None:
        return value is None and row.expected == NULL_MARK
    kind = "number" if row.result_type == "boolint" else kind_of_type(row.result_type).name
    if row.tolerance:
        return _same_number(row.expected, value, row.tolerance)
    return _CHECKS.get(kind, _same_by_value)(row.expected, value)


def _same_number(expected: str, value: object, tolerance: float = 0.0) -> bool:
    try:
        wanted, got = float(expected), float(value)  # type: ignore[arg-type]  # what is no number is caught below
    except (TypeError, ValueError):
        return False
    return abs(wanted - got) <= max(tolerance, _TOLERANCE * max(abs(wanted), abs(got), 1e-300))


def _same_text(expected: str, value: object) -> bool:
    return isinstance(value, str) and value == expected


def _same_date(expected: str, value: object) -> bool:
    try:
        return datetime.fromisoformat(expected) == datetime.fromisoformat(str(value))
    except (TypeError, ValueError):  # with and without a time zone are not compared
        return False


def _same_time(expected: str, value: object) -> bool:
    try:
        return time.fromisoformat(expected) == time.fromisoformat(str(value))
    except ValueError:
        return False


def _same_boolean(expected: str, value: object) -> bool:
    return _same_number({"true": "1", "false": "0"}.get(expected.lower(), expected), value)


def _same_bytes(expected: str, value: object) -> bool:
    return isinstance(value, (bytes, bytearray)) and value.hex() == expected.lower()


def _same_by_value(expected: str, value: object) -> bool:
    """For a result of a type that is not in the tables: the way the engine's value is compared is its own."""
    for types, check in _BY_VALUE:
        if isinstance(value, types):
            return check(expected, value)
    return str(value) == expected


_BY_VALUE: tuple[tuple[tuple[type, ...], Callable[[str, object], bool]], ...] = (
    ((bool,), _same_boolean),
    ((int, float, Decimal), _same_number),
    ((date,), _same_date),
    ((time,), _same_time),
    ((bytes, bytearray), _same_bytes),
)
_CHECKS: dict[str, Callable[[str, object], bool]] = {
    "number": _same_number,
    "boolean": _same_boolean,
    "date": _same_date,
    "string": _same_text,
    "binary": _same_bytes,
}
