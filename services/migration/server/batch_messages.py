"""A batch as the contract's messages; the three replies have the same fields."""

from __future__ import annotations

from typing import TypeVar

from dataflow.migration.v1 import batch_pb2
from services.migration.server.batch_store import Batch

Reply = TypeVar("Reply", batch_pb2.CreateBatchResponse, batch_pb2.GetBatchResponse, batch_pb2.CancelBatchResponse)


def batch_message(kind: type[Reply], batch: Batch) -> Reply:
    return kind(
        batch_id=str(batch.batch_id),
        status=batch.status,
        total=len(batch.members),
        done=batch.done,
        failed=batch.failed,
        jobs=[str(member.job_id) for member in batch.members],
        eta_seconds=batch.eta_seconds,
        created_at=batch.created_at,
        updated_at=batch.updated_at,
        filename=batch.filename,
        skipped=[batch_pb2.SkippedMember(path=path, reason=reason) for path, reason in batch.skipped],
    )
