"""One Envoy in front of four recording servers for the whole run; each test starts with clean servers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest_asyncio

from services.edge.admin import Admin
from tests.edge.recording_server import RecordingServer
from tests.fixtures_envoy import CLUSTERS, EnvoyPorts, running_edge


@dataclass
class Stage:
    """What a test sees: the servers behind Envoy and a client for each listener."""

    servers: dict[str, RecordingServer]
    ports: EnvoyPorts
    envoy_pid: int
    admin: Admin
    copilot: httpx.AsyncClient
    migration: httpx.AsyncClient

    @property
    def calls(self) -> list[tuple[str, str]]:
        """(server, method) of every call so far."""
        return [(server.name, call.method) for server in self.servers.values() for call in server.calls]


def http_client(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False)


def recording_servers() -> dict[str, RecordingServer]:
    return {name: RecordingServer(name, (f"dataflow.{name}.v1", "dataflow.ops.v1")) for name in CLUSTERS}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_run() -> AsyncIterator[Stage]:
    servers = recording_servers()
    for server in servers.values():
        await server.start()
    addresses = {name: server.address for name, server in servers.items()}
    async with (
        running_edge(addresses) as edge,
        http_client(edge.ports.copilot) as copilot,
        http_client(edge.ports.migration) as migration,
    ):
        yield Stage(servers, edge.ports, edge.pid, edge.admin, copilot, migration)
    for server in servers.values():
        await server.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(whole_run: Stage) -> Stage:
    """Clean servers. They share the event loop of the tests: one that blocks it makes them look down for a moment."""
    async with asyncio.timeout(30):
        while set((await whole_run.admin.healthy_servers()).values()) != {1}:
            await asyncio.sleep(0.1)
    for server in whole_run.servers.values():
        server.reset()
    return whole_run
