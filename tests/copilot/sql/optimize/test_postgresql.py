"""The cases' statements and what became of them, executed on real PostgreSQL with rows of other seeds."""

from __future__ import annotations

from collections import Counter

import asyncpg
import pytest

from services.copilot.sql.optimize.execution import tables_of
from services.copilot.sql.optimize.facts import Reading
from services.copilot.sql.optimize.rows import Literals, RowSet, rows
from services.copilot.sql.schema_index import SchemaIndex
from tests.copilot.sql.optimize.cases import IMPROVED, TRAPS
from tests.copilot.sql.optimize.schema import COLUMNS, improved, tables

pytestmark = pytest.mark.slow

STATEMENTS = [row[2] for row in (*IMPROVED, *TRAPS) if row[0] == "postgresql"]
SETS = (RowSet(101, 15, nulls=0.2), RowSet(102, 30, nulls=0.1, repeats=0.3), RowSet(103, 60), RowSet(104, 0))


async def _returned(connection: asyncpg.Connection, sql: str) -> Counter[tuple[str, ...]] | str:
    try:
        return Counter(tuple(map(str, row)) for row in await connection.fetch(sql))
    except asyncpg.PostgresError as error:
        return f"refused: {error.sqlstate}"


async def test_nothing_changes(postgres_server):
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    index = SchemaIndex("postgresql", tables("postgresql"))
    made = tables_of(Reading(f"SELECT 1 FROM {', '.join(COLUMNS)}", "postgresql", index))
    changed, told, wrong = 0, 0, []
    try:
        for name, listed in COLUMNS.items():
            await connection.execute(f"CREATE TABLE {name} ({listed.replace('$moment', 'timestamp')})")
        for sql in STATEMENTS:
            for known in (True, False):
                found = improved(sql, known=known)
                if found.sql == sql:
                    continue
                changed += 1
                literals = Literals()
                literals.add(Reading(sql, "postgresql", index).tree)
                for how in SETS:
                    for table in made:
                        await connection.execute(f"TRUNCATE {table.name}")
                        values = rows(made, literals, how)[table.name]
                        marks = ", ".join(f"${at}" for at in range(1, len(table.columns) + 1))
                        await connection.executemany(f"INSERT INTO {table.name} VALUES ({marks})", values)
                    before, after = await _returned(connection, sql), await _returned(connection, found.sql)
                    told += bool(before) and not isinstance(before, str)
                    if before != after:
                        wrong.append(f"{sql}\n=> {found.sql}\n{before}\n{after}")
    finally:
        await connection.close()
        postgres_server.drop_database(url)
    assert wrong == []
    assert changed >= 60
    assert told >= 2 * changed
