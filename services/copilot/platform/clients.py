"""All three, made from one settings object."""

from __future__ import annotations

from dataclasses import dataclass

from services.copilot.platform.metadata import MetadataService
from services.copilot.platform.monitor import MonitorService
from services.copilot.platform.pipelines import PipelineService
from services.copilot.platform.settings import PlatformSettings


@dataclass(frozen=True, slots=True)
class Platform:
    """`async with around.platform.monitor() as monitor: …`, inside the call that is served."""

    settings: PlatformSettings

    def pipelines(self) -> PipelineService:
        return PipelineService(self.settings)

    def monitor(self) -> MonitorService:
        return MonitorService(self.settings)

    def metadata(self) -> MetadataService:
        return MetadataService(self.settings)
