"""Engines that run conformance rows: DuckDB in this process, PostgreSQL by URL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from services.migration.expressions.conformance import Execute


@contextmanager
def duckdb_engine() -> Iterator[Execute]:
    """An in-memory DuckDB."""
    import duckdb

    with duckdb.connect() as connection:

        def execute(statement: str) -> object:
            row: tuple[Any, ...] | None = connection.execute(statement).fetchone()
            return row[0] if row else None

        yield execute


@contextmanager
def postgresql_engine(url: str) -> Iterator[Execute]:
    """A PostgreSQL server; `url` as postgresql://user@host:port/database. Each statement is its own transaction."""
    import asyncpg

    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://")))

        def execute(statement: str) -> object:
            return runner.run(connection.fetchval(statement))

        try:
            yield execute
        finally:
            runner.run(connection.close())
