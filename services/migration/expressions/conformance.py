"""Documented function results against the SQL emitted for them, on an engine somebody else connects.

Scoring. A row is `right` where the engine's value equals the documented one: numbers to 1e-9 relative, text exact, ''
apart from NULL, dates by instant. A row documented as an error is right where the engine raises, or gives NULL under
a warning. `refused`: no SQL was given. `warned`: wrong, under a caution. `silently_wrong`: wrong without one.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from services.migration.ast import Tool
from services.migration.conversion import Translation
from services.migration.expressions.translate import translate

NULL_MARK = "\\N"
_TOLERANCE = 1e-9
_DOCUMENTED = frozenset({"doc", "doc-copy"})
_LEFT_OUT = frozenset({"ambiguous"})
_COLUMNS = ("id", "function", "expression", "inputs_json", "documented_result", "result_type", "status")
_PORT_CONVERSION = re.compile(r"port conversion \w+ to (\w+)\Z")

Execute = Callable[[str], object]
"""Runs one SELECT and gives its only value; raises whatever the engine raises."""


@dataclass(frozen=True, slots=True)
class Row:
    """One documented result. `inputs` are (name, type, value); a None value is NULL."""

    id: str
    function: str
    expression: str
    inputs: tuple[tuple[str, str, Any], ...]
    expected: str
    result_type: str
    status: str


@dataclass(frozen=True, slots=True)
class Outcome:
    row: Row
    verdict: str  # right, silently_wrong, warned, refused
    confidence: float
    sql: str
    detail: str = ""  # the value or error got, or why it was refused


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


def read_rows(path: Path) -> list[Row]:
    """The rows of a file, ambiguous ones left out. Raises ValueError naming the line that is not of the format."""
    with path.open(encoding="utf-8", newline="") as file:
        records = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not records or tuple(records[0][: len(_COLUMNS)]) != _COLUMNS:
        raise ValueError(f"{path.name}: the first line has to name the columns {' '.join(_COLUMNS)}")
    rows = [_row(path.name, number, record) for number, record in enumerate(records[1:], 2)]
    return [row for row in rows if row.status not in _LEFT_OUT]


def _row(file: str, line: int, record: list[str]) -> Row:
    if len(record) < len(_COLUMNS):
        raise ValueError(f"{file}:{line} has {len(record)} columns instead of {len(_COLUMNS)}")
    identifier, function, expression, inputs_json, expected, result_type, status = record[: len(_COLUMNS)]
    try:
        inputs = json.loads(inputs_json)
    except json.JSONDecodeError as error:
        raise ValueError(f"{file}:{line} inputs_json is no JSON: {error.msg}") from None
    named = tuple((*key.rsplit(":", 1), value) for key, value in inputs.items())
    return Row(identifier, function, expression, named, expected, result_type, status)


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
    except Exception as error:  # noqa: BLE001 - why: an engine may raise anything, and it becomes the row's verdict
        verdict = "right" if row.expected.startswith("<ERROR") else _wrong(translation)
        return Outcome(row, verdict, translation.confidence, statement, f"{type(error).__name__}: {error}")
    verdict = "right" if _is_right(row, value, translation) else _wrong(translation)
    return Outcome(row, verdict, translation.confidence, statement, repr(value))


def _wrong(translation: Translation) -> str:
    return "warned" if translation.warnings else "silently_wrong"


def _translate(row: Row, dialect: str, language: Tool) -> Translation:
    types = {name: type_name for name, type_name, _ in row.inputs}
    conversion = _PORT_CONVERSION.match(row.expression)
    if conversion is None:
        return translate(row.expression, language=language, dialect=dialect, types=types)
    return translate(row.inputs[0][0], language=language, dialect=dialect, types=types, target=conversion[1])


_TYPES = {
    "string": {"duckdb": "VARCHAR", "postgresql": "TEXT"},
    "date": {"duckdb": "TIMESTAMP", "postgresql": "TIMESTAMP"},
    "number": {"duckdb": "DOUBLE", "postgresql": "DOUBLE PRECISION"},
    "integer": {"duckdb": "BIGINT", "postgresql": "BIGINT"},
    "decimal": {"duckdb": "DECIMAL(38, 12)", "postgresql": "NUMERIC"},
    "boolean": {"duckdb": "BOOLEAN", "postgresql": "BOOLEAN"},
}


def select(row: Row, sql: str, dialect: str) -> str:
    """A SELECT of the expression over one row of the inputs."""
    if not row.inputs:
        return f"SELECT {sql}"
    columns = ", ".join(f"CAST({_literal(value)} AS {_type(t, dialect)}) AS {name}" for name, t, value in row.inputs)
    return f"SELECT {sql} FROM (SELECT {columns}) AS documented_row"  # noqa: S608 - why: as above


def _type(type_name: str, dialect: str) -> str:
    return _TYPES.get(type_name, _TYPES["string"]).get(dialect, "VARCHAR(4000)")


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return "'" + str(value).replace("'", "''") + "'"


def _is_right(row: Row, value: object, translation: Translation) -> bool:
    if row.expected.startswith("<ERROR"):
        return value is None and bool(translation.warnings)
    if row.expected == NULL_MARK or value is None:
        return value is None and row.expected == NULL_MARK
    check = _CHECKS.get(row.result_type, _same_text)
    return check(row.expected, value)


def _same_number(expected: str, value: object) -> bool:
    try:
        wanted, got = float(expected), float(value)  # type: ignore[arg-type]  # what is no number is caught below
    except (TypeError, ValueError):
        return False
    return abs(wanted - got) <= _TOLERANCE * max(abs(wanted), abs(got), 1e-300)


def _same_text(expected: str, value: object) -> bool:
    return isinstance(value, str) and value == expected


def _same_date(expected: str, value: object) -> bool:
    try:
        return datetime.fromisoformat(expected) == datetime.fromisoformat(str(value))
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[str, object], bool]] = {
    "number": _same_number,
    "boolint": _same_number,
    "date": _same_date,
    "string": _same_text,
}
