"""What a statement has in scope at the cursor: the tables its open queries name, and those its closed queries make."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.tokens import TokenType  # type: ignore[attr-defined]  # it is there, compiled

from dataflow.common.v1 import table_schema_pb2
from services.copilot.sql.reading import grammar
from services.copilot.suggest.place import Place
from services.copilot.suggest.sql_check import following, statement, tokens_of

MOST_READ = 4
"""Closed queries whose columns are read, those that are in scope."""
LONGEST_QUERY = 4_000
_NAMED = re.compile(r"\b(?:from|join|update|into)\s+([\w.\"\[\]`]+)(?:\s+(?:as\s+)?([a-z_]\w*))?", re.IGNORECASE)
_NO_ALIAS = frozenset(
    (
        *("SELECT", "DISTINCT", "WHERE", "AND", "OR", "HAVING", "BY", "SET", "CASE", "WHEN", "THEN", "ELSE", "NOT"),
        *("BETWEEN", "USING", "FROM", "JOIN", "UPDATE", "INTO", "TABLE", "ON", "LEFT", "RIGHT", "INNER", "FULL"),
        *("CROSS", "NATURAL", "GROUP", "ORDER", "LIMIT", "UNION", "VALUES", "QUALIFY", "AS"),
    )
)
_CTE = re.compile(
    r"(?:\bWITH(?:\s+RECURSIVE)?|,)\s+([a-z_]\w*)\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\Z", re.IGNORECASE
)
_DERIVED = re.compile(r"\b(?:FROM|JOIN|,)\s*\Z", re.IGNORECASE)
_ALIAS = re.compile(r"\s*(?:AS\s+)?([a-z_]\w*)", re.IGNORECASE)


def scope(place: Place) -> tuple[list[tuple[str, str]], list[Any]]:
    """(alias, table) in the order they are joined, also behind the cursor; and tables that the statement makes itself,
    by a WITH or in parentheses, as the request would have written them."""
    read = statement(place)
    before = read[0] if read else ""
    text = f"{_without_closed(before, place.dialect)} {_without_closed(following(place), place.dialect)}"
    found = list(_tables(text))
    used = {name.lower() for _, name in found}
    made: list[Any] = []
    for name, query, is_joined in _made(before, place.dialect):
        found += [(name, name)] if is_joined else []
        in_reach = (is_joined or name.lower() in used) and len(made) < MOST_READ
        columns = _columns(query, place.dialect) if in_reach else ()
        written = [table_schema_pb2.Column(name=column) for column in columns]
        made.append(table_schema_pb2.TableSchema(name=name, columns=written))
    return list(dict.fromkeys(found)), made


def _tables(text: str) -> Iterator[tuple[str, str]]:
    for match in _NAMED.finditer(text):
        table = re.sub(r"[\"\[\]`]", "", match[1])
        alias = match[2] if match[2] and match[2].upper() not in _NO_ALIAS else ""
        yield alias or table.rsplit(".", 1)[-1], table


def _closed(text: str, dialect: str) -> list[tuple[int, int]]:
    """Where the outermost closed queries in parentheses begin and end."""
    tokens: Sequence[Any] = tokens_of(text, dialect) or ()
    opened: list[tuple[int, bool]] = []
    found: list[tuple[int, int]] = []
    for number, token in enumerate(tokens):
        if token.token_type is TokenType.L_PAREN:
            after = tokens[number + 1].token_type if number + 1 < len(tokens) else None
            opened.append((token.start, after in (TokenType.SELECT, TokenType.WITH)))
        elif token.token_type is TokenType.R_PAREN and opened:
            start, is_query = opened.pop()
            if is_query:
                found = [each for each in found if each[0] < start]
                found.append((start, token.end))
    return found


def _without_closed(text: str, dialect: str) -> str:
    for start, end in reversed(_closed(text, dialect)):
        text = f"{text[: start + 1]} {text[end:]}"
    return text


def _made(text: str, dialect: str) -> Iterator[tuple[str, str, bool]]:
    """Name and text of the closed queries that have a name, and whether they stand in FROM as they are."""
    for start, end in _closed(text, dialect):
        named = _CTE.search(text, max(0, start - 200), start)
        if named:
            yield named[1], text[start + 1 : end], False
            continue
        alias = _ALIAS.match(text, end + 1)
        if alias and alias[1].upper() not in _NO_ALIAS and _DERIVED.search(text, max(0, start - 200), start):
            yield alias[1], text[start + 1 : end], True


@lru_cache(maxsize=64)
def _columns(query: str, dialect: str) -> tuple[str, ...]:
    """The names of a query's columns; none where it cannot be told, as of `*`."""
    if len(query) > LONGEST_QUERY:
        return ()
    try:
        parsed = grammar(dialect).parse(query)
    except (SqlglotError, RecursionError):
        return ()
    body = parsed[0] if parsed else None
    names = body.named_selects if isinstance(body, exp.Query) else []
    return () if "*" in names else tuple(name for name in names if name)
