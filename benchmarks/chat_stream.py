"""What the Copilot adds to a streamed token: from the Provider's wire to the caller, beside the Provider alone.

    .venv/bin/python -m benchmarks.chat_stream

Servers, Envoy apart, run in this process. The wire notes when it hands out its first token and its last; callers note
when they have it. Calls alternate between the Provider's gRPC, the Copilot's gRPC and the event stream through Envoy.
Then 200 streams at once, and the time from a caller's leaving to the end of the wire's stream.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import grpc
import httpx

from benchmarks.machine import described
from dataflow.copilot.v1 import chat_pb2, chat_pb2_grpc
from dataflow.provider.v1 import completion_pb2, provider_pb2
from dataflow.provider.v1.provider_pb2_grpc import ProviderServiceStub
from services.copilot.app import APP
from services.provider.wire import Accepted, Text
from services.runtime.logs import configure_logging
from services.runtime.server import running
from tests.copilot.stage import settings_of
from tests.fixtures_envoy import running_envoy
from tests.provider.fakes import STOP, FakeWire, prompt, provider_server

ROUNDS, WARMING = 60, 3
TOKENS, PAUSE_S = 10, 0.02
MESSAGE = "hello"


class Noting(FakeWire):
    """Ten tokens, 20 ms apart; `given` is when the latest was handed out."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0.0
        self.ended = 0.0

    async def stream(self, prompt: completion_pb2.Prompt, model: str) -> AsyncIterator[object]:
        yield Accepted("m")
        self.open += 1
        try:
            for number in range(TOKENS):
                await asyncio.sleep(PAUSE_S)
                self.given = time.perf_counter()
                yield Text(f"word{number} ")
            yield STOP
        finally:
            self.open -= 1
            self.ended = time.perf_counter()


def shown(name: str, values: list[float]) -> None:
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"| {name} | {statistics.median(values):.2f} | {p95:.2f} | {ordered[-1]:.2f} |")


@dataclass
class Ways:
    """The three ways to a token; each yields once for a token that the caller has."""

    provider: ProviderServiceStub
    chat: chat_pb2_grpc.ChatServiceStub
    client: httpx.AsyncClient

    async def by_provider(self) -> AsyncIterator[None]:
        asked = provider_pb2.StreamCompleteRequest(prompt=prompt(MESSAGE))
        async for event in self.provider.StreamComplete(asked):
            if event.WhichOneof("event") == "text":
                yield

    async def by_copilot(self) -> AsyncIterator[None]:
        async for event in self.chat.StreamChat(chat_pb2.StreamChatRequest(message=MESSAGE)):
            if event.WhichOneof("event") == "token":
                yield

    async def by_events(self) -> AsyncIterator[None]:
        async with self.client.stream("GET", "/api/copilot/chat/stream", params={"message": MESSAGE}) as reply:
            async for line in reply.aiter_lines():
                if line.startswith("data: ") and "text" in json.loads(line.removeprefix("data: ")):
                    yield

    async def whole(self) -> int:
        return sum([1 async for _ in self.by_copilot()])


async def lags(ways: Ways, wire: Noting) -> None:
    named = {
        "Provider, gRPC": ways.by_provider,
        "Copilot, gRPC": ways.by_copilot,
        "Copilot, events through Envoy": ways.by_events,
    }
    found: dict[str, list[float]] = {name: [] for name in named}
    for turn in range(ROUNDS + WARMING):
        for name, way in named.items():
            taken = [(time.perf_counter() - wire.given) * 1000 async for _ in way()]
            if turn >= WARMING:
                found[name] += taken
    for name, values in found.items():
        shown(name, values)


async def main() -> None:
    wire = Noting()
    async with AsyncExitStack() as stack:
        provider, server, _ = await stack.enter_async_context(provider_server(lambda *_: wire))
        settings = settings_of(APP, provider_address=server.address, max_concurrent_rpcs=1000)
        copilot = await stack.enter_async_context(running(APP, settings))
        ports = await stack.enter_async_context(running_envoy({"copilot": copilot.address}))
        channel = await stack.enter_async_context(grpc.aio.insecure_channel(copilot.address))
        base = f"http://127.0.0.1:{ports.copilot}"
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=base, timeout=60, trust_env=False))
        ways = Ways(provider, chat_pb2_grpc.ChatServiceStub(channel), client)
        print(described())
        print(f"\nMilliseconds from the wire's token to the caller, {ROUNDS} streams of {TOKENS} tokens each\n")
        print("| | p50 | p95 | max |\n|---|---|---|---|")
        await lags(ways, wire)
        shown("caller leaves → wire ends, Copilot gRPC", [await leaving(ways.chat, wire) for _ in range(30)])
        began = time.perf_counter()
        counts = await asyncio.gather(*(ways.whole() for _ in range(200)))
        print(f"\n200 streams at once: {sum(counts)} of {200 * TOKENS} tokens in {time.perf_counter() - began:.2f} s")


async def leaving(chat: chat_pb2_grpc.ChatServiceStub, wire: Noting) -> float:
    call = chat.StreamChat(chat_pb2.StreamChatRequest(message=MESSAGE))
    await call.read()
    began = time.perf_counter()
    call.cancel()
    while wire.open:  # noqa: ASYNC110 - why: the wire is a fake without an event for it
        await asyncio.sleep(0.001)
    return (wire.ended - began) * 1000


if __name__ == "__main__":
    configure_logging("console", "ERROR")
    sys.exit(asyncio.run(main()))
