"""How a conversion ended, as the job's row and result.

Made where the conversion ran: the server gets finished texts. A result of many megabytes read as objects, or written
as JSON, would hold its interpreter for half a second, with every other call waiting.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from services.migration.gate import Outcome as GateOutcome
from services.migration.gate import StatusReason
from services.migration.pipeline import Migration
from services.migration.wording import counted


@dataclass(frozen=True, slots=True)
class Result:
    """What a conversion gave: JSON texts and the counts that a job's row shows."""

    documents: str  # [{name, folder, kind, yaml}, …]
    report: str
    objects: int
    issues: int
    pipelines: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a conversion ended, as it is stored; `result` is None where it ended before there was one."""

    status: str
    status_reason: str
    message: str
    confidence: float
    result: Result | None = None


def of(migration: Migration) -> Outcome:
    """What the gate decided, with the result."""
    release, report = migration.release, migration.report.as_dict()
    documents = [asdict(document) for document in migration.documents]
    return Outcome(
        status=release.outcome.value,
        status_reason=release.status_reason.value,
        message=_message(migration),
        confidence=migration.report.overall_confidence,
        result=Result(
            json.dumps(documents),
            json.dumps(report),
            objects=report["total_objects"],
            issues=len(report["issues"]),
            pipelines=sum(document["kind"] == "pipeline" for document in documents),
        ),
    )


def _message(migration: Migration) -> str:
    release, report = migration.release, migration.report
    if release.status_reason == StatusReason.NO_MAPPING:
        return "the export holds no mapping; its inventory and control flow are in the report and the download"
    counts = (
        f"{counted(len(report.mappings), 'mapping')}, {counted(report.total_objects, 'object')}: "
        f"{report.auto_converted} converted, "
        f"{report.needs_review} to review, {report.manual_required} to write by hand"
    )
    if release.outcome == GateOutcome.FAILED:
        return f"{counts}; release is blocked by {counted(len(release.blocking), 'issue')}, see the report"
    return counts


def failure(reason: str, message: str) -> Outcome:
    return Outcome("failed", reason, message, 0.0)


def gave_up(attempts: int) -> Outcome:
    return failure(
        "WORKER_DIED",
        f"the process converting this export died {attempts} times; it may need more memory than there is",
    )


def timed_out(limit_s: float, attempts: int) -> Outcome:
    tried = f" in {attempts} attempts" if attempts > 1 else ""
    return failure("TIMEOUT", f"the conversion did not end within {limit_s:g} s{tried} (JOB_TIMEOUT_SECONDS)")


def defect(job_id: str) -> Outcome:
    return failure("INTERNAL", f"the conversion failed on a defect of ours; quote job {job_id} when reporting it")
