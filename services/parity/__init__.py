"""Data sets compared: `compare(Request(left, right, keys))`."""

from services.parity.compare import MOST_SAMPLES, SAMPLES, Request, compare
from services.parity.connections import connection_named, parse_connections
from services.parity.errors import ParityError
from services.parity.plan import Rules
from services.parity.result import Comparison
from services.parity.sources import Connection, CsvSource, ParquetSource, QuerySource, RowsSource, Source

__all__ = [
    "MOST_SAMPLES",
    "SAMPLES",
    "Comparison",
    "Connection",
    "CsvSource",
    "ParityError",
    "ParquetSource",
    "QuerySource",
    "Request",
    "RowsSource",
    "Rules",
    "Source",
    "compare",
    "connection_named",
    "parse_connections",
]
