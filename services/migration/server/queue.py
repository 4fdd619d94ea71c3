"""The queue of conversions: pgqueuer on the same PostgreSQL, so a job and its queue entry are one transaction.

A worker that dies stops its heartbeat, and another one takes its jobs over. A database that goes away ends one round of
work, and the next begins when it is back.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from importlib.resources import files
from typing import Any, Protocol
from uuid import UUID

import asyncpg
from pgqueuer import models
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.errors import RetryRequested
from pgqueuer.queries import Queries

from services.runtime.database import Database
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.queries import load_queries

ENTRYPOINT = "convert"
INSTALL_LOCK = 0x6D696772  # advisory lock: servers that start together install one after the other
TURNS_LOCK = 0x7475726E  # advisory lock: turns are given one caller after the other
RECONNECT_S = 1.0
SWEEP_S = 5.0
POLL_S = 2.0  # how soon an abandoned job is noticed; new ones are announced at once
STOP_S = 10.0  # how long running conversions may take to end once the server stops
CANCEL_S = 5.0  # how long they may then take to be handed back; a database that is silent must not keep us

QUERIES = load_queries(files(__package__) / "queue.sql")

log = get_logger("queue")


class Handler(Protocol):
    """Who works the jobs off."""

    async def work(self, job_id: UUID) -> None: ...
    async def lost(self, connection: Any) -> list[UUID]: ...


class Installer:
    """Creates or upgrades the queue's own tables, once in a process, on the first connection that is made."""

    def __init__(self) -> None:
        self._done = False
        self._lock = asyncio.Lock()

    async def __call__(self, connection: Any) -> None:
        async with self._lock:
            if self._done:
                return
            queries = Queries(AsyncpgDriver(connection))
            await connection.execute("SELECT pg_advisory_lock($1)", INSTALL_LOCK)
            try:
                if await queries.schema_is_installed():
                    await queries.upgrade()
                else:
                    await queries.install()
            finally:
                await connection.execute("SELECT pg_advisory_unlock($1)", INSTALL_LOCK)
            self._done = True


async def enqueue(connection: Any, workspace: str, job_ids: Sequence[UUID], *, in_batch: bool = False) -> None:
    """Put jobs in the queue, within the transaction that the connection is in, in turn with other workspaces'."""
    await connection.execute(QUERIES["lock_turns"], TURNS_LOCK)
    turn = await connection.fetchval(QUERIES["next_turn"], ENTRYPOINT, workspace, in_batch)
    payloads: list[bytes | None] = [str(job_id).encode() for job_id in job_ids]
    priorities = [-(turn + number) for number in range(len(payloads))]
    await Queries(AsyncpgDriver(connection)).enqueue([ENTRYPOINT] * len(payloads), payloads, priorities)


async def enqueue_first(connection: Any, job_id: UUID) -> None:
    """Put a job before all others: it has had its turn, and was lost."""
    await Queries(AsyncpgDriver(connection)).enqueue(ENTRYPOINT, str(job_id).encode())


class Worker:
    """Takes jobs off the queue and hands each to `handler`, up to `concurrency` at once, until `stopping` is set."""

    def __init__(
        self,
        database: Database,
        handler: Handler,
        stopping: asyncio.Event,
        *,
        concurrency: int,
        heartbeat: timedelta,
    ) -> None:
        self._database = database
        self._handler = handler
        self._concurrency = max(2, concurrency)  # pgqueuer asks for at least twice its batch of one
        self._heartbeat = heartbeat
        self._manager: QueueManager | None = None
        self._stopping = stopping

    async def run(self) -> None:
        """Works until stopped; whatever interrupts a round, another one begins a second later."""
        while not self._stopping.is_set():
            try:
                await self._round()
            except Exception as error:  # noqa: BLE001  # why: logged; jobs stay in the queue, another round begins
                log.warning("queue interrupted", error=type(error).__name__, retry_in_s=RECONNECT_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), RECONNECT_S)

    async def sweep(self) -> None:
        """Queues what is under way and not in the queue: pgqueuer drops a job whose failure it could not record."""
        while not self._stopping.is_set():
            try:
                async with self._database.transaction() as connection:
                    for job_id in await self._handler.lost(connection):
                        await enqueue_first(connection, job_id)
            except Exception as error:  # noqa: BLE001  # why: logged; jobs stay lost no longer than to the next sweep
                log.warning("sweep interrupted", error=type(error).__name__, retry_in_s=SWEEP_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), SWEEP_S)

    async def _pass_on_the_stop(self) -> None:
        await self._stopping.wait()
        if self._manager is not None:
            self._manager.shutdown.set()

    async def _round(self) -> None:
        await self._database.check()
        # a pool of its own: the listener holds one connection for good, and a round ends with its connections
        async with asyncpg.create_pool(self._database.url, min_size=0, max_size=4, command_timeout=30) as pool:
            manager = QueueManager(Queries(AsyncpgPoolDriver(pool)))
            manager.entrypoint(ENTRYPOINT, accepts_context=False)(self._convert)
            self._manager = manager
            if self._stopping.is_set():
                return
            await manager.run(
                dequeue_timeout=timedelta(seconds=POLL_S),
                batch_size=1,
                max_concurrent_tasks=self._concurrency,
                heartbeat_timeout=self._heartbeat,
                shutdown_on_listener_failure=True,
            )

    async def _convert(self, job: models.Job) -> None:
        try:
            await self._handler.work(UUID((job.payload or b"").decode()))
        except asyncio.CancelledError:
            # pgqueuer takes a cancelled job off the queue; this one was only interrupted
            raise RetryRequested(reason="the worker stops") from None
        except ServiceError as error:
            raise RetryRequested(timedelta(seconds=RECONNECT_S), error.reason) from error

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Works until the block ends; running jobs then get a while to end, before they are handed back."""
        tasks = {asyncio.create_task(work()) for work in (self.run, self.sweep, self._pass_on_the_stop)}
        try:
            yield
        finally:
            self._stopping.set()
            _, late = await asyncio.wait(tasks, timeout=STOP_S)
            for task in late:
                task.cancel()
            if late:
                _, late = await asyncio.wait(late, timeout=CANCEL_S)
                log.info("queue stopped", still_running=len(late))
            await asyncio.gather(*(tasks - late), return_exceptions=True)
