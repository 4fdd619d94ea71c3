"""The Provider server, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx

from dataflow.provider.v1 import provider_pb2_grpc
from services.provider.probe import Probe
from services.provider.servicer import ProviderServicer
from services.provider.settings import ProviderSettings
from services.provider.table import PROVIDERS
from services.runtime.app import App, Runtime, Service
from services.runtime.unbuilt import without_unbuilt


@asynccontextmanager
async def lifespan(runtime: Runtime[ProviderSettings]) -> AsyncIterator[Sequence[Service]]:
    settings = runtime.settings
    async with httpx.AsyncClient(trust_env=False) as client:
        probes = {name: Probe(settings.target(name), client) for name in PROVIDERS}

        async def usable() -> bool:
            return (await probes[settings.llm_provider].health()).healthy

        runtime.readiness.add("llm", usable, reason="llm_unavailable", timeout=4.0)
        yield [
            Service(
                provider_pb2_grpc.add_ProviderServiceServicer_to_server,
                without_unbuilt(ProviderServicer)(settings, probes),
                "dataflow.provider.v1.ProviderService",
            )
        ]


APP = App("provider", "DataFlow AI Provider", "0.3.0", ProviderSettings, lifespan)
