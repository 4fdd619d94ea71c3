"""What the Provider adds to a model call: against the raw upstream, over real sockets, in one run.

    .venv/bin/python -m benchmarks.provider_overhead

Upstream and Provider server are processes of their own. The upstream waits 20 ms, then sends 20 tokens. Calls alternate
between the raw HTTP client (httpx, the events not even parsed), the engine with its wire in this process, and gRPC, so
that what else the machine does hits all alike; the overhead is that of the differences between neighbours. Further: the
engine alone (a wire that answers at once), the time from cancelling a call to the upstream's socket closing, and the
server's memory over 1,000 streams.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager

import grpc
import httpx
import psutil

from benchmarks.machine import described
from dataflow.provider.v1 import provider_pb2 as p
from dataflow.provider.v1.provider_pb2_grpc import ProviderServiceStub
from services.runtime.logs import configure_logging
from tests.provider.fakes import Bench, FakeWire, prompt
from tests.provider.wires.servers import Head, ScriptedServer, Send, Stall, Wait, answered, streamed
from tests.provider.wires.voices import VOICES, Answer

ANSWER = Answer(parts=tuple(f" word{number}" for number in range(20)))
MODEL_WAIT_S = 0.02
KEY = "sk-benchmark"
ASKED = prompt("How many customers do we have?", max_tokens=64)
ENVIRONMENTS: dict[str, Callable[[str], dict[str, str]]] = {
    "local": lambda url: {"LLM_PROVIDER": "local", "LOCAL_LLM_BASE_URL": f"{url}/v1"},
    "anthropic": lambda url: {"LLM_PROVIDER": "anthropic", "ANTHROPIC_BASE_URL": url, "ANTHROPIC_API_KEY": KEY},
}
Timed = tuple[float, float]  # milliseconds to the first token, to the end


def script(request):
    """Whatever dialect is asked."""
    if request.method == "GET":
        return answered(200, {"data": []})
    voice = next(voice for voice in VOICES.values() if voice.path == request.path)
    steps = streamed(voice.frames(ANSWER))
    return [steps[0], Wait(MODEL_WAIT_S), *steps[1:]]


async def upstream_process() -> None:
    async with ScriptedServer(script) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


@asynccontextmanager
async def upstream() -> AsyncIterator[str]:
    """Address of the upstream, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.provider_overhead", "--upstream", stdout=asyncio.subprocess.PIPE
    )
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def provider(environment: dict[str, str]) -> AsyncIterator[tuple[ProviderServiceStub, int]]:
    """(stub, process id) of a Provider server as `make run` starts it, log on but thrown away."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {**os.environ, **environment, "GRPC_PORT": str(port), "METRICS_PORT": "off", "DRAIN_SECONDS": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.provider", env={**own, "LOG_FORMAT": "json"}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            await asyncio.wait_for(channel.channel_ready(), 60)
            yield ProviderServiceStub(channel), process.pid
    finally:
        process.terminate()
        await process.wait()


async def raw(client: httpx.AsyncClient, url: str, body: dict[str, object], mark: str) -> Timed:
    began = time.perf_counter()
    first = 0.0
    async with client.stream("POST", url, json=body) as reply:
        async for line in reply.aiter_lines():
            first = first or (time.perf_counter() - began if mark in line else 0.0)
    return first * 1000, (time.perf_counter() - began) * 1000


async def delivered(messages) -> Timed:
    """Of the engine's messages or a gRPC call's."""
    began = time.perf_counter()
    first = 0.0
    async for message in messages:
        first = first or (time.perf_counter() - began if message.HasField("text") else 0.0)
    return first * 1000, (time.perf_counter() - began) * 1000


async def completed(stub: ProviderServiceStub) -> Timed:
    began = time.perf_counter()
    await stub.Complete(p.CompleteRequest(prompt=ASKED))
    return 0.0, (time.perf_counter() - began) * 1000


async def compare(name: str, calls: int) -> None:
    voice = VOICES[name]
    async with (
        upstream() as url,
        provider(ENVIRONMENTS[name](url)) as (stub, _),
        httpx.AsyncClient(trust_env=False) as client,
    ):
        wire = voice.wire(url)
        bench = Bench(wire)
        body = {"model": "m", "messages": [{"role": "user", "content": "x"}], "max_tokens": 64, "stream": True}
        ways: dict[str, Callable[[], Awaitable[Timed]]] = {
            "raw": lambda: raw(client, url + voice.path, body, "word0"),
            "engine": lambda: _closed(bench.engine.stream(ASKED)),
            "grpc": lambda: delivered(stub.StreamComplete(p.StreamCompleteRequest(prompt=ASKED))),
            "Complete": lambda: completed(stub),
        }
        found: dict[str, list[Timed]] = {way: [] for way in ways}
        for number in range(calls + 20):
            for way, call in ways.items():
                timed = await call()
                if number >= 20:  # connections are open, caches warm
                    found[way].append(timed)
        await wire.close()
    for way in ("raw", "engine", "grpc"):
        print(line(f"{name}, {way}, first token", [first for first, _ in found[way]]))
    for way in ("engine", "grpc"):
        print(line(f"{name}, {way} - raw, first token", added(found, way, 0)))
    for way in ("engine", "grpc", "Complete"):
        print(line(f"{name}, {way} - raw, whole call", added(found, way, 1)))


def added(found: dict[str, list[Timed]], way: str, index: int) -> list[float]:
    return [timed[index] - base[index] for timed, base in zip(found[way], found["raw"], strict=True)]


async def _closed(messages) -> Timed:
    async with aclosing(messages):
        return await delivered(messages)


async def engine_alone(calls: int) -> None:
    bench = Bench(FakeWire())
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        await bench.engine.complete(ASKED)
        times.append((time.perf_counter() - began) * 1000)
    print(line("engine alone, Complete", times[calls // 10 :]))


async def cancels(name: str, calls: int) -> None:
    voice = VOICES[name]
    frames = voice.frames(Answer(finish=None))
    moments = {"before": [Head(), Stall()], "after": [Head(), *map(Send, frames), Stall()]}
    async with ScriptedServer(moments["before"]) as server, provider(ENVIRONMENTS[name](server.url)) as (stub, _):
        for moment, steps in moments.items():
            server.script = lambda request, steps=steps: answered(200, {}) if request.method == "GET" else steps
            times = []
            for _ in range(calls):
                count = len(server.requests)
                call = stub.StreamComplete(p.StreamCompleteRequest(prompt=ASKED))
                reading = asyncio.ensure_future(call.read())
                request = await server.request(count + 1)
                await (reading if moment == "after" else asyncio.sleep(0.02))
                at = time.monotonic()
                call.cancel()
                await request.gone.wait()
                times.append((request.closed_at - at) * 1000)
                await asyncio.wait({reading})
            print(line(f"{name}, cancel to closed socket, {moment} the first token", times))


async def memory(streams: int) -> None:
    async with upstream() as url, provider(ENVIRONMENTS["local"](url)) as (stub, pid):

        async def some(count: int) -> float:
            for _ in range(count // 20):
                await asyncio.gather(
                    *(delivered(stub.StreamComplete(p.StreamCompleteRequest(prompt=ASKED))) for _ in range(20))
                )
            return psutil.Process(pid).memory_info().rss / 2**20

        before = await some(300)
        after = await some(streams)
    print(f"memory of the server: {before:.1f} MiB after 300 streams, {after:.1f} MiB after {streams} more")


def line(label: str, values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=100)
    return f"{label:<58} {len(values):>6} {cuts[49]:>8.2f} {cuts[94]:>8.2f} {cuts[98]:>8.2f}"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--upstream", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.upstream:
        return await upstream_process()
    configure_logging("json", "WARNING")
    print(f"{described()}; load {os.getloadavg()[0]:.1f}")
    print(f"{'milliseconds':<58} {'calls':>6} {'p50':>8} {'p95':>8} {'p99':>8}")
    await engine_alone(3000)
    for name in ENVIRONMENTS:
        await compare(name, options.calls)
        await cancels(name, 50)
    await memory(1000)
    return None


if __name__ == "__main__":
    asyncio.run(main())
