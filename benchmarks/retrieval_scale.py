"""Retrieval at 100,000 vectors: recall and latency of searches by set and index, and the indexing rate.

    python -m benchmarks.retrieval_scale [--rows 100000] [--workspaces 50]

The vectors are blends of 2,000 embedded schema texts with some noise, stored through the server's own store in a
throwaway PostgreSQL. Searches are timed from vector to results, without embedding and gRPC.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import time
from collections.abc import Awaitable, Sequence

import numpy as np

from benchmarks.machine import described
from services.retrieval.app import SCHEMA
from services.retrieval.conditions import Conditions
from services.retrieval.embedding.factory import make_embedder
from services.retrieval.embedding.known_models import MODELS, located
from services.retrieval.engine import Engine
from services.retrieval.entities import Entity
from services.retrieval.lookup import EXACT, HNSW
from services.retrieval.recall import share_found
from services.retrieval.settings import RetrievalSettings
from services.runtime.database import Database
from tests.throwaway_postgres import running_postgres

MODEL = "benchmark"
SEARCHES = 200
BATCH_SIZES = (16, 32, 64)  # of sentence-transformers; 32 is its default
NOUNS = re.findall(
    r"\w+",
    "customer order invoice payment product shipment supplier contract call subscriber tariff device "
    "region store employee campaign segment balance refund claim policy account ledger branch loan "
    "patient visit flight crew route ticket sensor reading machine outage recipe ingredient lesson "
    "student grade match player team goal song artist track film actor paper author citation protein gene "
    "sample",
)
FACTS = re.findall(
    r"\w+",
    "identifier name amount date status currency count rate category description address country code "
    "start end owner type weight height score level version total average minimum maximum share reason "
    "source target priority",
)


def schema_texts(count: int, seed: int = 7) -> list[str]:
    """Descriptions of made-up tables, 15 to 70 words."""
    chosen = random.Random(seed)
    texts = []
    for _ in range(count):
        nouns = chosen.sample(NOUNS, 3)
        columns = ", ".join(f"{chosen.choice(nouns)}_{fact}" for fact in chosen.sample(FACTS, chosen.randint(3, 14)))
        texts.append(
            f"Table {nouns[0]}_{nouns[1]}: every {nouns[0]} of a {nouns[1]} by {nouns[2]}. Columns: {columns}."
        )
    return texts


def blended(base: np.ndarray, count: int, seed: int) -> np.ndarray:
    """`count` unit vectors, each two of `base` mixed, with a tenth of noise."""
    chosen = np.random.default_rng(seed)
    left, right = chosen.integers(len(base), size=(2, count))
    share = chosen.uniform(0.5, 1.0, (count, 1))
    mixed = share * base[left] + (1 - share) * base[right]
    mixed += 0.1 * chosen.standard_normal(mixed.shape) / np.sqrt(mixed.shape[1])
    return (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)


async def load(engine: Engine, vectors: np.ndarray, workspaces: int) -> float:
    """Store all vectors, spread over the workspaces in turn; seconds."""
    started = time.perf_counter()
    by_workspace = [range(first, len(vectors), workspaces) for first in range(workspaces)]
    for number, rows in enumerate(by_workspace):
        for first in range(0, len(rows), 500):
            pairs = [
                (Entity("table", f"t{row}", f"t{row}", f"table {row}", {"tenant": str(number)}), vectors[row])
                for row in rows[first : first + 500]
            ]
            await engine.store.write(f"w{number}", MODEL, pairs, [], [])
    return time.perf_counter() - started


async def measured(engine: Engine, conditions: Sequence[Conditions], queries: np.ndarray, kind: str | None) -> str:
    """Recall against the exact scan and latency, as a cell of the table. `kind` None: as the policy decides."""
    took, shares, kinds = [], [], set()
    for number, query in enumerate(queries):
        where = conditions[number % len(conditions)]
        started = time.perf_counter()
        chosen = kind or await engine.index.kind_for(where)
        found = await engine.lookup.nearest(where, query, 10, chosen)
        took.append((time.perf_counter() - started) * 1000)
        kinds.add(chosen)
        exact = await engine.lookup.nearest(where, query, 10, EXACT)
        shares.append(share_found(exact, found))
    cut = statistics.quantiles(took, n=20)
    return f"{'/'.join(sorted(kinds))} | {np.mean(shares):.3f} | {statistics.median(took):.1f} | {cut[-1]:.1f}"


async def searches(url: str, rows: int, workspaces: int) -> None:
    settings = RetrievalSettings(database_url=url, database_timeout_seconds=600)
    database = Database.from_settings(settings, application="benchmark")
    database.add_schema(SCHEMA)
    engine = Engine(database, settings)
    base = (await engine.embedder.embed(schema_texts(2_000))).vectors
    vectors, queries = blended(base, rows, 1), blended(base, SEARCHES, 2)
    print(f"stored {rows} vectors: {rows / await load(engine, vectors, workspaces):.0f} a second", flush=True)
    await _sql(database, "VACUUM ANALYZE catalog_embeddings")
    await engine.index.look()
    print("| set searched | way | recall@10 | p50 ms | p95 ms |\n|---|---|---|---|---|")
    own = [Conditions(f"w{number}", MODEL) for number in range(workspaces)]
    print(
        f"| one of {workspaces} workspaces, no vector index | {await measured(engine, own, queries, None)} |",
        flush=True,
    )
    await _sql(database, "UPDATE catalog_embeddings SET workspace_id = 'all'")
    await _sql(database, "VACUUM FULL ANALYZE catalog_embeddings")
    whole = [Conditions("all", MODEL)]
    filtered = [Conditions("all", MODEL, metadata={"tenant": str(number)}) for number in range(workspaces)]
    print(f"| all in one workspace | {await measured(engine, whole, queries[:30], EXACT)} |", flush=True)
    started = time.perf_counter()
    await engine.builder.settle()
    print(f"| (HNSW built in {time.perf_counter() - started:.0f} s) | | | | |")
    share = 100 / workspaces
    print(f"| all in one workspace | {await measured(engine, whole, queries, None)} |", flush=True)
    print(f"| filter that leaves {share:g} % | {await measured(engine, filtered, queries, None)} |", flush=True)
    print(
        f"| filter that leaves {share:g} %, by index | {await measured(engine, filtered, queries, HNSW)} |", flush=True
    )
    await engine.embedder.close()
    await database.close()


async def _sql(database: Database, statement: str) -> None:
    async with database.connection() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(statement, timeout=3_600)


async def embedding(count: int, rounds: int) -> None:
    """Texts a second of the server's embedder and of sentence-transformers' own encode, in turns on the same texts.

    Both sort by length and have embedded all texts once before. sentence-transformers runs with the batch size that
    was quickest then, and on as many threads as the embedder.
    """
    from sentence_transformers import SentenceTransformer

    texts = schema_texts(count, seed=11)
    embedder = make_embedder(RetrievalSettings())
    library = SentenceTransformer(str(located(MODELS["sentence_transformers"], None).parent), device="cpu")

    async def ours() -> np.ndarray:
        return (await embedder.embed(texts)).vectors

    async def theirs(size: int) -> np.ndarray:
        return await asyncio.to_thread(library.encode, texts, batch_size=size, normalize_embeddings=True)

    cosine = float((await ours() * await theirs(BATCH_SIZES[0])).sum(axis=1).min())
    sizes = {size: (await _timed(theirs(size)))[0] for size in BATCH_SIZES}
    best = min(sizes, key=sizes.__getitem__)
    names = ("int8 ONNX", f"sentence-transformers, {best} texts a batch")
    took = [[await _timed(ours()), await _timed(theirs(best))] for _ in range(rounds)]
    await embedder.close()
    tokens = np.mean([embedder.count_tokens(text) + 2 for text in texts])
    print(f"\n{count} texts of {tokens:.0f} tokens on average; least cosine between the two {cosine:.5f}")
    for column, name in enumerate(names):
        rates = sorted(count / row[column][0] for row in took)
        print(f"{name}: {statistics.median(rates):.0f} texts a second ({rates[0]:.0f} to {rates[-1]:.0f})")
    for what, field in (("wall clock", 0), ("processor time", 1)):
        ratios = sorted(row[1][field] / row[0][field] for row in took)
        print(
            f"ratio by {what}: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}, {rounds} rounds)"
        )


async def _timed(work: Awaitable[object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--workspaces", type=int, default=50)
    parser.add_argument("--texts", type=int, default=1_000, help="texts of the embedding comparison; 0 leaves it out")
    parser.add_argument("--rounds", type=int, default=7, help="of the embedding comparison, each both in turn")
    parser.add_argument("--skip-searches", action="store_true")
    chosen = parser.parse_args()
    print(f"{described()}; load average {os.getloadavg()[0]:.1f}")
    if not chosen.skip_searches:
        with running_postgres() as server:
            asyncio.run(searches(server.url, chosen.rows, chosen.workspaces))
    if chosen.texts:
        asyncio.run(embedding(chosen.texts, chosen.rounds))


if __name__ == "__main__":
    main()
