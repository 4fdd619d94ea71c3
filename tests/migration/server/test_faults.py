"""Whatever is killed, whenever: the job is there afterwards, finished or failed with its reason, and nothing hangs."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import grpc
import pytest

from benchmarks.generate_powercenter import generate
from dataflow.migration.v1 import job_pb2, migration_pb2_grpc
from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from tests.migration.server.conftest import migration_server, raw_upload
from tests.throwaway_postgres import running_postgres

SMALL = (Path(__file__).parent / "sales.xml").read_bytes()
AT_REST = {
    job_pb2.MigrationStatus.completed,
    job_pb2.MigrationStatus.completed_with_warnings,
    job_pb2.MigrationStatus.failed,
}
UNDER_WAY = {
    job_pb2.MigrationStatus.parsing,
    job_pb2.MigrationStatus.converting,
    job_pb2.MigrationStatus.validating,
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def server_process(port, url, home, more=None):
    """`python -m services.migration` as an operator would start it, and a channel to it."""
    environment = {
        **os.environ,
        "GRPC_PORT": str(port),
        "METRICS_PORT": "off",
        "DATABASE_URL": url,
        "DRAIN_SECONDS": "0",
        "JOB_HEARTBEAT_SECONDS": "5",
        "UPLOAD_DIR": str(home),
        **(more or {}),
    }
    command = (sys.executable, "-m", "services.migration")
    with (home / "server.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await asyncio.wait_for(channel.channel_ready(), 60)
            yield process, channel
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def one_job(stub, wanted, seconds=180.0):
    """The only job there is, as soon as its status is among `wanted`."""
    async with asyncio.timeout(seconds):
        while True:
            try:
                jobs = (await stub.ListJobs(job_pb2.ListJobsRequest())).items
            except grpc.aio.AioRpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE:
                    raise
                jobs = []
            if jobs and jobs[0].status in wanted:
                return jobs[0]
            await asyncio.sleep(0.02)


async def ended(call):
    """How an interrupted upload ended for its caller: it must end, and not with a hidden error."""
    try:
        return await asyncio.wait_for(call, 60)
    except grpc.aio.AioRpcError as error:
        if error.code() not in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}:
            raise
        return error


@pytest.mark.slow
async def test_a_killed_server_loses_nothing(postgres_database, tmp_path):
    port, export = free_port(), generate(megabytes=3)
    async with server_process(port, postgres_database, tmp_path) as (process, channel):
        stub = migration_pb2_grpc.MigrationServiceStub(channel)
        upload = asyncio.ensure_future(ended(stub.UploadExport(raw_upload(export))))
        before = await one_job(stub, UNDER_WAY)
        process.send_signal(signal.SIGKILL)
        assert isinstance(await upload, grpc.aio.AioRpcError)
    async with server_process(port, postgres_database, tmp_path) as (_, channel):
        after = await one_job(migration_pb2_grpc.MigrationServiceStub(channel), AT_REST)
    assert after.job_id == before.job_id
    assert after.total_objects > 0
    assert after.status_reason in {"", "RELEASE_BLOCKED"}


@pytest.mark.slow
async def test_a_stopped_server_hands_its_job_back(postgres_database, tmp_path):
    port, export = free_port(), generate(megabytes=3)
    async with server_process(port, postgres_database, tmp_path) as (process, channel):
        stub = migration_pb2_grpc.MigrationServiceStub(channel)
        upload = asyncio.ensure_future(ended(stub.UploadExport(raw_upload(export))))
        await one_job(stub, UNDER_WAY)
        process.terminate()
        await upload
        assert await asyncio.wait_for(process.wait(), 120) == 0
    async with server_process(port, postgres_database, tmp_path) as (_, channel):
        after = await one_job(migration_pb2_grpc.MigrationServiceStub(channel), AT_REST)
    assert after.total_objects > 0


@pytest.mark.slow
async def test_a_killed_database_loses_nothing(tmp_path):
    export = generate(megabytes=3)
    # a PostgreSQL of its own: other tests' servers lean on the session's
    with running_postgres() as postgres:
        async with server_process(free_port(), postgres.create_database(), tmp_path) as (_, channel):
            stub = migration_pb2_grpc.MigrationServiceStub(channel)
            ops = ops_pb2_grpc.OpsServiceStub(channel)
            upload = asyncio.ensure_future(ended(stub.UploadExport(raw_upload(export))))
            before = await one_job(stub, UNDER_WAY)
            await asyncio.to_thread(postgres.kill)
            await upload
            away = await asyncio.wait_for(ops.GetReadiness(ops_pb2.GetReadinessRequest()), 30)
            assert list(away.reasons) == ["database_unavailable"]
            postgres.start()  # in the main thread: the server dies with the thread that started it
            after = await one_job(stub, AT_REST)
            back = await asyncio.wait_for(ops.GetReadiness(ops_pb2.GetReadinessRequest()), 30)
        assert after.job_id == before.job_id
        assert after.total_objects > 0
        assert list(back.reasons) == []


async def test_a_job_that_keeps_killing_its_process_is_given_up(postgres_database, tmp_path):
    async with migration_server(postgres_database, upload_dir=tmp_path, job_attempts=2) as stub:
        job = await stub.UploadExport(raw_upload(SMALL))
        connection = await asyncpg.connect(postgres_database)
        try:
            # as two workers that died have left it
            await connection.execute("UPDATE migration_jobs SET status = 'converting', attempts = 2")
            await connection.execute(
                "INSERT INTO pgqueuer (priority, status, entrypoint, payload) VALUES (0, 'queued', 'convert', $1)",
                job.job_id.encode(),
            )
        finally:
            await connection.close()
        given_up = await one_job(stub, AT_REST)
    assert (given_up.status, given_up.status_reason) == (job_pb2.MigrationStatus.failed, "WORKER_DIED")
    assert "died 2 times" in given_up.message


async def test_without_a_database_every_call_says_so_at_once(tmp_path):
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    async with migration_server(url, upload_dir=tmp_path) as stub:
        for call in (stub.ListJobs(job_pb2.ListJobsRequest()), stub.UploadExport(raw_upload(SMALL))):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await asyncio.wait_for(call, 30)
            assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
            assert "database" in caught.value.details()
