"""The same rows as every kind of source."""

from __future__ import annotations

from pathlib import Path

import duckdb

from services.parity import Connection, CsvSource, ParquetSource, QuerySource, Request, Rules, compare


def csv_of(path: Path, text: str | bytes, **options) -> CsvSource:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CsvSource(path, path.name, **options)


def parquet_of(path: Path, query: str) -> ParquetSource:
    """The rows of a DuckDB query."""
    with duckdb.connect() as bench:
        bench.execute("SET TimeZone = 'UTC'")
        bench.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return ParquetSource(path, path.name)


def duckdb_of(path: Path, query: str, statement: str = "FROM t") -> QuerySource:
    with duckdb.connect(str(path)) as bench:
        bench.execute("SET TimeZone = 'UTC'")
        bench.execute(f"CREATE TABLE t AS {query}")
    return QuerySource(Connection("new", "duckdb", str(path)), path.name, statement)


def texts(tmp_path: Path, left: str, right: str, keys: str = "id", **options):
    """Two CSV texts compared; options of Rules and of Request."""
    rules = Rules(**{name: options.pop(name) for name in tuple(options) if name in Rules.__slots__})
    sides = (csv_of(tmp_path / "left.csv", left), csv_of(tmp_path / "right.csv", right))
    names = tuple(filter(None, keys.split(",")))
    return compare(Request(*sides, keys=names, rules=rules, **options))
