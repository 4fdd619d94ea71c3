"""MigrationService: message in, call, message out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from google.api import httpbody_pb2

from dataflow.common.v1 import dialect_pb2
from dataflow.migration.v1 import batch_pb2, compare_pb2, job_pb2, migration_pb2_grpc, report_pb2, upload_pb2
from services.migration.server import download, follow, messages, receive
from services.migration.server.batch_messages import batch_message
from services.migration.server.batch_store import parse_batch_id
from services.migration.server.compare import Comparing
from services.migration.server.engine import Engine
from services.migration.server.enums import name_of
from services.migration.server.filters import job_filter
from services.migration.server.store import Job, parse_job_id
from services.runtime.context import current_workspace, set_headers

PIECE = 1024 * 1024  # bytes of a file in one message


def _confident(confidence: float) -> None:
    set_headers({"x-copilot-confidence": f"{confidence:.4g}"})


async def _pieces(content_type: str, data: bytes) -> AsyncIterator[httpbody_pb2.HttpBody]:
    for start in range(0, max(len(data), 1), PIECE):
        kind = content_type if start == 0 else ""
        yield httpbody_pb2.HttpBody(content_type=kind, data=data[start : start + PIECE])


class MigrationServicer(migration_pb2_grpc.MigrationServiceServicer):
    """What the Migration Engine answers; `Engine` does it."""

    def __init__(self, engine: Engine, comparing: Comparing) -> None:
        self._comparing = comparing
        self._engine = engine
        self._store = engine.store
        self._batches = engine.batches

    async def _job(self, request: Any) -> Job:
        return await self._store.get(current_workspace(), parse_job_id(request.job_id))

    async def UploadExport(self, request_iterator: Any, context: Any) -> upload_pb2.UploadExportResponse:
        upload = await receive.upload(request_iterator, self._engine.limits)
        job = await self._engine.take(upload)
        _confident(job.confidence)
        return upload_pb2.UploadExportResponse(
            job_id=str(job.job_id),
            filename=job.filename,
            migration_type=job.migration_type,
            status=job.status,
            message=job.message,
            confidence=job.confidence,
            status_reason=job.status_reason,
        )

    async def ConvertExport(
        self, request_iterator: Any, context: Any
    ) -> AsyncIterator[upload_pb2.ConvertExportResponse]:
        job_id = await self._engine.begin(await receive.export(request_iterator, self._engine.limits))
        async for event in follow.events(self._engine, current_workspace(), job_id):
            yield event

    async def ListJobs(self, request: Any, context: Any) -> job_pb2.ListJobsResponse:
        wanted = job_filter(request)
        jobs, total = await self._store.page(current_workspace(), wanted)
        return job_pb2.ListJobsResponse(
            items=map(messages.job_message, jobs),
            total=total,
            page=wanted.page,
            page_size=wanted.page_size,
            pages=-(-total // wanted.page_size),
        )

    async def GetJobStatus(self, request: Any, context: Any) -> job_pb2.GetJobStatusResponse:
        job = await self._job(request)
        _confident(job.confidence)
        return messages.status_message(job, await self._store.stages(job.workspace_id, job.job_id))

    async def GetJobReport(self, request: Any, context: Any) -> report_pb2.GetJobReportResponse:
        job = await self._job(request)
        _confident(job.confidence)
        report = await self._store.report(job.workspace_id, job.job_id)
        return report_pb2.GetJobReportResponse(report=await asyncio.to_thread(messages.report_message, job, report))

    async def RenderJobReport(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        job = await self._job(request)
        content_type, data, headers = await download.render_report(
            self._engine.workers, self._store, job, request.format
        )
        _confident(job.confidence)
        set_headers(headers)
        async for piece in _pieces(content_type, data):
            yield piece

    async def DownloadPipeline(self, request: Any, context: Any) -> AsyncIterator[httpbody_pb2.HttpBody]:
        job = await self._job(request)
        documents = await self._store.documents(job.workspace_id, job.job_id)
        content_type, data, headers = await download.pipelines(
            self._engine.workers, job, documents, request.format, request.mapping
        )
        _confident(job.confidence)
        set_headers(headers)
        async for piece in _pieces(content_type, data):
            yield piece

    async def ValidateJob(self, request: Any, context: Any) -> report_pb2.ValidateJobResponse:
        job = await self._job(request)
        return messages.validation_message(job, await self._engine.validate(job))

    async def OverrideObject(self, request: Any, context: Any) -> report_pb2.OverrideObjectResponse:
        job, item = await self._engine.reviews.override(await self._job(request), request)
        _confident(job.confidence)
        return messages.reviewed_message(item)

    async def CreateBatch(self, request_iterator: Any, context: Any) -> batch_pb2.CreateBatchResponse:
        return batch_message(batch_pb2.CreateBatchResponse, await self._batches.take(request_iterator))

    async def GetBatch(self, request: Any, context: Any) -> batch_pb2.GetBatchResponse:
        batch = await self._batches.store.get(current_workspace(), parse_batch_id(request.batch_id))
        return batch_message(batch_pb2.GetBatchResponse, batch)

    async def CancelBatch(self, request: Any, context: Any) -> batch_pb2.CancelBatchResponse:
        workspace, batch_id = current_workspace(), parse_batch_id(request.batch_id)
        await self._batches.store.get(workspace, batch_id)
        await self._batches.store.cancel(workspace, batch_id)
        return batch_message(batch_pb2.CancelBatchResponse, await self._batches.store.get(workspace, batch_id))

    async def ConvertJob(self, request: Any, context: Any) -> job_pb2.ConvertJobResponse:
        dialect = name_of(dialect_pb2.SqlDialect.Value, request.dialect, "dialect")
        job = await self._engine.convert_again(await self._job(request), dialect)
        _confident(job.confidence)
        return job_pb2.ConvertJobResponse(
            job_id=str(job.job_id),
            status=job.status,
            confidence=job.confidence,
            message=job.message,
            status_reason=job.status_reason,
        )

    async def CompareData(self, request: Any, context: Any) -> compare_pb2.CompareDataResponse:
        return await self._comparing.answer(request, current_workspace())
