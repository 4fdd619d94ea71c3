"""A conversion on this machine that asks the model behind a Provider server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import grpc

from dataflow.provider.v1 import provider_pb2_grpc
from services.migration.fallback import ModelAnswer, ModelRequest
from services.migration.fallback.trial import trial
from services.migration.model.ask import Asker, Findings, Limits

OPTIONS = (("grpc.enable_http_proxy", 0),)


def ask_provider(address: str, key: str, requests: Iterable[ModelRequest]) -> dict[str, ModelAnswer]:
    """An answer to each request from the Provider server at "host:port"; `key` where it wants one. Plaintext: an API
    key goes to it as it is, so the server should be on this machine or behind a tunnel.
    """
    return asyncio.run(_asked(address, key, list(requests)))


async def _asked(address: str, key: str, requests: Sequence[ModelRequest]) -> dict[str, ModelAnswer]:
    metadata = (("authorization", f"Bearer {key}"),) if key else ()
    async with grpc.aio.insecure_channel(address, options=OPTIONS) as channel:
        stub = provider_pb2_grpc.ProviderServiceStub(channel)
        return await Asker(stub, _trial, Limits(concurrency=2), metadata=metadata).ask(requests)


async def _trial(request: ModelRequest, sql: str) -> Findings:
    return await asyncio.to_thread(trial, request, sql)
