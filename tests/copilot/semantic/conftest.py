"""The sample rows in DuckDB and in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import asyncpg
import duckdb
import pytest

from tests.copilot.semantic.sample import ddl, rows, tables


@pytest.fixture(scope="session")
def sample_duckdb() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA dm")
        for table in tables():
            connection.execute(ddl(table))
            found = [tuple(row.values()) for row in rows()[table.name]]
            marks = ", ".join("?" * len(table.columns))
            connection.executemany(f"INSERT INTO {table.qualified} VALUES ({marks})", found)
        yield connection


@pytest.fixture(scope="session")
async def sample_postgres(postgres_server) -> AsyncIterator[asyncpg.Connection]:
    url = postgres_server.create_database()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE SCHEMA dm")
        for table in tables():
            await connection.execute(ddl(table))
            found = [tuple(row.values()) for row in rows()[table.name]]
            marks = ", ".join(f"${number}" for number in range(1, len(table.columns) + 1))
            await connection.executemany(f"INSERT INTO {table.qualified} VALUES ({marks})", found)
        yield connection
    finally:
        await connection.close()
        postgres_server.drop_database(url)
