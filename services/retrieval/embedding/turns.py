"""One at a time, the most urgent first."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from services.retrieval.embedding.protocol import EmbedderBusy

QUERY, DOCUMENTS = 0, 1


class Turns:
    """A queue of at most `limit` waiting pieces of work; one that is cancelled leaves it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._number = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._taken = False

    @property
    def waiting(self) -> int:
        return sum(not future.done() for _, _, future in self._waiting)

    @asynccontextmanager
    async def turn(self, urgency: int) -> AsyncIterator[None]:
        """The block runs alone. Lower `urgency` goes first, equal ones in order. Raises EmbedderBusy."""
        if self._taken:
            await self._wait(urgency)
        self._taken = True
        try:
            yield
        finally:
            self._next()

    async def _wait(self, urgency: int) -> None:
        if self.waiting >= self._limit:
            raise EmbedderBusy("too many calls wait for the embedding model; try again shortly")
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._number), mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._next()  # the turn came together with the cancellation: pass it on
            raise

    def _next(self) -> None:
        """Hand the turn over without letting it be free in between."""
        while self._waiting:
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                future.set_result(None)
                return
        self._taken = False
