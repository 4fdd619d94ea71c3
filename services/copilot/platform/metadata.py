"""The metadata service: schema changes, lineage, results of quality checks."""

from __future__ import annotations

from datetime import datetime

from services.copilot.platform.errors import MetadataServiceUnavailable
from services.copilot.platform.records import AssetLineage, QualityResult, SchemaChange
from services.copilot.platform.service import MOST, Listed, PlatformService


class MetadataService(PlatformService):
    """Listings are newest first. `since` is included, `until` is not."""

    setting = "metadata_base_url"
    unavailable = MetadataServiceUnavailable

    async def list_schema_changes(
        self,
        *,
        asset: str = "",
        pipeline_id: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = MOST,
    ) -> Listed[SchemaChange]:
        """With `pipeline_id`: of the tables that the pipeline reads or writes."""
        asked = {"asset": asset, "pipeline_id": pipeline_id, "since": since, "until": until}
        return await self._list("/schema-changes", SchemaChange, asked, most)

    async def get_lineage(self, asset: str, *, depth: int = 3, direction: str = "both") -> AssetLineage:
        """`direction`: upstream, downstream or both."""
        return await self._get("/lineage", AssetLineage, {"asset": asset, "depth": depth, "direction": direction})

    async def list_quality_results(
        self,
        *,
        asset: str = "",
        pipeline_id: str = "",
        status: str = "",
        since: datetime | None = None,
        until: datetime | None = None,
        most: int = MOST,
    ) -> Listed[QualityResult]:
        asked = {"asset": asset, "pipeline_id": pipeline_id, "status": status, "since": since, "until": until}
        return await self._list("/quality-results", QualityResult, asked, most)
