"""A batch of exports worked off by one worker process of the fleet, then by two: time, processor time, memory.

    python -m benchmarks.batches [--exports 1000] [--corpus FOLDER] [--kill]

With --kill two workers work it off; kill -9 ends one of them at a quarter, and another takes its place, and PostgreSQL
at a half. Then it is counted how often each job was begun, and what it has ended as.

Each worker is `dataflow-ai worker --concurrency 1` on this machine. The exports are generated, PowerCenter with 1 to 3
mappings; with --corpus every other one is a real export of the folder. Where the machine has other work the second
worker gets less of a processor than the first, so processor time stands beside the clock.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

import asyncpg
import psutil

from benchmarks.generate_powercenter import generate
from benchmarks.machine import described
from tests.migration.server.conftest import migration_server
from tests.migration.server.test_batch import pieces
from tests.migration.server.test_batch_faults import emptied, ended, fleet_worker
from tests.throwaway_postgres import PostgresServer, running_postgres

MIB = 1024 * 1024
ENDINGS = {".xml", ".dtsx", ".yxmd", ".dsx"}
DONE = "SELECT count(*) FROM migration_jobs WHERE ended_at IS NOT NULL"
OUTCOMES = """
SELECT job.status, job.status_reason, job.attempts, upload.sha256, result.report->>'filename' = job.filename AS own
FROM migration_jobs AS job JOIN migration_uploads AS upload USING (job_id)
     LEFT JOIN migration_results AS result USING (job_id)
