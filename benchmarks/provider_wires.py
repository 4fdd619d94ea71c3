"""What a wire costs beside a bare socket: time to the first token and to the last, processor time, and cancelling.

    .venv/bin/python -m benchmarks.provider_wires [--calls 500] [--tokens 20]

A scripted provider in a process of its own answers at once, in the dialect of each wire. It is asked in turns by a bare
socket (the raw upstream) and by the wire, over connections that stay open, so that both see the same moments of the
machine. Times in milliseconds, medians and 95th percentiles; `cost` is the difference of the medians; `CPU` is the
processor time of the asking process per call. Then: how long after a cancel the upstream's socket sees the end, with
upstream and wire in one process, so that one clock measures both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from benchmarks.machine import described
from services.provider.wire import Text
from tests.provider.wires.prompts import prompt
from tests.provider.wires.servers import Head, ScriptedServer, Send, Stall, Step, streamed
from tests.provider.wires.voices import KEY, MODEL, VOICES, Answer, Voice

WARM_UP = 50
CANCELS = 100
TOKEN = "token"
LAST_CHUNK = b"\r\n0\r\n\r\n"


@dataclass
class Measured:
    """Seconds per call."""

    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


Call = Callable[[], Awaitable[float]]  # one call; returns when its first token came


async def serve(name: str, tokens: int) -> None:
    """The upstream: says its address on one line, then answers until standard input ends."""
    frames = VOICES[name].frames(Answer(parts=tuple(f"{TOKEN} {number} " for number in range(tokens))))
    async with ScriptedServer(streamed(frames)) as server:
        print(server.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


@asynccontextmanager
async def upstream(name: str, tokens: int) -> AsyncIterator[str]:
    """The address of a scripted provider of that name, in a process of its own."""
    arguments = ["-m", "benchmarks.provider_wires", "--serve", name, "--tokens", str(tokens)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stdout=pipe)
    assert process.stdin
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


def request_bytes(voice: Voice, url: str) -> bytes:
    """A request as small as the raw upstream needs it."""
    body = json.dumps({"model": MODEL, "stream": True, "max_tokens": 64, "messages": []}).encode()
    host = url.removeprefix("http://")
    head = f"POST {voice.path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def raw(voice: Voice, url: str) -> AsyncIterator[Call]:
    """A bare socket."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    asked = request_bytes(voice, url)

    async def call() -> float:
        writer.write(asked)
        seen, first = b"", 0.0
        while not seen.endswith(LAST_CHUNK):
            seen += await reader.read(1 << 16)
            if not first and TOKEN.encode() in seen:
                first = time.perf_counter()
        return first

    yield call
    writer.close()


@asynccontextmanager
async def wired(voice: Voice, url: str) -> AsyncIterator[Call]:
    """The wire, in process."""
    wire = voice.wire(url)
    asked = prompt()

    async def call() -> float:
        first = 0.0
        async for event in wire.stream(asked, MODEL):
            if not first and isinstance(event, Text):
                first = time.perf_counter()
        return first

    yield call
    await wire.close()


async def take(call: Call, into: Measured | None) -> None:
    began, busy = time.perf_counter(), time.process_time()
    first = await call()
    ended = time.perf_counter()
    if into is not None:
        into.first.append(first - began)
        into.last.append(ended - began)
        into.cpu.append(time.process_time() - busy)


async def measure(voice: Voice, calls: int, tokens: int) -> dict[str, Measured]:
    found = {"bare socket": Measured(), "wire": Measured()}
    async with upstream(voice.name, tokens) as url, raw(voice, url) as bare, wired(voice, url) as wire:
        for number in range(WARM_UP + calls):
            for (_, into), call in zip(found.items(), (bare, wire), strict=True):
                await take(call, into if number >= WARM_UP else None)
    return found


def row(name: str, how: str, measured: Measured, base: Measured) -> str:
    cells = []
    for mine, other in ((measured.first, base.first), (measured.last, base.last)):
        cuts = statistics.quantiles(mine, n=20)
        cost = "" if measured is base else f"{(statistics.median(mine) - statistics.median(other)) * 1e3:.2f}"
        cells += [f"{cuts[9] * 1e3:.2f}", f"{cuts[18] * 1e3:.2f}", cost]
    cells.append(f"{statistics.mean(measured.cpu) * 1e3:.2f}")
    return f"| {name} | {how} | " + " | ".join(cells) + " |"


async def cancelled(voice: Voice, steps: Sequence[Step]) -> list[float]:
    """Seconds from each cancel to the moment at which the upstream's socket saw the end."""
    found = []
    async with ScriptedServer(steps) as server:
        wire = voice.wire(server.url)
        for number in range(CANCELS):
            call = asyncio.create_task(_drain(wire.stream(prompt(), MODEL)))
            request = await server.request(number + 1)
            await asyncio.sleep(0.01)
            at = time.monotonic()
            call.cancel()
            with suppress(asyncio.CancelledError):
                await call
            await request.gone.wait()
            assert request.closed_at
            found.append(request.closed_at - at)
        await wire.close()
    return found


async def _drain(events: AsyncIterator[object]) -> None:
    async for _ in events:
        pass


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--tokens", type=int, default=20)
    parser.add_argument("--serve", choices=VOICES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        await serve(options.serve, options.tokens)
        return
    print(f"{described()}; {options.calls} calls of {options.tokens} tokens each\n")
    print("| wire | asked by | first token p50 | p95 | cost | last p50 | p95 | cost | CPU |")
    print("|---|---|---|---|---|---|---|---|---|")
    for voice in VOICES.values():
        found = await measure(voice, options.calls, options.tokens)
        for how, measured in found.items():
            print(row(voice.name, how, measured, found["bare socket"]), flush=True)
    print(f"\n| wire | {CANCELS} calls cancelled | p50 | max |\n|---|---|---|---|")
    for voice in VOICES.values():
        frames = voice.frames(Answer(finish=None))
        moments = {"before the headers": [Stall()], "after text": [Head(), *map(Send, frames), Stall()]}
        for moment, steps in moments.items():
            times = await cancelled(voice, steps)
            print(f"| {voice.name} | {moment} | {statistics.median(times) * 1e3:.2f} | {max(times) * 1e3:.2f} |")


if __name__ == "__main__":
    asyncio.run(main())
