"""`dataflow-ai convert`: the Migration Engine's conversion on this machine, without a server or a database."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.output import CliError, Exit, make_console, read, write
from services.migration.ast import Tool
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.gate import Outcome
from services.migration.model.local import ask_provider
from services.migration.parsers import ExportError
from services.migration.pipeline import Migration, Output, complete, draft
from services.migration.report import to_html, to_json

SHOWN_ISSUES = 20
LONGEST_NAME = 180  # bytes of a file's name before its ending; disks take 255
EXPORTS = "Exports: PowerCenter .xml, Alteryx .yxmd, SSIS .dtsx, DataStage .dsx; or a .zip, .ispac or .yxzp of them"
QUESTIONS = 2  # times that a model is asked: an answer can change what stands behind it
Ask = Callable[[Iterable[ModelRequest]], dict[str, ModelAnswer]]
COLOURS = {Outcome.COMPLETED: "green", Outcome.COMPLETED_WITH_WARNINGS: "yellow", Outcome.FAILED: "red"}
REPORTS = {"json": to_json, "html": to_html}


class Dialect(StrEnum):
    """Dialects pipelines are written in; the names are those of the contract."""

    POSTGRESQL = "postgresql"
    SNOWFLAKE = "snowflake"
    TERADATA = "teradata"
    SAP_HANA = "sap_hana"
    MSSQL = "mssql"


def convert(
    files: Annotated[
        list[Path],
        typer.Argument(help=EXPORTS, show_default=False),
    ],
    dialect: Annotated[Dialect, typer.Option(help="SQL dialect of the pipelines")] = Dialect.POSTGRESQL,
    tool: Annotated[Tool | None, typer.Option(help="The tool they come from; told from the content without")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the result; a folder in it for each export")] = Path(
        "pipelines"
    ),
    provider: Annotated[
        str,
        typer.Option(
            envvar="PROVIDER_ADDRESS",
            help="host:port of a Provider server, whose model is asked about what no rule converts",
            show_default=False,
        ),
    ] = "",
    key: Annotated[
        str, typer.Option(envvar="DATAFLOW_API_KEY", help="API key for the Provider server", show_default=False)
    ] = "",
) -> None:
    """Convert exports into DataFlow YAML pipelines, with a report beside them.

    Exit code 0: all converted; 1: an export cannot be read or the result not be written; 3: converted, but with
    objects that a person has to finish first (the report names them).
    """
    console, errors = make_console(), make_console(error=True)
    ask = partial(ask_provider, provider, key) if provider else None
    codes = [_one(path, folder, dialect, tool, ask, console, errors) for path, folder in _folders(files, out)]
    raise typer.Exit(Exit.FAILED if Exit.FAILED in codes else max(codes))


def _folders(files: list[Path], out: Path) -> list[tuple[Path, Path]]:
    """(export, folder of its own). Exports of one name get numbers."""
    taken: set[str] = set()
    pairs = []
    for path in files:
        stem = _file_name(path.stem)
        names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(files) + 2))
        name = next(name for name in names if name.lower() not in taken)
        taken.add(name.lower())
        pairs.append((path, out / name))
    return pairs


def _one(
    path: Path, folder: Path, dialect: Dialect, tool: Tool | None, ask: Ask | None, console: Console, errors: Console
) -> Exit:
    try:
        migration = _migrated(read(path), path.name, dialect, tool, ask, console)
        _write(migration, folder)
    except ExportError as error:
        what = f"{error.message} {error.remedy}".strip()
        place = f", line {error.line}, column {error.column}" if error.line else ""
        errors.print(f"[red]{escape(str(path))}{place}[/red]: {escape(what)}", soft_wrap=True)
        return Exit.FAILED
    except CliError as error:
        errors.print(f"[red]{escape(str(error))}[/red]", soft_wrap=True)
        return Exit.FAILED
    _summary(console, path, folder, migration)
    return Exit.BLOCKED if migration.release.outcome is Outcome.FAILED else Exit.DONE


def _migrated(
    data: bytes, name: str, dialect: Dialect, tool: Tool | None, ask: Ask | None, console: Console
) -> Migration:
    """The export, converted; where a model may be asked, again with its answers."""
    answers: dict[str, ModelAnswer] = {}
    drawn = draft(data, name, tool=tool, dialect=dialect.value)
    for _ in range(QUESTIONS):
        if ask is None or not drawn.result.requests:
            break
        console.print(f"{escape(name)}: asking a language model about {len(drawn.result.requests)} objects")
        answers |= ask(drawn.result.requests)
        drawn = draft(data, name, tool=tool, dialect=dialect.value, answers=answers)
    return complete(drawn)


def _write(migration: Migration, folder: Path) -> None:
    for name, document in zip(_document_names(migration.documents), migration.documents, strict=True):
        write(folder / f"{name}.yaml", document.yaml.encode())
    for form, render in REPORTS.items():
        write(folder / f"report.{form}", render(migration.report).encode())


def _document_names(documents: tuple[Output, ...]) -> list[str]:
    """Names as files: orchestrations are marked, and no two are the same, also where case does not count."""
    names: list[str] = []
    for document in documents:
        marked = f"{document.name}.orchestration" if document.kind == "orchestration" else document.name
        name = _file_name(marked)
        same = sum(other.lower().split("~")[0] == name.lower() for other in names)
        names.append(f"{name}~{same + 1}" if same else name)
    return names


def _file_name(text: str) -> str:
    """Letters, digits, `.`, `_` and `-`; never empty, never hidden or above its folder, never too long for a disk."""
    name = re.sub(r"[^\w.-]", "_", text).lstrip(".") or "export"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


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
        console.print(f"  [red]{escape(issue.code)}[/red] {escape(where)}: {escape(issue.message)}")
    if len(release.blocking) > SHOWN_ISSUES:
        console.print(f"  … and {len(release.blocking) - SHOWN_ISSUES} more in the report")
    console.print(f"  {len(migration.documents)} documents and the report in {escape(str(folder))}/\n", soft_wrap=True)
