"""How many calls run at one provider at once, and how many may wait for their turn, and how long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.provider.errors import LlmOverloaded


class ProviderBusy(LlmOverloaded):
    """Our own limit, not the provider's."""


class Limit:
    """`calls` at once; up to `waiting` more wait, each at most `seconds`."""

    def __init__(self, name: str, calls: int, waiting: int, seconds: float) -> None:
        self._name = name
        self._free = asyncio.Semaphore(calls)
        self._waiting = waiting
        self._seconds = seconds
        self.queued = 0
        self.running = 0

    @asynccontextmanager
    async def slot(self, at_most: float) -> AsyncIterator[None]:
        """A turn, waited for no longer than `at_most` seconds. Raises ProviderBusy."""
        await self._enter(min(self._seconds, at_most))
        self.running += 1
        try:
            yield
        finally:
            self.running -= 1
            self._free.release()

    async def _enter(self, seconds: float) -> None:
        if self._free.locked() and self.queued >= self._waiting:
            raise ProviderBusy(f"all turns at {self._name} are taken and {self.queued} calls wait; try again shortly")
        self.queued += 1
        try:
            async with asyncio.timeout(seconds):
                await self._free.acquire()
        except TimeoutError:
            raise ProviderBusy(f"no turn at {self._name} came up within {seconds:.1f} s; try again shortly") from None
        finally:
            self.queued -= 1
