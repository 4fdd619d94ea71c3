"""Is the configured provider there? A real, cheap request, not a look at whether a key is set."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from services.provider.table import ProviderRow

TIMEOUT_S = 3.0
FRESH_S = 15.0  # a good answer is believed this long
RETRY_S = 2.0  # a bad one this long, so that a recovery shows within seconds
SAMPLES = 50  # latencies the percentiles are taken from

# what a status of the probe means to the person who reads /provider/status
REFUSALS = {
    401: "refused the key (401)",
    402: "has no credit left (402)",
    403: "refused the key (403)",
    404: "has no such endpoint (404): check its base URL",
    429: "is limiting the rate (429)",
}


@dataclass(frozen=True, slots=True)
class Target:
    """One provider as configured."""

    row: ProviderRow
    model: str
    base_url: str
    key: str = field(repr=False, default="")


@dataclass(frozen=True, slots=True)
class Health:
    """`reason` is "" where healthy; latencies in milliseconds, 0 where nothing was measured yet."""

    healthy: bool
    reason: str
    last_success_at: datetime | None = None
    p50_ms: int = 0
    p95_ms: int = 0
    samples: int = 0


def percentile(samples: list[float], share: float) -> int:
    """Nearest-rank percentile (`share` above 0) of latencies in seconds, as whole milliseconds."""
    if not samples:
        return 0
    ordered = sorted(samples)
    return round(1000 * ordered[math.ceil(share * len(ordered)) - 1])


class Probe:
    """Asks the provider at most every few seconds and remembers what it said."""

    def __init__(
        self,
        target: Target,
        client: httpx.AsyncClient,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target = target
        self._client = client
        self._clock = clock
        self._latencies: list[float] = []
        self._last_success_at: datetime | None = None
        self._reason = ""
        self._asked_at: float | None = None
        self._lock = asyncio.Lock()

    async def health(self) -> Health:
        async with self._lock:  # callers that come while it is asked share the answer
            if self._is_stale():
                self._reason = await self._ask()
                self._asked_at = self._clock()
        return Health(
            healthy=not self._reason,
            reason=self._reason,
            last_success_at=self._last_success_at,
            p50_ms=percentile(self._latencies, 0.5),
            p95_ms=percentile(self._latencies, 0.95),
            samples=len(self._latencies),
        )

    def _is_stale(self) -> bool:
        if self._asked_at is None:
            return True
        return self._clock() - self._asked_at > (RETRY_S if self._reason else FRESH_S)

    async def _ask(self) -> str:
        row, name = self._target.row, self._target.row.name
        if row.key_variable and not self._target.key:
            return f"{row.key_variable} is not set"
        began = self._clock()
        try:
            reply = await self._client.get(
                self._target.base_url.rstrip("/") + row.probe_path,
                headers=row.headers(self._target.key),
                timeout=TIMEOUT_S,
            )
        except httpx.TimeoutException:
            return f"{name} did not answer within {TIMEOUT_S:g} s"
        except (httpx.HTTPError, httpx.InvalidURL):
            return f"{name} cannot be reached"
        if reply.is_success:
            self._latencies = [*self._latencies, self._clock() - began][-SAMPLES:]
            self._last_success_at = datetime.now(UTC)
            return ""
        return f"{name} {REFUSALS.get(reply.status_code, f'answered {reply.status_code}')}"
