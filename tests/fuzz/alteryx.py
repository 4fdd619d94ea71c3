"""Alteryx expressions: grown from the function table, then damaged; the answer is SQL that parses, or a reason."""

from __future__ import annotations

import contextlib
import random

import sqlglot

from services.migration.ast import Tool
from services.migration.expressions import translate
from services.migration.expressions.alteryx.language import FUNCTIONS
from services.migration.expressions.sql.dialects import DIALECTS
from tests.fuzz.expressions import damaged

TYPES = {
    "S": "varchar",
    "N": "integer",
    "P": "decimal(10,2)",
    "X": "double",
    "D": "date",
    "M": "timestamp",
    "B": "boolean",
    "A b": "varchar",
    "Row-1:N": "integer",
}
TEXTS = ("''", '""', "'x'", '"%Y-%m-%d"', '"days"', '"2020-01-31"', '"it\'s"', r'"(\d+)[a-z]"', '"%User.X%/a"', '"żó"')
NUMBERS = ("0", "1", "-1", "2.5", ".5", "1e3", "1e400", "9" * 40, "00", "1.")
OPERATORS = ("+", "-", "*", "/", "=", "==", "!=", "<>", "<", "<=", ">", ">=", "AND", "&&", "or", "||")
NAMES = (*(f"[{name}]" for name in TYPES), "N", "S", "[Row+2:X]", "[#1]", "[User.Y]", "%Question.Z%", "[No]", "True")
JUNK = (
    "(", ")", ",", "'", '"', "[", "]", "//x", "/*", "*/", "\n", "\t", "!", "NOT ", " IN ", " NOT IN (", "IF ", " THEN ",
    " ELSE ", " ELSEIF ", " ENDIF", "%", "#", ";", "{{IN}}", "\0", "\ufeff", "\u00a0", "٣", "é", "🦆", "\\", "\ud800",
)  # fmt: skip


def make(chance: random.Random) -> str:
    """A case: most are nearly right, for a text that is plain rubbish is refused at its first token."""
    text = _grown(chance, chance.randint(1, 4))
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        text = damaged(chance, text, JUNK, (*NAMES, *NUMBERS, *TEXTS, *OPERATORS))
    if chance.random() < 0.02:
        opening = chance.choice(("(", "IIF(N=1,", "-", "!", "NOT ", "IF B THEN 1 ELSE ", "S+", "1+("))
        text = opening * chance.randint(50, 600) + text
    return text


def _grown(chance: random.Random, depth: int) -> str:
    if depth <= 0 or chance.random() < 0.2:
        return chance.choice((chance.choice(TEXTS), chance.choice(NUMBERS), chance.choice(NAMES)))
    shape = chance.random()
    if shape < 0.5:
        return _call(chance, depth)
    if shape < 0.6:
        pairs = [f"{_grown(chance, depth - 1)} THEN {_grown(chance, depth - 1)}" for _ in range(chance.randint(1, 3))]
        return f"IF {' ELSEIF '.join(pairs)} ELSE {_grown(chance, depth - 1)} ENDIF"
    if shape < 0.85:
        return f"{_grown(chance, depth - 1)} {chance.choice(OPERATORS)} {_grown(chance, depth - 1)}"
    if shape < 0.9:
        values = ", ".join(_grown(chance, depth - 2) for _ in range(chance.randint(1, 3)))
        return f"{_grown(chance, depth - 1)} {chance.choice(('IN', 'not in'))} ({values})"
    if shape < 0.95:
        return f"({_grown(chance, depth - 1)})"
    return f"{chance.choice(('-', '!', 'NOT '))}{_grown(chance, depth - 1)}"


def _call(chance: random.Random, depth: int) -> str:
    name = chance.choice((*FUNCTIONS, "NOPE"))
    row = FUNCTIONS.get(name)
    least, most = (row.least, row.most if row.most >= 0 else row.least + 4) if row else (0, 3)
    count = chance.randint(least, max(least, most)) + (chance.choice((-1, 1)) if chance.random() < 0.05 else 0)
    return f"{name}({', '.join(_grown(chance, depth - 1) for _ in range(max(count, 0)))})"


def check(text: str) -> None:
    """Every dialect gives SQL that it can parse, or says why not; with and without the types of the fields."""
    for dialect, facts in DIALECTS.items():
        for types in (TYPES, None):
            for options in ({"condition": True}, {"target": "varchar(10)"}, {"target": "integer"}):
                told = translate(text, language=Tool.ALTERYX, dialect=dialect, types=types, **options)  # type: ignore[arg-type]  # options by name
                assert bool(told.sql) != bool(told.refused), told
                assert 0 <= told.confidence < 1 or not told.refused
                assert bool(told.confidence) == bool(told.sql), told
                if told.sql and len(told.sql) < 20_000 and not (told.parameters and dialect == "duckdb"):
                    with contextlib.suppress(RecursionError):  # what validation refuses as nested too deeply
                        sqlglot.parse_one(f"SELECT {told.sql}", read=facts.sqlglot)
