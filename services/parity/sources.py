"""Where the two data sets come from, and what they are once they are loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Family = Literal["text", "number", "float", "boolean", "date", "timestamp", "timestamptz", "other"]


@dataclass(frozen=True, slots=True)
class CsvSource:
    """A CSV file with a header. Delimiter and encoding are found where they are empty; `null` is the unquoted text
    that is null, besides nothing at all."""

    path: Path
    label: str
    delimiter: str = ""
    encoding: str = ""
    null: str = ""


@dataclass(frozen=True, slots=True)
class ParquetSource:
    """A Parquet file."""

    path: Path
    label: str


@dataclass(frozen=True, slots=True)
class RowsSource:
    """Rows in memory; a column that a row lacks is null in it."""

    rows: Sequence[Mapping[str, object]]
    label: str


@dataclass(frozen=True, slots=True)
class Connection:
    """A database by the name that configuration gives it. The address may hold a password and is never shown."""

    name: str
    kind: Literal["postgresql", "duckdb"]
    address: str = field(repr=False)
    workspaces: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class QuerySource:
    """The rows of one read-only statement; `table` instead names a table, its parts between dots."""

    connection: Connection
    label: str
    query: str = ""
    table: str = ""


Source = CsvSource | ParquetSource | RowsSource | QuerySource


@dataclass(frozen=True, slots=True)
class Column:
    """A loaded column: `ref` is its name in the loaded table, `declared` its type at the source ("" for none), and
    `as_text` says that it is stored as VARCHAR, whatever it is."""

    name: str
    ref: str
    declared: str
    family: Family
    as_text: bool


@dataclass(frozen=True, slots=True)
class Side:
    """A loaded data set: a table of the work database. `notes` tell how it was read."""

    table: str
    label: str
    columns: tuple[Column, ...]
    rows: int
    notes: tuple[str, ...] = ()
