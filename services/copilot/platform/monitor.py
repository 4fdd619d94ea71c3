"""The monitor service: alerts, runs, their logs, freshness, metrics."""

from __future__ import annotations

from datetime import datetime

from services.copilot.platform.errors import MonitorServiceUnavailable
from services.copilot.platform.records import Alert, Freshness, Logs, PipelineMetrics, Run
from services.copilot.platform.service import MOST, Listed, PlatformService
from services.rest_client.client import path


class MonitorService(PlatformService):
    """Listings are newest first. `since` is included, `until` is not."""

    setting = "monitor_base_url"
    unavailable = MonitorServiceUnavailable

    async def list_alerts(
        self,
        *,
        pipeline_id: str = "",
        asset: str = "",
        status: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = MOST,
    ) -> Listed[Alert]:
        asked = {"pipeline_id": pipeline_id, "asset": asset, "status": status, "since": since, "until": until}
        return await self._list("/alerts", Alert, asked, most)

    async def get_alert(self, alert_id: str) -> Alert:
        return await self._get(path("alerts", alert_id), Alert)

    async def list_runs(
        self,
        *,
        pipeline_id: str = "",
        status: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = MOST,
    ) -> Listed[Run]:
        asked = {"pipeline_id": pipeline_id, "status": status, "since": since, "until": until}
        return await self._list("/runs", Run, asked, most)

    async def get_run(self, run_id: str) -> Run:
        return await self._get(path("runs", run_id), Run)

    async def get_logs(self, run_id: str, *, tail: int = 500) -> Logs:
        """The last `tail` lines, oldest first; `truncated` where there are more."""
        return await self._get(path("runs", run_id, "logs"), Logs, {"tail": tail})

    async def list_freshness(
        self, *, asset: str = "", pipeline_id: str = "", status: str = "", most: int = MOST
    ) -> Listed[Freshness]:
        asked = {"asset": asset, "pipeline_id": pipeline_id, "status": status}
        return await self._list("/freshness", Freshness, asked, most)

    async def get_metrics(self, pipeline_id: str, *, days: int = 30) -> PipelineMetrics:
        """A point for each of the last `days` days on which it ran, oldest first."""
        return await self._get(path("pipelines", pipeline_id, "metrics"), PipelineMetrics, {"days": days})
