"""Verified queries: questions whose SQL people have checked, from a file anyone can extend.

A question is one of the library's where, apart from case, diacritics, endings and a few words that never change what is
asked, it consists of the same words, slots aside. There is no "nearly": another word is another question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import sqlglot
import yaml
from sqlglot import exp

from services.copilot.words import POLITE, pieces, stem
from services.sql_dialects import DIALECT_NAMES

_SLOT = re.compile(r"\{(\w+)\}")
_MOST_ROWS = 10_000


class LibraryError(ValueError):
    """The file cannot be used; the text names the entry and says what to do."""


@dataclass(frozen=True)
class VerifiedQuery:
    """`questions` may hold slots in braces, each a whole number; `sql` then has a parameter `:name`. `tables`: what it
    reads."""

    name: str
    questions: tuple[str, ...]
    dialect: str
    sql: str
    explanation: str
    tables: frozenset[str]


@dataclass(frozen=True)
class Match:
    query: VerifiedQuery
    sql: str
    """With the numbers of the question in place of the parameters; still in the query's own dialect."""


@cache
def library(path: Path | None = None) -> tuple[VerifiedQuery, ...]:
    """The queries of a file; without one those that come with the project. Raises LibraryError."""
    source = path or resources.files(__package__).joinpath("verified_queries.yaml")
    try:
        rows = yaml.safe_load(source.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LibraryError(f"verified queries: {path}: cannot be read: {error}") from error
    if not isinstance(rows, dict) or not isinstance(rows.get("queries"), list):
        raise LibraryError("verified queries: the file needs a list `queries`")
    return tuple(_query(row) for row in rows["queries"])


def _query(row: Any) -> VerifiedQuery:
    if not isinstance(row, dict):
        raise LibraryError(f"verified queries: '{row}' is no query; it needs name, questions, dialect and sql")
    name = str(row.get("name", "?"))
    try:
        dialect, sql = str(row["dialect"]), str(row["sql"])
        statement = sqlglot.parse_one(sql, dialect=DIALECT_NAMES[dialect])
        questions = tuple(map(str, row["questions"]))
    except KeyError as error:
        raise LibraryError(f"verified queries: {name}: {error} is missing or unknown") from error
    except (TypeError, sqlglot.errors.SqlglotError) as error:
        raise LibraryError(f"verified queries: {name}: {error}") from error
    wanted = {each.name for each in statement.find_all(exp.Placeholder)}
    for question in questions:
        if set(_SLOT.findall(question)) != wanted:
            raise LibraryError(f"verified queries: {name}: the slots of '{question}' are not those of its sql")
    ctes = {each.alias.lower() for each in statement.find_all(exp.CTE)}
    tables = frozenset(each.name.lower() for each in statement.find_all(exp.Table)) - ctes
    return VerifiedQuery(name, questions, dialect, sql, str(row.get("explanation", "")), tables)


def matching(question: str, queries: Sequence[VerifiedQuery]) -> Match | None:
    """The query that answers the question, whichever words of no meaning it is asked with."""
    words, numbers = _words(question)
    for query in queries:
        for pattern in query.questions:
            slots = _SLOT.findall(pattern)
            own, fixed = _words(_SLOT.sub(" ", pattern))
            if own == words and len(numbers) == len(slots) + len(fixed) and _ordered(numbers, fixed, slots) is not None:
                given = _ordered(numbers, fixed, slots) or []
                return Match(query, _filled(query, dict(zip(slots, given, strict=True))))
    return None


def _words(text: str) -> tuple[frozenset[str], list[str]]:
    numbers = [each for each in pieces(text) if each.isdigit()]
    words = (each for each in pieces(text) if each not in POLITE and not each[0].isdigit())
    return frozenset(map(stem, words)), numbers


def _ordered(numbers: Sequence[str], fixed: Sequence[str], slots: Sequence[str]) -> list[int] | None:
    """The numbers for the slots: those left when the pattern's own are taken out; None where these are not there."""
    left = list(numbers)
    for each in fixed:
        if each not in left:
            return None
        left.remove(each)
    values = [int(each) for each in left]
    return values if len(values) == len(slots) and all(0 < each <= _MOST_ROWS for each in values) else None


def _filled(query: VerifiedQuery, values: dict[str, int]) -> str:
    statement = sqlglot.parse_one(query.sql, dialect=DIALECT_NAMES[query.dialect])
    for each in list(statement.find_all(exp.Placeholder)):
        each.replace(exp.Literal.number(values[each.name]))
    return statement.sql(dialect=DIALECT_NAMES[query.dialect], pretty=True)
