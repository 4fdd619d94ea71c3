"""The Migration Engine's server, put together: servicer, engine, and the queue's worker beside them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from dataflow.migration.v1 import migration_pb2_grpc
from services.migration.server import queue
from services.migration.server.compare import Comparing
from services.migration.server.convert import made, sweep
from services.migration.server.engine import Engine, identify
from services.migration.server.servicer import MigrationServicer
from services.migration.server.settings import MigrationSettings
from services.migration.server.store import SCHEMA
from services.runtime.app import App, Runtime, Service
from services.runtime.server import StartError
from services.runtime.unbuilt import without_unbuilt


@asynccontextmanager
async def lifespan(runtime: Runtime[MigrationSettings]) -> AsyncIterator[Sequence[Service]]:
    comparing = await asyncio.to_thread(Comparing.of, runtime)
    async with working(runtime) as engine:
        yield [
            Service(
                migration_pb2_grpc.add_MigrationServiceServicer_to_server,
                without_unbuilt(MigrationServicer)(engine, comparing),
                "dataflow.migration.v1.MigrationService",
            )
        ]


@asynccontextmanager
async def working(runtime: Runtime[Any]) -> AsyncIterator[Engine]:
    """An engine that works jobs off beside the block; `runtime` has MigrationSettings."""
    settings = runtime.settings
    runtime.database.on_connection(queue.Installer())
    runtime.database.add_schema(SCHEMA)
    runtime.readiness.add("database", runtime.database.check, reason="database_unavailable")
    await asyncio.to_thread(prepare, settings.upload_dir)
    engine = Engine(runtime)
    worker = queue.Worker(
        runtime.database,
        engine,
        runtime.stopping,
        concurrency=settings.job_concurrency,
        heartbeat=timedelta(seconds=settings.job_heartbeat_seconds),
    )
    async with worker.working(), _warming(runtime):
        yield engine


def prepare(spool: Path) -> None:
    """Raises StartError where the spool cannot be written to: no upload could be converted."""
    try:
        with tempfile.TemporaryFile(dir=made(spool)):
            sweep(spool)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise StartError(
            f"UPLOAD_DIR: cannot write to {spool} ({why}); set UPLOAD_DIR to a directory of yours"
        ) from error


@asynccontextmanager
async def _warming(runtime: Runtime[Any]) -> AsyncIterator[None]:
    """Starts the pool's processes beside the block, which need not wait for them."""
    task = asyncio.create_task(runtime.workers.warm(warm))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def warm() -> str:
    """Run once in each process of the pool: what the first conversion would otherwise import."""
    return identify.__name__


APP = App("migration", "DataFlow Migration Engine", "0.2.0", MigrationSettings, lifespan)
