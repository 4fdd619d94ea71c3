"""An export converted on a Migration Engine, over REST: what is sent, and its result as a conversion here writes it."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any

import typer
import yaml

from services.cli.convert_write import document_names
from services.cli.estate_task import Done, Options, Task, companions, digest, digests, with_companions
from services.cli.output import CliError, read, write
from services.cli.rest import Engine, UnreachableError
from services.migration.parsers import ExportError
from services.migration.parsers.archives import is_zip
from services.migration.parsers.companions import Companions
from services.migration.report import MigrationReport
from services.migration.report.entry import Entry, entry_from_report, failed_entry
from services.migration.report.stored import build

Server = Annotated[
    str,
    typer.Option(
        "--server",
        "--url",
        envvar="DATAFLOW_SERVER",
        help="Let the Migration Engine at this URL do the work",
        show_default=False,
    ),
]
Key = Annotated[str, typer.Option(envvar="DATAFLOW_API_KEY", help="API key for the server asked", show_default=False)]
POLL_SECONDS = 0.5
OVER = frozenset({"completed", "completed_with_warnings", "failed"})
BLOCKED = "RELEASE_BLOCKED"


def convert_alone(engine: Engine, options: Options, task: Task) -> Done:
    """An export uploaded by itself; a refusal is a failed entry.

    Raises UnreachableError where nothing answers, or the key is not taken: no other export would fare better.
    """
    began = time.monotonic()
    try:
        sent, content = packed(task, options)
        job = engine.upload(task.path, content, fields(options))
        while job.get("status") not in OVER:
            time.sleep(POLL_SECONDS)
            job = engine.status(str(job.get("job_id")))
        return result(engine, options, sent, job, time.monotonic() - began)
    except UnreachableError:
        raise
    except CliError as error:
        return Done(failed_entry(task.key, "SERVER", str(error), time.monotonic() - began))


def fields(options: Options) -> dict[str, str]:
    """What goes with an upload or a batch."""
    return {"dialect": options.dialect} | ({"migration_type": options.tool.value} if options.tool else {})


@dataclass(frozen=True, slots=True)
class Sent:
    """An export as it was sent: digests of it, and of the files beside it that went along."""

    task: Task
    digest: str
    beside: Mapping[str, str]


def result(engine: Engine, options: Options, sent: Sent, job: dict[str, Any], seconds: float) -> Done:
    """What came of a job that is over, fetched and written. Raises CliError."""
    if job["status"] == "failed" and job.get("status_reason") != BLOCKED:
        reason, message = str(job.get("status_reason") or "FAILED"), str(job.get("message", ""))
        return Done(failed_entry(sent.task.key, reason, message, seconds), sent.digest)
    entry, files = _fetched(engine, job, sent.task, options, seconds)
    return Done(entry, sent.digest, sent.beside, files)


def packed(task: Task, options: Options) -> tuple[Sent, bytes]:
    """The export; with files beside it that it takes in, a zip of all, which is one job too. Raises CliError."""
    data = read(task.path)
    beside = companions(options, task)
    content = _with_companions(data, task, options, beside)
    return Sent(task, digest(data), digests(task, beside)), content


def _with_companions(data: bytes, task: Task, options: Options, beside: Companions) -> bytes:
    if is_zip(data) or not len(beside):
        return data
    with suppress(ExportError):  # the server says what is wrong with it
        with_companions(data, task, options.tool, beside)
    root = task.root or task.path.parent
    used = digests(task, beside)
    if not used:
        return data
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(task.path.relative_to(root).as_posix(), data)
        for path in used:
            archive.writestr(path, beside[path])
    return content.getvalue()


def _fetched(
    engine: Engine, job: dict[str, Any], task: Task, options: Options, seconds: float
) -> tuple[Entry, tuple[str, ...]]:
    """The job's documents and report, written; what it was in brief."""
    name = str(job["job_id"])
    texts = documents_of(engine.download(name, "yaml", "").decode())
    documents = [loaded(text) for text in texts]
    titles = document_names(
        (str(each.get("name", "")), "orchestration" if "orchestration" in each else "pipeline") for each in documents
    )
    report = engine.report(name, "json")
    files = {f"{title}.yaml": text.encode() for title, text in zip(titles, texts, strict=True)}
    files |= {"report.json": report, "report.html": engine.report(name, "html")}
    folder = options.out / task.folder
    for gone in task.old:
        (folder / gone).unlink(missing_ok=True)
    for title, content in files.items():
        write(folder / title, content)
    entry = entry_from_report(
        task.key,
        build(MigrationReport, _json(report)),
        tool=str(job.get("migration_type", "")),
        status=str(job["status"]),
        reason=str(job.get("status_reason", "")),
        seconds=seconds,
        folder=task.folder,
        pipelines={str(each.get("name", "")): each for each in documents},
    )
    return entry, tuple(files)


def documents_of(stream: str) -> list[str]:
    """The documents of a YAML stream, as they were written: `---` alone on a line parts them."""
    texts: list[list[str]] = [[]]
    for line in stream.splitlines(keepends=True):
        if line.rstrip() == "---":
            texts.append([])
        else:
            texts[-1].append(line)
    return ["".join(lines) for lines in texts if "".join(lines).strip()]


def loaded(text: str) -> dict[str, Any]:
    try:
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise CliError("The server delivered a document that is no YAML.") from error
    if not isinstance(data, dict):
        raise CliError("The server delivered a document that is no pipeline.")
    return data


def _json(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except ValueError as error:
        raise CliError("The server delivered a report that is no JSON.") from error
    if not isinstance(data, dict):
        raise CliError("The server delivered a report that is no object.")
    return data
