"""What LEFT and RIGHT of `dataflow-ai compare` name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.cli.output import CliError
from services.parity import Connection, CsvSource, ParquetSource, QuerySource, Source, connection_named

CSV, PARQUET, DUCKDB = (".csv", ".tsv", ".txt"), (".parquet", ".pq"), (".duckdb", ".ddb", ".db")


@dataclass(frozen=True, slots=True)
class Reading:
    """How sources are read: the connections there are, and what the options say of CSV."""

    connections: Mapping[str, Connection]
    delimiter: str = ""
    encoding: str = ""
    null: str = ""


def source_of(text: str, query: str, reading: Reading) -> Source:
    """Raises CliError or ParityError where it names nothing that can be read."""
    if text.startswith("@"):
        name, _, table = text[1:].partition(":")
        return _queried(connection_named(reading.connections, name), text, query, table)
    if "://" in text:
        scheme = text.partition("://")[0]
        raise CliError(
            f"{scheme}://…: addresses are not taken here, they would be seen by others. Set COMPARE_CONNECTIONS="
            f"name={scheme}://… in the environment and write @name."
        )
    path, table = _file(text)
    if path.suffix.lower() in DUCKDB:
        return _queried(Connection(path.name, "duckdb", str(path)), text, query, table)
    if query:
        raise CliError(f"{text}: a query needs a connection or a DuckDB file; files are compared whole.")
    for suffixes, made in _FILES.items():
        if path.suffix.lower() in suffixes:
            return made(path, text, reading)
    raise CliError(f"{text}: its kind is told by its name: {', '.join((*CSV, *PARQUET, *DUCKDB))}, or @CONNECTION.")


def _file(text: str) -> tuple[Path, str]:
    """The path, and the table that is named behind the path of a DuckDB file."""
    for suffix in DUCKDB:
        before, found, table = text.partition(f"{suffix}:")
        if found:
            return Path(before + suffix), table
    return Path(text), ""


def _queried(connection: Connection, label: str, query: str, table: str) -> Source:
    if bool(query) == bool(table):
        raise CliError(f"{label}: name a table ({label.partition(':')[0]}:schema.table) or give a query, one of them.")
    return QuerySource(connection, label, query, table)


def _csv(path: Path, label: str, reading: Reading) -> Source:
    return CsvSource(path, label, reading.delimiter, reading.encoding, reading.null)


def _parquet(path: Path, label: str, _reading: Reading) -> Source:
    return ParquetSource(path, label)


_FILES: dict[tuple[str, ...], Callable[[Path, str, Reading], Source]] = {CSV: _csv, PARQUET: _parquet}
