"""ProviderService: completions by whichever provider is configured, and which that is."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from dataflow.provider.v1 import provider_pb2, provider_pb2_grpc
from services.provider.engine import Engine
from services.provider.errors import LlmError
from services.provider.factory import Factory
from services.provider.status import known_providers, provider_status
from services.runtime.context import set_headers


@contextmanager
def _retry_after() -> Iterator[None]:
    """What a provider asked to wait goes out as the header of that name, whole seconds as HTTP has it."""
    try:
        yield
    except LlmError as error:
        if error.retry_after is not None:
            set_headers({"retry-after": str(math.ceil(error.retry_after))})
        raise


class ProviderServicer(provider_pb2_grpc.ProviderServiceServicer):
    def __init__(self, engine: Engine, factory: Factory) -> None:
        self._engine = engine
        self._factory = factory

    async def Complete(self, request: Any, context: Any) -> provider_pb2.CompleteResponse:
        with _retry_after():
            return provider_pb2.CompleteResponse(completion=await self._engine.complete(request.prompt))

    async def StreamComplete(self, request: Any, context: Any) -> AsyncIterator[provider_pb2.StreamCompleteResponse]:
        with _retry_after():
            async with aclosing(self._engine.stream(request.prompt)) as messages:
                async for message in messages:
                    yield message

    async def GetProviderStatus(self, request: Any, context: Any) -> provider_pb2.GetProviderStatusResponse:
        return await provider_status(self._factory)

    async def ReloadProvider(self, request: Any, context: Any) -> provider_pb2.ReloadProviderResponse:
        switched = await self._factory.reload(request.provider, request.model)
        return provider_pb2.ReloadProviderResponse(
            provider=switched.provider,
            model=switched.model,
            previous_provider=switched.previous,
            running_calls=switched.running,
        )

    async def ListProviders(self, request: Any, context: Any) -> provider_pb2.ListProvidersResponse:
        return provider_pb2.ListProvidersResponse(providers=known_providers(self._factory))
