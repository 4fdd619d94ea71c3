"""`grpc.health.v1.Health`, per service and overall ("").

SERVING also while degraded: a balancer must not eject a server for want of a model key. NOT_SERVING while
draining.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from grpc_health.v1 import health_pb2
from grpc_health.v1.health import aio as health_aio  # type: ignore[attr-defined]  # the library ships no types

SERVICE = "grpc.health.v1.Health"
_STATUS = health_pb2.HealthCheckResponse


class Health(health_aio.HealthServicer):  # type: ignore[misc]  # the library ships no types
    def __init__(self) -> None:
        super().__init__()
        self._ended = asyncio.Event()

    async def serving(self, services: Iterable[str]) -> None:
        """Everything in `services`, and the server as a whole, is SERVING."""
        for service in ("", SERVICE, *services):
            await self.set(service, _STATUS.SERVING)

    async def draining(self) -> None:
        """Everything is NOT_SERVING, for good."""
        await self.enter_graceful_shutdown()

    def end_watches(self) -> None:
        """End the open `Watch` streams, which would otherwise hold a stopping server for its whole grace
        period."""
        self._ended.set()

    async def Watch(self, request: Any, context: Any) -> None:
        watch = asyncio.ensure_future(super().Watch(request, context))
        ended = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((watch, ended), return_when=asyncio.FIRST_COMPLETED)
            if watch.done():
                watch.result()
        finally:
            for task in (watch, ended):
                task.cancel()
            await asyncio.gather(watch, ended, return_exceptions=True)
