"""When a failed attempt is made again, and after how long.

Full jitter (Brooker, "Exponential backoff and jitter", 2015): a random wait between 0 and a limit that doubles. The
budget is a token bucket over calls (as in Finagle): a provider that fails everybody is not asked several times as
often for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

BASE_S = 0.5
CAP_S = 8.0
DEPOSIT = 0.2  # retries earned by each call
FULL = 10.0  # retries a quiet time saves up


class RetryBudget:
    """Begins full. Each call earns a fifth of a retry, each retry costs one."""

    def __init__(self, full: float = FULL, deposit: float = DEPOSIT) -> None:
        self._tokens = self._full = full
        self._deposit = deposit

    def earn(self) -> None:
        self._tokens = min(self._full, self._tokens + self._deposit)

    def spend(self) -> bool:
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(frozen=True, slots=True)
class Backoff:
    """`retries` after the first attempt; no wait is longer than `longest` seconds."""

    retries: int
    longest: float
    draw: Callable[[], float] = field(default=random.random)  # 0 to 1

    def wait(self, number: int, asked: float | None) -> float | None:
        """Seconds before retry `number` (from 0), never less than the provider asked for; None: not again."""
        if number >= self.retries:
            return None
        if asked is None:
            return min(self.longest, self.draw() * min(CAP_S, BASE_S * float(2**number)))
        return asked + self.draw() * BASE_S if asked <= self.longest else None
