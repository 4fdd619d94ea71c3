"""The pipeline service: connections and what they hold, pipelines, starting runs."""

from __future__ import annotations

from collections.abc import Mapping

from services.copilot.platform.errors import PipelineServiceUnavailable
from services.copilot.platform.records import Connection, DiscoveredTable, Pipeline, Run, Validation
from services.copilot.platform.service import MOST, Listed, PlatformService
from services.rest_client.client import path


class PipelineService(PlatformService):
    setting = "pipeline_base_url"
    unavailable = PipelineServiceUnavailable

    async def list_connections(self, *, most: int = MOST) -> Listed[Connection]:
        return await self._list("/connections", Connection, {}, most)

    async def discover_schema(
        self, connection: str, *, schema: str = "", table: str = "", most: int = MOST
    ) -> Listed[DiscoveredTable]:
        """Tables that a connection (its id or name) sees."""
        asked = {"schema": schema, "table": table}
        return await self._list(path("connections", connection, "schema"), DiscoveredTable, asked, most)

    async def list_pipelines(self, *, search: str = "", status: str = "", most: int = MOST) -> Listed[Pipeline]:
        """Without their YAML."""
        return await self._list("/pipelines", Pipeline, {"search": search, "status": status}, most)

    async def get_pipeline(self, pipeline_id: str) -> Pipeline:
        return await self._get(path("pipelines", pipeline_id), Pipeline)

    async def validate_pipeline(self, yaml: str) -> Validation:
        return await self._post("/pipelines/validate", Validation, {"yaml": yaml})

    async def create_pipeline(self, yaml: str, *, idempotency_key: str, description: str = "") -> Pipeline:
        """The same key and YAML make one pipeline, however often."""
        body = {"yaml": yaml, "description": description}
        return await self._post("/pipelines", Pipeline, body, idempotency_key)

    async def run_pipeline(
        self, pipeline_id: str, *, idempotency_key: str, parameters: Mapping[str, object] | None = None
    ) -> Run:
        """The same key and parameters start one run, however often."""
        body = {"parameters": dict(parameters or {})}
        return await self._post(path("pipelines", pipeline_id, "runs"), Run, body, idempotency_key)
