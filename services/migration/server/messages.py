"""Rows and core results as the contract's messages."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import MessageToJson, ParseDict

from dataflow.common.v1 import validation_pb2
from dataflow.migration.v1 import job_pb2, report_pb2
from services.migration.server.store import STAGES, Job, Stage
from services.migration.validate import Validation

# how far along a job is when it enters a status
PROGRESS = {
    "uploaded": 0.0,
    "parsing": 0.1,
    "parsed": 0.4,
    "converting": 0.5,
    "validating": 0.8,
    "validated": 0.9,
    "completed": 1.0,
    "completed_with_warnings": 1.0,
    "failed": 1.0,
}


def _job_fields(job: Job) -> dict[str, Any]:
    return {
        "job_id": str(job.job_id),
        "filename": job.filename,
        "migration_type": job.migration_type,
        "status": job.status,
        "status_reason": job.status_reason,
        "confidence": job.confidence,
        "total_objects": job.total_objects,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "issues_count": job.issues_count,
        "dialect": job.dialect,
        "size_bytes": job.size_bytes,
        "pipelines_count": job.pipelines,
        "message": job.message,
        "batch_id": str(job.batch_id or ""),
    }


def job_message(job: Job) -> job_pb2.MigrationJob:
    return job_pb2.MigrationJob(**_job_fields(job))


def status_message(job: Job, stages: list[Stage]) -> job_pb2.GetJobStatusResponse:
    """A job with all its stages; those not begun are `pending`, or `skipped` once the job is at rest."""
    begun = {stage.name: stage for stage in stages}
    absent = job_pb2.StageStatus.skipped if job.at_rest else job_pb2.StageStatus.pending
    shown = [
        job_pb2.JobStage(
            name=stage.name,
            status=stage.status,
            started_at=stage.started_at,
            finished_at=stage.finished_at,
        )
        if (stage := begun.get(name))
        else job_pb2.JobStage(name=name, status=absent)
        for name in STAGES.values()
    ]
    running = next((stage.name for stage in stages if stage.status == "running"), "")
    return job_pb2.GetJobStatusResponse(**_job_fields(job), stage=running, progress=PROGRESS[job.status], stages=shown)


def report_message(job: Job, report: dict[str, Any]) -> report_pb2.MigrationReport:
    message: report_pb2.MigrationReport = ParseDict(report, report_pb2.MigrationReport())
    message.job_id = str(job.job_id)
    return message


def reviewed_message(item: dict[str, Any]) -> report_pb2.OverrideObjectResponse:
    known = report_pb2.OverrideObjectResponse.DESCRIPTOR.fields_by_name
    shown = {name: value for name, value in item.items() if name in known}
    message: report_pb2.OverrideObjectResponse = ParseDict(shown, report_pb2.OverrideObjectResponse())
    return message


def validation_message(job: Job, validation: Validation) -> report_pb2.ValidateJobResponse:
    checks = [
        validation_pb2.ValidationCheckResult(
            name=check.name,
            passed=check.passed,
            severity=check.severity.value,
            message=check.message,
            issues=check.issues,
        )
        for check in validation.checks
    ]
    return report_pb2.ValidateJobResponse(is_valid=validation.is_valid, checks=checks, job_id=str(job.job_id))


def as_json(message: Any) -> bytes:
    """The JSON Envoy would print of a message: documented names, zeros and empty lists included."""
    return MessageToJson(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True, indent=None
    ).encode()
