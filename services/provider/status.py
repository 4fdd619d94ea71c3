"""What the server says about its providers; never a key or an address."""

from __future__ import annotations

from dataflow.provider.v1.provider_pb2 import GetProviderStatusResponse, ProviderInfo
from services.provider.factory import Factory
from services.provider.table import PROVIDERS, SCRIPTED


async def provider_status(factory: Factory) -> GetProviderStatusResponse:
    """The active provider, from its last call or a probe."""
    with factory.lease(call=False) as generation:
        active = generation.active
        health = await active.probe.health()
        reply = GetProviderStatusResponse(
            provider=active.name,
            model=active.target.model,
            healthy=health.healthy,
            reason=health.reason,
            p50_ms=health.p50_ms,
            p95_ms=health.p95_ms,
            sample_size=health.samples,
            breaker=active.breaker.state,
            fallbacks=[member.name for member in generation.members[1:]],
        )
    if health.last_success_at is not None:
        reply.last_success_at.FromDatetime(health.last_success_at)
    return reply


def known_providers(factory: Factory) -> list[ProviderInfo]:
    """All of the table; the scripted one where it is allowed."""
    settings, active = factory.current.settings, factory.current.active.name
    infos = []
    for name in PROVIDERS:
        if name == SCRIPTED and not settings.llm_allow_scripted:
            continue
        target = settings.target(name)
        infos.append(
            ProviderInfo(
                name=name,
                model=target.model,
                configured=not target.missing,
                missing_settings=target.missing,
                active=name == active,
                supports_tools=True,
            )
        )
    return infos
