"""Random expressions over random rows, and where two engines give different values for one of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from services.migration.ast import Tool
from services.migration.expressions import translate
from services.migration.expressions.conformance import Execute, Row, select

_HOLE = re.compile(r"\{([a-z])\}")


@dataclass(frozen=True)
class Made:
    """What expressions are made of: `fields` are name → (type, values); a shape's holes are kinds of `shapes`."""

    tool: Tool
    fields: Mapping[str, tuple[str, Sequence[object]]]
    shapes: Mapping[str, Sequence[str]]
    kinds: str

    def expression(self, choose: random.Random, kind: str, depth: int) -> str:
        plain = [shape for shape in self.shapes[kind] if not _HOLE.search(shape) or shape == "{l}"]
        shape = choose.choice(self.shapes[kind] if depth or not plain else plain)
        while hole := _HOLE.search(shape):
            inner = self.expression(choose, hole[1], max(depth - 1, 0))
            shape = shape[: hole.start()] + inner + shape[hole.end() :]
        return shape

    def row(self, choose: random.Random, text: str) -> Row:
        inputs = tuple((name, kind, choose.choice(values)) for name, (kind, values) in self.fields.items())
        return Row("", "", text, inputs, "", "", "")


def differences(
    made: Made, engines: Mapping[str, Execute], seed: int, expressions: int, rows: int
) -> tuple[list[Any], int]:
    """The expressions and values on which the engines differ, and how many values were compared.

    An error on one side is no difference: it is seen.
    """
    choose = random.Random(seed)
    types = {name: kind for name, (kind, _) in made.fields.items()}
    different: list[Any] = []
    compared = 0
    for _ in range(expressions):
        text = made.expression(choose, choose.choice(made.kinds), choose.choice([1, 2, 2, 3]))
        sql = {name: translate(text, language=made.tool, dialect=name, types=types) for name in engines}
        if any(translation.refused for translation in sql.values()):
            continue
        for _ in range(rows):
            row = made.row(choose, text)
            one, other = (_outcome(run, select(row, sql[name].sql, name)) for name, run in engines.items())
            if not (one[0] and other[0]):
                continue
            compared += 1
            if not _same(one[1], other[1]):
                used = [given for given in row.inputs if given[0] in sql["duckdb"].references]
                different.append((text, used, one[1], other[1]))
    return different, compared


def _outcome(execute: Callable[[str], object], statement: str) -> tuple[bool, object]:
    try:
        return True, execute(statement)
    except Exception as error:  # noqa: BLE001 - why: whatever an engine raises is seen by who runs it
        return False, error


def _same(one: object, other: object) -> bool:
    if isinstance(one, (int, float, Decimal)) and isinstance(other, (int, float, Decimal)):
        return abs(float(one) - float(other)) <= max(1e-9 * max(abs(float(one)), abs(float(other))), 1e-11)
    if isinstance(one, (datetime, time)) or isinstance(other, (datetime, time)):  # a day is its midnight
        return str(one).removesuffix(" 00:00:00") == str(other).removesuffix(" 00:00:00")
    if isinstance(one, str) and isinstance(other, str):  # the last of fifteen digits of a double is nobody's
        one, other = (re.sub(r"(\.\d{8})\d+", r"\1", text) for text in (one, other))
    return one == other
