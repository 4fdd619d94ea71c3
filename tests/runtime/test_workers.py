"""The process pool with real processes."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from grpc import aio

from services.runtime.app import Runtime
from services.runtime.status import describe
from services.runtime.worker_process import TaskError
from services.runtime.workers import TaskTimeout, WorkerDied, Workers, WorkersBusy
from tests.runtime import scripted as s
from tests.runtime import tasks


@asynccontextmanager
async def pool(size: int = 1, max_tasks: int = 500) -> AsyncIterator[Workers]:
    workers = Workers(size, max_tasks)
    try:
        yield workers
    finally:
        await workers.close()


async def gone(pid: int) -> None:
    async with asyncio.timeout(10):
        with suppress(psutil.NoSuchProcess):
            while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                await asyncio.sleep(0.02)


async def test_work_runs_elsewhere_and_the_loop_stays_free() -> None:
    async with pool() as workers:
        first = await workers.run_cpu(tasks.pid)
        ticks = 0
        running = asyncio.ensure_future(workers.run_cpu(tasks.sleep, 0.5))
        while not running.done():
            await asyncio.sleep(0.01)
            ticks += 1
        assert first == await running != os.getpid()
        assert ticks > 10
        assert await workers.run_cpu(tasks.double, 21) == 42
    await gone(first)


async def test_processes_are_bounded_and_work_waits_its_turn() -> None:
    async with pool(2) as workers:
        pids = await asyncio.gather(*(workers.run_cpu(tasks.sleep, 0.05) for _ in range(10)))
    assert len(set(pids)) == 2


async def test_process_is_replaced_after_its_tasks() -> None:
    async with pool(1, max_tasks=2) as workers:
        pids = [await workers.run_cpu(tasks.pid) for _ in range(5)]
    assert pids[0] == pids[1] != pids[2] == pids[3] != pids[4]


@pytest.mark.parametrize(
    ("kind", "expected", "message"),
    [
        ("value", ValueError, "bad value"),
        ("service", tasks.JobMissing, "no job 7"),
        ("stubborn", TaskError, "StubbornError: ab"),
        ("timeout", TimeoutError, "the task's own"),
    ],
)
async def test_errors_of_a_task_arrive_as_they_are(kind: str, expected: type[Exception], message: str) -> None:
    async with pool() as workers:
        before = await workers.run_cpu(tasks.pid)
        with pytest.raises(expected, match=message) as caught:
            await workers.run_cpu(tasks.fail, kind)
        assert type(caught.value) is expected
        assert await workers.run_cpu(tasks.pid) == before


async def test_killed_process_is_an_error_of_its_task_alone_and_is_replaced() -> None:
    async with pool(2) as workers:
        await workers.warm(tasks.pid)
        other = asyncio.ensure_future(workers.run_cpu(tasks.sleep, 0.5))
        await asyncio.sleep(0.05)
        with pytest.raises(WorkerDied) as caught:
            await workers.run_cpu(tasks.die)
        assert (caught.value.code.name, caught.value.reason) == ("UNAVAILABLE", "WORKER_DIED")
        assert await workers.run_cpu(tasks.double, 1) == 2
        assert await other


async def test_process_killed_while_idle_costs_one_call_at_most() -> None:
    async with pool() as workers:
        psutil.Process(await workers.run_cpu(tasks.pid)).kill()
        await asyncio.sleep(0.2)
        try:
            await workers.run_cpu(tasks.pid)
        except WorkerDied:
            assert await workers.run_cpu(tasks.pid)


async def test_timeout_ends_the_process() -> None:
    async with pool() as workers:
        stuck = await workers.run_cpu(tasks.pid)
        with pytest.raises(TaskTimeout, match=r"within 0\.2 s"):
            await workers.run_cpu(tasks.sleep, 60, timeout=0.2)
        await gone(stuck)
        assert await workers.run_cpu(tasks.pid) != stuck


async def test_cancelling_ends_running_work_and_drops_waiting_work(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    async with pool() as workers:
        running = asyncio.ensure_future(workers.run_cpu(tasks.note_and_sleep, str(notes), 60))
        waiting = asyncio.ensure_future(workers.run_cpu(tasks.note_and_sleep, str(notes), 60))
        async with asyncio.timeout(10):
            while not notes.exists() or not notes.read_text():
                await asyncio.sleep(0.02)
        waiting.cancel()
        running.cancel()
        results = await asyncio.gather(running, waiting, return_exceptions=True)
        assert [type(result) for result in results] == [asyncio.CancelledError] * 2
        (pid,) = map(int, notes.read_text().split())
        await gone(pid)
        assert await workers.run_cpu(tasks.double, 2) == 4


async def test_cancelled_start_leaves_no_process() -> None:
    others = spawned()  # of servers that the session keeps for other tests
    async with pool() as workers:
        starting = asyncio.ensure_future(workers.run_cpu(tasks.pid))
        await asyncio.sleep(0)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        assert await workers.run_cpu(tasks.double, 2) == 4
    assert set(spawned()) <= set(others)


def spawned() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it may end while it is looked at
            found += [child] if "spawn_main" in " ".join(child.cmdline()) else []
    return found


async def test_too_much_waiting_work_is_refused() -> None:
    async with pool() as workers:
        await workers.warm(tasks.pid)
        results = await asyncio.gather(*(workers.run_cpu(tasks.double, n) for n in range(103)), return_exceptions=True)
    assert results[:100] == [2 * n for n in range(100)]
    assert [type(result) for result in results[100:]] == [WorkersBusy] * 3


async def test_terminal_signals_are_left_to_the_server() -> None:
    async with pool() as workers:
        assert await workers.run_cpu(tasks.ignores_terminal_signals)


async def test_unpicklable_work_is_an_error_and_not_a_hang() -> None:
    async with pool() as workers:
        with pytest.raises((AttributeError, TypeError)):
            await workers.run_cpu(lambda: 1)
        assert await workers.run_cpu(tasks.double, 2) == 4


async def test_deadline_of_the_call_bounds_the_work() -> None:
    runtimes: list[Runtime[Any]] = []

    async def work(request: Any, context: Any) -> Any:
        await runtimes[0].workers.run_cpu(tasks.sleep, 60)

    async with s.probe({"Unary": s.unary(work)}, prepare=runtimes.append) as server:
        await runtimes[0].workers.warm(tasks.pid)
        async with s.connected(server) as channel:
            with pytest.raises(aio.AioRpcError) as caught:
                await s.text_unary(channel, "Unary")(s.text(), timeout=0.3)
            assert caught.value.code().name == "DEADLINE_EXCEEDED"
            await runtimes[0].workers.run_cpu(tasks.pid)


async def test_error_of_a_worker_reaches_the_caller_of_the_server() -> None:
    runtimes: list[Runtime[Any]] = []

    async def work(request: Any, context: Any) -> Any:
        await runtimes[0].workers.run_cpu(tasks.fail, "service")

    async with s.probe({"Unary": s.unary(work)}, prepare=runtimes.append) as server, s.connected(server) as channel:
        with pytest.raises(aio.AioRpcError) as caught:
            await s.text_unary(channel, "Unary")(s.text())
    assert describe(caught.value)[1:] == ("JOB_MISSING", "no job 7")
