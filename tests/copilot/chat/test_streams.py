"""Chat streams under strain, over real sockets: many at once, and callers that leave."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from services.provider.wire import Accepted, Text, Usage
from tests.copilot.stage import copilot
from tests.provider.fakes import STALL, STOP, FakeWire, provider_server

WORDS = [f"word{number} " for number in range(20)]
HELLO = chat_pb2.StreamChatRequest(message="hello")


def answering(*steps):
    return FakeWire((Accepted("m"), Usage(prompt_tokens=5), *steps))


@asynccontextmanager
async def chat_before(wire):
    async with (
        provider_server(lambda *_: wire) as (_, server, _),
        copilot(provider_address=server.address) as channel,
    ):
        yield chat_pb2_grpc.ChatServiceStub(channel)


async def test_two_hundred_streams_at_once_each_get_all_of_it():
    paced = [step for word in WORDS for step in (Text(word), 0.01)]
    async with chat_before(answering(*paced, Usage(completion_tokens=20), STOP)) as chat:

        async def one():
            return [event async for event in chat.StreamChat(HELLO, timeout=60)]

        for events in await asyncio.gather(*(one() for _ in range(200))):
            assert "".join(event.token.text for event in events[:-1]) == "".join(WORDS)
            assert events[-1].WhichOneof("event") == "done"


@pytest.mark.parametrize("steps", [(STALL,), (Text("a"), STALL)], ids=["before the first token", "after it"])
async def test_leaving_ends_the_models_call(steps):
    wire = answering(*steps)
    async with chat_before(wire) as chat:
        call = chat.StreamChat(HELLO, timeout=60)
        reading = asyncio.ensure_future(call.read())
        while not wire.open:
            await asyncio.sleep(0.01)
        if len(steps) > 1:
            await reading
        call.cancel()
        async with asyncio.timeout(20):
            while wire.open:
                await asyncio.sleep(0.005)
        assert wire.cut_off == 1
        await asyncio.gather(reading, return_exceptions=True)


async def test_each_token_is_sent_before_the_next_is_made():
    go = asyncio.Event()

    class Waiting(FakeWire):
        async def stream(self, prompt, model):
            yield Accepted("m")
            yield Text("first ")
            await go.wait()
            yield Text("second")
            yield STOP

    async with chat_before(Waiting()) as chat:
        call = chat.StreamChat(HELLO, timeout=60)
        first = await asyncio.wait_for(call.read(), 10)
        assert first.token.text == "first "
        go.set()
        assert (await call.read()).token.text == "second"
