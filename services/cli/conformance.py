"""`dataflow-ai conformance`: documented function results against the SQL that is emitted for them, executed."""

from __future__ import annotations

import contextlib
import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from services.cli.output import CliError, Exit, make_console
from services.migration.ast import Tool
from services.migration.expressions.conformance import EngineLostError, Outcome, Row, Score
from services.migration.expressions.conformance_rows import BadRow, read_file
from services.migration.expressions.engines import run_rows

SHOWN_CHARACTERS = 200


class Engine(StrEnum):
    DUCKDB = "duckdb"
    POSTGRESQL = "postgresql"


def conformance(
    file: Annotated[Path, typer.Argument(help="Documented results, tab-separated", show_default=False)],
    language: Annotated[Tool, typer.Option(help="The tool whose expressions they are")] = Tool.POWERCENTER,
    engine: Annotated[Engine, typer.Option(help="Where the SQL is executed")] = Engine.DUCKDB,
    url: Annotated[
        str,
        typer.Option(
            envvar="DATABASE_URL",
            help="The server for postgresql; only SELECTs of literals run. Without it one is started for the command",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as one JSON object, nothing else")] = False,
) -> None:
    """Translate, execute and score a file of documented results, on this machine.

    Columns: id, function, expression, inputs_json ({"NAME:type": value}), documented_result (\\N is NULL, <ERROR…> a
    row error), result_type, status (doc and doc-copy are counted apart, ambiguous left out). Numbers are equal to 1e-9
    relative, text exactly, dates as instants. Exit code 0: scored, whatever the score; 1: the file or the engine cannot
    be used, or lines are no rows (each is named, the others are scored); 2: wrong arguments.
    """
    rows, bad = _read(file)
    score = _run(rows, language, engine, url)
    errors = make_console(error=True)
    for line in bad:
        errors.print(f"{file}, line {line.line}: {line.reason}.", style="red", markup=False, soft_wrap=True)
    if as_json:
        typer.echo(json.dumps(score.as_dict()))
    else:
        _tell(score)
    raise typer.Exit(Exit.FAILED if bad else Exit.DONE)


def _read(file: Path) -> tuple[list[Row], list[BadRow]]:
    try:
        return read_file(file)
    except OSError as error:
        raise CliError(f"{file}: cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise CliError(f"{error}.") from error


def _run(rows: list[Row], language: Tool, engine: Engine, url: str) -> Score:
    with contextlib.ExitStack() as stack:
        if engine is Engine.POSTGRESQL:
            url = url or _throwaway(stack)
            _require_server(url)
        try:
            return run_rows(rows, language=language, engine=engine.value, url=url)
        except EngineLostError as error:
            raise CliError(f"{error}.") from error


def _throwaway(stack: contextlib.ExitStack) -> str:
    from services.cli.throwaway_postgres import throwaway_postgres  # why here: psutil, which no other command needs

    return stack.enter_context(throwaway_postgres())


def _require_server(url: str) -> None:
    """Raises CliError, without the address, which may hold a password, where nothing can be asked there."""
    import asyncpg

    from services.migration.expressions.engines import postgresql_engine

    try:
        with postgresql_engine(url) as execute:
            execute("SELECT 1")
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CliError(
            f"The PostgreSQL server of --url or DATABASE_URL cannot be used: {reason}. Check the address "
            "(postgresql://user@host:port/database), or leave it out to have a server started."
        ) from error


def _tell(score: Score) -> None:
    console = make_console()
    wrong = [outcome for outcome in score.outcomes if outcome.verdict != "right"]
    if wrong:
        table = Table(box=None, padding=(0, 2))
        for head in ("id", "verdict", "confidence", "expression", "documented", "found"):
            table.add_column(head, overflow="fold", justify="right" if head == "confidence" else "left")
        for outcome in wrong:
            table.add_row(*map(escape, _cells(outcome)))
        console.print(table)
    counts = score.as_dict()
    for name, of in (("all", counts), ("documented", counts["doc"])):
        share = f" ({of['right'] / of['total']:.1%})" if of["total"] else ""
        rest = "".join(
            f", {of[key]} {key.replace('_', ' ')}" for key in ("silently_wrong", "warned", "refused") if key in of
        )
        console.print(f"{name}: {of['total']} rows, {of['right']} right{share}{rest}")


def _cells(outcome: Outcome) -> tuple[str, ...]:
    row = outcome.row
    given = ", ".join(f"{name} = {value!r}" for name, _, value in row.inputs)
    expression = f"{row.expression}  with {given}" if given else row.expression
    cells = (row.id, outcome.verdict, f"{outcome.confidence:.2f}", expression, row.expected, outcome.detail)
    return tuple(cell if len(cell) <= SHOWN_CHARACTERS else f"{cell[:SHOWN_CHARACTERS]}…" for cell in cells)
