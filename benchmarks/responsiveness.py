"""Do health checks and job lists stay fast while an export converts?

    make run                                              # in one terminal
    .venv/bin/python -m benchmarks.responsiveness         # in another

Latencies in milliseconds through Envoy, idle and during the conversion of a generated export, taken in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time

import httpx

from benchmarks.generate_powercenter import generate

PATHS = ("/health", "/api/migration/jobs")
PAUSE_S = 0.02


async def probe(client: httpx.AsyncClient, path: str, until: asyncio.Event) -> list[float]:
    latencies = []
    while not until.is_set():
        began = time.perf_counter()
        reply = await client.get(path)
        reply.raise_for_status()
        latencies.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE_S)
    return latencies


async def during(client: httpx.AsyncClient, work) -> tuple[dict[str, list[float]], float]:
    """Latencies per path while `work` runs, and how long it took."""
    until = asyncio.Event()
    probes = [asyncio.ensure_future(probe(client, path, until)) for path in PATHS]
    began = time.perf_counter()
    await work
    seconds = time.perf_counter() - began
    until.set()
    return dict(zip(PATHS, await asyncio.gather(*probes), strict=True)), seconds


def line(label: str, values: list[float]) -> str:
    cuts = statistics.quantiles(values, n=100)
    return f"{label:<44} {len(values):>6} {cuts[49]:>8.1f} {cuts[94]:>8.1f} {cuts[98]:>8.1f} {max(values):>8.1f}"


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://localhost:8091")
    parser.add_argument("--megabytes", type=float, default=3.0)
    options = parser.parse_args()
    export = generate(megabytes=options.megabytes)
    async with httpx.AsyncClient(base_url=options.url, timeout=600, trust_env=False) as client:
        upload = client.post("/api/migration/upload", files={"file": ("generated.xml", export, "text/xml")})
        idle, _ = await during(client, asyncio.sleep(5))
        busy, seconds = await during(client, upload)
    print(f"{'latency in ms':<44} {'calls':>6} {'p50':>8} {'p95':>8} {'p99':>8} {'max':>8}")
    for state, found in (("idle", idle), (f"converting {len(export) / 1e6:.1f} MB, {seconds:.1f} s", busy)):
        for path, values in found.items():
            print(line(f"{path}, {state}", values))


if __name__ == "__main__":
    asyncio.run(main())
