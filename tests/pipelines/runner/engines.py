"""The engines that a pipeline is run on, and its rows there."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from services.pipelines.dsl.document import Document
from services.pipelines.runner import Given, in_memory, run_on
from services.pipelines.runner.engine import Engine
from services.pipelines.runner.on_postgresql import on_postgresql

ENGINES = ("duckdb", "postgresql")
Rows = list[tuple[Any, ...]]


def opened(engine: str, url: str) -> AbstractContextManager[Engine]:
    return in_memory() if engine == "duckdb" else on_postgresql(url)


def rows_on(engine: str, url: str, document: Document, given: Given | None = None) -> dict[str, Rows]:
    """The rows of every sink."""
    with opened(engine, url) as database:
        played = run_on(database, document, given or Given())
        return {sink: [tuple(row.values()) for row in played.rows(sink)] for sink in played.sinks}
