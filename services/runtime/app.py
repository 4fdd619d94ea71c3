"""What a server is made of: `App` says what it is, `Runtime` is what it is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from services.runtime.channels import Channels
from services.runtime.database import Database
from services.runtime.metrics import Metrics
from services.runtime.readiness import Readiness
from services.runtime.server_settings import ServerSettings
from services.runtime.workers import Workers

S = TypeVar("S", bound=ServerSettings)


class Service(NamedTuple):
    """One gRPC service to register: the generated `add_…Servicer_to_server`, the servicer, the full name."""

    add: Callable[[Any, Any], None]
    servicer: Any
    name: str  # "dataflow.migration.v1.MigrationService"


@dataclass(frozen=True, slots=True)
class Runtime(Generic[S]):
    """What the runtime owns and a lifespan uses. Nothing here connects or starts a process before its first use.

    `stopping` is set when the server begins to drain: work that is no RPC takes nothing new from then on.
    """

    settings: S
    metrics: Metrics
    readiness: Readiness
    database: Database
    workers: Workers
    channels: Channels
    stopping: asyncio.Event


Lifespan = Callable[[Runtime[S]], AbstractAsyncContextManager[Sequence[Service]]]
"""An async context manager yielding the services; what follows its `yield` runs after the last call has ended."""


@dataclass(frozen=True, slots=True)
class App(Generic[S]):
    name: str  # "migration": as in `python -m services.migration` and MIGRATION_…
    title: str  # "DataFlow Migration Engine": as /health shows it
    version: str
    settings: type[S]
    lifespan: Lifespan[S]
