"""A provider that fails at random: every call ends, in time, by saying how; nothing is left behind; it recovers."""

from __future__ import annotations

import asyncio
import random

import grpc
import pytest

from dataflow.provider.v1 import provider_pb2 as p
from services.provider.script_file import FAULTS
from services.runtime.status import describe
from tests.provider.fakes import kinds, prompt, provider_server
from tests.provider.wires.servers import Cut, Head, ScriptedServer, Send, Stall, answered, streamed
from tests.provider.wires.voices import VOICES, Answer

VOICE = VOICES["local"]
FRAMES = VOICE.frames(Answer())
FAULTY = (
    [Cut()],
    [Head(), Cut()],
    [Head(), *map(Send, FRAMES[:2]), Cut()],
    [Head(), *map(Send, FRAMES[:2]), Stall()],
    [Stall()],
    streamed(FRAMES[:2]),
    streamed([*FRAMES[:2], b"data: {broken\n\n"]),
    answered(500, "out of order"),
    answered(529, "busy"),
    answered(429, "slow down", retry_after="0.05"),
    answered(200, "<html>a proxy's page</html>"),
)
LISTED = {"data": [{"id": "llama3.2"}]}
CALLS = 300
FAULT_SHARE = 0.15


@pytest.mark.slow
async def test_every_call_ends_by_saying_how():
    draw = random.Random(4)
    sound = streamed(FRAMES)

    def script(request):
        if request.method == "GET":
            return answered(200, LISTED)
        return draw.choice(FAULTY) if draw.random() < FAULT_SHARE else sound

    async with ScriptedServer(script) as upstream:
        settings = {
            "llm_provider": "local",
            "local_llm_base_url": f"{upstream.url}/v1",
            "llm_first_token_seconds": 0.3,
            "llm_idle_seconds": 0.2,
            "llm_breaker_seconds": 0.2,
            "llm_max_concurrent": 16,
        }
        async with provider_server(**settings) as (stub, server, factory):
            room = asyncio.Semaphore(30)

            async def one(number):
                async with room:
                    return await (_stream if number % 2 else _whole)(stub)

            ends = await asyncio.gather(*(one(number) for number in range(CALLS)))
            assert set(ends) <= {"done", *FAULTS}
            assert ends.count("done") > 0.8 * CALLS
            assert len(set(ends)) > 1
            assert (factory.current.running, factory.current.active.limit.running) == (0, 0)
            upstream.script = lambda request: answered(200, LISTED) if request.method == "GET" else sound
            await asyncio.sleep(2.3)  # the breaker's pause, and a bad answer of a probe is believed for 2 s
            assert await _whole(stub) == "done"
            status = await stub.GetProviderStatus(p.GetProviderStatusRequest())
            assert (status.healthy, status.breaker) == (True, p.BreakerState.closed)
            assert await server.runtime.readiness.reasons() == ()


async def _whole(stub):
    try:
        await stub.Complete(p.CompleteRequest(prompt=prompt()), timeout=20)
    except grpc.aio.AioRpcError as error:
        return describe(error)[1]
    return "done"


async def _stream(stub):
    try:
        call = stub.StreamComplete(p.StreamCompleteRequest(prompt=prompt()), timeout=20)
        messages = [message async for message in call]
    except grpc.aio.AioRpcError as error:
        return describe(error)[1]
    last = messages[-1]
    assert kinds(messages)[0] == "started"
    return "done" if last.HasField("done") else last.error.error.reason
