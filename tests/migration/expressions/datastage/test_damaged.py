"""Damaged expressions: a mistake with its place or a reason, never anything else."""

import contextlib
import random
from pathlib import Path

import pytest

from services.migration.ast import Tool
from services.migration.expressions import ExpressionError, parse, translate
from services.migration.expressions.conformance_rows import read_rows

ROWS = read_rows(Path(__file__).with_name("results.tsv"))
SAMPLE = 60
DAMAGE = ("", '"', "'", "(", ")", "[", "]", "\\", "@", "#", "%", ":", "\0", "é", "\n", " Then ", " And ", "1e999")


def damaged(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(DAMAGE) + text[place + dice.randrange(3) :]


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_told(seed: int) -> None:
    dice = random.Random(seed)
    refused = 0
    for row in dice.sample(ROWS, SAMPLE):
        text = damaged(damaged(row.expression, dice), dice)
        with contextlib.suppress(ExpressionError):
            parse(text, Tool.DATASTAGE)
        types = {name: type_name for name, type_name, _ in row.inputs}
        found = translate(text, language=Tool.DATASTAGE, dialect="postgresql", types=types)
        assert bool(found.sql) != bool(found.refused), text
        refused += not found.sql
    assert refused > SAMPLE / 3
