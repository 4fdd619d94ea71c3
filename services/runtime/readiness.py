"""Is everything this server leans on there? Named checks, run together, each with a timeout, cached for a
second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from grpc import aio

from services.runtime.context import detached
from services.runtime.errors import RemoteError, ServiceError
from services.runtime.logs import get_logger
from services.runtime.status import from_rpc_error

log = get_logger("readiness")

Check = Callable[[], Awaitable[object]]
"""Returns where the dependency is usable; returns False or raises where it is not."""


@dataclass(frozen=True, slots=True)
class Probe:
    """One dependency to look at. `reason` is what /ready says while it is away; "" only reports it."""

    name: str
    check: Check
    reason: str
    timeout: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found. `detail` has no secrets, addresses or exception texts; "" when healthy."""

    name: str
    healthy: bool
    detail: str
    reason: str
    latency_ms: int
    checked_at: datetime


class Readiness:
    """The dependencies of one server."""

    def __init__(self, cache_seconds: float = 1.0) -> None:
        self._probes: list[Probe] = []
        self._cache_seconds = cache_seconds
        self._found: tuple[Finding, ...] = ()
        self._found_at = float("-inf")
        self._lock = asyncio.Lock()

    def add(self, name: str, check: Check, *, reason: str, timeout: float = 1.0) -> None:
        """Probe `name` with `check`, at most `timeout` seconds. `reason` is a documented one
        (`database_unavailable`) and makes the server degraded; with "" the dependency is reported only."""
        self._probes.append(Probe(name, check, reason, timeout))

    async def findings(self) -> tuple[Finding, ...]:
        """All dependencies in the order they were added, at most a second old."""
        async with self._lock:
            if time.monotonic() - self._found_at >= self._cache_seconds:
                # outside the call that asks: its deadline, key and workspace say nothing about the dependency
                looks = [asyncio.create_task(_look(probe), context=detached()) for probe in self._probes]
                found = tuple(await asyncio.gather(*looks))
                if reasons(found) != reasons(self._found):
                    log.warning("readiness changed", reasons=list(reasons(found)))
                self._found, self._found_at = found, time.monotonic()
            return self._found

    async def reasons(self) -> tuple[str, ...]:
        """Why the server is degraded; () means ready."""
        return reasons(await self.findings())


def reasons(found: tuple[Finding, ...]) -> tuple[str, ...]:
    """The distinct reasons of what is not healthy, in order."""
    return tuple(dict.fromkeys(item.reason for item in found if item.reason and not item.healthy))


async def _look(probe: Probe) -> Finding:
    started = time.perf_counter()
    detail = ""
    clock = asyncio.timeout(probe.timeout)
    try:
        async with clock:
            if await probe.check() is False:
                detail = "not usable"
    except Exception as error:  # noqa: BLE001 - why: any failure of a probe is its answer
        log.debug("probe failed", name=probe.name, error=type(error).__name__, detail=str(error))
        detail = _detail(error, probe.timeout if clock.expired() else None)
    return Finding(
        name=probe.name,
        healthy=not detail,
        detail=detail,
        reason=probe.reason,
        latency_ms=round((time.perf_counter() - started) * 1000),
        checked_at=datetime.now(UTC),
    )


def _detail(error: Exception, waited: float | None) -> str:
    if waited is not None:
        return f"no answer within {waited:g} s"
    if isinstance(error, aio.AioRpcError):
        error = from_rpc_error(error)  # a server of ours says why, for example that DATAFLOW_SERVICE_KEY is missing
        return error.message if isinstance(error, RemoteError) else "not reachable"
    return error.message if isinstance(error, ServiceError) else "not reachable"
