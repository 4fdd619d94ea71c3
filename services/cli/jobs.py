"""`dataflow-ai upload, jobs, report, download`: jobs of a running Migration Engine."""

from __future__ import annotations

import json
import sys
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.cli.convert_write import Dialect
from services.cli.output import CliError, Exit, make_console, read, write
from services.cli.rest import Engine
from services.migration.ast import Tool
from services.migration.wording import counted

POLL_SECONDS = 0.5
OVER = {"completed", "completed_with_warnings", "failed"}
BLOCKED = "RELEASE_BLOCKED"

Url = Annotated[
    str,
    typer.Option("--server", "--url", envvar=["DATAFLOW_SERVER", "DATAFLOW_URL"], help="The Migration Engine's URL"),
]
Key = Annotated[
    str, typer.Option(envvar="DATAFLOW_API_KEY", help="API key, where keys are required", show_default=False)
]
Workspace = Annotated[str, typer.Option(help="Workspace; the key's own without", show_default=False)]
Out = Annotated[
    Path | None, typer.Option("--out", "-o", help="File to write; standard output without", show_default=False)
]
Job = Annotated[str, typer.Argument(help="Id of the job", show_default=False)]
LOCAL = "http://127.0.0.1:8091"


class ReportForm(StrEnum):
    """Forms of a report."""

    JSON = "json"
    CSV = "csv"
    HTML = "html"


class PipelineForm(StrEnum):
    """Forms of the pipelines."""

    YAML = "yaml"
    JSON = "json"


def upload(
    files: Annotated[list[Path], typer.Argument(help="Exports", show_default=False)],
    dialect: Annotated[Dialect | None, typer.Option(help="SQL dialect of the pipelines", show_default=False)] = None,
    tool: Annotated[Tool | None, typer.Option(help="The tool; told from the content without")] = None,
    wait: Annotated[bool, typer.Option(help="Wait for the end of each job")] = True,
    url: Url = LOCAL,
    key: Key = "",
    workspace: Workspace = "",
) -> None:
    """Send exports to a Migration Engine and wait for their jobs.

    Exit code 0: all converted; 1: refused or failed; 3: converted, but a person has to finish something first.
    """
    fields = {name: option.value for name, option in (("dialect", dialect), ("migration_type", tool)) if option}
    console, errors = make_console(), make_console(error=True)
    codes = []
    with Engine(url, key, workspace) as engine:
        for path in files:
            try:
                job = engine.upload(path, read(path), fields)
                job = _finished(engine, job) if wait else job
            except CliError as error:
                errors.print(f"[red]{escape(str(path))}[/red]: {escape(str(error))}", soft_wrap=True)
                codes.append(Exit.FAILED)
                continue
            _tell(console, path.name, job)
            codes.append(_code(job))
    raise typer.Exit(Exit.FAILED if Exit.FAILED in codes else max(codes))


def _finished(engine: Engine, job: dict[str, Any]) -> dict[str, Any]:
    while job.get("status") not in OVER:
        time.sleep(POLL_SECONDS)
        job = engine.status(str(job["job_id"]))
    return job


def _code(job: dict[str, Any]) -> Exit:
    if job.get("status") != "failed":
        return Exit.DONE
    return Exit.BLOCKED if job.get("status_reason") == BLOCKED else Exit.FAILED


def _tell(console: Console, name: str, job: dict[str, Any]) -> None:
    reason = f" ({job['status_reason']})" if job.get("status_reason") else ""
    console.print(
        f"{escape(name)}: job {job.get('job_id')} {job.get('status')}{escape(reason)}, "
        f"confidence {float(job.get('confidence', 0)):.2f}. {escape(str(job.get('message', '')))}",
        soft_wrap=True,
    )


def jobs(
    search: Annotated[str, typer.Option(help="Only where the file name contains this", show_default=False)] = "",
    page: Annotated[int, typer.Option(min=1)] = 1,
    page_size: Annotated[int, typer.Option(min=1, max=100)] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print the page as one JSON object")] = False,
    url: Url = LOCAL,
    key: Key = "",
    workspace: Workspace = "",
) -> None:
    """List jobs, newest first."""
    parameters: dict[str, str | int] = {"page": page, "page_size": page_size}
    parameters |= {"search": search} if search else {}
    with Engine(url, key, workspace) as engine:
        answer = engine.jobs(parameters)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    table = Table(box=None, padding=(0, 2))
    for head in ("job", "file", "status", "confidence", "objects", "created"):
        numeric = head in {"confidence", "objects"}
        table.add_column(head, justify="right" if numeric else "left", overflow="fold", no_wrap=head == "job")
    for job in answer.get("items", []):
        cells = (job.get("job_id"), job.get("filename"), job.get("status"), f"{float(job.get('confidence', 0)):.2f}")
        table.add_row(*(escape(str(cell)) for cell in (*cells, job.get("total_objects"), job.get("created_at"))))
    console = make_console()
    console.print(table)
    listed = counted(int(answer.get("total") or 0), "job")
    console.print(f"page {answer.get('page')} of {answer.get('pages')}, {listed}")


def report(
    job: Job,
    form: Annotated[ReportForm, typer.Option("--format", help="Form of the report")] = ReportForm.JSON,
    out: Out = None,
    url: Url = LOCAL,
    key: Key = "",
    workspace: Workspace = "",
) -> None:
    """Fetch the report of a job."""
    with Engine(url, key, workspace) as engine:
        _deliver(engine.report(job, form.value), out)


def download(
    job: Job,
    form: Annotated[PipelineForm, typer.Option("--format", help="Form of the pipelines")] = PipelineForm.YAML,
    mapping: Annotated[str, typer.Option(help="Only the pipeline of this mapping", show_default=False)] = "",
    out: Out = None,
    url: Url = LOCAL,
    key: Key = "",
    workspace: Workspace = "",
) -> None:
    """Fetch the pipelines of a job."""
    with Engine(url, key, workspace) as engine:
        _deliver(engine.download(job, form.value, mapping), out)


def _deliver(content: bytes, out: Path | None) -> None:
    if out is not None:
        write(out, content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
