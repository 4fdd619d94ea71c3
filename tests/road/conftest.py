"""The whole road: a real PostgreSQL, the four real servers and a real Envoy, as `make run` has them."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import NamedTuple

import httpx
import pytest

from services.copilot.app import APP as COPILOT
from services.migration.server.app import APP as MIGRATION
from services.provider.app import APP as PROVIDER
from services.retrieval.app import APP as RETRIEVAL
from services.runtime.server import running
from tests.fixtures_envoy import NOWHERE, running_envoy


class Road(NamedTuple):
    """Clients of both listeners, and the ports for gRPC."""

    copilot: httpx.AsyncClient
    migration: httpx.AsyncClient
    copilot_port: int
    migration_port: int


def settings_for(app, database_url, **more):
    common = {"grpc_port": 0, "metrics_port": None, "drain_seconds": 0, "database_url": database_url}
    return app.settings(**common, process_pool_size=1, **more)


@pytest.fixture(scope="session")
async def road(postgres_server, tmp_path_factory):
    url = postgres_server.create_database()
    async with AsyncExitStack() as stack:

        async def start(app, **more):
            server = await stack.enter_async_context(running(app, settings_for(app, url, **more)))
            return server.address

        provider = await start(PROVIDER)
        addresses = {
            "provider": provider,
            "retrieval": await start(RETRIEVAL),
            "migration": await start(MIGRATION, upload_dir=tmp_path_factory.mktemp("spool")),
            "copilot": await start(COPILOT, provider_address=provider, retrieval_address=NOWHERE),
        }
        copilot_port, migration_port = await stack.enter_async_context(running_envoy(addresses))
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
            )
            for port in (copilot_port, migration_port)
        ]
        yield Road(*clients, copilot_port, migration_port)
