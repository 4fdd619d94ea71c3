"""Hand-worked statements: written for PostgreSQL and DuckDB, executed there, and the rows that the source would give.

cases/executed.tsv: `write` both is either engine; `expected` the rows as JSON, `refused:` and a word of the reason, or
`sql` where it is enough that it is written; `cautions` the codes that must be among the warnings.
"""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import asyncpg
import duckdb
import pytest

from services.sql_dialects.transpile import Table, transpile

CASES = Path(__file__).parent / "cases"
SETUP = """
CREATE TABLE items (id INT, name VARCHAR(20), amount DECIMAL(10, 2), price DOUBLE PRECISION, qty INT, flag BOOLEAN,
                    d DATE, ts TIMESTAMP, note VARCHAR(20));
INSERT INTO items VALUES
  (1, 'Anna', 10.50, 2.5, 7, true, '2024-01-31', '2024-01-31 13:05:09.123', 'alpha  '),
  (2, 'bob', 20.25, 3.5, -7, false, '2024-02-29', '2024-02-29 00:00:00', NULL),
  (3, 'Carl', NULL, NULL, 2, NULL, '2023-12-31', '2023-12-31 23:59:59.999', '[x]');
CREATE TABLE sales (id INT, region VARCHAR(5), year INT, amount INT);
INSERT INTO sales VALUES (1, 'x', 2020, 10), (2, 'x', 2021, 20), (3, 'y', 2020, 5), (4, 'y', 2020, 7);
CREATE TABLE docs (id INT, doc JSON);
INSERT INTO docs VALUES (1, '{"a": {"b": 5}, "c": ["x", "y"]}');
"""
TABLES = (
    Table(
        "items",
        (
            *(("id", "int"), ("name", "varchar(20)"), ("amount", "decimal(10,2)"), ("price", "double precision")),
            *(("qty", "int"), ("flag", "boolean"), ("d", "date"), ("ts", "timestamp"), ("note", "varchar(20)")),
        ),
    ),
    Table("sales", (("id", "int"), ("region", "varchar(5)"), ("year", "int"), ("amount", "int"))),
    Table("docs", (("id", "int"), ("doc", "json"))),
)


class Case(NamedTuple):
    read: str
    write: str
    sql: str
    expected: str
    cautions: frozenset[str]


def cases() -> list[Case]:
    found = []
    with (CASES / "executed.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            targets = ("postgresql", "duckdb") if row["write"] == "both" else (row["write"],)
            codes = frozenset((row["cautions"] or "").split())
            found += [Case(row["read"], write, row["sql"], row["expected"], codes) for write in targets]
    return found


def value(each: object) -> object:
    """A value as JSON has it; a timestamp at midnight is the date that it is."""
    if isinstance(each, Decimal):
        return float(each)
    if isinstance(each, datetime.datetime):
        plain = each.replace(tzinfo=None)
        return plain.date().isoformat() if plain.time() == datetime.time() else plain.isoformat()
    return each.isoformat() if isinstance(each, datetime.date) else each


@pytest.fixture(scope="module")
async def postgres(postgres_server) -> AsyncIterator[asyncpg.Connection]:
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    await connection.execute(SETUP)
    yield connection
    await connection.close()
    postgres_server.drop_database(url)


@pytest.fixture
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute(SETUP)
    yield connection
    connection.close()


def refused(case: Case) -> bool:
    return case.expected.startswith("refused:")


RUN = [case for case in cases() if not refused(case) and case.expected != "sql"]


async def rows(
    case: Case, sql: str, postgres: asyncpg.Connection, duck: duckdb.DuckDBPyConnection
) -> list[list[object]]:
    """The rows of the last statement; nothing of what the others change stays."""
    if case.write == "duckdb":
        return [[value(each) for each in row] for row in duck.execute(sql).fetchall()]
    *before, last = sql.split(";\n")
    transaction = postgres.transaction()
    await transaction.start()
    try:
        for each in before:
            await postgres.execute(each)
        return [[value(each) for each in row] for row in await postgres.fetch(last)]
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("case", RUN, ids=lambda case: f"{case.read}-{case.write}-{case.sql[:60]}")
async def test_the_rows_are_those_of_the_source(case, postgres, duck) -> None:
    made = transpile(case.sql, case.read, case.write, TABLES)
    assert made.refused == ""
    assert await rows(case, made.sql, postgres, duck) == json.loads(case.expected), made.sql
    assert case.cautions <= {warning.code for warning in made.warnings}


@pytest.mark.parametrize(
    "case", [case for case in cases() if refused(case)], ids=lambda case: f"{case.read}-{case.sql[:60]}"
)
def test_what_has_no_equivalent_is_refused_by_name(case: Case) -> None:
    made = transpile(case.sql, case.read, case.write, TABLES)
    assert case.expected.removeprefix("refused:") in made.refused
    assert made.sql == ""


@pytest.mark.parametrize("case", RUN, ids=lambda case: f"{case.read}-{case.write}-{case.sql[:60]}")
def test_what_is_written_is_written_again_the_same(case: Case) -> None:
    made = transpile(case.sql, case.read, case.write, TABLES).sql
    once = transpile(made, case.write, case.write, TABLES).sql
    assert transpile(once, case.write, case.write, TABLES).sql == once


@pytest.mark.parametrize("case", [case for case in cases() if case.expected == "sql"], ids=lambda case: case.sql[:60])
def test_what_may_be_there_is_written_with_a_warning(case: Case) -> None:
    made = transpile(case.sql, case.read, case.write, TABLES)
    assert made.sql
    assert case.cautions <= {warning.code for warning in made.warnings}
