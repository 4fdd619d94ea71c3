"""Files of documented results: tab-separated, one row an expression, its inputs and the value it has to give."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

COLUMNS = ("id", "function", "expression", "inputs_json", "documented_result", "result_type", "status")
_COMPARED_TO = re.compile(r"compare to (1e-[0-9]+)\b")
_LEFT_OUT = frozenset({"ambiguous"})


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
    tolerance: float = 0.0  # absolute, of a number whose digits the documentation cuts short


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that is no row; `line` counts from 1."""

    line: int
    reason: str


def read_rows(path: Path) -> list[Row]:
    """The rows of a file, ambiguous ones left out. Raises ValueError naming the first line that is no row."""
    rows, bad = read_file(path)
    if bad:
        raise ValueError(f"{path.name}:{bad[0].line} {bad[0].reason}")
    return rows


def read_file(path: Path) -> tuple[list[Row], list[BadRow]]:
    """The rows of a file, ambiguous ones left out, and the lines that are none.

    The first line names the columns, in any order and with others between them. Raises ValueError where it does not,
    or where the file is no UTF-8, OSError where it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.object.count(b"\n", 0, error.start) + 1
        raise ValueError(f"{path.name}:{place} is not UTF-8; save the file as UTF-8") from None
    head, *lines = (line.removesuffix("\r") for line in text.split("\n"))
    names = head.split("\t")
    if not set(COLUMNS) <= set(names):
        raise ValueError(f"{path.name}: the first line has to name the columns {' '.join(COLUMNS)}")
    places = [names.index(column) for column in COLUMNS]
    note = names.index("note") if "note" in names else -1
    rows: list[Row] = []
    bad: list[BadRow] = []
    for number, line in enumerate(lines, 2):
        if not line.strip():
            continue
        try:
            rows.append(_row(line.split("\t"), places, note))
        except ValueError as error:
            bad.append(BadRow(number, str(error)))
    return [row for row in rows if row.status not in _LEFT_OUT], bad


def _row(cells: list[str], places: list[int], note: int) -> Row:
    if len(cells) <= max(places):
        raise ValueError(f"has {len(cells)} columns instead of {max(places) + 1}")
    identifier, function, expression, inputs_json, expected, result_type, status = (cells[place] for place in places)
    said = cells[note] if 0 <= note < len(cells) else ""
    inputs, tolerance = _inputs(inputs_json), _tolerance(said, expected)
    return Row(identifier, function, expression, inputs, expected, result_type, status, tolerance)


def _tolerance(note: str, expected: str) -> float:
    """How far a number may be off where the note says that the documentation rounds it; else 0."""
    if "compare to the printed digits" in note:
        return 0.5 * 10.0 ** -len(expected.partition(".")[2])
    found = _COMPARED_TO.search(note)
    return float(found[1]) if found else 0.0


def _inputs(text: str) -> tuple[tuple[str, str, Any], ...]:
    try:
        inputs = json.loads(text or "{}", parse_float=Decimal)  # as written: a float would drop digits
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"inputs_json is no JSON: {getattr(error, 'msg', 'nested too deeply')}") from None
    if not isinstance(inputs, Mapping):
        raise ValueError("inputs_json is no JSON object")
    return tuple(_input(key, value) for key, value in inputs.items())


def _input(key: str, value: object) -> tuple[str, str, object]:
    """`NAME:type` or, where the type is left out, the type that the JSON value has."""
    name, _, type_name = key.rpartition(":") if ":" in key else (key, "", _type_of(value))
    if not name.strip() or "\0" in key:
        raise ValueError(f"inputs_json has the key {key!r}, which names no field")
    if isinstance(value, (list, Mapping)):
        raise ValueError(f"inputs_json gives {name} a list or an object, which is no value of a field")
    return name, type_name.strip(), value


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, (int, Decimal)) else "string"
