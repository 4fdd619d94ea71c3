"""`dataflow-ai convert`: the Migration Engine's conversion of files and folders, here or on a server."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.convert_batch import on_server
from services.cli.convert_estate import NO_EXPORT, convert_estate, cores, exit_code, tell
from services.cli.convert_server import Key, Server
from services.cli.convert_write import Ask, Dialect, converted, numbered, refusal, write_result
from services.cli.estate_manifest import entries
from services.cli.estate_task import Options
from services.cli.output import CliError, Exit, make_console, read
from services.cli.report_estate import estate, write_all
from services.migration.ast import Tool
from services.migration.gate import Outcome
from services.migration.model.local import ask_provider
from services.migration.parsers import ExportError
from services.migration.pipeline import Migration, draft
from services.migration.wording import counted
from services.pipelines.severity import Severity

SHOWN_ISSUES = 20
EXPORTS = "Folders, or exports: PowerCenter .xml, Alteryx .yxmd, SSIS .dtsx, DataStage .dsx, a .zip, .ispac or .yxzp"
ONE_BY_ONE = 20  # files given by themselves that are told of one after the other
COLOURS = {Outcome.COMPLETED: "green", Outcome.COMPLETED_WITH_WARNINGS: "yellow", Outcome.FAILED: "red"}


def convert(
    files: Annotated[
        list[Path],
        typer.Argument(help=EXPORTS, show_default=False),
    ],
    dialect: Annotated[Dialect, typer.Option(help="SQL dialect of the pipelines")] = Dialect.POSTGRESQL,
    tool: Annotated[Tool | None, typer.Option(help="The tool they come from; told from the content without")] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the result; a folder in it for each export")
    ] = Path("pipelines"),
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes that convert; as many as cores without", show_default=False)
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds for one export, tried twice")] = 600.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object: {files: […], total: {…}}")] = False,
    server: Server = "",
    provider: Annotated[
        str,
        typer.Option(
            envvar="PROVIDER_ADDRESS",
            help="host:port of a Provider server, whose model is asked about what no rule converts",
            show_default=False,
        ),
    ] = "",
    key: Key = "",
) -> None:
    """Convert exports into DataFlow YAML pipelines, with a report beside them.

    Of a folder, everything below it is converted, on all cores; the result's folders are those of the input. Run
    again, only what has changed is converted again. An export that kills its process or takes longer than --timeout
    is tried twice, then set aside. With --server several exports are one batch there; Ctrl-C cancels what of it has
    not begun.

    Exit code 0: all converted; 1: an export cannot be read or the result not be written; 2: wrong arguments; 3:
    converted, but with objects that a person has to finish first (the report names them); 130: stopped by Ctrl-C,
    what was done is kept.
    """
    many = as_json or server or workers or len(files) > ONE_BY_ONE or any(path.is_dir() for path in files)
    if not many:
        raise typer.Exit(
            _one_by_one(files, out, dialect, tool, partial(ask_provider, provider, key) if provider else None)
        )
    options = Options(out, dialect.value, tool, provider=provider, key=key)
    engine = partial(on_server, url=server, at_once=workers or cores()) if server else None
    run = convert_estate(files, options, engine, workers=workers or cores(), timeout=timeout)
    if not run.entries and not run.stopped:
        raise CliError(NO_EXPORT)
    if not run.stopped and any(path.is_dir() for path in files):
        write_all(estate(entries(out), f"Migration of {', '.join(map(str, files))}"), out)
    tell(run, out, as_json=as_json)
    raise typer.Exit(exit_code(run))


def _one_by_one(files: list[Path], out: Path, dialect: Dialect, tool: Tool | None, ask: Ask | None) -> Exit:
    console, errors = make_console(), make_console(error=True)
    codes = [_one(path, folder, dialect, tool, ask, console, errors) for path, folder in numbered(files, out)]
    return Exit.FAILED if Exit.FAILED in codes else max(codes)


def _one(
    path: Path, folder: Path, dialect: Dialect, tool: Tool | None, ask: Ask | None, console: Console, errors: Console
) -> Exit:
    def asking(count: int) -> None:
        console.print(f"{escape(path.name)}: asking a language model about {counted(count, 'object')}")

    try:
        data = read(path)
        migration, sides = converted(
            lambda answers: draft(data, path.name, tool=tool, dialect=dialect.value, answers=answers), ask, asking
        )
        write_result(migration, sides, folder)
    except ExportError as error:
        place = f", line {error.line}, column {error.column}" if error.line else ""
        errors.print(f"[red]{escape(str(path))}{place}[/red]: {escape(refusal(error))}", soft_wrap=True)
        return Exit.FAILED
    except CliError as error:
        errors.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        return Exit.FAILED
    _summary(console, path, folder, migration)
    return Exit.BLOCKED if migration.release.outcome is Outcome.FAILED else Exit.DONE


def _summary(console: Console, path: Path, folder: Path, migration: Migration) -> None:
    report, release = migration.report, migration.release
    colour = COLOURS[release.outcome]
    console.print(
        f"[bold]{escape(path.name)}[/bold] ({migration.tool.value}): [{colour}]{release.outcome.value}[/{colour}]"
        f"{f' ({release.status_reason.value})' if release.status_reason else ''}, "
        f"confidence {release.overall_confidence:.2f}"
    )
    table = Table(box=None, padding=(0, 2))
    for head in ("mapping", "objects", "converted", "to review", "by hand", "confidence"):
        table.add_column(head, justify="left" if head == "mapping" else "right")
    for row in report.mappings:
        counts = (row.total_objects, row.auto_converted, row.needs_review, row.manual_required)
        table.add_row(escape(row.name), *map(str, counts), f"{row.confidence:.2f}")
    console.print(table)
    for issue in release.blocking[:SHOWN_ISSUES]:
        where = "/".join(part for part in (issue.mapping, issue.object) if part)
        told = f"{where}: {issue.message}" if where else issue.message
        console.print(f"  [red]{escape(issue.code)}[/red] {escape(told)}")
    if len(release.blocking) > SHOWN_ISSUES:
        console.print(f"  … and {len(release.blocking) - SHOWN_ISSUES} more in the report")
    warned = sum(issue.severity == Severity.WARNING.value for issue in report.issues)
    if warned:
        console.print(f"  {counted(warned, 'warning')} in the report")
    console.print(
        f"  {counted(len(migration.documents), 'document')} and the report in {escape(str(folder))}/\n", soft_wrap=True
    )
