"""A real Envoy with the real tables, in front of whatever servers a test gives."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from services.edge.admin import Admin
from services.edge.launcher import started
from services.edge.settings import EdgeSettings

# Nothing listens on port 1: a server the test does not need is simply down.
NOWHERE = "127.0.0.1:1"
CLUSTERS = ("copilot", "migration", "retrieval", "provider")


class EnvoyPorts(NamedTuple):
    """Unpacks as (copilot_port, migration_port)."""

    copilot: int
    migration: int


class Edge(NamedTuple):
    """A running Envoy: its ports, its admin interface, its process."""

    ports: EnvoyPorts
    admin: Admin
    pid: int


def edge_settings(addresses: Mapping[str, str], home: Path, **changes: Any) -> EdgeSettings:
    """Settings for a test: free ports, quiet, upstreams by cluster name (`copilot` → `127.0.0.1:50123`)."""
    upstreams = {f"{name}_address": addresses.get(name, NOWHERE) for name in CLUSTERS}
    defaults: dict[str, Any] = {
        "copilot_service_port": 0,
        "migration_service_port": 0,
        "access_log": "off",
        "log_level": "ERROR",
        "edge_concurrency": 1,
        "drain_seconds": 0.2,
        "dataflow_home": home,
    }
    return EdgeSettings(**{**defaults, **upstreams, **changes})


@asynccontextmanager
async def running_edge(addresses: Mapping[str, str], **changes: Any) -> AsyncIterator[Edge]:
    """Envoy until the block ends; `changes` are fields of EdgeSettings."""
    with tempfile.TemporaryDirectory(prefix="dataflow-edge-") as home:
        async with started(edge_settings(addresses, Path(home), **changes)) as (process, admin):
            ports = await admin.listener_ports()
            yield Edge(EnvoyPorts(**ports), admin, process.pid)


@asynccontextmanager
async def running_envoy(addresses: Mapping[str, str], **changes: Any) -> AsyncIterator[EnvoyPorts]:
    """(copilot_port, migration_port) of an Envoy in front of `addresses` (cluster → host:port; absent: down)."""
    async with running_edge(addresses, **changes) as edge:
        yield edge.ports
