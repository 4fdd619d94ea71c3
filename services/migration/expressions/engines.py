"""Engines that run conformance rows: DuckDB in this process, PostgreSQL by URL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.migration.ast import Tool
from services.migration.expressions.conformance import Execute, Score, read_rows, run


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


def run_file(path: Path, *, language: Tool, engine: str, url: str = "") -> Score:
    """Every row of a conformance file on `duckdb` or `postgresql`.

    Raises ValueError for another engine, a missing URL, or a file that is not of the format.
    """
    if engine not in ("duckdb", "postgresql"):
        raise ValueError(f"unknown engine {engine!r}; known are duckdb and postgresql")
    if engine == "postgresql" and not url:
        raise ValueError("the engine postgresql needs the URL of a server, postgresql://user@host:port/database")
    rows = read_rows(path)
    with duckdb_engine() if engine == "duckdb" else postgresql_engine(url) as execute:
        return run(rows, execute, dialect=engine, language=language)
