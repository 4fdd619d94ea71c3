"""Rows made up for the sources of a pipeline, always the same: they meet the declared types, and they meet each other.

Row i of one source has the keys of row i of every other, so joins find partners. Two rows repeat others, one is null
where it may be, and the rest hold what breaks careless SQL: empty texts, zero, negative and largest values, odd signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any

from services.pipelines.dsl.columns import Resolution
from services.pipelines.dsl.relation import Column
from services.pipelines.runner.hints import Hint, Hints

PLAIN_ROWS = 12
REPEATED = (0, 3)  # rows that stand twice
LONGEST_TEXT = 400
FIRST_DAY = datetime(2024, 2, 27, 8, 30, 15)  # the third day is the 29th of February
_SIZED = re.compile(r"(\w+)(?:\((\d+)(?:,\s*(\d+))?\))?")

Row = dict[str, Any]


class Level(IntEnum):
    """How wild rows are; each level has what those before it have."""

    NONE = 0  # no rows
    PLAIN = 1
    ODD = 2  # also nulls, empty texts, zero, negative numbers, odd signs
    LARGEST = 3  # also the largest and smallest values of the types


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of the language, taken apart. Sizes that are left open are those the runner's own types have."""

    base: str
    size: int
    scale: int


@dataclass(frozen=True, slots=True)
class Values:
    """How values of a type are made: the i-th of a row of plain ones, odd ones, and the largest and smallest."""

    plain: Callable[[Kind, int], Any]
    odd: Callable[[Kind], Iterable[Any]] = lambda _kind: []
    largest: Callable[[Kind], Iterable[Any]] = lambda _kind: []


def kind_of(text: str) -> Kind:
    """`decimal(10,2)` → Kind("decimal", 10, 2)."""
    match = _SIZED.fullmatch(text)
    base, size, scale = match.groups() if match else ("unknown", None, None)
    open_size, open_scale = (38, 10) if base == "decimal" else (LONGEST_TEXT, 0)
    return Kind(base, int(size or open_size), int(scale) if scale else 0 if size else open_scale)


def rows(found: Resolution, told: Hints, level: Level) -> dict[str, list[Row]]:
    """Rows for every node that reads: sources, and reads with a query of their own, by node id."""
    return {
        node_id: _rows(node_id, found.output(node_id).columns, told, level)
        for node_id, node in found.graph.nodes.items()
        if _reads(node) and found.output(node_id).known
    }


def sample_value(kind_text: str) -> str:
    """A plain value of a type, as text."""
    kind = kind_of(kind_text)
    return str(_MAKERS.get(kind.base, _TEXTS).plain(kind, 0))


def _reads(node: Mapping[str, Any]) -> bool:
    if node.get("type") == "source":
        return node.get("connector") != "inline"
    return node.get("transform") == "source_connector_sql_pushdown" and "query" in node["config"]


def _rows(node_id: str, columns: Iterable[Column], told: Hints, level: Level) -> list[Row]:
    made = {column.name: _column(column, told.of(node_id, column.name), level) for column in columns}
    count = max((len(values) for values in made.values()), default=0)
    return [{name: values[index % len(values)] for name, values in made.items()} for index in range(count)]


def _column(column: Column, hint: Hint, level: Level) -> list[Any]:
    kind = kind_of(column.type)
    maker = _MAKERS.get(kind.base, _TEXTS)
    values = [maker.plain(kind, index) for index in range(PLAIN_ROWS)]
    values = _as_told(kind, hint, values)
    values += [values[index] for index in REPEATED]
    if level >= Level.ODD:
        values.append(None if column.nullable else values[1])
        values += [] if hint.formats or hint.parsed else maker.odd(kind)
    if level >= Level.LARGEST:
        values += [] if hint.formats or hint.parsed else maker.largest(kind)
    return values if level else []


