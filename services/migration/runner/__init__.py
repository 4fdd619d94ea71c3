"""Compiles pipelines to SQL scripts and runs them on DuckDB."""

from services.migration.runner.check import execute_check
from services.migration.runner.compile import compile
from services.migration.runner.errors import NotRunnableError, RunFailedError
from services.migration.runner.execute import rows_from_csv, run
from services.migration.runner.script import Purpose, Script, Statement

__all__ = [
    "NotRunnableError",
    "Purpose",
    "RunFailedError",
    "Script",
    "Statement",
    "compile",
    "execute_check",
    "rows_from_csv",
    "run",
]
