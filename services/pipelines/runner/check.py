"""Does a pipeline execute? It is run on DuckDB, in memory, over rows made up for its sources.

A statement that DuckDB refuses is an error. A value that a row can't have, as the original would refuse the row, is a
warning; the pipeline then runs again over tamer rows, at last over none, so that every statement is bound.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
from sqlglot.errors import SqlglotError

from services.pipelines.dsl.check import check_document
from services.pipelines.dsl.columns import Resolution, resolve
from services.pipelines.dsl.document import Document
from services.pipelines.dsl.finding import Finding
from services.pipelines.runner.compile import compile
from services.pipelines.runner.errors import NotRunnableError, RunFailedError
from services.pipelines.runner.execute import play, tables_of
from services.pipelines.runner.hints import hints
from services.pipelines.runner.on_duckdb import SETTINGS, DuckDb
from services.pipelines.runner.rows import Level, Row, rows, sample_value
from services.pipelines.runner.script import Script
from services.pipelines.severity import Severity

FAILED, ROW_ERROR, NOT_EXECUTED = "EXECUTION", "ROW_ERROR", "NOT_EXECUTED"
CODES = (FAILED, ROW_ERROR, NOT_EXECUTED)
SECONDS = 10.0
MOST_COLUMNS = 50_000
"""Columns of all nodes together; a larger pipeline takes minutes to be written as SQL."""
LONGEST_SQL = 1000
OVERFLOWS = ("out of range", "overflow")
"""What DuckDB says of a result that its type can't hold. Rows with the largest values of their types come to that
nearly everywhere, in the original too, so that it says nothing of the pipeline.
"""
_databases: dict[int, duckdb.DuckDBPyConnection] = {}
BOUNDS = {**SETTINGS, "memory_limit": "512MB", "threads": "1", "max_temp_directory_size": "0B"}
OPTIMIZERS = frozenset({"filter_pullup", "filter_pushdown", "join_order", "deliminator", "build_side_probe_side"})
"""What keeps joins from becoming products; on a few rows, the others cost more than they save."""
RUNS_ON_DUCKDB = frozenset({"duckdb", "postgresql", "snowflake"})
"""Dialects all of whose SQL, as we write it, runs on DuckDB after translation. In another dialect, a statement that
DuckDB refuses may be right in its own system.
"""


def execute_check(document: Document, *, checked: bool = False, seconds: float = SECONDS) -> list[Finding]:
    """What a run over made-up rows shows; nothing where all went well. Never raises for a bad pipeline.

    `checked` says that the document is known to have no structural errors. A pipeline that has some, holds a node
    without SQL, or passes a bound is not run, which a warning says. An orchestration is no pipeline: nothing is said.
    """
    if document.is_orchestration:
        return []
    if seconds <= 0:
        return [_not_executed(document, (), "the time for all pipelines was up before")]
    errors = [] if checked else [f for f in check_document(document) if f.severity == Severity.ERROR]
    if errors:
        return [_not_executed(document, errors[0].path, f"it has errors, the first: {errors[0].message}")]
    found = resolve(document)
    size = sum(len(relation.columns) for outputs in found.outputs.values() for relation in outputs.values())
    if size > MOST_COLUMNS:
        return [_not_executed(document, ("nodes",), f"its nodes have {size} columns, more than {MOST_COLUMNS}")]
    try:
        return _Check(document, found, seconds).findings()
    except NotRunnableError as error:
        return [_not_executed(document, _path(found, error.node), error.reason)]
    except (SqlglotError, RecursionError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, SqlglotError) else "it is nested too deeply"
        return [_not_executed(document, ("nodes",), f"its SQL can't be written for DuckDB: {reason}")]


class _Check:
    def __init__(self, document: Document, found: Resolution, seconds: float) -> None:
        self.document = document
        self.found = found
        self.until = time.monotonic() + seconds
        self.seconds = seconds

    def findings(self) -> list[Finding]:
        told = hints(self.document, self.found)
        tables = tables_of(self.found, rows(self.found, told, Level.NONE))
        script = compile(
            self.document,
            "duckdb",
            tables=tables,
            parameters=_parameters(self.document),
            checked=self.found,
            keep_all=True,
            pretty=False,
        )
        seen: dict[str, Finding] = {}
        for level in sorted(Level, reverse=True):
            error = self._failure(script, tables, rows(self.found, told, level))
            if error is None:
                break
            if level == Level.LARGEST and _overflows(error):
                continue
            finding = self._finding(error)
            if not error.of_data:
                return [*seen.values(), finding]
            seen[error.node] = finding  # of a node, what the tamer rows show is the weightier
        return list(seen.values())

    def _failure(
        self, script: Script, tables: Mapping[str, str], given: Mapping[str, list[Row]]
    ) -> RunFailedError | None:
        with _database().cursor() as connection, _bounded(connection, self.until):
            try:
                play(DuckDb(connection), script, self.found, tables, given, {}, heed_guards=False)
            except RunFailedError as error:
                return error
        return None

    def _finding(self, error: RunFailedError) -> Finding:
        sql = " ".join(error.sql.split())
        shown = f" SQL: {sql if len(sql) <= LONGEST_SQL else sql[:LONGEST_SQL] + '…'}" if sql else ""
        path = _path(self.found, error.node)
        if error.of_bounds:
            reason = f"it did not end within {self.seconds:g} s and {BOUNDS['memory_limit']} of memory: {error.said}"
            return _not_executed(self.document, path, reason + shown)
        if error.of_data:
            message = f"a made-up row was refused; see that such rows may be: {error.said}.{shown}"
            return self.document.finding(Severity.WARNING, ROW_ERROR, message, path)
        dialect = str(self.document.data.get("dialect") or "postgresql")
        if dialect not in RUNS_ON_DUCKDB:
            reason = f"DuckDB, which stands in for {dialect}, refuses a statement; try it on {dialect}: {error.said}"
            return _not_executed(self.document, path, reason + shown)
        return self.document.finding(Severity.ERROR, FAILED, f"does not execute: {error.said}.{shown}", path)


def _database() -> duckdb.DuckDBPyConnection:
    """This process's database in memory, made once. A cursor of it has temporary tables of its own, gone with it."""
    if os.getpid() not in _databases:  # what a parent process has opened is of no use to it
        with duckdb.connect() as asked:
            known = [name for (name,) in asked.execute("SELECT name FROM duckdb_optimizers()").fetchall()]
        unused = ",".join(name for name in known if name not in OPTIMIZERS)
        _databases[os.getpid()] = duckdb.connect(":memory:", config={**BOUNDS, "disabled_optimizers": unused})
    return _databases[os.getpid()]


def _overflows(error: RunFailedError) -> bool:
    return error.of_data and any(word in error.said.casefold() for word in OVERFLOWS)


@contextmanager
def _bounded(connection: duckdb.DuckDBPyConnection, until: float) -> Iterator[None]:
    """Interrupts whatever runs after the time is up, again and again: an interrupt between statements is lost."""
    done = threading.Event()

    def watch() -> None:
        done.wait(until - time.monotonic())
        while not done.wait(0.05):
            connection.interrupt()

    watcher = threading.Thread(target=watch, name="execution-check", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _parameters(document: Document) -> dict[str, Any]:
    """Values for parameters that have no default."""
    listed = document.data.get("parameters") or ()
    return {item["name"]: sample_value(item.get("type", "string")) for item in listed if "default" not in item}


def _path(found: Resolution, node_id: str) -> tuple[str | int, ...]:
    return found.graph.path(node_id) if node_id in found.graph.indexes else ("nodes",)


def _not_executed(document: Document, path: tuple[str | int, ...], reason: str) -> Finding:
    message = f"the pipeline was not executed: {reason}"
    return document.finding(Severity.WARNING, NOT_EXECUTED, message, path)
