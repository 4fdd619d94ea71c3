"""Is a provider there? What its last call or a real, cheap request said, never whether a key is set."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from services.provider.errors import LlmError
from services.provider.latencies import Latencies
from services.runtime.context import detached
from services.runtime.logs import get_logger

log = get_logger("provider.probe")

TIMEOUT_S = 3.0
FRESH_S = 15.0  # a good answer is believed this long
RETRY_S = 2.0  # a bad one this long, so that a recovery shows within seconds


@dataclass(frozen=True, slots=True)
class Health:
    """`reason` is "" where healthy; latencies in milliseconds, 0 where nothing was measured yet."""

    healthy: bool
    reason: str
    last_success_at: datetime | None = None
    p50_ms: int = 0
    p95_ms: int = 0
    samples: int = 0


class Probe:
    """Asks the provider at most every few seconds, and not at all while calls say how it is."""

    def __init__(
        self,
        name: str,
        ask: Callable[[], Awaitable[None]],
        *,
        timeout: float = TIMEOUT_S,
        clock: Callable[[], float] = time.monotonic,
        scrub: Callable[[str], str] = str,
    ) -> None:
        self._name = name
        self._ask_provider = ask
        self._timeout = timeout
        self._clock = clock
        self._scrub = scrub
        self._latencies = Latencies()
        self._last_success_at: datetime | None = None
        self._reason = ""
        self._known_at: float | None = None
        self._asking: asyncio.Task[None] | None = None

    def succeeded(self, seconds: float) -> None:
        """A call or probe was answered after `seconds`."""
        self._latencies.add(seconds)
        self._last_success_at = datetime.now(UTC)
        self._learn("")

    def failed(self, reason: str) -> None:
        """A call or probe failed through the provider's or the configuration's fault."""
        self._learn(self._scrub(reason) or f"{self._name} failed")

    async def health(self) -> Health:
        """Callers that come while the provider is asked share its answer; one that leaves does not end it."""
        if self._is_stale():
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask(), context=detached())
            await asyncio.wait({self._asking})
        return Health(
            healthy=not self._reason,
            reason=self._reason,
            last_success_at=self._last_success_at,
            p50_ms=self._latencies.milliseconds(0.5),
            p95_ms=self._latencies.milliseconds(0.95),
            samples=len(self._latencies),
        )

    async def close(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.wait({self._asking})

    def _learn(self, reason: str) -> None:
        if reason != self._reason:
            log.warning("provider health changed", provider=self._name, reason=reason or "healthy")
        self._reason = reason
        self._known_at = self._clock()

    def _is_stale(self) -> bool:
        if self._known_at is None:
            return True
        return self._clock() - self._known_at > (RETRY_S if self._reason else FRESH_S)

    async def _ask(self) -> None:
        began = self._clock()
        try:
            async with asyncio.timeout(self._timeout):
                await self._ask_provider()
        except TimeoutError:
            self.failed(f"{self._name} did not answer within {self._timeout:g} s")
        except LlmError as error:
            self.failed(error.message)
        except Exception:  # noqa: BLE001 - why: whatever a probe dies of, nobody can say that it is usable
            log.error("probe failed", provider=self._name, trace=self._scrub(traceback.format_exc()))
            self.failed(f"{self._name} could not be asked; the server's log says why")
        else:
            self.succeeded(self._clock() - began)
