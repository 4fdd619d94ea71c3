"""The same script on PostgreSQL gives the same rows as on DuckDB."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from services.migration.dsl.docs import examples
from services.migration.dsl.document import load
from services.migration.runner import Purpose, compile
from tests.migration.runner.test_kinds import EXAMPLES, anyhow


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_examples_on_postgresql(kind: str, postgres_url: str) -> None:
    script = compile(load(examples()[kind]), "postgresql")
    connection = await asyncpg.connect(postgres_url)
    try:
        for statement in script.statements:
            if statement.purpose == Purpose.TEMPORARY:
                await connection.execute(statement.sql)
        await connection.execute(f'CREATE TEMPORARY TABLE "result" AS {script.rows["result"]} LIMIT 0')
        for statement in script.statements:
            if statement.purpose == Purpose.WRITE:
                await connection.execute(statement.sql)
        found: list[tuple[Any, ...]] = [tuple(row.values()) for row in await connection.fetch('SELECT * FROM "result"')]
    finally:
        await connection.close()
    assert anyhow(found) == anyhow(EXAMPLES[kind])