def _as_told(kind: Kind, hint: Hint, values: list[Any]) -> list[Any]:
    """Values in the formats that are read, texts of the shape that is parsed, and every second one of those that are
    compared with.
    """
    if hint.formats and kind.base in TEXT_KINDS:
        listed = list(hint.formats)
        return [_moment(index).strftime(listed[index % len(listed)]) for index in range(len(values))]
    parsed = [text for text in hint.parsed if len(text) <= kind.size] if kind.base in (*TEXT_KINDS, "json") else []
    if parsed:
        return [parsed[index % len(parsed)] for index in range(len(values))]
    literals = [value for text in hint.literals for value in _literal(kind, text)]
    return [
        literals[index // 2 % len(literals)] if literals and index % 2 else value for index, value in enumerate(values)
    ]


def _literal(kind: Kind, text: str) -> Iterable[Any]:
    """The literal as a value of the type; nothing where it is none."""
    if kind.base in TEXT_KINDS:
        return [text[: kind.size]]
    if kind.base not in ("decimal", *WHOLE, "float", "double"):
        return []
    try:
        number = Decimal(text)
    except InvalidOperation:
        return []
    limit = Decimal(10) ** (kind.size - kind.scale) if kind.base == "decimal" else Decimal(WHOLE.get(kind.base, 2**62))
    return [number if kind.base == "decimal" else int(number)] if abs(number) < limit else []


def _moment(index: int) -> datetime:
    return FIRST_DAY + timedelta(days=index, hours=index, microseconds=index * 1001)


def _text(kind: Kind, index: int) -> str:
    """Digits, so that texts that are read as numbers are some."""
    return str(index + 1)[-kind.size :]


def _odd_texts(kind: Kind) -> Iterable[str]:
    return [text[: kind.size] for text in ("", " ", "Zoë's % _\\ ß€", "0 ")]


def _decimal(kind: Kind, index: int) -> Decimal:
    whole = (index + 1) % 10 ** max(1, min(kind.size - kind.scale, 9)) if kind.size > kind.scale else 0
    return whole + (Decimal(index % 4).scaleb(-min(kind.scale, 2)) if kind.scale else Decimal(0))


def _odd_decimals(kind: Kind) -> Iterable[Decimal]:
    return [Decimal(0), Decimal(-1).scaleb(-kind.scale)]


def _largest_decimals(kind: Kind) -> Iterable[Decimal]:
    digits = f"{'9' * kind.size}E-{kind.scale}"  # a text, since arithmetic rounds to 28 digits
    return [Decimal(digits), Decimal(f"-{digits}")]


WHOLE = {"tinyint": 2**7, "smallint": 2**15, "integer": 2**31, "bigint": 2**63}
"""Whole types → the first number that is too large."""
TEXT_KINDS = frozenset({"string", "varchar", "char", "text", "unknown", "xml"})
_TEXTS = Values(_text, _odd_texts, lambda kind: ["9" * min(kind.size, LONGEST_TEXT)])
_WHOLE = Values(
    lambda _kind, index: index + 1,
    lambda _kind: [0, -1],
    lambda kind: [WHOLE[kind.base] - 1, -(WHOLE[kind.base] - 1)],
)
_FLOAT = Values(lambda _kind, index: index + 0.5, lambda _kind: [0.0, -0.1], lambda _kind: [1e15, -1e15])
_MAKERS: dict[str, Values] = {
    **dict.fromkeys(WHOLE, _WHOLE),
    "decimal": Values(_decimal, _odd_decimals, _largest_decimals),
    "float": _FLOAT,
    "double": _FLOAT,
    "boolean": Values(lambda _kind, index: index % 2 == 0),
    "date": Values(
        lambda _kind, index: _moment(index).date(),
        lambda _kind: [date(1970, 1, 1)],
        lambda _kind: [date(1753, 1, 1), date(9999, 12, 31)],
    ),
    "time": Values(lambda _kind, index: _moment(index).time(), lambda _kind: [time(0), time(23, 59, 59, 999999)]),
    "timestamp": Values(
        lambda _kind, index: _moment(index),
        lambda _kind: [datetime(1970, 1, 1)],
        lambda _kind: [datetime(1753, 1, 1), datetime(9999, 12, 31, 23, 59, 59)],
    ),
    "timestamp_tz": Values(
        lambda _kind, index: _moment(index).replace(tzinfo=UTC), lambda _kind: [datetime(1970, 1, 1, tzinfo=UTC)]
    ),
    "interval": Values(lambda _kind, index: timedelta(hours=index), lambda _kind: [timedelta(0), timedelta(days=-400)]),
    "binary": Values(lambda _kind, index: bytes([index]), lambda _kind: [b"", b"\x00\xff"]),
    "json": Values(lambda _kind, index: f'{{"n": {index}}}', lambda _kind: ["null", "[]", "{}"]),
    "uuid": Values(lambda _kind, index: f"00000000-0000-4000-8000-{index:012d}"),
}
