"""Rows from files for `dataflow-ai run`, and the rows of sinks into files; one at a time, however many there are."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.cli.output import CliError
from services.migration.wording import counted

Row = dict[str, Any]
UNSAFE = frozenset('/\\:*?"<>|\0')
DELIMITERS = {"tab": "\t", "\\t": "\t"}
OTHERS = (";", "\t", "|")
NOT_UTF8 = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
FETCHED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class RowFile:
    """A file of rows: its columns, and its rows, which are read as they are taken. Reading may raise CliError."""

    path: Path
    columns: list[str]
    rows: Callable[[], Iterator[Row]]


def open_rows(path: Path, null: str, delimiter: str) -> RowFile:
    """A .csv file with a header, in UTF-8, or a .parquet file. `null` is the text that is null in CSV."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise CliError(f"{path}: rows are read from {' and '.join(_READERS)} files.")
    return reader(path, null, DELIMITERS.get(delimiter, delimiter))


def _csv(path: Path, null: str, delimiter: str) -> RowFile:
    if len(delimiter) != 1:
        raise CliError(f"--delimiter {delimiter}: has to be one character, or the word tab.")
    header = next(_records(path, delimiter), (1, []))[1]
    if not header or len({name.casefold() for name in header}) < len(header):
        raise CliError(f"{path}: the first line has to name the columns, each once.")
    other = next((each for each in OTHERS if each != delimiter and each in header[0]), None)
    if len(header) == 1 and other is not None:
        shown = "tab" if other == "\t" else other
        raise CliError(f"{path}: the first line names one column, {header[0]!r}; try --delimiter '{shown}'.")

    def rows() -> Iterator[Row]:
        records = _records(path, delimiter)
        next(records)
        for line, cells in records:
            if len(cells) != len(header):
                widths = counted(len(cells), "value"), counted(len(header), "column")
                raise CliError(f"{path}, line {line}: has {widths[0]} for {widths[1]}.")
            yield {name: None if cell == null else cell for name, cell in zip(header, cells, strict=True)}

    return RowFile(path, header, rows)


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV file that are not empty, each with its last line."""
    try:
        with path.open("rb") as file:
            lines = csv.reader(_decoded(path, file), delimiter=delimiter, strict=True)
            try:
                for cells in lines:
                    if cells:
                        yield lines.line_num, cells
            except csv.Error as error:
                raise CliError(f"{path}, line {lines.line_num}: {sentence(str(error))}") from error
    except OSError as error:
        raise CliError(f"{path}: cannot be read ({error.strerror}).") from error


def _decoded(path: Path, lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if number == 1 and line[:2] in NOT_UTF8:
            raise CliError(f"{path}: is {NOT_UTF8[line[:2]]}; save it as UTF-8.")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise CliError(f"{path}, line {number}: is not UTF-8.") from error


def _parquet(path: Path, _null: str, _delimiter: str) -> RowFile:
    import duckdb  # why here: what reads other files does not need it

    def rows() -> Iterator[Row]:
        try:
            with duckdb.connect() as connection:
                connection.execute("FROM read_parquet(?)", [[str(path)]])
                names = [column[0] for column in connection.description or ()]
                while part := connection.fetchmany(FETCHED_AT_ONCE):
                    yield from (dict(zip(names, values, strict=True)) for values in part)
        except duckdb.Error as error:
            raise CliError(f"{path}: {sentence(str(error).splitlines()[0])}") from error

    _require_parquet(path)
    try:
        with duckdb.connect() as connection:
            described = connection.execute("DESCRIBE FROM read_parquet(?)", [[str(path)]]).fetchall()
    except duckdb.Error as error:
        raise CliError(f"{path}: {sentence(str(error).splitlines()[0])}") from error
    return RowFile(path, [row[0] for row in described], rows)


def _require_parquet(path: Path) -> None:
    try:
        with path.open("rb") as file:
            if file.read(4) != b"PAR1":
                raise CliError(f"{path}: is no Parquet file.")
    except OSError as error:
        raise CliError(f"{path}: cannot be read ({error.strerror}).") from error


_READERS: dict[str, Callable[[Path, str, str], RowFile]] = {".csv": _csv, ".parquet": _parquet}


def write_rows(folder: Path, sink: str, names: list[str], rows: Iterable[Mapping[str, Any]], null: str) -> Path:
    """<sink>.csv in a folder, which is made; gives its path. Raises CliError."""
    path = folder / f"{''.join('_' if c in UNSAFE else c for c in sink).lstrip('.') or 'sink'}.csv"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(names)
            writer.writerows([null if v is None else plain(v) for v in row.values()] for row in rows)
    except OSError as error:
        raise CliError(f"{path}: cannot be written ({error.strerror}).") from error
    return path


def plain(value: object) -> object:
    """A value as JSON and CSV hold it: exact numbers and dates as text in JSON, bytes as hexadecimal digits."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (Decimal, timedelta)):
        return str(value)
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def sentence(text: str) -> str:
    """A message with a full stop at its end."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
