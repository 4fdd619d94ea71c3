"""Any source, loaded."""

from __future__ import annotations

from services.parity.errors import ParityError
from services.parity.load_files import load_csv, load_parquet, load_rows
from services.parity.load_queries import load_query
from services.parity.sources import CsvSource, ParquetSource, QuerySource, RowsSource, Side, Source
from services.parity.workbench import Workbench


def load(bench: Workbench, table: str, source: Source) -> Side:
    """The source as a table of the work database. Raises ParityError."""
    match source:
        case CsvSource():
            return load_csv(bench, table, source)
        case ParquetSource():
            return load_parquet(bench, table, source)
        case RowsSource():
            return load_rows(bench, table, source)
        case QuerySource():
            return load_query(bench, table, source)
    raise ParityError("The source is of no kind that is known.")
