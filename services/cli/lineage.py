"""`dataflow-ai lineage`: which tables and columns feed which, as text, JSON or OpenLineage events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from services.cli import jobs
from services.cli.convert_server import documents_of, loaded
from services.cli.convert_write import refusal
from services.cli.estate_manifest import NAME, entries
from services.cli.output import CliError, Exit, make_console, read, write
from services.cli.report_estate import now, result_folders, stored_report
from services.cli.rest import Engine, is_job
from services.migration.parsers import ExportError
from services.migration.pipeline import migrate
from services.migration.report.datasets import key_of, touched
from services.migration.report.entry import entry_of
from services.migration.report.lineage import pipeline_lineage
from services.migration.report.model import ColumnLineage
from services.migration.report.openlineage import job_event
from services.pipelines.dsl.document import load
from services.pipelines.dsl.errors import DocumentError


class LineageForm(StrEnum):
    """Forms of lineage."""

    TEXT = "text"
    JSON = "json"
    OPENLINEAGE = "openlineage"


@dataclass(frozen=True, slots=True)
class Flow:
    """One pipeline with what it reads and writes, and which column feeds which."""

    file: str
    pipeline: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    columns: tuple[ColumnLineage, ...]


def lineage(
    of: Annotated[
        list[Path],
        typer.Argument(
            metavar="FOLDER|EXPORT|PIPELINE|JOB...",
            help="Folders that `convert` wrote, exports, pipelines, or ids of jobs on a server",
            show_default=False,
        ),
    ],
    form: Annotated[LineageForm, typer.Option("--format", help="Form of the lineage")] = LineageForm.TEXT,
    table: Annotated[
        str, typer.Option(help="Only pipelines that read or write this table or file", show_default=False)
    ] = "",
    namespace: Annotated[str, typer.Option(help="OpenLineage: the namespace of jobs and datasets")] = "dataflow",
    out: jobs.Out = None,
    url: jobs.Url = jobs.LOCAL,
    key: jobs.Key = "",
    workspace: jobs.Workspace = "",
) -> None:
    """Say which tables and columns feed which.

    `openlineage` gives an array of OpenLineage JobEvents, each with the columnLineage facet. Columns behind a node
    that was not converted are not traced. Exit code 0: done; 1: it cannot be read.
    """
    found = [flow for each in of for flow in _found(each, partial(Engine, url, key, workspace))]
    flows = [flow for flow in found if not table or _touches(flow, table)]
    if form is LineageForm.TEXT and out is None:
        _tell(make_console(), flows)
    else:
        text = _text(flows) if form is LineageForm.TEXT else json.dumps(_data(flows, form, namespace), indent=2) + "\n"
        if out:
            write(out, text.encode())
        else:
            typer.echo(text, nl=False)
    raise typer.Exit(Exit.DONE)


def _touches(flow: Flow, table: str) -> bool:
    """By the whole name, or by its last part where none else is given."""
    wanted = key_of(table)
    keys = [key_of(name) for name in (*flow.reads, *flow.writes)]
    return any(key == wanted or key.rpartition(".")[2] == wanted for key in keys)


def _found(of: Path, engine: Callable[[], Engine]) -> Iterator[Flow]:
    if is_job(str(of)) and not of.exists():
        with engine() as opened:
            yield from _of_job(opened, str(of))
    else:
        yield from _flows(of)


def _flows(of: Path) -> Iterator[Flow]:
    if (of / NAME).is_file():
        for entry in entries(of):
            yield from _of_result(of / entry.folder, entry.file) if entry.is_read else ()
    elif of.is_dir():
        for folder in result_folders(of) or [of]:
            yield from _of_result(folder, stored_report(folder).filename)
    elif of.suffix.lower() in (".yaml", ".yml"):
        yield _of_pipeline(of)
    else:
        yield from _of_export(of)


def _of_job(engine: Engine, job: str) -> Iterator[Flow]:
    file = str(engine.status(job).get("filename", job))
    for text in documents_of(engine.download(job, "yaml", "").decode()):
        document = loaded(text)
        if "orchestration" not in document:
            yield _flow(file, str(document.get("name", "")), document)


def _flow(file: str, name: str, document: dict[str, Any]) -> Flow:
    return Flow(file, name, *touched(document), tuple(pipeline_lineage(name, document)))


def _of_result(folder: Path, file: str) -> Iterator[Flow]:
    """The pipelines that stand in a folder; those of an export in the order of their names."""
    for path in sorted(folder.glob("*.yaml")):
        if not path.name.endswith(".orchestration.yaml"):
            flow = _of_pipeline(path)
            yield Flow(file, flow.pipeline, flow.reads, flow.writes, flow.columns)


def _of_pipeline(path: Path) -> Flow:
    try:
        document = load(read(path)).data
    except DocumentError as error:
        raise CliError(f"{path}: {error}") from error
    name = str(document.get("name") or path.stem)
    return _flow(path.name, name, document)


def _of_export(path: Path) -> Iterator[Flow]:
    try:
        migration = migrate(read(path), path.name)
    except ExportError as error:
        raise CliError(f"{path}: {refusal(error)}") from error
    for one in entry_of(path.name, migration, seconds=0.0).pipelines:
        columns = tuple(line for line in migration.report.lineage.columns if line.mapping == one.name)
        yield Flow(path.name, one.name, one.reads, one.writes, columns)


def _data(flows: list[Flow], form: LineageForm, namespace: str) -> list[dict[str, Any]] | dict[str, Any]:
    if form is LineageForm.JSON:
        tables = [
            {"file": flow.file, "pipeline": flow.pipeline, "reads": flow.reads, "writes": flow.writes} for flow in flows
        ]
        columns = [{"file": flow.file, **asdict(line)} for flow in flows for line in flow.columns]
        return {"pipelines": tables, "columns": columns}
    stamp = now()
    return [
        job_event(
            f"{flow.file}:{flow.pipeline}",
            flow.columns,
            reads=flow.reads,
            writes=flow.writes,
            namespace=namespace,
            event_time=stamp,
        )
        for flow in flows
    ]


def _lines(flows: list[Flow]) -> Iterator[str]:
    for flow in flows:
        yield f"{flow.pipeline} ({flow.file})"
        yield f"  reads   {', '.join(flow.reads) or 'nothing that has a name'}"
        yield f"  writes  {', '.join(flow.writes) or 'nothing that has a name'}"
        for line in flow.columns:
            how = " (computed)" if line.transformed else ""
            yield f"  {line.source}.{line.source_column} → {line.target}.{line.target_column}{how}"


def _text(flows: list[Flow]) -> str:
    return "".join(f"{line}\n" for line in _lines(flows))


def _tell(console: Console, flows: list[Flow]) -> None:
    for line in _lines(flows):
        console.print(escape(line), soft_wrap=True)
    if not flows:
        console.print("There is no such pipeline.")
