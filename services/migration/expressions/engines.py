"""Engines that run conformance rows: DuckDB in this process, PostgreSQL by URL."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.migration.ast import Tool
from services.migration.expressions.conformance import EngineLostError, Execute, Row, Score, run
from services.migration.expressions.conformance_rows import read_rows

ENGINES = ("duckdb", "postgresql")


@contextmanager
def duckdb_engine() -> Iterator[Execute]:
    """An in-memory DuckDB."""
    import duckdb

    with duckdb.connect(config={"enable_external_access": "false"}) as connection:

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
            try:
                return runner.run(connection.fetchval(statement))
            except Exception as error:  # why: raised again; only a lost connection changes its type
                if connection.is_closed():
                    raise EngineLostError(f"PostgreSQL closed the connection: {error}") from error
                raise

        try:
            yield execute
        finally:
            if not connection.is_closed():
                runner.run(connection.close())


def run_file(path: Path, *, language: Tool, engine: str, url: str = "") -> Score:
    """Every row of a conformance file on `duckdb` or `postgresql`.

    Raises ValueError for another engine, a missing URL, or a file that is not of the format.
    """
    if engine not in ENGINES:
        raise ValueError(f"unknown engine {engine!r}; known are {' and '.join(ENGINES)}")
    if engine == "postgresql" and not url:
        raise ValueError("the engine postgresql needs the URL of a server, postgresql://user@host:port/database")
    return run_rows(read_rows(path), language=language, engine=engine, url=url)


def run_rows(rows: Iterable[Row], *, language: Tool, engine: str, url: str = "") -> Score:
    """The rows on one of ENGINES, scored. Raises EngineLostError where the engine goes away in between."""
    with duckdb_engine() if engine == "duckdb" else postgresql_engine(url) as execute:
        return run(rows, execute, dialect=engine, language=language)
