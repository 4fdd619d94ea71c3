"""`dataflow-ai compare`: two data sets, and how they differ, found here or by a server."""

from __future__ import annotations

import csv
import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar, get_args

import typer

from services.cli.compare_server import Asking, data_set, require_known
from services.cli.compare_show import progress, tell
from services.cli.compare_sources import Reading, source_of
from services.cli.convert_server import Key
from services.cli.jobs import Workspace
from services.cli.output import CliError, make_console, write
from services.cli.rest import Engine
from services.parity import MOST_SAMPLES, SAMPLES, ParityError, Request, Rules, compare, parse_connections
from services.parity.compare import Tell
from services.parity.connections import VARIABLE
from services.parity.html import to_html
from services.parity.schema import TypeRule
from services.parity.workbench import MEMORY_MB

Result = TypeVar("Result")
EQUAL, DIFFERENT, FAILED, INTERRUPTED = 0, 1, 2, 130


def compare_command(
    left: Annotated[
        str,
        typer.Argument(
            help="The old data: a .csv or .parquet file, FILE.duckdb[:schema.table], or @CONNECTION[:schema.table]",
            show_default=False,
        ),
    ],
    right: Annotated[str, typer.Argument(help="The new data, as the old", show_default=False)],
    keys: Annotated[
        str, typer.Option(help="Columns that identify a row, a,b; without them rows are compared as a multiset")
    ] = "",
    left_query: Annotated[str, typer.Option(help="A read-only statement for the left connection or DuckDB file")] = "",
    right_query: Annotated[str, typer.Option(help="The same for the right")] = "",
    tolerance: Annotated[float, typer.Option(min=0, help="Largest difference of two numbers that count as equal")] = 0,
    relative: Annotated[
        float, typer.Option(min=0, help="The same as a share of the larger number; either is enough")
    ] = 0,
    trim: Annotated[bool, typer.Option("--trim", help="Trailing blanks of text don't count")] = False,
    nulls_as_empty: Annotated[
        bool, typer.Option("--nulls-as-empty", help="Null and the empty text count as equal")
    ] = False,
    as_written: Annotated[
        bool, typer.Option("--as-written", help="Every value is compared as text; no numbers or dates are read")
    ] = False,
    ignore: Annotated[str, typer.Option(help="Columns left out, a,b")] = "",
    columns: Annotated[str, typer.Option(help="The only columns compared beside the keys, a,b")] = "",
    types: Annotated[
        str,
        typer.Option(help="Which differences of types count: family (text and number, …), strict (any) or ignore"),
    ] = "family",
    delimiter: Annotated[str, typer.Option(help="Delimiter of CSV files; found in the file where not given")] = "",
    encoding: Annotated[str, typer.Option(help="Encoding of CSV files; found in the file where not given")] = "",
    null: Annotated[str, typer.Option(help="The unquoted text that is null in CSV, besides nothing")] = "",
    max_samples: Annotated[int, typer.Option(min=0, max=MOST_SAMPLES, help="Differences to show")] = SAMPLES,
    memory: Annotated[int, typer.Option(min=64, help="MiB for the comparison; the rest spills to disk")] = MEMORY_MB,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, nothing else")] = False,
    server: Annotated[
        str,
        typer.Option(
            help="Let the Migration Engine at this URL compare: its own connections, and CSV files that are sent to it",
            show_default=False,
        ),
    ] = "",
    key: Key = "",
    workspace: Workspace = "",
) -> None:
    """Compare two data sets: counts, columns, rows by key, values, figures of every column.

    CSV files need a header; nothing is null and "" is the empty text. Connections are named in COMPARE_CONNECTIONS and
    only read; with --server, which is never taken from the environment here, they are the server's. Exit code 0: equal;
    1: different; 2: could not be compared, with a sentence on standard error; 130: interrupted.
    """
    try:
        names, rules = _names(keys), Rules(tolerance, relative, trim, nulls_as_empty, as_written)
        rule = _types(types)
        if server:
            require_known(
                {
                    "--relative": relative,
                    "--as-written": as_written,
                    "--columns": columns,
                    "--types": rule != "family",
                    "--delimiter": delimiter,
                    "--null": null,
                    "--memory": memory != MEMORY_MB,
                }
            )
            sides = data_set(left, left_query, encoding), data_set(right, right_query, encoding)
            asking = Asking((left, right), sides, names, rules, _names(ignore), max_samples)
            answer = _interruptible(partial(asking.answer, Engine(server, key, workspace)))
            found, told = asking.comparison(answer), asking.as_dict(answer)
        else:
            reading = Reading(parse_connections(os.environ.get(VARIABLE, "")), delimiter, encoding, null)
            request = Request(
                left=source_of(left, left_query, reading),
                right=source_of(right, right_query, reading),
                keys=names,
                rules=rules,
                ignored=_names(ignore),
                only=_names(columns),
                types=rule,
                samples=max_samples,
                memory_mb=memory,
            )
            found = _interruptible(partial(compare, request))
            told = found.as_dict()
        if html is not None:
            write(html, to_html(found).encode())
    except (CliError, ParityError) as error:
        make_console(error=True).print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(FAILED) from None
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, allow_nan=False))
    else:
        tell(found)
    raise typer.Exit(EQUAL if found.equal else DIFFERENT)


def _interruptible(work: Callable[[Tell], Result]) -> Result:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a termination cleans up as Ctrl-C does
    try:
        with progress() as step:
            return work(step)
    except KeyboardInterrupt:
        make_console(error=True).print("Interrupted; nothing is left behind.", style="yellow")
        raise typer.Exit(INTERRUPTED) from None


def _names(text: str) -> tuple[str, ...]:
    """Names between commas; one that holds a comma or a blank at its end is written in double quotes."""
    cells = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(
        cell if cell != cell.strip() and f'"{cell}"' in text else cell.strip() for cell in cells if cell.strip()
    )


def _types(text: str) -> TypeRule:
    for rule in get_args(TypeRule):
        if rule == text:
            return rule  # type: ignore[no-any-return]  # one of the literals
    raise CliError(f"--types {text}: is none of {', '.join(get_args(TypeRule))}.")
