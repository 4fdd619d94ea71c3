"""What a capability of the Copilot may lean on. Any of it can be away; each says so in its own way."""

from __future__ import annotations

from dataclasses import dataclass

from dataflow.provider.v1.provider_pb2_grpc import ProviderServiceStub
from dataflow.retrieval.v1.retrieval_pb2_grpc import RetrievalServiceStub
from services.copilot.grounding import Grounding
from services.copilot.model.client import Model
from services.copilot.platform.clients import Platform
from services.copilot.schemas import Schemas
from services.copilot.settings import CopilotSettings
from services.runtime.app import Runtime
from services.runtime.database import Database
from services.runtime.workers import Workers


@dataclass(frozen=True, slots=True)
class Surroundings:
    settings: CopilotSettings
    workers: Workers
    database: Database
    model: Model
    grounding: Grounding
    schemas: Schemas
    platform: Platform

    @classmethod
    def of(cls, runtime: Runtime[CopilotSettings]) -> Surroundings:
        settings, channels = runtime.settings, runtime.channels
        return cls(
            settings,
            runtime.workers,
            runtime.database,
            Model(ProviderServiceStub(channels.to(settings.provider_address))),
            Grounding(RetrievalServiceStub(channels.to(settings.retrieval_address))),
            Schemas(settings),
            Platform(settings),
        )

    async def aclose(self) -> None:
        """Ends what runs for nobody's call."""
        await self.schemas.aclose()
