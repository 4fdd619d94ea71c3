"""A worker without calls: takes jobs off the queue on any machine that reaches the database, beside servers and others.

`python -m services.migration.server.worker`; its port serves health, readiness and reflection only. Uploads are rows of
the database, so it needs nothing else; with PROVIDER_ADDRESS set it asks a model as a server does.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

from pydantic import Field

from services.migration.server.app import working
from services.migration.server.settings import MigrationSettings
from services.runtime.app import App, Runtime, Service
from services.runtime.server import run
from services.runtime.server_settings import OptionalPort, Port


class WorkerSettings(MigrationSettings):
    """The server's settings; ports are free ones, so that several fit on a machine. WORKER_… wins over each."""

    service: ClassVar[str] = "worker"

    grpc_port: Port = Field(0, description="Port for health and readiness; 0 takes any free one")
    metrics_port: OptionalPort = Field(None, description="Port of /metrics; 0 takes any free one, 'off' has none")


@asynccontextmanager
async def lifespan(runtime: Runtime[WorkerSettings]) -> AsyncIterator[Sequence[Service]]:
    async with working(runtime):
        yield []


WORKER = App("worker", "DataFlow Migration worker", "0.2.0", WorkerSettings, lifespan)

if __name__ == "__main__":  # the process pool's children import this module again
    sys.exit(run(WORKER))
