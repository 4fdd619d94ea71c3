"""Compiles pipelines to SQL scripts and runs them, on DuckDB or on PostgreSQL."""

from services.pipelines.runner.check import execute_check
from services.pipelines.runner.compile import compile
from services.pipelines.runner.errors import NotRunnableError, RunFailedError
from services.pipelines.runner.execute import Given, Played, rows_from_csv, run, run_on
from services.pipelines.runner.on_duckdb import in_memory
from services.pipelines.runner.script import Purpose, Script, Statement

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
