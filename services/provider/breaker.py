"""A circuit breaker: a provider that keeps failing is left alone for a while, then tried with one call.

closed ──(enough failures, and at least half of the recent calls)──► open ──(time)──► half open ──► closed or open
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from dataflow.provider.v1.provider_pb2 import BreakerState
from services.provider.errors import LlmUnavailable

WINDOW_S = 60.0  # outcomes older than this say nothing about now
REMEMBERED = 200  # outcomes looked at


class BreakerOpen(LlmUnavailable):
    """Refused here, without asking the provider."""


class Breaker:
    """Opens after `failures` faults of the provider within a minute, where they are at least half of the outcomes;
    stays open `open_seconds`. 0 failures: never opens."""

    def __init__(
        self, name: str, failures: int, open_seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._failures = failures
        self._open_seconds = open_seconds
        self._clock = clock
        self._outcomes: deque[tuple[float, bool]] = deque(maxlen=REMEMBERED)
        self._opened_at: float | None = None
        self._trying = False

    @property
    def state(self) -> BreakerState.Value:
        if self._opened_at is None:
            return BreakerState.closed
        return BreakerState.half_open if self._left() <= 0 else BreakerState.open

    def admit(self) -> None:
        """Raises BreakerOpen; otherwise one of `succeeded`, `failed`, `abandoned` must follow."""
        if self._opened_at is None:
            return
        left = self._left()
        if left > 0 or self._trying:
            raise BreakerOpen(
                f"{self._name} failed too often and is left alone; the next attempt is made in {max(left, 1):.0f} s",
                retry_after=max(left, 1.0),
            )
        self._trying = True

    def answering(self) -> None:
        """The first token came: a call let through to see need not be waited for any longer."""
        if self._trying:
            self._close()

    def succeeded(self) -> None:
        if self._opened_at is not None and not self._trying:
            return  # a call from before it opened
        self._close() if self._trying else self._outcomes.append((self._clock(), True))

    def failed(self) -> None:
        now = self._clock()
        if self._opened_at is not None:
            if self._trying:
                self._opened_at, self._trying = now, False
            return
        self._outcomes.append((now, False))
        recent = [good for at, good in self._outcomes if now - at <= WINDOW_S]
        bad = recent.count(False)
        if 0 < self._failures <= bad and 2 * bad >= len(recent):
            self._opened_at = now
            self._outcomes.clear()

    def abandoned(self) -> None:
        """The call ended without saying anything about the provider: cancelled, or the request was at fault."""
        self._trying = False

    def _left(self) -> float:
        return 0.0 if self._opened_at is None else self._opened_at + self._open_seconds - self._clock()

    def _close(self) -> None:
        self._opened_at, self._trying = None, False
        self._outcomes.clear()
