"""The labelled answers of language models to 11 questions on an insurance schema, as the confidence of SQL sees them.

The set lies beside the checkout (../shared/testsets/acme), is Apache-2.0 by data.world and dbt Labs, never copied. Half
of the answers are SQL. The others are calls of a semantic layer, `semantic_layer.query(metrics=[…], group_by=[…],
where=…)`; they are read as the query they stand for, over one table without a known schema.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from dataflow.common.v1 import table_schema_pb2
from services.copilot.sql.confidence.features import Subject, features
from services.copilot.sql.confidence.known import Known, known_of
from services.copilot.sql.packed import index_of
from services.copilot.sql.schema_index import SchemaIndex
from services.copilot.sql.validate import validate

FOLDER = Path(__file__).parents[2] / "shared/testsets/acme"
DIALECT = "snowflake"  # what the set was executed on
SQL, SQL_MORE_TABLES, METRICS, NOTHING = "SQL", "SQL, more tables", "semantic layer", "no answer"
_TABLE = re.compile(r"CREATE TABLE (\w+)\s*\((.*?)\n\)", re.DOTALL)
_COLUMN = re.compile(r"^\s*(\w+)\s+((?:int|bigint|varchar|char|datetime|decimal|date|float)\b[^ ]*)", re.MULTILINE)
_PRIMARY = re.compile(r"PRIMARY KEY \((.*?)\)")
_FOREIGN = re.compile(r"FOREIGN KEY \((.*?)\) REFERENCES (\w+)\((.*?)\)")
_LIST = re.compile(r"\b(metrics|group_by)\s*=\s*\[(.*?)\]", re.DOTALL)
_WHERE = re.compile(r"where\s*=\s*(?:\[\s*)?(\"(?:.*?)\"|'(?:.*?)')\s*(?:,|\]|\))", re.DOTALL)
_DIMENSION = re.compile(r"\{\{\s*\w+\(\s*'([^']*)'[^}]*\)\s*\}\}")


@dataclass(frozen=True)
class Answer:
    """`values`: its features, None where it has no statement. `errors`: found by validation, schema given.
    `agreement`: share of the model's other answers to the question that have the same result, else the same SQL.
    """

    question: str
    kind: str
    right: bool
    values: dict[str, float] | None = None
    errors: int = 0
    tables: frozenset[str] = frozenset()
    agreement: float = 0.0


def tables() -> list[table_schema_pb2.TableSchema]:
    """The schema that the models were given."""
    text = (FOLDER / "ACME_small.ddl").read_text(encoding="utf-8")
    return [_table(match[1], match[2]) for match in _TABLE.finditer(text)]


def _table(name: str, body: str) -> table_schema_pb2.TableSchema:
    primary = _PRIMARY.search(body)
    return table_schema_pb2.TableSchema(
        name=name,
        columns=[table_schema_pb2.Column(name=column, type=kind) for column, kind in _COLUMN.findall(body)],
        primary_key=[each.split()[0] for each in primary[1].split(",")] if primary else [],
        foreign_keys=[
            table_schema_pb2.ForeignKey(columns=_names(own), references_table=other, references_columns=_names(there))
            for own, other, there in _FOREIGN.findall(body)
        ],
    )


def _names(text: str) -> list[str]:
    return [each.strip() for each in text.split(",")]


def answers() -> list[Answer]:
    """All 5,170, equal ones computed once. Validation runs on the answers to the schema given alone: the tables that
    some models had besides are not in the set."""
    with duckdb.connect(str(FOLDER / "dbt_llm_sl_bench.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT challenge_text, method, config_comment, coalesce(sql, ''), is_correct, model, "
            "coalesce(data_json, sql, '') FROM sql_answers"
        ).fetchall()
    samples = Counter(row[:3] + row[5:] for row in rows)
    of_one_model = Counter(row[:3] + row[5:6] for row in rows)
    given = tables()
    index, known = index_of(given, DIALECT), known_of(given)
    made: dict[tuple[str, ...], Answer] = {}
    found = []
    for question, method, more, sql, right, model, result in rows:
        others = of_one_model[question, method, more, model] - 1
        agreement = (samples[question, method, more, model, result] - 1) / others if others else 0.0
        kind = _kind(method, more, sql)
        key = (question, kind, sql)
        if key not in made:
            made[key] = _answer(question, kind, sql, known, index)
        found.append(replace(made[key], right=bool(right), agreement=agreement))
    return found


def _kind(method: str, more: str, sql: str) -> str:
    if not sql.strip():
        return NOTHING
    if method == "sql":
        return SQL_MORE_TABLES if more else SQL
    return METRICS


def _answer(question: str, kind: str, sql: str, known: Known, index: SchemaIndex) -> Answer:
    statement = _statement(kind, sql)
    if statement is None:
        return Answer(question, kind, False)
    values = features(Subject(question, statement, known))
    errors = len(validate(sql, DIALECT, index).errors) if kind == SQL else 0
    named = frozenset(each.name.lower() for each in statement.find_all(exp.Table))
    return Answer(question, kind, False, values, errors, named & set(known.tables))


def _statement(kind: str, sql: str) -> exp.Expr | None:
    if kind == NOTHING:
        return None
    try:
        return sqlglot.parse_one(_metric_query(sql) if kind == METRICS else sql, dialect=DIALECT)
    except SqlglotError:
        return None


def _metric_query(text: str) -> str:
    lists = {name: re.findall(r"'([^']*)'|\"([^\"]*)\"", body) for name, body in _LIST.findall(text)}
    metrics, group = ([a or b for a, b in lists.get(name, [])] for name in ("metrics", "group_by"))
    where = _WHERE.search(text)
    condition = _DIMENSION.sub(lambda match: match[1], where[1][1:-1]) if where else ""
    columns = ", ".join([*group, *(f"SUM({metric}) AS {metric}" for metric in metrics)]) or "1"
    return " ".join(
        [
            f"SELECT {columns} FROM semantic_layer",
            f"WHERE {condition}" if condition else "",
            f"GROUP BY {', '.join(group)}" if group else "",
        ]
    )
