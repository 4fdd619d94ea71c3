"""T-SQL and Snowflake as people write them, executed on PostgreSQL and DuckDB.

cases/held_out.tsv: `write` both is either engine; `expected` the rows as JSON (read through by hand), or `refused`;
`cautions` every code that is warned of on PostgreSQL.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import AsyncIterator
from typing import NamedTuple

import asyncpg
import duckdb
import pytest

from services.sql_dialects.transpile import Table, transpile
from tests.sql_dialects.transpile.test_executed import CASES, value

SETUP = (CASES / "held_out.sql").read_text(encoding="utf-8")
TABLES = [
    Table(name, [(column.split(" ", 1)[0], column.split(" ", 1)[1]) for column in re.split(r", (?![^()]*\))", columns)])
    for name, columns in re.findall(r"CREATE TABLE (\w+) \((.*)\);", SETUP)
]
_SORTED = re.compile(r"ORDER BY [^()]*$", re.IGNORECASE)  # of the whole statement


class Case(NamedTuple):
    read: str
    write: str
    sql: str
    expected: str
    cautions: str


def cases() -> list[Case]:
    with (CASES / "held_out.tsv").open(encoding="utf-8", newline="") as file:
        return [Case(**row) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]


EXECUTED = [case for case in cases() if case.expected != "refused"]


def as_read(case: Case, rows: list[list[object]]) -> list[list[object]]:
    return rows if _SORTED.search(case.sql) else sorted(rows, key=repr)


@pytest.fixture(scope="module")
async def postgres(postgres_server) -> AsyncIterator[asyncpg.Connection]:
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    await connection.execute(SETUP)
    yield connection
    await connection.close()
    postgres_server.drop_database(url)


@pytest.mark.parametrize("case", EXECUTED, ids=lambda case: f"{case.read}-{case.sql[:60]}")
async def test_postgresql_gives_the_rows_of_the_source(case: Case, postgres: asyncpg.Connection) -> None:
    made = transpile(case.sql, case.read, "postgresql", TABLES)
    assert made.refused == ""
    assert sorted({each.code for each in made.warnings}) == (case.cautions or "").split()
    *before, last = made.sql.split(";\n")
    transaction = postgres.transaction()
    await transaction.start()
    try:
        for each in before:
            await postgres.execute(each)
        rows = [[value(each) for each in row] for row in await postgres.fetch(last)]
    finally:
        await transaction.rollback()
    assert as_read(case, rows) == as_read(case, json.loads(case.expected)), made.sql


@pytest.mark.parametrize(
    "case", [case for case in EXECUTED if case.write == "both"], ids=lambda case: f"{case.read}-{case.sql[:60]}"
)
def test_duckdb_gives_them_too(case: Case) -> None:
    made = transpile(case.sql, case.read, "duckdb", TABLES)
    with duckdb.connect() as connection:
        connection.execute(SETUP)
        rows = [[value(each) for each in row] for row in connection.execute(made.sql).fetchall()]
    assert as_read(case, rows) == as_read(case, json.loads(case.expected)), made.sql


@pytest.mark.parametrize(
    "case", [case for case in cases() if case.expected == "refused"], ids=lambda case: f"{case.read}-{case.sql[:60]}"
)
def test_what_has_no_equivalent_is_refused_with_a_remedy(case: Case) -> None:
    made = transpile(case.sql, case.read, "postgresql", TABLES)
    assert made.sql == ""
    assert len(made.refused) > 20
