"""The defog set's gold statements, optimised, and both executed on real PostgreSQL with the set's rows."""

from __future__ import annotations

from collections import Counter

import asyncpg
import pytest

from services.copilot.sql.optimize.optimize import Optimized, optimize
from tests.copilot.sql import defog

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not defog.FOLDER.is_dir(), reason="the defog set is not beside the checkout"),
]


async def returned(connection: asyncpg.Connection, sql: str) -> tuple[list[str], Counter[tuple[str, ...]]] | None:
    """Names and bag of rows; None where the server refuses the statement."""
    try:
        statement = await connection.prepare(sql)
        rows = await statement.fetch()
    except asyncpg.PostgresError:
        return None
    names = [each.name for each in statement.get_attributes()]
    return names, Counter(tuple(shown(value) for value in row) for row in rows)


def shown(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)


async def judged(postgres_server) -> tuple[list[tuple[str, Optimized]], list[str]]:
    """Every statement that the server takes with what became of it, and those whose results differ."""
    done, different = [], []
    for database, queries in defog.gold().items():
        url = postgres_server.create_database()
        connection = await asyncpg.connect(url)
        try:
            index = await defog.load(connection, database)
            for sql in queries:
                expected = await returned(connection, sql)
                if expected is None:
                    continue
                found = optimize(sql, "postgresql", index)
                done.append((sql, found))
                if found.sql != sql and await returned(connection, found.sql) != expected:
                    different.append(f"{sql}\n=> {found.sql}")
        finally:
            await connection.close()
            postgres_server.drop_database(url)
    return done, different


async def test_optimised_gold_returns_the_same(postgres_server):
    done, different = await judged(postgres_server)
    assert len(done) >= 50
    assert different == []
    assert not [sql for sql, found in done if not found.is_query]
    assert sum(found.sql != sql for sql, found in done) >= 5
