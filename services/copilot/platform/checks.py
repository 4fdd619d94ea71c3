"""Whether the services around answer, for /ready: reported, never a reason to be degraded, since every capability
does without them and says so."""

from __future__ import annotations

from collections.abc import Iterator

from services.catalog.client import Catalog
from services.copilot.platform.clients import Platform
from services.copilot.settings import CopilotSettings
from services.runtime.readiness import Check


def checks(settings: CopilotSettings) -> Iterator[tuple[str, Check]]:
    """(name, check); a check raises where its service cannot be used. One attempt each."""
    once = settings.model_copy(update={"catalog_attempts": 1, "platform_attempts": 1})
    platform = Platform(once)

    async def catalog() -> None:
        async with Catalog(once) as client:
            await client.version()

    async def pipelines() -> None:
        async with platform.pipelines() as client:
            await client.list_connections(most=1)

    async def monitor() -> None:
        async with platform.monitor() as client:
            await client.list_alerts(most=1)

    async def metadata() -> None:
        async with platform.metadata() as client:
            await client.list_schema_changes(most=1)

    yield "catalog", catalog
    yield "pipeline-service", pipelines
    yield "monitor-service", monitor
    yield "metadata-service", metadata
