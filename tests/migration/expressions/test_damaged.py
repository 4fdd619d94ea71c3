"""Damaged expressions of three languages: a mistake with its place, a reason, or SQL; never anything else."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest
import sqlglot

from services.migration.ast import Tool
from services.migration.expressions import ExpressionError, parse, translate
from services.migration.expressions.conformance_rows import read_rows
from services.sql_dialects import DIALECT_NAMES

TOOLS = (Tool.ALTERYX, Tool.SSIS, Tool.DATASTAGE)
ROWS = {tool: read_rows(Path(__file__).parent / tool.value / "results.tsv") for tool in TOOLS}
SAMPLE = 50
DAMAGE = (
    "", '"', "'", "(", ")", "[", "]", "\\", "@", "#", "%", ":", "\0", "é", "\n", " Then ", " And ", "1e999", "{", "?",
    "/*", "//", " IN (", "[Row-1:", "(DT_I4)", "!", "\u2028",
)  # fmt: skip  # a list of texts


def damaged(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(DAMAGE) + text[place + dice.randrange(3) :]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.value)
@pytest.mark.parametrize("seed", range(4))
def test_damage_is_told(tool: Tool, seed: int) -> None:
    dice = random.Random(seed)
    refused = 0
    for row in dice.sample(ROWS[tool], SAMPLE):
        text = damaged(damaged(row.expression, dice), dice)
        with contextlib.suppress(ExpressionError):
            node = parse(text, tool)
            assert 0 <= node.start < node.end <= len(text)
        dialect = dice.choice(["duckdb", "postgresql"])
        types = {name: type_name for name, type_name, _ in row.inputs}
        found = translate(text, language=tool, dialect=dialect, types=types)
        assert bool(found.sql) != bool(found.refused), text
        if found.sql:
            assert sqlglot.parse_one(f"SELECT ({found.sql})", read=DIALECT_NAMES[dialect]), text
        refused += not found.sql
    assert refused > SAMPLE / 4


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.value)
@pytest.mark.parametrize("seed", range(3))
def test_words_in_any_order_are_told(tool: Tool, seed: int) -> None:
    dice = random.Random(f"{tool.value} {seed}")
    words = sorted({word for row in ROWS[tool] for word in row.expression.replace("(", " ( ").split()} | {*DAMAGE})
    for _ in range(200):
        text = " ".join(dice.choices(words, k=dice.randint(1, 15)))
        found = translate(text, language=tool, dialect="duckdb", types={})
        assert bool(found.sql) != bool(found.refused), text
