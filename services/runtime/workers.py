"""The process pool for work that needs a CPU, so that the event loop stays free.

Each slot is one process and runs one task. That makes it possible to end exactly one task: a call that is
cancelled or out of time takes its process with it, and nobody else's. Processes are spawned, never forked
(gRPC does not survive a fork), start with the first task, and die with this process, however it ends.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, Self, TypeVar

from services.runtime.context import request_id, within
from services.runtime.errors import DeadlineExceeded, ResourceExhausted, Unavailable
from services.runtime.logs import LogFormat, get_logger
from services.runtime.server_settings import ServerSettings
from services.runtime.worker_process import invoke, start

log = get_logger("workers")

T = TypeVar("T")
DEFAULT_SECONDS = 600.0
_WAITING_PER_SLOT = 100


class WorkerDied(Unavailable):
    """The process was killed or crashed, out of memory as a rule. The task may be tried again."""

    reason = "WORKER_DIED"


class WorkersBusy(ResourceExhausted):
    reason = "WORKERS_BUSY"


class TaskTimeout(DeadlineExceeded):
    reason = "TASK_TIMEOUT"


class _Slot:
    """One process, replaced after `max_tasks` tasks or when it is gone."""

    def __init__(self, max_tasks: int, logging: tuple[LogFormat, str]) -> None:
        self._max_tasks = max_tasks
        self._logging = logging
        self._executor: ProcessPoolExecutor | None = None
        self._pid = 0
        self._tasks = 0
        self._ending: set[asyncio.Task[None]] = set()

    async def ready(self) -> ProcessPoolExecutor:
        """The slot's process, started where there is none."""
        if self._executor is not None and self._tasks >= self._max_tasks:
            self.retire()
        if self._executor is None:
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(1, context, initializer=start, initargs=(os.getpid(), *self._logging))
            self._tasks = 0
            self._pid = await asyncio.wrap_future(self._executor.submit(os.getpid))
        return self._executor

    async def run(self, fn: Callable[..., T], args: tuple[Any, ...]) -> T:
        future: Future[T] | None = None
        try:
            executor = await self.ready()
            self._tasks += 1
            future = executor.submit(invoke, fn, args, request_id())
            return await asyncio.wrap_future(future)
        except BrokenProcessPool as error:
            self._pid = 0  # gone already; its number may be someone else's by now
            self.retire()
            log.warning("worker process died", task=fn.__name__)
            raise WorkerDied("the process working on this died; try again") from error
        finally:
            if future is None or not future.done():
                self.kill()

    def retire(self) -> None:
        """Let the idle process go; the next task starts another."""
        executor, self._executor, self._pid = self._executor, None, 0
        if executor is not None:
            # one call that waits, in a thread: after a call that does not wait, a second one has nothing to wait for
            end = asyncio.create_task(asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True))
            self._ending.add(end)
            end.add_done_callback(self._ending.discard)

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        pid = self._pid
        self.retire()
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def close(self) -> None:
        """Kill what runs and wait until every process this slot ever had is gone."""
        self.kill()
        await asyncio.gather(*self._ending)


class Workers:
    """`size` processes. `await workers.run_cpu(convert, ast, timeout=120)` runs a module-level function in
    one."""

    def __init__(self, size: int, max_tasks: int = 500, logging: tuple[LogFormat, str] = ("auto", "INFO")) -> None:
        self._slots = [_Slot(max_tasks, logging) for _ in range(size)]
        self._idle: asyncio.LifoQueue[_Slot] = asyncio.LifoQueue()
        for slot in self._slots:
            self._idle.put_nowait(slot)
        self._waiting = 0

    @property
    def size(self) -> int:
        """Tasks that run at once."""
        return len(self._slots)

    @classmethod
    def from_settings(cls, settings: ServerSettings) -> Self:
        spare = max(1, min(4, (os.cpu_count() or 1) - 1))
        size = settings.process_pool_size or spare
        return cls(size, settings.process_pool_tasks, (settings.log_format, settings.log_level))

    async def run_cpu(self, fn: Callable[..., T], *args: Any, timeout: float = DEFAULT_SECONDS) -> T:  # noqa: ASYNC109 - why: a budget for queue and work together, shortened by the caller's deadline
        """`fn(*args)` in another process; function, arguments and result must be picklable.

        An exception of `fn` arrives as it is. Raises WorkerDied where the process was killed, TaskTimeout
        after `timeout` seconds (waiting included) or at the caller's deadline, WorkersBusy where too many
        tasks wait. Cancelling ends the task and its process.
        """
        if self._waiting >= _WAITING_PER_SLOT * len(self._slots):
            raise WorkersBusy("too much work is waiting for a processor; try again shortly")
        self._waiting += 1
        clock = asyncio.timeout(within(timeout))
        try:
            async with clock:
                slot = await self._idle.get()
                try:
                    return await slot.run(fn, args)
                finally:
                    self._idle.put_nowait(slot)
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise TaskTimeout(f"the work did not end within {timeout:g} s or the call's deadline") from error
        finally:
            self._waiting -= 1

    async def warm(self, fn: Callable[[], Any]) -> None:
        """Start every process and run `fn` in each, so that the first real task finds its imports done."""
        await asyncio.gather(*(self.run_cpu(fn) for _ in self._slots))

    async def close(self) -> None:
        """Kill what runs and wait until all processes are gone."""
        await asyncio.gather(*(slot.close() for slot in self._slots))
