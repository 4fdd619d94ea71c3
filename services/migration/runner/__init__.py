"""Compiles pipelines to SQL scripts and runs them, on DuckDB or on PostgreSQL."""

from services.migration.runner.check import execute_check
from services.migration.runner.compile import compile
from services.migration.runner.errors import NotRunnableError, RunFailedError
from services.migration.runner.execute import Given, Played, rows_from_csv, run, run_on
from services.migration.runner.on_duckdb import in_memory
from services.migration.runner.script import Purpose, Script, Statement

__all__ = [
    "Given",
    "NotRunnableError",
    "Played",
    "Purpose",
    "RunFailedError",
    "Script",
    "Statement",
    "compile",
    "execute_check",
    "in_memory",
    "rows_from_csv",
    "run",
    "run_on",
]
