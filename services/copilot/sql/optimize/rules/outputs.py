"""Rules about what comes out, and how much of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

from services.copilot.sql.optimize.facts import Reading, Source, is_star, present
from services.copilot.sql.optimize.rewrite import Candidate, Edit, removed
from services.sql_dialects import DIALECT_NAMES

MOST_COLUMNS = 60
_NOT_WITH_TOP = {"mssql": {"offset"}, "teradata": {"offset", "distinct", "qualify", "sample"}}
_TOP = {"mssql": "TOP ({})", "teradata": "TOP {}"}


def select_star(reading: Reading) -> Iterator[Candidate]:
    """SELECT * of the whole statement → the columns that the schema has."""
    select = reading.tree
    if not isinstance(select, exp.Select) or [is_star(each) for each in select.expressions] != [True]:
        return
    star, joins = select.expressions[0], select.args.get("joins") or ()
    options = star.this if isinstance(star, exp.Column) else star
    if present(options) or any(join.method or join.args.get("using") for join in joins):
        return
    sources = reading.sources(select)
    if isinstance(star, exp.Column):
        sources = [each for each in sources if each.relation.name == reading.fold(star.args["table"])]
    names = [name for source in sources for name in _names(reading, source, len(sources) > 1 or bool(joins))]
    if names and len(names) <= MOST_COLUMNS and all(names):
        yield Candidate(
            "SELECT_STAR",
            "SELECT * becomes the list of columns",
            "Leave out those that are not needed: less to read and to send, and no surprise when a column is added.",
            [Edit(*reading.span(star), ", ".join(names))],
        )


def _names(reading: Reading, source: Source, qualified: bool) -> list[str]:
    table = reading.table(source)
    if table is None:
        return [""]
    alias = source.node.args.get("alias")
    shown = reading.text(alias.this) if alias is not None else reading.text(source.node.this)
    written = [_written(reading, name) for name, _ in table.info.columns]
    return [name and (f"{shown}.{name}" if qualified else name) for name in written]


def _written(reading: Reading, name: str) -> str:
    """The name as the dialect has to write it; "" where that is not certain."""
    fold = reading.traits.fold
    loose = fold("a") == "A" and name.islower()
    if fold("a") == "A" and not loose and not name.isupper():
        return ""
    plain = name.isidentifier() and name.isascii() and (loose or fold(name) == name or reading.dialect != "postgresql")
    if plain and _is_word(name, reading.dialect):
        return name
    return exp.to_identifier(name.upper() if loose else name, quoted=True).sql(DIALECT_NAMES[reading.dialect])


def _is_word(name: str, dialect: str) -> bool:
    """No keyword of the dialect."""
    tokens = Dialect.get_or_raise(DIALECT_NAMES[dialect]).tokenize(name)
    return len(tokens) == 1 and tokens[0].token_type == TokenType.VAR


def dialect_limit(reading: Reading) -> Iterator[Candidate]:
    """LIMIT n → TOP n in dialects that have no LIMIT."""
    for select in reading.selects():
        limit: Any = select.args.get("limit")
        if reading.dialect not in _TOP or not isinstance(limit, exp.Limit):
            continue
        if present(select) & _NOT_WITH_TOP[reading.dialect]:
            continue
        span, first = reading.span(limit), reading.span(select.expressions[0]).start
        if isinstance(limit.expression, exp.Literal) and span.start > first and _is_plain_limit(reading, span.start):
            text = _TOP[reading.dialect].format(limit.expression.name)
            yield Candidate(
                "DIALECT_LIMIT",
                f"LIMIT becomes TOP: {reading.dialect} has no LIMIT",
                "The statement runs.",
                [Edit(first, first, f"{text} "), removed(reading, *span)],
            )


def _is_plain_limit(reading: Reading, start: int) -> bool:
    return reading.sql[start : start + 5].upper() == "LIMIT"
