"""What an attempt at a job may write, and what each way to fail makes of the job."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest

from services.migration.ast import Tool
from services.migration.parsers import ExportError
from services.migration.pipeline import migrate
from services.migration.server import engine as engines
from services.migration.server import outcome, queue
from services.migration.server.app import prepare
from services.migration.server.engine import Engine
from services.migration.server.errors import NoResult
from services.migration.server.outcome import Outcome, Result
from services.migration.server.receive import Received
from services.migration.server.settings import MigrationSettings
from services.migration.server.store import SCHEMA
from services.runtime.database import Database
from services.runtime.database_errors import DatabaseBusy, DatabaseTimeout, DatabaseUnavailable
from services.runtime.server import StartError
from services.runtime.workers import TaskTimeout, WorkerDied, WorkersBusy

SMALL = (Path(__file__).parent / "sales.xml").read_bytes()
WORKSPACE = "default"
DONE = Outcome("completed", "", "done", 1.0, Result("[]", '{"total_objects": 3, "issues": []}', 3, 0, 0))
NUL = Result("[]", json.dumps({"issues": ["\0"]}), 0, 1, 0)


class InThisProcess:
    """What the engine uses of the pool, without a pool."""

    size = 1

    async def run_cpu(self, function, *arguments, **_):
        return await asyncio.to_thread(function, *arguments)


@pytest.fixture
async def engine(postgres_database, tmp_path, monkeypatch):
    """An engine whose queue nobody works off."""
    monkeypatch.setattr(engines, "RETRY_S", 0.01)
    database = Database(postgres_database)
    database.on_connection(queue.Installer())
    database.add_schema(SCHEMA)
    settings = MigrationSettings(upload_dir=tmp_path, job_attempts=2)
    yield Engine(SimpleNamespace(settings=settings, database=database, workers=InThisProcess(), channels=None))
    await database.close()


async def begun(engine):
    received = Received("sales.xml", SMALL, Tool.POWERCENTER, "postgresql")
    return await engine.begin(received)


async def job_of(engine, job_id):
    return await engine.store.get(WORKSPACE, job_id)


def converting(monkeypatch, *results):
    """The conversion gives or raises `results`, one after the other."""
    left = list(results)

    async def convert(*_, **__):
        result = left.pop(0)
        if isinstance(result, BaseException):
            raise result
        return result

    monkeypatch.setattr(engines, "convert", convert)
    monkeypatch.setattr(outcome, "of", lambda result: result)
    return left


@pytest.mark.parametrize("passing", [DatabaseUnavailable("x"), DatabaseBusy("x"), WorkersBusy("x")])
async def test_what_passes_does_not_count_as_an_attempt(engine, monkeypatch, passing):
    left = converting(monkeypatch, *[passing] * 5, DONE)
    job_id = await begun(engine)
    await engine.work(job_id)
    job = await job_of(engine, job_id)
    assert (job.status, job.attempts, left) == ("completed", 1, [])


@pytest.mark.parametrize(
    ("error", "tries", "reason", "told"),
    [
        (WorkerDied("x"), 2, "WORKER_DIED", "died 2 times"),
        (DatabaseTimeout("the database did not answer in time"), 2, "DATABASE_TIMEOUT", "did not answer in time"),
        (TaskTimeout("x"), 2, "TIMEOUT", "JOB_TIMEOUT_SECONDS"),
        (ExportError("no such thing", line=3), 1, "EXPORT_ERROR", "3: no such thing"),
        (ZeroDivisionError("secret"), 1, "INTERNAL", "a defect of ours"),
        (replace(DONE, result=NUL), 1, "INTERNAL", "a defect of ours"),  # jsonb holds no NUL
    ],
)
async def test_each_failure_is_told_by_its_own_reason(engine, monkeypatch, error, tries, reason, told):
    left = converting(monkeypatch, *[error] * tries)
    job_id = await begun(engine)
    for _ in range(tries - 1):
        with pytest.raises(type(error)):
            await engine.work(job_id)
    await engine.work(job_id)
    job = await job_of(engine, job_id)
    assert (job.status, job.status_reason, left) == ("failed", reason, [])
    assert told in job.message
    assert "secret" not in job.message


async def test_an_attempt_that_was_taken_over_writes_nothing_more(engine):
    job_id = await begun(engine)
    first = await engine.store.claim(job_id)
    second = await engine.store.claim(job_id)
    await engine.store.enter(second, "converting")
    await engine.store.finish(first, outcome.failure("X", "of the first"))
    await engine.store.enter(first, "parsing")
    await engine.store.release(first)
    job = await job_of(engine, job_id)
    assert (job.status, job.attempts) == ("converting", 2)
    assert [stage.name for stage in await engine.store.stages(WORKSPACE, job_id)] == ["convert"]
    await engine.store.finish(second, DONE)
    assert (await job_of(engine, job_id)).message == "done"


async def test_a_job_that_ended_is_not_released_by_a_late_stop(engine):
    job_id = await begun(engine)
    job = await engine.store.claim(job_id)
    await engine.store.finish(job, DONE)
    await engine.store.release(job)
    await engine.store.enter(job, "validating")
    assert (await job_of(engine, job_id)).status == "completed"


async def test_a_new_attempt_begins_with_no_stage_entered(engine):
    job_id = await begun(engine)
    await engine.store.enter(await engine.store.claim(job_id), "converting")
    await engine.store.claim(job_id)
    assert await engine.store.stages(WORKSPACE, job_id) == []


async def test_a_job_of_a_cancelled_batch_is_not_tried_again_unless_somebody_asks(engine, monkeypatch):
    left = converting(monkeypatch, WorkerDied("x"), DONE)
    batch_id, job_id = uuid4(), await begun(engine)
    async with engine.store.database.transaction() as connection:
        await connection.execute(
            "INSERT INTO migration_batches (batch_id, workspace_id, filename, skipped) VALUES ($1, $2, 'a.zip', '[]')",
            batch_id,
            WORKSPACE,
        )
        await connection.execute("UPDATE migration_jobs SET batch_id = $1 WHERE job_id = $2", batch_id, job_id)
    with pytest.raises(WorkerDied):
        await engine.work(job_id)
    await engine.store.enter(await job_of(engine, job_id), "converting")
    await engine.batches.store.cancel(WORKSPACE, batch_id)
    await engine.work(job_id)
    job = await job_of(engine, job_id)
    assert (job.status, job.status_reason, left) == ("failed", "CANCELLED", [DONE])
    assert [stage.status for stage in await engine.store.stages(WORKSPACE, job_id)] == ["failed"]
    batch = await engine.batches.store.get(WORKSPACE, batch_id)
    assert (batch.status, batch.done, batch.failed, batch.left) == ("cancelled", 0, 0, 0)
    async with engine.store.database.transaction() as connection:
        await engine.store.restart(connection, WORKSPACE, job_id, "postgresql")
    await engine.work(job_id)
    assert ((await job_of(engine, job_id)).status, left) == ("completed", [])


async def test_a_job_converted_again_has_no_result_of_before(engine):
    job_id = await begun(engine)
    await engine.store.finish(await engine.store.claim(job_id), DONE)
    assert (await engine.store.report(WORKSPACE, job_id))["total_objects"] == 3
    async with engine.store.database.transaction() as connection:
        await engine.store.restart(connection, WORKSPACE, job_id, "snowflake")
    job = await job_of(engine, job_id)
    assert (job.status, job.dialect, job.confidence, job.total_objects) == ("uploaded", "snowflake", 0, 0)
    with pytest.raises(NoResult, match="still uploaded"):
        await engine.store.documents(WORKSPACE, job_id)


async def test_of_several_sweeps_one_finds_a_lost_job(engine):
    job_id = await begun(engine)
    async with engine.store.database.connection() as connection:
        await connection.execute("DELETE FROM pgqueuer")
        await connection.execute("UPDATE migration_jobs SET updated_at = now() - interval '1 minute'")

    async def found():
        async with engine.store.database.transaction() as connection:
            lost = await engine.lost(connection)
            await asyncio.sleep(0.1)
            return lost

    assert sorted(await asyncio.gather(found(), found(), found())) == [[], [], [job_id]]


async def test_a_sweep_that_fails_is_followed_by_another(engine, monkeypatch):
    monkeypatch.setattr(queue, "SWEEP_S", 0.01)
    stopping, sweeps = asyncio.Event(), []

    class Handler:
        async def lost(self, connection):
            sweeps.append(connection)
            if len(sweeps) < 3:
                raise LookupError("no such table")
            stopping.set()
            return []

    worker = queue.Worker(engine.store.database, Handler(), stopping, concurrency=2, heartbeat=timedelta(seconds=1))
    await asyncio.wait_for(worker.sweep(), 10)
    assert len(sweeps) == 3


async def test_a_stop_does_not_wait_for_what_will_not_end(engine, monkeypatch):
    monkeypatch.setattr(queue, "STOP_S", 0.05)
    monkeypatch.setattr(queue, "CANCEL_S", 0.05)
    silent = asyncio.Event()

    class Stubborn(queue.Worker):
        async def run(self):
            while not silent.is_set():
                with suppress(asyncio.CancelledError):
                    await silent.wait()

        async def sweep(self):
            raise LookupError("ended long ago")

    worker = Stubborn(engine.store.database, engine, asyncio.Event(), concurrency=2, heartbeat=timedelta(seconds=1))
    async with asyncio.timeout(15), worker.working():
        await asyncio.sleep(0.01)
    silent.set()
    await asyncio.sleep(0.01)


async def test_a_waiter_does_not_spin_when_its_job_is_converted_again(engine):
    job_id, asked = uuid4(), []

    class Restarted:
        async def get(self, workspace, job_id):
            asked.append(job_id)
            return SimpleNamespace(at_rest=False)

    engine.store = Restarted()
    waiting = asyncio.create_task(engine._settled(WORKSPACE, job_id))
    await asyncio.sleep(0.05)
    engine._ended[job_id].set()
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert len(asked) <= 3
    assert engine._ended == {}


def test_a_spool_that_cannot_be_written_stops_the_start(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(StartError, match="UPLOAD_DIR: cannot write to"):
        prepare(blocked / "spool")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("Source Qualifier", "1 mapping, 4 objects: 4 converted, 0 to review, 0 to write by hand"),
        (
            "Mystery",
            "1 mapping, 4 objects: 3 converted, 0 to review, 1 to write by hand; release is blocked by 2 issues,",
        ),
    ],
)
def test_how_it_ended_is_told_in_numbers(kind, said):
    text = SMALL.replace(b'TYPE ="Source Qualifier"', f'TYPE ="{kind}"'.encode())
    assert outcome.of(migrate(text, "sales.xml")).message.startswith(said)
