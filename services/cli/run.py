"""`dataflow-ai run`: a pipeline executed on DuckDB over files of rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from services.cli.output import CliError, make_console, read, write
from services.migration.dsl.document import Document, load
from services.migration.dsl.errors import DocumentError
from services.migration.runner import NotRunnableError, RunFailedError
from services.migration.runner import run as run_document

Rows = list[dict[str, Any]]
SHOWN_ROWS = 10
UNSAFE = frozenset('/\\:*?"<>|\0')


def run(
    pipeline: Annotated[Path, typer.Argument(help="A pipeline, YAML or JSON", show_default=False)],
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            metavar="SOURCE=FILE",
            help="Rows of a source by its node id, .csv (with a header, UTF-8) or .parquet; may be repeated",
        ),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="Value of a parameter, in place of its default; repeatable"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder that gets <sink>.csv with the rows of every sink")] = None,
    null: Annotated[str, typer.Option(help="The text that is null in CSV, read and written")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, with every row")] = False,
) -> None:
    """Run a pipeline on DuckDB, in memory, over rows from files.

    No connection of the pipeline is opened: a source without --input is empty unless its rows stand in the pipeline,
    and sinks begin empty. The pipeline's quality checks are not run by this command. Exit code 0: run; 1: the pipeline
    cannot be read, does not run or fails, with its node named; 2: wrong arguments.
    """
    document = _document(pipeline)
    given = {name: _rows(Path(file), null) for name, file in _pairs("--input", inputs, "source=rows.csv")}
    values = dict(_pairs("--param", parameters, "NAME=VALUE"))
    _require_declared(document, values)
    try:
        sinks = run_document(document, given, parameters=values)
    except (NotRunnableError, RunFailedError) as error:
        raise CliError(f"{pipeline}: {_sentence(str(error))}") from error
    files = {name: _write(out, name, rows, null) for name, rows in sinks.items()} if out else {}
    if as_json:
        typer.echo(json.dumps(_as_dict(document, sinks, files), ensure_ascii=False, default=_plain))
    else:
        _tell(document, sinks, files)


def _document(path: Path) -> Document:
    content = read(path)
    try:
        return load(content)
    except DocumentError as error:
        raise CliError(f"{path}: {_sentence(str(error))}") from error


def _pairs(option: str, texts: list[str] | None, example: str) -> list[tuple[str, str]]:
    found = []
    for text in texts or ():
        name, separator, value = text.partition("=")
        if not separator or not name.strip():
            raise CliError(f"{option} {text}: has to be written {example}.")
        found.append((name.strip(), value))
    doubled = next((name for name, _ in found if [n for n, _ in found].count(name) > 1), None)
    if doubled is not None:
        raise CliError(f"{option} {doubled}: is given twice.")
    return found


def _require_declared(document: Document, values: Mapping[str, str]) -> None:
    listed = document.data.get("parameters")
    declared = (
        {str(item.get("name")) for item in listed if isinstance(item, dict)} if isinstance(listed, list) else set()
    )
    unknown = next((name for name in values if name not in declared), None)
    if unknown is not None:
        names = ", ".join(sorted(declared)) or "none"
        raise CliError(f"--param {unknown}: the pipeline declares no such parameter; it declares {names}.")


def _rows(path: Path, null: str) -> Rows:
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise CliError(f"{path}: rows are read from {' and '.join(_READERS)} files.")
    return reader(path, null)


def _csv_rows(path: Path, null: str) -> Rows:
    try:
        text = read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = error.object.count(b"\n", 0, error.start) + 1
        raise CliError(f"{path}, line {place}: is not UTF-8.") from error
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        if not header or len(set(header)) < len(header):
            raise CliError(f"{path}: the first line has to name the columns, each once.")
        return [_csv_row(path, lines.line_num, header, cells, null) for cells in lines if cells]
    except csv.Error as error:
        raise CliError(f"{path}, line {lines.line_num}: {_sentence(str(error))}") from error


def _csv_row(path: Path, line: int, header: list[str], cells: list[str], null: str) -> dict[str, Any]:
    if len(cells) != len(header):
        raise CliError(f"{path}, line {line}: has {len(cells)} values for {len(header)} columns.")
    return {name: None if cell == null else cell for name, cell in zip(header, cells, strict=True)}


def _parquet_rows(path: Path, null: str) -> Rows:
    del null
    import duckdb  # why here: what reads other files does not need it

    content = read(path)
    if content[:4] != b"PAR1":
        raise CliError(f"{path}: is no Parquet file.")
    try:
        with duckdb.connect() as connection:
            found = connection.execute("FROM read_parquet(?)", [[str(path)]])
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, values, strict=True)) for values in found.fetchall()]
    except duckdb.Error as error:
        raise CliError(f"{path}: {_sentence(str(error).splitlines()[0])}") from error


_READERS = {".csv": _csv_rows, ".parquet": _parquet_rows}


def _write(folder: Path, sink: str, rows: Rows, null: str) -> Path:
    path = folder / f"{''.join('_' if c in UNSAFE else c for c in sink).lstrip('.') or 'sink'}.csv"
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    if rows:
        writer.writerow(rows[0])
    writer.writerows([[null if v is None else _plain(v) for v in row.values()] for row in rows])
    write(path, text.getvalue().encode())
    return path


def _plain(value: object) -> object:
    """A value as JSON and CSV hold it: exact numbers and dates as text in JSON, bytes as hexadecimal digits."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, (Decimal, timedelta)):
        return str(value)
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _as_dict(document: Document, sinks: Mapping[str, Rows], files: Mapping[str, Path]) -> dict[str, object]:
    return {
        "pipeline": document.name,
        "sinks": {
            name: {"total": len(rows), "rows": rows} | ({"file": str(files[name])} if name in files else {})
            for name, rows in sinks.items()
        },
    }


def _tell(document: Document, sinks: Mapping[str, Rows], files: Mapping[str, Path]) -> None:
    console = make_console()
    for name, rows in sinks.items():
        where = f", in {escape(str(files[name]))}" if name in files else ""
        console.print(f"[bold]{escape(document.name)}/{escape(name)}[/bold]: {len(rows)} rows{where}", soft_wrap=True)
        if not rows:
            continue
        table = Table(box=None, padding=(0, 2))
        for column in rows[0]:
            table.add_column(escape(column), overflow="fold")
        for row in rows[:SHOWN_ROWS]:
            table.add_row(*("[dim]null[/dim]" if v is None else escape(str(_plain(v))) for v in row.values()))
        console.print(table)
        if len(rows) > SHOWN_ROWS:
            console.print(f"  … and {len(rows) - SHOWN_ROWS} more")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
