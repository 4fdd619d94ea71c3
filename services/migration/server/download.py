"""Results as files: their bytes, their media type, and the headers that name them."""

from __future__ import annotations

import asyncio
from difflib import get_close_matches
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from dataflow.migration.v1 import report_pb2
from services.migration.ast import Tool
from services.migration.server import stored
from services.migration.server.enums import name_of
from services.migration.server.errors import MappingNotFound
from services.migration.server.messages import as_json, report_message
from services.migration.server.store import Job, JobStore
from services.pipelines.dsl.document import dump_json, load_all
from services.runtime.workers import Workers

File = tuple[str, bytes, dict[str, str]]  # media type, content, headers

MEDIA_TYPES = {"yaml": "application/yaml", "json": "application/json", "csv": "text/csv; charset=utf-8"}
MEDIA_TYPES["html"] = "text/html; charset=utf-8"


def attachment(filename: str) -> dict[str, str]:
    """Content-Disposition for any name: ASCII for old clients, UTF-8 for the others (RFC 6266).

    >>> attachment("zażółć.yaml")["content-disposition"]
    "attachment; filename=\\"za____.yaml\\"; filename*=UTF-8''za%C5%BC%C3%B3%C5%82%C4%87.yaml"
    """
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\' else "_" for c in filename)
    return {"content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"}


async def render_report(workers: Workers, jobs: JobStore, job: Job, number: int) -> File:
    """A report in the form asked for; JSON, the default, is shown in place, CSV as an attachment.

    Raises JobNotFinished.
    """
    key = (job.workspace_id, job.job_id)
    report = await jobs.report(*key)
    form = name_of(report_pb2.ReportFormat.Value, number, "format") or "json"
    if form == "json":
        return MEDIA_TYPES[form], await asyncio.to_thread(lambda: as_json(report_message(job, report))), {}
    source = None
    if form == "html":
        content, documents = await jobs.content(*key), await jobs.documents(*key)
        source = stored.Source(content, job.filename, Tool(job.migration_type), documents)
    data = await workers.run_cpu(stored.render, report, str(job.job_id), form, source)
    headers = attachment(f"{_stem(job)}-report.csv") if form == "csv" else {}
    return MEDIA_TYPES[form], data, headers


async def pipelines(workers: Workers, job: Job, documents: list[dict[str, Any]], number: int, mapping: str) -> File:
    """A job's documents, or one mapping's, as a YAML stream or a JSON array. Raises MappingNotFound."""
    form = name_of(report_pb2.DownloadFormat.Value, number, "format") or "yaml"
    chosen = _chosen(documents, mapping)
    text = "---\n".join(document["yaml"] for document in chosen)
    data = text.encode() if form == "yaml" else await workers.run_cpu(yaml_to_json, text)
    return MEDIA_TYPES[form], data, attachment(f"{mapping or _stem(job)}.{form}")


def yaml_to_json(text: str) -> bytes:
    """Runs in the pool."""
    return dump_json(document.data for document in load_all(text)).encode() if text else b"[]\n"


def _chosen(documents: list[dict[str, Any]], mapping: str) -> list[dict[str, Any]]:
    if not mapping:
        return documents
    chosen = [document for document in documents if document["name"] == mapping]
    if not chosen:
        near = get_close_matches(mapping, [document["name"] for document in documents], n=1, cutoff=0.0)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise MappingNotFound(f"the job has no mapping {mapping[:200]!r}{hint}")
    return chosen


def _stem(job: Job) -> str:
    return PurePosixPath(job.filename).stem or "export"