"""
AWAY_S = 5.0  # seconds without a database
PATIENCE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Run:
    workers: int
    seconds: float
    processor: float  # seconds of all worker processes
    memory: tuple[float, ...]  # MiB of all worker processes after each quarter of the batch


def archive(count: int, corpus: Path | None) -> bytes:
    real = [path for path in sorted(corpus.rglob("*")) if path.suffix in ENDINGS] if corpus else []
    turns = cycle(real) if real else None
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for number in range(count):
            if turns and number % 2:
                path = next(turns)
                target.writestr(f"real/{number}/{path.name}", path.read_bytes())
            else:
                target.writestr(f"made/{number}.xml", generate(mappings=1 + number % 3, seed=number))
    return packed.getvalue()


async def run(url: str, home: Path, workers: int, total: int) -> Run:
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(fleet_worker(url, home)) for _ in range(workers)]
        database = await asyncpg.connect(url)
        stack.push_async_callback(database.close)
        already = await database.fetchval(DONE)
        async for done in _counted(database, processes):
            if done > already:  # starting is not measured
                break
        begun, first = time.perf_counter(), done
        before = _processor(processes)
        memory: list[float] = []
        async for done in _counted(database, processes):
            if done >= (len(memory) + 1) * total / 4:
                memory.append(_memory(processes))
            if done == total:
                break
        seconds, processor = time.perf_counter() - begun, _processor(processes) - before
        share = total / (total - first)
        return Run(workers, seconds * share, processor * share, tuple(memory))


async def _counted(database: Any, processes: list[asyncio.subprocess.Process]) -> AsyncIterator[int]:
    """How many jobs have ended, ten times a second. Raises RuntimeError where a worker has."""
    while all(process.returncode is None for process in processes):
        yield await database.fetchval(DONE)
        await asyncio.sleep(0.1)
    raise RuntimeError("a worker ended before the batch did")


def _tree(processes: list[asyncio.subprocess.Process]) -> list[psutil.Process]:
    heads = [psutil.Process(process.pid) for process in processes]
    return [each for head in heads for each in (head, *head.children(recursive=True))]


def _processor(processes: list[asyncio.subprocess.Process]) -> float:
    times = [each.cpu_times() for each in _tree(processes)]
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


def _memory(processes: list[asyncio.subprocess.Process]) -> float:
    return sum(each.memory_info().rss for each in _tree(processes)) / MIB


async def killed(postgres: PostgresServer, url: str, home: Path, total: int) -> float:
    """Seconds of the batch, with kill -9 of a worker at a quarter of it, and of PostgreSQL at a half."""
    begun = time.perf_counter()
    async with AsyncExitStack() as stack:
        doomed, _ = [await stack.enter_async_context(fleet_worker(url, home)) for _ in range(2)]
        await ended(url, total // 4, PATIENCE_S)
        doomed.kill()
        await doomed.wait()
        print(f"kill -9 of a worker after {time.perf_counter() - begun:.0f} s")
        await stack.enter_async_context(fleet_worker(url, home))
        await ended(url, total // 2, PATIENCE_S)
        await asyncio.to_thread(postgres.kill)
        print(f"kill -9 of PostgreSQL after {time.perf_counter() - begun:.0f} s")
        await asyncio.sleep(AWAY_S)
        postgres.start()  # in the main thread: the server dies with the thread that started it
        await ended(url, total, PATIENCE_S)
        await emptied(url)
    return time.perf_counter() - begun


async def told(url: str) -> bool:
    """Prints how often jobs were begun, and how they ended; whether each export has one job, with its own result."""
    database = await asyncpg.connect(url)
    rows = await database.fetch(OUTCOMES)
    await database.close()
    ends = Counter(f"{row['status']} {row['status_reason']}".strip() for row in rows)
    begun = Counter(row["attempts"] for row in rows)
    exports, own = len({row["sha256"] for row in rows}), sum(row["own"] is True for row in rows)
    print(f"{len(rows)} jobs of {exports} exports: {dict(ends)}; {own} with their own result")
    print("; ".join(f"{jobs} begun {times} times" for times, jobs in sorted(begun.items())))
    return exports == own == len(rows)


async def batch_made(url: str, folder: Path, content: bytes) -> int:
    """Jobs of the batch that a server made before it was stopped."""
    begun = time.perf_counter()
    async with migration_server(url, upload_dir=folder, job_concurrency=1, process_pool_size=1) as stub:
        made = await stub.CreateBatch(pieces(content))
    print(f"{made.total} jobs made in {time.perf_counter() - begun:.1f} s, start of the server included")
    return int(made.total)


async def faults(count: int, corpus: Path | None) -> int:
    content = archive(count, corpus)
    print(f"{described()}; load {os.getloadavg()[0]:.1f} before; {count} exports, {len(content) / MIB:.1f} MiB packed")
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        url = postgres.create_database()
        total = await batch_made(url, Path(folder), content)
        print(f"worked off in {await killed(postgres, url, Path(folder), total):.1f} s")
        return 0 if await told(url) and total == count else 1


async def main(count: int, corpus: Path | None) -> int:
    content = archive(count, corpus)
    print(f"{described()}; load {os.getloadavg()[0]:.1f} before; {count} exports, {len(content) / MIB:.1f} MiB packed")
    runs = []
    with running_postgres() as postgres, tempfile.TemporaryDirectory() as folder:
        for workers in (1, 2):
            url = postgres.create_database()
            runs.append(await run(url, Path(folder), workers, await batch_made(url, Path(folder), content)))
    print("| workers | seconds | exports/s | processor s | processor ms/export | MiB at ¼ ½ ¾ 1 |")
    print("|---:|---:|---:|---:|---:|---|")
    for each in runs:
        memory = " ".join(f"{value:.0f}" for value in each.memory)
        print(
            f"| {each.workers} | {each.seconds:.1f} | {count / each.seconds:.1f} | {each.processor:.1f} "
            f"| {1000 * each.processor / count:.0f} | {memory} |"
        )
    one, two = runs
    print(
        f"two workers: {one.seconds / two.seconds:.2f} times the throughput of one; load {os.getloadavg()[0]:.1f} after"
    )
    used = [each.processor / each.seconds for each in runs]
    print(f"cores in use by the workers: {used[0]:.2f} with one, {used[1]:.2f} with two")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exports", type=int, default=1000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--kill", action="store_true")
    options = parser.parse_args()
    chosen = faults if options.kill else main
    sys.exit(asyncio.run(chosen(options.exports, options.corpus)))
