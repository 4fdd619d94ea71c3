"""The defog test set as a retrieval task: tables with columns, and questions with the tables their gold SQL reads.

The set lies beside the checkout (../shared/testsets/defog), is Apache-2.0 by defog-ai, and is never copied.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

FOLDER = Path(__file__).parents[2] / "shared/testsets/defog"
FILES = ("questions_gen_postgres.csv", "instruct_basic_postgres.csv", "instruct_advanced_postgres.csv")
_CHOICE = re.compile(r"\{([^{}]*)\}")  # `SELECT {a, b}` accepts any of the columns


@dataclass(frozen=True)
class Table:
    database: str
    schema: str
    name: str
    columns: tuple[tuple[str, str, str], ...]  # name, type, description


@dataclass(frozen=True)
class Question:
    database: str
    text: str
    needs: frozenset[str]  # names of tables, lower case


def tables() -> list[Table]:
    found = []
    for file in sorted((FOLDER / "databases").glob("*.json")):
        for name, columns in json.loads(file.read_text(encoding="utf-8"))["table_metadata"].items():
            schema, _, table = name.rpartition(".")
            described = ((c["column_name"], c["data_type"], c["column_description"]) for c in columns)
            found.append(Table(file.stem, schema or "public", table, tuple(described)))
    return found


def questions() -> list[Question]:
    """Questions of the three files, those of a text and database once. Gold SQL that does not parse is an error."""
    found: dict[tuple[str, str], Question] = {}
    for name in FILES:
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                question = Question(row["db_name"], row["question"], tables_read(row["query"]))
                found.setdefault((question.database, question.text), question)
    return list(found.values())


def unanswerable() -> list[tuple[str, str]]:
    """(database, question) that no table here answers."""
    with (FOLDER / "idk.csv").open(encoding="utf-8", newline="") as file:
        return [(row["db_name"], row["question"]) for row in csv.DictReader(file)]


def tables_read(gold: str) -> frozenset[str]:
    """Tables that the first of the accepted queries reads; names of CTEs are not tables."""
    sql = _CHOICE.sub(lambda choice: choice[1].strip() or "1", gold)
    first = next(statement for statement in sqlglot.parse(sql, dialect="postgres") if statement is not None)
    return frozenset(
        source.name.lower()
        for scope in traverse_scope(first)
        for source in scope.sources.values()
        if isinstance(source, exp.Table)
    )
