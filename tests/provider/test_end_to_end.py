"""gRPC to engine to wire to a scripted provider over real sockets, in each dialect: what holds for all together."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager

import grpc
import pytest

from dataflow.provider.v1 import provider_pb2 as p
from services.runtime.status import describe, error_info
from tests.provider.fakes import kinds, prompt, provider_server, text_of
from tests.provider.wires.servers import Cut, Head, ScriptedServer, Send, Stall, Wait, answered, streamed
from tests.provider.wires.voices import ANSWERING, KEY, VOICES, Answer

SETTINGS = {
    "anthropic": lambda url: {"anthropic_base_url": url, "anthropic_api_key": KEY, "llm_provider": "anthropic"},
    "anthropic-at-openrouter": lambda url: {"openrouter_base_url": f"{url}/api/v1", "openrouter_api_key": KEY},
    "openrouter": lambda url: {
        "openrouter_base_url": f"{url}/api/v1",
        "openrouter_api_key": KEY,
        "llm_provider": "openrouter",
    },
    "local": lambda url: {"local_llm_base_url": f"{url}/v1", "local_llm_api_key": KEY, "llm_provider": "local"},
}


@pytest.fixture(params=VOICES.values(), ids=VOICES.keys())
def voice(request):
    return request.param


@asynccontextmanager
async def door(voice, script, **settings):
    """(stub, the scripted provider)"""
    async with (
        ScriptedServer(script) as upstream,
        provider_server(**SETTINGS[voice.name](upstream.url), **settings) as (stub, *_),
    ):
        yield stub, upstream


def in_turn(*scripts):
    """A script that takes the next list of steps for each completion, and answers probes."""
    left = list(scripts)

    def script(request):
        return left.pop(0) if request.method == "POST" and len(left) > 1 else left[0]

    return script


def whole():
    return p.CompleteRequest(prompt=prompt())


def streaming():
    return p.StreamCompleteRequest(prompt=prompt())


async def test_the_same_answer_whole_and_streamed(voice):
    async with door(voice, streamed(voice.frames(Answer()))) as (stub, upstream):
        answer = (await stub.Complete(whole())).completion
        messages = [message async for message in stub.StreamComplete(streaming())]
    assert (answer.content, answer.model, answer.prompt_tokens, answer.completion_tokens) == (
        "Hello world",
        ANSWERING,
        11,
        3,
    )
    assert (text_of(messages), messages[-1].done.completion_tokens) == ("Hello world", 3)
    assert messages[0].started.model == ANSWERING
    assert [request.path for request in upstream.requests] == [voice.path] * 2
    assert [request.body["max_tokens"] for request in upstream.requests] == [4096] * 2


async def test_retry_after_is_waited_for(voice):
    refusal = answered(429, voice.error(429, "rate_limit_error", "slow down"), retry_after="0.3")
    async with door(voice, in_turn(refusal, streamed(voice.frames(Answer())))) as (stub, upstream):
        began = time.perf_counter()
        messages = [message async for message in stub.StreamComplete(streaming())]
        assert time.perf_counter() - began >= 0.3
    assert (kinds(messages)[-1], messages[-1].done.attempts) == ("done", 2)
    assert len(upstream.requests) == 2


async def test_a_wait_beyond_the_deadline_fails_at_once_with_the_providers_reason(voice):
    refusal = answered(429, voice.error(429, "rate_limit_error", "slow down"), retry_after="20")
    async with door(voice, refusal) as (stub, upstream):
        began = time.perf_counter()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Complete(whole(), timeout=15)
        assert time.perf_counter() - began < 10
    assert describe(caught.value)[:2] == (grpc.StatusCode.RESOURCE_EXHAUSTED, "LLM_RATE_LIMITED")
    assert error_info(caught.value).metadata["retry_after_ms"] == "20000"
    assert len(upstream.requests) == 1


async def test_a_cut_after_the_first_token_is_the_last_message(voice):
    frames = voice.frames(Answer(parts=("Hel", "lo"), finish=None))
    async with door(voice, streamed(frames, Wait(0.05), Cut())) as (stub, upstream):
        messages = [message async for message in stub.StreamComplete(streaming())]
    assert (kinds(messages)[0], kinds(messages)[-1]) == ("started", "error")
    assert messages[-1].error.error.reason == "LLM_UNAVAILABLE"
    assert messages[-1].error.partial.attempts == len(upstream.requests) == 1


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_cancelling_the_call_closes_the_upstream_socket(voice, moment):
    frames = voice.frames(Answer(finish=None))
    steps = [Head(), Stall()] if moment == "before" else [Head(), *map(Send, frames), Stall()]
    async with door(voice, steps) as (stub, upstream):
        call = stub.StreamComplete(streaming())
        reading = asyncio.ensure_future(call.read())
        request = await upstream.request()
        if moment == "after":
            assert (await reading).HasField("started")
        await asyncio.sleep(0.05)
        assert request.closed_at is None
        cancelled_at = time.monotonic()
        call.cancel()
        await asyncio.wait_for(request.gone.wait(), 15)
        assert request.closed_at - cancelled_at < 10  # 0.1 s is promised and measured; this machine may be busy
        await asyncio.wait({reading})


async def test_a_refused_key_is_told_without_it(voice, log_text):
    refusal = answered(401, voice.error(401, "authentication_error", f"invalid key {KEY}"))
    async with door(voice, refusal) as (stub, _):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Complete(whole())
        status = await stub.GetProviderStatus(p.GetProviderStatusRequest())
    assert describe(caught.value)[:2] == (grpc.StatusCode.FAILED_PRECONDITION, "LLM_AUTH")
    assert voice.key_setting in describe(caught.value)[2]
    assert (status.healthy, voice.key_setting in status.reason) == (False, True)
    assert not any(KEY in text for text in (str(caught.value), str(status), log_text()))


@pytest.mark.slow
async def test_an_upstream_that_stalls_holds_up_no_status(voice):
    async with door(voice, [Stall()]) as (stub, _):
        began = time.perf_counter()
        status = await stub.GetProviderStatus(p.GetProviderStatusRequest())
        assert time.perf_counter() - began < 20
    assert not status.healthy
