"""Whatever is killed in the middle of a batch: every export ends once, none is lost, none twice."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from services.migration.server import convert
from tests.migration.server.conftest import migration_server
from tests.migration.server.poison import converting_poison
from tests.migration.server.test_batch import SMALL, Status, jobs_of, over, pieces, renamed, zipped
from tests.throwaway_postgres import running_postgres

EXPORTS = 60


@asynccontextmanager
async def fleet_worker(url, home, concurrency=1, **more):
    """`dataflow-ai worker` as an operator would start it."""
    environment = {
        **os.environ,
        "DRAIN_SECONDS": "0",
        "JOB_HEARTBEAT_SECONDS": "5",
        "MODEL_FALLBACK": "off",
        "UPLOAD_DIR": str(home),
        **more,
    }
    command = (sys.executable, "-m", "services.cli.main", "worker", "--concurrency", str(concurrency))
    with (home / "worker.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command, "--database-url", url, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def facts(url):
    """(jobs at rest, jobs left, results, entries in the queue, most attempts)"""
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(
            "SELECT count(*) FILTER (WHERE ended_at IS NOT NULL), count(*) FILTER (WHERE ended_at IS NULL),"
            " (SELECT count(*) FROM migration_results), (SELECT count(*) FROM pgqueuer), max(attempts)"
            " FROM migration_jobs"
        )
    finally:
        await connection.close()
    return tuple(row)


async def ended(url, least, seconds=300.0):
    """Waits until so many jobs have ended, a database that is away included."""
    async with asyncio.timeout(seconds):
        while True:
            with suppress(OSError, asyncpg.PostgresError):
                if (await facts(url))[0] >= least:
                    return
            await asyncio.sleep(0.05)


async def emptied(url, seconds=60.0):
    """Waits until the queue has no entry: an entry goes soon after its job's end."""
    async with asyncio.timeout(seconds):
        while (await facts(url))[3]:
            await asyncio.sleep(0.05)


async def left_behind(url, home, count):
    """A batch whose server is gone before it was worked off."""
    async with migration_server(url, upload_dir=home) as stub:
        content = zipped({f"{n}.xml": renamed(n) for n in range(count)})
        return await stub.CreateBatch(pieces(content))


@pytest.mark.slow
async def test_a_worker_goes_on_where_a_killed_one_was(postgres_database, tmp_path):
    await left_behind(postgres_database, tmp_path, EXPORTS)
    async with fleet_worker(postgres_database, tmp_path) as doomed:
        await ended(postgres_database, 5)
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
    at_rest, left, *_ = await facts(postgres_database)
    assert left > 0
    async with fleet_worker(postgres_database, tmp_path):
        await ended(postgres_database, EXPORTS)
        await emptied(postgres_database)
    at_rest, left, results, queued, attempts = await facts(postgres_database)
    assert (at_rest, left, results, queued) == (EXPORTS, 0, EXPORTS, 0)
    assert attempts <= 2


@pytest.mark.slow
async def test_a_batch_outlives_its_database(tmp_path):
    with running_postgres() as postgres:  # one of its own: other tests lean on the session's
        url = postgres.create_database()
        await left_behind(url, tmp_path, EXPORTS)
        async with fleet_worker(url, tmp_path):
            await ended(url, 5)
            await asyncio.to_thread(postgres.kill)
            await asyncio.sleep(1)
            postgres.start()  # in the main thread: the server dies with the thread that started it
            await ended(url, EXPORTS)
            await emptied(url)
        at_rest, left, results, queued, _ = await facts(url)
    assert (at_rest, left, results, queued) == (EXPORTS, 0, EXPORTS, 0)


@pytest.mark.slow
async def test_a_worker_that_is_stopped_hands_its_jobs_back(postgres_database, tmp_path):
    await left_behind(postgres_database, tmp_path, EXPORTS)
    async with fleet_worker(postgres_database, tmp_path) as worker:
        await ended(postgres_database, 5)
        worker.terminate()
        assert await asyncio.wait_for(worker.wait(), 120) == 0
    async with fleet_worker(postgres_database, tmp_path, 2):
        await ended(postgres_database, EXPORTS)
    assert (await facts(postgres_database))[-1] == 1  # no attempt was lost by the stop


def fleets(home):
    """Jobs that the worker has ended."""
    return (home / "worker.log").read_text().count("job ended")


async def worked(stub, home):
    """Small batches until the worker, which takes a while to start, has ended a job; how many it has."""
    async with asyncio.timeout(120):
        while not fleets(home):
            content = zipped({f"{n}.xml": renamed(n) for n in range(4)})
            await over(stub, (await stub.CreateBatch(pieces(content))).batch_id)
    return fleets(home)


@pytest.mark.slow
async def test_server_and_fleet_work_side_by_side(postgres_database, tmp_path):
    async with (
        migration_server(postgres_database, upload_dir=tmp_path) as stub,
        fleet_worker(postgres_database, tmp_path, LOG_FORMAT="json"),
    ):
        begun = await worked(stub, tmp_path)
        content = zipped({f"{n}.xml": renamed(n) for n in range(200)})
        batch = await over(stub, (await stub.CreateBatch(pieces(content))).batch_id, 300)
    assert batch.done == 200
    assert 0 < fleets(tmp_path) - begun < 200


@pytest.mark.slow
async def test_a_poisonous_export_is_set_aside_after_two_tries(postgres_database, tmp_path, monkeypatch):
    monkeypatch.setattr(convert, "convert_in_process", converting_poison)
    named = {"a.xml": b"m_a", "bad/killer.xml": b"m_POISON", "slow.xml": b"m_ENDLESS", "z.xml": b"m_z"}
    content = zipped({path: SMALL.replace(b"m_active", name) for path, name in named.items()})
    async with migration_server(postgres_database, upload_dir=tmp_path, job_timeout_seconds=15.0) as stub:
        batch = await over(stub, (await stub.CreateBatch(pieces(content))).batch_id, 180)
        jobs = await jobs_of(stub, batch)
    assert [(each.path, each.reason) for each in batch.skipped] == [
        ("bad/killer.xml", "POISONOUS"),
        ("slow.xml", "POISONOUS"),
    ]
    assert [job.status_reason for job in jobs][1:3] == ["WORKER_DIED", "TIMEOUT"]
    assert ["2 times" in jobs[1].message, "2 attempts" in jobs[2].message] == [True, True]
    assert all(job.total_objects > 0 for job in (jobs[0], jobs[3]))
    assert (batch.done, batch.status) == (4, Status.completed_with_failures)
