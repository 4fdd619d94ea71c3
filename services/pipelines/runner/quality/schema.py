"""`schema`: the target has the columns that the pipeline writes, with types that hold them, and the rows fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp

from services.pipelines.dsl.relation import Column, Relation
from services.pipelines.runner import sqlbuild as sql
from services.pipelines.runner.quality.outcome import Found
from services.pipelines.runner.quality.rows import Rows, family, is_null

HOLDS: dict[str, frozenset[str]] = {
    "whole": frozenset({"whole", "decimal"}),
    "decimal": frozenset({"decimal"}),
    "float": frozenset({"float", "decimal"}),
    "date": frozenset({"date", "timestamp"}),
    "json": frozenset({"json", "text"}),
    "uuid": frozenset({"uuid", "text"}),
}
"""Family of an expected type → families that hold its values; any other family holds its own alone."""
_SIZED_TEXT = re.compile(r"(?:var)?char\((\d+)\)|string\((\d+)\)")


def schema(
    expected: Sequence[Mapping[str, Any]], declared: Sequence[Mapping[str, Any]], target: Mapping[str, str], rows: Rows
) -> Found:
    """`expected` columns against those of the target; `declared` are the sink's own, which say what may be null."""
    known = Relation(tuple(Column(name, kind) for name, kind in target.items()))
    wrong = [said for item in expected if (said := _missing(item, known))]
    wrong += _unfit(expected, declared, rows)
    return Found(not wrong, {"columns": len(target), "wrong": len(wrong)}, {"wrong": 0}, "; ".join(wrong))


def _missing(item: Mapping[str, Any], known: Relation) -> str:
    found = known.find(item["name"])
    if found is None:
        return f"there is no column {item['name']}"
    wanted, has = family(item.get("type", "unknown")), family(found.type)
    if wanted and has and has not in HOLDS.get(wanted, {wanted}):
        return f"{item['name']} is {found.type.lower()}, where {item['type']} is written"
    return ""


def _unfit(expected: Sequence[Mapping[str, Any]], declared: Sequence[Mapping[str, Any]], rows: Rows) -> list[str]:
    """What rows hold that the declared columns do not: longer texts, nulls."""
    given = Relation(tuple(Column(name) for name in rows.columns))
    conditions: dict[str, exp.Expr] = {}
    for item in expected:
        size, column = _size(item), given.find(item["name"])
        if size and column and family(rows.columns[column.name]) == "text":
            length = exp.Length(this=sql.column(column.name))
            conditions[f"in {column.name} are longer than {size} characters"] = exp.GT(
                this=length, expression=sql.literal(size)
            )
    for item in declared:
        column = given.find(item["name"])
        if column and not item.get("nullable", True):
            conditions[f"in {column.name} are null, which its target refuses"] = is_null(column.name)
    if not conditions:
        return []
    _, *counts = rows.count(*conditions.values())
    return [f"{count} values {said}" for said, count in zip(conditions, counts, strict=True) if count]


def _size(item: Mapping[str, Any]) -> int:
    match = _SIZED_TEXT.fullmatch(item.get("type", ""))
    return int(match[1] or match[2]) if match else 0
