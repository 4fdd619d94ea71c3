"""The Migration Engine's server, put together: servicer, engine, and the queue's worker beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from dataflow.migration.v1 import migration_pb2_grpc
from services.migration.server import queue
from services.migration.server.convert import sweep
from services.migration.server.engine import Engine, identify
from services.migration.server.servicer import MigrationServicer
from services.migration.server.settings import MigrationSettings
from services.migration.server.store import SCHEMA
from services.runtime.app import App, Runtime, Service
from services.runtime.unbuilt import without_unbuilt


@asynccontextmanager
async def lifespan(runtime: Runtime[MigrationSettings]) -> AsyncIterator[Sequence[Service]]:
    settings = runtime.settings
    runtime.database.on_connection(queue.Installer())
    runtime.database.add_schema(SCHEMA)
    runtime.readiness.add("database", runtime.database.check, reason="database_unavailable")
    await asyncio.to_thread(sweep, settings.upload_dir)
    engine = Engine(runtime)
    worker = queue.Worker(
        runtime.database,
        engine,
        runtime.stopping,
        concurrency=settings.job_concurrency,
        heartbeat=timedelta(seconds=settings.job_heartbeat_seconds),
    )
    warming = asyncio.create_task(runtime.workers.warm(warm))
    async with worker.working():
        yield [
            Service(
                migration_pb2_grpc.add_MigrationServiceServicer_to_server,
                without_unbuilt(MigrationServicer)(engine),
                "dataflow.migration.v1.MigrationService",
            )
        ]
        warming.cancel()


def warm() -> str:
    """Run once in each process of the pool: what the first conversion would otherwise import."""
    return identify.__name__


APP = App("migration", "DataFlow Migration Engine", "0.2.0", MigrationSettings, lifespan)
