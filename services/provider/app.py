"""The Provider server, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from dataflow.provider.v1 import provider_pb2_grpc
from services.provider.account import Account
from services.provider.cache import Cache
from services.provider.engine import Engine
from services.provider.factory import Factory
from services.provider.meter import Meter
from services.provider.prices import load_prices
from services.provider.reload import ProviderSettingsInvalid
from services.provider.servicer import ProviderServicer
from services.provider.settings import ProviderSettings
from services.provider.spend import Spend
from services.runtime.app import App, Runtime, Service
from services.runtime.errors import Unavailable
from services.runtime.server import StartError

MIB = 1024 * 1024


def build_engine(runtime: Runtime[ProviderSettings], factory: Factory) -> Engine:
    """Budget, cache and prices are those of the start; limits are read anew with the provider."""
    settings = runtime.settings
    spend = Spend(settings.llm_daily_budget_usd, settings.llm_daily_budget_tokens)
    account = Account(Meter(runtime.metrics.registry), load_prices(settings.llm_price_file), spend)
    cache = Cache(settings.llm_cache_seconds, settings.llm_cache_entries, round(settings.llm_cache_mb * MIB))
    return Engine(factory, account, spend, cache)


async def _check_model(factory: Factory) -> None:
    with factory.lease(call=False) as generation:
        health = await generation.active.probe.health()
    if not health.healthy:
        raise Unavailable(health.reason)


@asynccontextmanager
async def serving(runtime: Runtime[ProviderSettings], factory: Factory) -> AsyncIterator[Sequence[Service]]:
    """The service over the wires that `factory` builds; they are closed after the last call."""
    try:
        runtime.readiness.add("llm", lambda: _check_model(factory), reason="llm_unavailable", timeout=4.0)
        servicer = ProviderServicer(build_engine(runtime, factory), factory)
        add = provider_pb2_grpc.add_ProviderServiceServicer_to_server
        yield [Service(add, servicer, "dataflow.provider.v1.ProviderService")]
    finally:
        await factory.close()


@asynccontextmanager
async def lifespan(runtime: Runtime[ProviderSettings]) -> AsyncIterator[Sequence[Service]]:
    try:
        factory = Factory(runtime.settings)
    except ProviderSettingsInvalid as error:
        raise StartError(error.message) from error
    async with serving(runtime, factory) as services:
        yield services


APP = App("provider", "DataFlow AI Provider", "0.3.0", ProviderSettings, lifespan)
