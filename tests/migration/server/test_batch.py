"""Batches over gRPC: what of an archive becomes a job, how far a batch is, stopping it, whose turn it is."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path
from uuid import uuid4

import asyncpg
import grpc
import pytest
from google.api import httpbody_pb2

from dataflow.common.v1 import dialect_pb2
from dataflow.migration.v1 import batch_pb2, job_pb2
from tests.migration.server.conftest import InWorkspace, migration_server

SMALL = (Path(__file__).parent / "sales.xml").read_bytes()
Status = batch_pb2.BatchStatus


def zipped(entries):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for path, content in entries.items():
            target.writestr(path, content)
    return packed.getvalue()


def pieces(content, chunk=64 * 1024, **fields):
    """The messages of a batch whose body is the zip itself."""
    for start in range(0, max(len(content), 1), chunk):
        body = httpbody_pb2.HttpBody(content_type="application/zip", data=content[start : start + chunk])
        yield batch_pb2.CreateBatchRequest(body=body, **({"filename": "all.zip", **fields} if start == 0 else {}))


def form(content, **fields):
    """The one message of a batch sent as a browser form."""
    lines = [f'--x\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()]
    lines.append(b'--x\r\ncontent-disposition: form-data; name="file"; filename="form.zip"\r\n\r\n' + content + b"\r\n")
    body = httpbody_pb2.HttpBody(content_type="multipart/form-data; boundary=x", data=b"".join([*lines, b"--x--\r\n"]))
    yield batch_pb2.CreateBatchRequest(body=body)


def renamed(number):
    """An export of its own for each number."""
    return SMALL.replace(b"m_active", b"m_active_%d" % number)


async def over(stub, batch_id, seconds=60.0):
    async with asyncio.timeout(seconds):
        while True:
            batch = await stub.GetBatch(batch_pb2.GetBatchRequest(batch_id=batch_id))
            if batch.status not in {Status.queued, Status.running}:
                return batch
            await asyncio.sleep(0.05)


async def jobs_of(stub, batch):
    return [await stub.GetJobStatus(job_pb2.GetJobStatusRequest(job_id=job_id)) for job_id in batch.jobs]


async def test_every_export_becomes_a_job_and_a_bad_one_ends_nothing(migration):
    archive = zipped(
        {
            "north/sales.xml": SMALL,
            "readme.txt": "nothing to convert",
            "south/sales.xml": renamed(2),
            "cut.xml": SMALL[: len(SMALL) // 2],
            "page.xml": "<html/>",
            "broken.dtsx": "no package at all",
        }
    )
    created = await migration.CreateBatch(pieces(archive))
    assert (created.total, created.filename) == (4, "all.zip")
    batch = await over(migration, created.batch_id)
    jobs = await jobs_of(migration, batch)
    assert [job.filename for job in jobs] == ["sales.xml", "sales.xml", "cut.xml", "broken.dtsx"]
    assert {job.batch_id for job in jobs} == {batch.batch_id}
    assert [job.status_reason for job in jobs[2:]] == ["TRUNCATED_XML", "NOT_AN_EXPORT"]
    assert (batch.status, batch.done, batch.eta_seconds) == (Status.completed_with_failures, 4, 0)
    assert batch.failed == sum(job.status == job_pb2.MigrationStatus.failed for job in jobs)
    assert [(each.path, each.reason) for each in batch.skipped] == [
        ("readme.txt", "NOT_AN_EXPORT"),
        ("page.xml", "NOT_AN_EXPORT"),
    ]


async def test_a_form_names_tool_and_dialect(migration):
    created = await migration.CreateBatch(form(zipped({"a.xml": SMALL}), dialect="snowflake", migration_type="alteryx"))
    [job] = await jobs_of(migration, await over(migration, created.batch_id))
    assert (created.filename, job.status_reason) == ("form.zip", "TOOL_MISMATCH")
    assert job.migration_type == job_pb2.MigrationType.alteryx
    assert dialect_pb2.SqlDialect.Value.Name(job.dialect) == "snowflake"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "EMPTY_FILE"),
        (SMALL, "UNSUPPORTED_ARCHIVE"),
        (zipped({}), "NOT_AN_EXPORT"),
        (zipped({"readme.txt": "x"}), "NOT_AN_EXPORT"),
        (zipped({"../out.xml": SMALL}), "UNSAFE_ARCHIVE"),
        (zipped({"a.xml": SMALL})[:-30], "UNSUPPORTED_ARCHIVE"),
    ],
)
async def test_an_archive_that_cannot_be_used_is_refused_and_nothing_is_kept(migration, content, reason):
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await migration.CreateBatch(pieces(content))
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert reason.encode() in dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    assert (await migration.ListJobs(job_pb2.ListJobsRequest())).total == 0


@pytest.mark.parametrize("call", ["GetBatch", "CancelBatch"])
async def test_a_batch_of_another_workspace_is_not_there(shared_stub, migration, call):
    created = await migration.CreateBatch(pieces(zipped({"a.xml": SMALL})))
    stranger = InWorkspace(shared_stub, uuid4().hex)
    message = {"GetBatch": batch_pb2.GetBatchRequest, "CancelBatch": batch_pb2.CancelBatchRequest}[call]
    for batch_id in (created.batch_id, "none"):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await getattr(stranger, call)(message(batch_id=batch_id))
        assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    await over(migration, created.batch_id)


async def test_a_cancelled_batch_ends_what_runs_and_begins_nothing(migration):
    created = await migration.CreateBatch(pieces(zipped({f"{n}.xml": renamed(n) for n in range(40)})))
    await migration.CancelBatch(batch_pb2.CancelBatchRequest(batch_id=created.batch_id))
    async with asyncio.timeout(120):
        while True:
            batch = await migration.GetBatch(batch_pb2.GetBatchRequest(batch_id=created.batch_id))
            if batch.eta_seconds == 0 and batch.HasField("eta_seconds"):
                break
            await asyncio.sleep(0.05)
    jobs = await jobs_of(migration, batch)
    dropped = [job for job in jobs if job.status_reason == "CANCELLED"]
    assert (batch.status, batch.total) == (Status.cancelled, 40)
    assert len(dropped) + batch.done == 40
    assert batch.done < 40
    assert batch.failed == sum(job.status == job_pb2.MigrationStatus.failed for job in jobs) - len(dropped)
    again = await migration.CancelBatch(batch_pb2.CancelBatchRequest(batch_id=created.batch_id))
    assert again.updated_at == batch.updated_at
    await migration.ConvertJob(job_pb2.ConvertJobRequest(job_id=dropped[0].job_id))
    [revived] = [job for job in await jobs_of(migration, batch) if job.job_id == dropped[0].job_id]
    assert revived.status_reason != "CANCELLED"


async def test_a_batch_that_is_over_is_not_cancelled(migration):
    created = await migration.CreateBatch(pieces(zipped({"a.xml": SMALL})))
    ended = await over(migration, created.batch_id)
    after = await migration.CancelBatch(batch_pb2.CancelBatchRequest(batch_id=created.batch_id))
    assert after.status == ended.status


@pytest.mark.slow
async def test_a_workspace_that_floods_the_queue_keeps_nobody_waiting(postgres_database, tmp_path):
    async with migration_server(postgres_database, upload_dir=tmp_path) as stub:
        flood, late = InWorkspace(stub, "flood"), InWorkspace(stub, "late")
        many = await flood.CreateBatch(pieces(zipped({f"{n}.xml": renamed(n) for n in range(120)})))
        few = await late.CreateBatch(pieces(zipped({f"{n}.xml": renamed(n) for n in range(10)})))
        await over(late, few.batch_id)
        meanwhile = await flood.GetBatch(batch_pb2.GetBatchRequest(batch_id=many.batch_id))
        assert meanwhile.done < 60
        assert meanwhile.eta_seconds > 0
        await over(flood, many.batch_id, 300)
        connection = await asyncpg.connect(postgres_database)
        try:
            order = await connection.fetch("SELECT workspace_id FROM migration_jobs ORDER BY began_at")
        finally:
            await connection.close()
    turns = [row["workspace_id"] for row in order]
    first, last = turns.index("late"), len(turns) - 1 - turns[::-1].index("late")
    assert turns[first : last + 1].count("flood") <= 12  # one for one, and what was claimed before


@pytest.mark.slow
async def test_a_batch_of_three_hundred(postgres_database, tmp_path):
    async with migration_server(postgres_database, upload_dir=tmp_path) as stub:
        content = zipped({f"folder{n % 7}/{n}.xml": renamed(n) for n in range(300)})
        created = await stub.CreateBatch(pieces(content))
        assert (created.total, len(set(created.jobs))) == (300, 300)
        batch = await over(stub, created.batch_id, 300)
        assert (batch.done, list(batch.skipped)) == (300, [])
        connection = await asyncpg.connect(postgres_database)
        try:
            async with asyncio.timeout(60):  # an entry of the queue goes soon after its job's end
                while await connection.fetchval("SELECT count(*) FROM pgqueuer"):
                    await asyncio.sleep(0.05)
            counts = await connection.fetchrow(
                "SELECT count(*), max(attempts), (SELECT count(*) FROM migration_results) FROM migration_jobs"
                " WHERE status LIKE 'completed%' OR status = 'failed'"
            )
        finally:
            await connection.close()
        assert tuple(counts) == (300, 1, 300)
