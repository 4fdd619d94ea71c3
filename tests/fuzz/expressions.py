"""Expressions: grown from the function table, then damaged; the answer is SQL that parses, or a reason."""

from __future__ import annotations

import contextlib
import random

import sqlglot

from services.migration.expressions import translate
from services.migration.expressions.powercenter.catalogue import CONSTANTS, FUNCTIONS, TIMES
from services.migration.expressions.sql.dialects import DIALECTS

TYPES = {
    "S": "string",
    "N": "integer",
    "M": "decimal(10,2)",
    "F": "double",
    "D": "timestamp",
    "B": "boolean",
    "R": "binary",
    "select": "string",
    "X Y": "string",
}
TEXTS = ("''", "'x'", "'YYYY-MM-DD'", "'DD'", "'MM/DD/RR'", "'(a)(b)'", "'[a-z]+'", "'it''s'", "'$$P'", "'\\'", "'żó'")
NUMBERS = ("0", "1", "-1", "2.5", ".5", "1e3", "1e400", "9" * 40, "00", "1.")
OPERATORS = ("+", "-", "*", "/", "%", "||", "=", "!=", "<>", "^=", "<", "<=", ">", ">=", "AND", "OR", "and")
NAMES = (
    *TYPES,
    "UNKNOWN",
    "S.T",
    "1ABC",
    "$$P",
    "$PMMappingName",
    "$$$SessStartTime",
    *CONSTANTS,
    *TIMES,
    "NULL",
    "TRUE",
)
CALLS = (*FUNCTIONS, ":LKP.L", ":UDF.F", ":SP.P", ":EXT.E", "NOPE")
JUNK = (
    "(", ")", ",", "'", '"', "--x", "//x", "\n", "\t", ":", ":LKP.", "$", "$$", "NOT", "IN", "NOT IN", ";", "{n}", "\0",
    "\ufeff", "\u00a0", "٣", "é", "🦆", "\\", "*", "/*", "*/", "?", "@", "CASE", "_hole_n", "\ud800", "\u2028",
)  # fmt: skip


def make(chance: random.Random) -> str:
    """A case: most are nearly right, for a text that is plain rubbish is refused at its first token."""
    text = _grown(chance, chance.randint(1, 5))
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        text = damaged(chance, text, JUNK, (*NAMES, *NUMBERS, *TEXTS, *OPERATORS))
    if chance.random() < 0.02:
        text = (
            chance.choice(("(", "IIF(N=1,", "-", "NOT ", "S||", "CONCAT(S,", "1+(")) * chance.randint(50, 1500) + text
        )
    return text


def _grown(chance: random.Random, depth: int) -> str:
    if depth <= 0 or chance.random() < 0.2:
        return chance.choice((chance.choice(TEXTS), chance.choice(NUMBERS), chance.choice(NAMES)))
    shape = chance.random()
    if shape < 0.6:
        name = chance.choice(CALLS)
        row = FUNCTIONS.get(name)
        least, most = (row.least, row.most if row.most >= 0 else row.least + 4) if row else (0, 3)
        count = chance.randint(least, max(least, most)) + (chance.choice((-1, 1)) if chance.random() < 0.05 else 0)
        return f"{name}({', '.join(_grown(chance, depth - 1) for _ in range(max(count, 0)))})"
    if shape < 0.85:
        left, right = _grown(chance, depth - 1), _grown(chance, depth - 1)
        return f"{left} {chance.choice(OPERATORS)} {right}"
    if shape < 0.93:
        return f"({_grown(chance, depth - 1)})"
    return f"{chance.choice(('-', '+', 'NOT '))}{_grown(chance, depth - 1)}"


def damaged(chance: random.Random, text: str, junk: tuple[str, ...], parts: tuple[str, ...]) -> str:
    """The text with a piece cut out, doubled or put in: of `junk`, or of the language's own `parts`."""
    place = chance.randint(0, len(text))
    end = min(len(text), place + chance.randint(0, 8))
    match chance.randint(0, 4):
        case 0:
            return text[:place] + text[end:]
        case 1:
            return text[:place] + chance.choice(junk) + text[place:]
        case 2:
            return text[:place] + text[place:end] * chance.randint(2, 4) + text[end:]
        case 3:
            return text[:place] + chance.choice(parts) + text[end:]
    return text[:place] + chr(chance.choice((chance.randint(0, 0x2FF), chance.randint(0, 0xD7FF)))) + text[end:]


def check(text: str) -> None:
    """Every dialect gives SQL that it can parse, or says why not; with and without the types of the fields.

    `:NAME`, in place of which a value is put, is no syntax of DuckDB.
    """
    for dialect, facts in DIALECTS.items():
        for types in (TYPES, None):
            for condition in (False, True):
                told = translate(text, dialect=dialect, types=types, aggregate=True, condition=condition)
                assert bool(told.sql) != bool(told.refused), told
                assert 0 <= told.confidence < 1 or not told.refused
                assert bool(told.confidence) == bool(told.sql), told
                if told.sql and len(told.sql) < 20_000 and not (told.parameters and dialect == "duckdb"):
                    with contextlib.suppress(RecursionError):  # what validation refuses as nested too deeply
                        sqlglot.parse_one(f"SELECT {told.sql}", read=facts.sqlglot)
