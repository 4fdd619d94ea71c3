"""CSV, Parquet and rows in memory, loaded into a table whose columns are c0, c1, ….

CSV and rows come as text: their columns have no type of their own. Unquoted nothing is null in CSV, quoted nothing ("")
the empty text, as PostgreSQL writes and reads them.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace

import duckdb

from services.parity.csv_text import CsvText, examined
from services.parity.errors import ParityError, said
from services.parity.families import family_of
from services.parity.sources import Column, CsvSource, ParquetSource, RowsSource, Side
from services.parity.workbench import Workbench, literal, quoted

BUFFER = 8 << 20  # bytes of a file at a time; longer than any line may be
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_WIDTH = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")


def load_csv(bench: Workbench, table: str, source: CsvSource) -> Side:
    """Raises ParityError with the line that cannot be read."""
    copy = bench.folder / f"{table}.csv"
    text = examined(source.path, source.label, source.delimiter, source.encoding, copy)
    side = read_csv(bench, table, text, source.label, source.null)
    copy.unlink(missing_ok=True)
    return side


def read_csv(bench: Workbench, table: str, text: CsvText, label: str, null: str = "") -> Side:
    columns = tuple(Column(name, f"c{at}", "", "text", as_text=True) for at, name in enumerate(text.names))
    kinds = ", ".join(f"{each.ref}: 'VARCHAR'" for each in columns)
    nulls = "['']" if not null else f"['', {literal(null)}]"
    options = (
        f"auto_detect = false, header = true, delim = {literal(text.delimiter)}, quote = '\"', escape = '\"', "
        f"columns = {{{kinds}}}, nullstr = {nulls}, allow_quoted_nulls = false, strict_mode = true, "
        f"buffer_size = {BUFFER}"
    )
    try:
        bench.run(f"CREATE TABLE {table} AS FROM read_csv({literal(str(text.path))}, {options})")
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise ParityError(_refused(label, str(error))) from None
    return Side(table, label, columns, _count(bench, table), text.notes)


def _refused(label: str, error: str) -> str:
    line = _LINE.search(error)
    place = f"{label}, line {line[1]}" if line else label
    if width := _WIDTH.search(error):
        values = "1 value" if width[2] == "1" else f"{width[2]} values"
        return (
            f"{place}: has {values} for {width[1]} columns. Quote values that hold the delimiter, or name "
            "another --delimiter."
        )
    if "unterminated quote" in error:
        return f"{place}: a quoted value does not end. A quote inside a quoted value has to be doubled."
    reason = next((part for part in error.splitlines() if part and "Line" not in part), error.splitlines()[0])
    return f"{place}: {reason.removeprefix('Invalid Input Error: ').rstrip('.')}."


def load_parquet(bench: Workbench, table: str, source: ParquetSource) -> Side:
    try:
        with source.path.open("rb") as file:
            if file.read(4) != b"PAR1":
                raise ParityError(f"{source.label}: is no Parquet file; a CSV file is told by its name, .csv or .tsv.")
    except OSError as error:
        raise ParityError(f"{source.label}: cannot be read ({error.strerror}). Check the path.") from error
    try:
        return read_typed(bench, table, f"read_parquet({literal(str(source.path))})", source.label)
    except duckdb.Error as error:
        raise ParityError(f"{source.label}: cannot be read as Parquet ({said(error)}).") from None


def read_typed(bench: Workbench, table: str, relation: str, label: str) -> Side:
    """A table of whatever DuckDB reads with types; nested values and what else has no order as text."""
    described = [(row[0], row[1]) for row in bench.rows(f"DESCRIBE FROM {relation}")]
    columns = tuple(_typed(name, kind, at) for at, (name, kind) in enumerate(described))
    chosen = ", ".join(f"{_stored(each)} AS {each.ref}" for each in columns)
    bench.run(f"CREATE TABLE {table} AS SELECT {chosen} FROM {relation}")  # noqa: S608  # names are quoted
    return Side(table, label, columns, _count(bench, table))


def _typed(name: str, kind: str, at: int) -> Column:
    family = family_of(kind)
    return Column(name, f"c{at}", kind, family, as_text=family in ("text", "other"))


def _stored(column: Column) -> str:
    name = quoted(column.name)
    if column.declared == "BLOB":
        return f"lower(hex({name}))"
    return f"CAST({name} AS VARCHAR)" if column.as_text else name


def load_rows(bench: Workbench, table: str, source: RowsSource) -> Side:
    """Numbers as they are written in JSON, true and false, nested values as JSON."""
    names = list(dict.fromkeys(name for row in source.rows for name in row))
    if not names:
        raise ParityError(f"{source.label}: the rows have no columns; give objects by column name.")
    path = bench.folder / f"{table}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(names)
        file.writelines(_line(row, names) for row in source.rows)
    side = read_csv(bench, table, CsvText(path, ",", names, ()), source.label)
    path.unlink()
    return replace(side, rows=len(source.rows))


def _line(row: Mapping[str, object], names: list[str]) -> str:
    return ",".join("" if row.get(name) is None else _cell(row[name]) for name in names) + "\n"


def _cell(value: object) -> str:
    return '"' + _text(value).replace('"', '""') + '"'


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return str(value) if not isinstance(value, (bool, dict, list)) else json.dumps(value, ensure_ascii=False)


def _count(bench: Workbench, table: str) -> int:
    return int(bench.row(f"SELECT count(*) FROM {table}")[0])  # noqa: S608  # a name of our own
