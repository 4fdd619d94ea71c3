"""What the platform's services say of the recent past. Each may be away; what is missing is said."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from services.copilot.platform.clients import Platform
from services.copilot.platform.errors import PlatformNotFound, PlatformRejected, PlatformUnavailable
from services.copilot.platform.records import Alert, Freshness, Pipeline, QualityResult, Run, SchemaChange
from services.runtime.logs import get_logger

log = get_logger("insights")

DAYS = 30
"""How far back is looked."""
MOST_RUNS = 2_000
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Facts:
    """Listings are newest first. `degraded`: constants of what could not be read."""

    now: datetime
    runs: Sequence[Run] = ()
    alerts: Sequence[Alert] = ()
    freshness: Sequence[Freshness] = ()
    changes: Sequence[SchemaChange] = ()
    quality: Sequence[QualityResult] = ()
    pipelines: Sequence[Pipeline] = ()
    degraded: tuple[str, ...] = ()
    answered: int = 0
    """How many of the six listings could be read; 0: nothing is known."""


@dataclass
class _Reading:
    """Listings read side by side, each failure noted and none passed on."""

    degraded: list[str] = field(default_factory=list)
    answered: int = 0

    async def listing(self, ask: Callable[[], Awaitable[Any]]) -> Sequence[Any]:
        try:
            listed = await ask()
        except (PlatformUnavailable, PlatformNotFound, PlatformRejected) as error:
            reason = getattr(error, "degraded", "") or error.reason.lower()
            log.warning("listing not read", reason=error.reason, detail=error.message)
            if reason not in self.degraded:
                self.degraded.append(reason)
            return ()
        self.answered += 1
        items: Sequence[Any] = listed.items
        return items


async def gather(platform: Platform, pipeline_id: str, now: datetime | None = None) -> Facts:
    """The facts of one pipeline, or of all of the workspace. Never raises for a service that is away."""
    moment = now or datetime.now(UTC)
    since = moment - timedelta(days=DAYS)
    reading = _Reading()
    async with platform.monitor() as monitor, platform.metadata() as metadata, platform.pipelines() as pipelines:
        found = await asyncio.gather(
            reading.listing(lambda: monitor.list_runs(pipeline_id=pipeline_id, since=since, most=MOST_RUNS)),
            reading.listing(lambda: monitor.list_alerts(pipeline_id=pipeline_id, since=since)),
            reading.listing(lambda: monitor.list_freshness(pipeline_id=pipeline_id)),
            reading.listing(lambda: metadata.list_schema_changes(pipeline_id=pipeline_id, since=since)),
            reading.listing(lambda: metadata.list_quality_results(pipeline_id=pipeline_id, since=since)),
            reading.listing(pipelines.list_pipelines),
        )
    runs, alerts, freshness, changes, quality, listed = found
    mine = [each for each in listed if not pipeline_id or each.pipeline_id == pipeline_id]
    return Facts(
        moment, runs, alerts, freshness, changes, quality, mine, tuple(reading.degraded), answered=reading.answered
    )
