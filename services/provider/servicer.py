"""ProviderService: which model answers, and whether it can."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dataflow.provider.v1 import provider_pb2, provider_pb2_grpc
from services.provider.probe import Probe
from services.provider.settings import ProviderSettings
from services.provider.table import PROVIDERS


class ProviderServicer(provider_pb2_grpc.ProviderServiceServicer):
    def __init__(self, settings: ProviderSettings, probes: Mapping[str, Probe]) -> None:
        self._settings = settings
        self._probes = probes

    async def GetProviderStatus(self, request: Any, context: Any) -> provider_pb2.GetProviderStatusResponse:
        name = self._settings.llm_provider
        health = await self._probes[name].health()
        reply = provider_pb2.GetProviderStatusResponse(
            provider=name,
            model=self._settings.target(name).model,
            healthy=health.healthy,
            reason=health.reason,
            p50_ms=health.p50_ms,
            p95_ms=health.p95_ms,
            sample_size=health.samples,
            breaker=provider_pb2.BreakerState.closed,
            fallbacks=self._settings.llm_fallback,
        )
        if health.last_success_at is not None:
            reply.last_success_at.FromDatetime(health.last_success_at)
        return reply

    async def ListProviders(self, request: Any, context: Any) -> provider_pb2.ListProvidersResponse:
        return provider_pb2.ListProvidersResponse(providers=map(self._info, PROVIDERS))

    def _info(self, name: str) -> provider_pb2.ProviderInfo:
        target = self._settings.target(name)
        missing = [target.row.key_variable] if target.row.key_variable and not target.key else []
        return provider_pb2.ProviderInfo(
            name=name,
            model=target.model,
            configured=not missing,
            missing_settings=missing,
            active=name == self._settings.llm_provider,
            supports_tools=True,
        )
