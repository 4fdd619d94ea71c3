"""One provider in use: its wire and all that is kept about it. A reload makes new ones."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from services.provider.breaker import Breaker
from services.provider.engine_settings import EngineSettings
from services.provider.limit import Limit
from services.provider.probe import Probe
from services.provider.retry import RetryBudget
from services.provider.scrub import scrubber
from services.provider.target import Target
from services.provider.wire import Wire


class Member:
    def __init__(
        self, target: Target, wire: Wire, settings: EngineSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        name = target.name
        self.name = name
        self.target = target
        self.wire = wire
        self.breaker = Breaker(name, settings.llm_breaker_failures, settings.llm_breaker_seconds, clock)
        self.limit = Limit(name, settings.llm_max_concurrent, settings.llm_queue, settings.llm_queue_seconds)
        self.budget = RetryBudget()
        self.scrub = scrubber(target.key)
        self.probe = Probe(name, partial(wire.probe, target.model), clock=clock, scrub=self.scrub)

    async def close(self) -> None:
        await self.probe.close()
        await self.wire.close()
