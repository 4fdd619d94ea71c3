"""A job followed as a stream: progress, then its pipelines, then how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import grpc

from dataflow.common.v1 import stream_error_pb2
from dataflow.migration.v1 import upload_pb2
from services.migration.server.engine import Engine
from services.migration.server.messages import PROGRESS, job_message, report_message
from services.migration.server.store import Job, Stage
from services.runtime.errors import ServiceError

POLL_S = 0.1

Event = upload_pb2.ConvertExportResponse


async def events(engine: Engine, workspace: str, job_id: UUID) -> AsyncIterator[Event]:
    """The last event is `done` or `error`; errors after the first event are told as events, never as a status."""
    store = engine.store
    yield _progress(await store.get(workspace, job_id), None)
    try:
        told: dict[str, str] = {}
        while True:
            job = await store.get(workspace, job_id)
            for stage in await store.stages(workspace, job_id):
                if told.get(stage.name) != stage.status:
                    told[stage.name] = stage.status
                    yield _progress(job, stage)
            if job.at_rest:
                break
            await asyncio.sleep(POLL_S)
        if job.pipelines == 0 and job.total_objects == 0 and job.status == "failed":
            yield _error(grpc.StatusCode.INTERNAL, job.status_reason, job.message, retryable=False)
            return
        for document in await store.documents(workspace, job_id):
            mapping = document["name"] if document["kind"] == "pipeline" else ""
            yield Event(pipeline=upload_pb2.ConvertedPipeline(mapping=mapping, yaml=document["yaml"]))
        report = await asyncio.to_thread(report_message, job, await store.report(workspace, job_id))
        yield Event(done=upload_pb2.ConversionOutcome(job=job_message(job), report=report))
    except ServiceError as error:
        yield _error(error.code, error.reason, error.message, retryable=error.code == grpc.StatusCode.UNAVAILABLE)


def _progress(job: Job, stage: Stage | None) -> Event:
    of_stage: dict[str, Any] = {"stage": stage.name, "status": stage.status} if stage else {}
    return Event(progress=upload_pb2.StageProgress(job_id=str(job.job_id), progress=PROGRESS[job.status], **of_stage))


def _error(code: grpc.StatusCode, reason: str, message: str, *, retryable: bool) -> Event:
    return Event(
        error=stream_error_pb2.StreamError(code=code.value[0], reason=reason, message=message, retryable=retryable)
    )
