"""Which way a search goes, and the index that is built for it."""

from __future__ import annotations

import asyncio

import asyncpg
import numpy as np
import pytest

from services.retrieval.conditions import Conditions
from services.retrieval.entities import Entity
from services.retrieval.lookup import EXACT, HNSW, IVFFLAT
from services.retrieval.recall import share_found
from services.retrieval.store import QUERIES
from services.retrieval.vector_index import INDEX_NAMES, IndexState
from tests.retrieval.conftest import engine_on
from tests.throwaway_postgres import running_postgres

MODEL = "m"


def vectors(count: int, seed: int = 1) -> np.ndarray:
    """Unit vectors in 40 clusters, as embeddings are."""
    chosen = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((40, 384))
    made = centres[chosen.integers(40, size=count)] + 0.7 * chosen.standard_normal((count, 384))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


async def fill(engine, workspace: str, count: int, *, seed=1, first=0) -> None:
    rows = vectors(count, seed)
    pairs = [
        (Entity("table", f"t{first + row}", "t", "c", {"part": str(row % 50)}), vector)
        for row, vector in enumerate(rows)
    ]
    await engine.store.write(workspace, MODEL, pairs, [], [])


async def plan(engine, kind: str, conditions: Conditions) -> str:
    """EXPLAIN of a search as it would run."""
    name = "nearest_exact" if kind == EXACT else "nearest_by_index"
    async with engine.lookup._prepared(kind) as connection:
        rows = await connection.fetch(
            f"EXPLAIN {QUERIES[name]}", *conditions.parameters(), vectors(1, 9)[0].tolist(), 10
        )
    return "\n".join(row[0] for row in rows)


async def test_sets_up_to_the_limit_are_compared_exactly_and_larger_ones_by_index(postgres_database):
    async with engine_on(postgres_database, vector_exact_rows=500) as engine:
        await fill(engine, "small", 400)
        await engine.builder.settle()
        assert engine.index.state.indexes == {}
        await fill(engine, "large", 1_500, seed=2)
        assert await engine.index.kind_for(Conditions("large", MODEL)) == EXACT  # until there is an index
        await engine.builder.settle()
        assert engine.index.state.indexes == {INDEX_NAMES[HNSW]: True}
        large = Conditions("large", MODEL)
        assert await engine.index.kind_for(large) == HNSW
        assert await engine.index.kind_for(Conditions("small", MODEL)) == EXACT
        assert await engine.index.kind_for(Conditions("large", MODEL, metadata={"part": "7"})) == EXACT
        assert await engine.index.kind_for(Conditions("large", MODEL, entity_types=("column",))) == EXACT
        assert await engine.index.kind_for(Conditions("large", "another model")) == EXACT
        assert INDEX_NAMES[HNSW] in await plan(engine, HNSW, large)
        filtered = Conditions("large", MODEL, ("table",), {"part": "7"}, ("t3",))
        assert INDEX_NAMES[HNSW] in await plan(engine, HNSW, filtered)
        assert INDEX_NAMES[HNSW] not in await plan(engine, EXACT, large)


async def test_the_index_finds_what_the_exact_scan_finds(postgres_database):
    async with engine_on(postgres_database, vector_exact_rows=100) as engine:
        await fill(engine, "w", 3_000)
        await fill(engine, "other", 3_000, seed=3)
        await engine.builder.settle()
        for limits in ({}, {"metadata": {"part": "7"}}, {"exclude_ids": tuple(f"t{n}" for n in range(2_000))}):
            conditions = Conditions("w", MODEL, **limits)
            shares = []
            for query in vectors(30, 5):
                exact = await engine.lookup.nearest(conditions, query, 10, EXACT)
                found = await engine.lookup.nearest(conditions, query, 10, HNSW)
                assert len(found) == 10
                assert [item.cosine for item in found] == sorted((item.cosine for item in found), reverse=True)
                shares.append(share_found(exact, found))
            assert np.mean(shares) >= 0.95


async def test_the_index_goes_when_its_reason_is_gone(postgres_database):
    async with engine_on(postgres_database, vector_exact_rows=500) as engine:
        await fill(engine, "w", 600)
        await engine.builder.settle()
        await engine.store.delete_stale("w", await engine.store.now(), "column")
        async with engine.database.connection() as connection:
            await connection.execute("DELETE FROM catalog_embeddings WHERE (metadata ->> 'part')::int < 15")
        await engine.builder.settle()  # 420 left: near the limit it stays
        assert engine.index.state.indexes == {INDEX_NAMES[HNSW]: True}
        await engine.store.delete_all("w")
        await engine.builder.settle()
        assert engine.index.state.indexes == {}


async def test_ivfflat_by_setting_only_from_fifty_rows_a_list(postgres_database):
    values = {"vector_index": "ivfflat", "ivfflat_lists": 20, "ivfflat_probes": 20, "vector_exact_rows": 100}
    async with engine_on(postgres_database, **values) as engine:
        await fill(engine, "w", 900)
        await engine.builder.settle()
        assert engine.index.state.indexes == {}
        await fill(engine, "w", 200, seed=4, first=900)
        await engine.builder.settle()
        assert engine.index.state.indexes == {INDEX_NAMES[IVFFLAT]: True}
        conditions = Conditions("w", MODEL)
        assert await engine.index.kind_for(conditions) == IVFFLAT
        query = vectors(1, 8)[0]
        exact = await engine.lookup.nearest(conditions, query, 10, EXACT)
        found = await engine.lookup.nearest(conditions, query, 10, IVFFLAT)
        assert [item.row for item in found] == [item.row for item in exact]  # every list is looked into
    async with engine_on(postgres_database, vector_exact_rows=100) as engine:
        await engine.builder.settle()
        assert engine.index.state.indexes == {INDEX_NAMES[HNSW]: True}  # another setting replaces it


async def test_what_a_build_that_broke_off_left_is_replaced(postgres_database):
    async with engine_on(postgres_database, vector_exact_rows=100) as engine:
        await fill(engine, "w", 4_000)
        async with engine.database.connection() as connection:
            build = (
                f"CREATE INDEX CONCURRENTLY {INDEX_NAMES[HNSW]} ON catalog_embeddings "
                "USING hnsw (embedding vector_cosine_ops) WITH (ef_construction = 1000, m = 100)"
            )
            task = asyncio.create_task(connection.execute(build))
            await asyncio.sleep(0.5)
            async with engine.database.connection() as killer:
                await killer.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
            await asyncio.gather(task, return_exceptions=True)
        await engine.index.look()
        assert engine.index.state.indexes == {INDEX_NAMES[HNSW]: False}
        assert await engine.index.kind_for(Conditions("w", MODEL)) == EXACT
        await engine.builder.settle()
        assert engine.index.state.indexes == {INDEX_NAMES[HNSW]: True}


@pytest.mark.slow
async def test_one_replica_builds_and_searches_go_on_meanwhile(postgres_database):
    slow = {"vector_exact_rows": 100, "hnsw_ef_construction": 800, "hnsw_m": 64}
    async with engine_on(postgres_database, **slow) as one, engine_on(postgres_database, **slow) as two:
        await fill(one, "w", 4_000)
        building = asyncio.create_task(one.builder.settle())
        await asyncio.sleep(0.3)
        await asyncio.wait_for(two.builder.settle(), 15)  # leaves it to the other
        query, during = vectors(1, 9)[0], 0
        while not building.done():
            async with asyncio.timeout(15):
                assert len(await two.lookup.nearest(Conditions("w", MODEL), query, 5, EXACT)) == 5
                await fill(two, "w", 1, first=10_000 + during)
            during += 1
        await building
        assert during > 3
        await two.builder.settle()
        assert two.index.state.indexes == {INDEX_NAMES[HNSW]: True}


@pytest.mark.parametrize(
    ("version", "iterative"),
    [
        ("0.8.6", True),
        ("0.8.0", True),
        ("0.10.0", True),
        ("1.0", True),
        ("0.7.4", False),
        ("0.5.1", False),
        ("", False),
    ],
)
def test_an_index_is_only_used_where_filters_do_not_cost_results(version, iterative):
    state = IndexState(version, {INDEX_NAMES[HNSW]: True})
    assert state.usable(HNSW) is iterative
    assert not IndexState(version, {INDEX_NAMES[HNSW]: False}).usable(HNSW)
    assert not state.usable(EXACT)


async def test_an_old_extension_means_exact_searches_and_no_index(postgres_database):
    async with engine_on(postgres_database, vector_exact_rows=10) as engine:
        await fill(engine, "w", 50)
        await engine.index.look()
        engine.index.state = IndexState("0.7.4", {})
        assert await engine.index.wanted() == EXACT


async def test_the_recall_check_compares_what_searches_do(postgres_database):
    async with engine_on(postgres_database, vector_exact_rows=100) as engine:
        await fill(engine, "w", 1_000)
        await engine.builder.settle()
        await engine.recall.run("w", MODEL)
        last = await engine.recall.last("w", HNSW)
        assert last is not None
        assert 0.9 <= last.at_10 <= 1
        assert await engine.recall.last("w", EXACT) is None
        await engine.recall.run("empty", MODEL)
        assert await engine.recall.last("empty", EXACT) is None


async def test_the_builder_goes_on_after_whatever_the_database_does(postgres_database, monkeypatch):
    errors: list[Exception] = [asyncpg.InterfaceError("released"), ConnectionResetError(), TimeoutError()]
    async with engine_on(postgres_database, vector_index_check_seconds=0.01) as engine:
        settle, settled = engine.builder.settle, asyncio.Event()

        async def failing() -> None:
            if errors:
                raise errors.pop()
            await settle()
            settled.set()

        monkeypatch.setattr(engine.builder, "settle", failing)
        task = asyncio.create_task(engine.builder.run())
        async with asyncio.timeout(10):
            await settled.wait()
        assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
async def test_a_build_that_the_databases_death_ends_is_made_again():
    with running_postgres() as server:
        own = {"vector_exact_rows": 100, "vector_index_check_seconds": 0.2, "hnsw_ef_construction": 400, "hnsw_m": 32}
        async with engine_on(server.url, **own) as engine:
            await fill(engine, "w", 4_000)
            task = asyncio.create_task(engine.builder.run())
            async with asyncio.timeout(60):
                while not (await engine.index.look()).indexes:
                    await asyncio.sleep(0.02)
                assert engine.index.state.indexes == {INDEX_NAMES[HNSW]: False}, "built before it could be ended"
                server.kill()
                await asyncio.sleep(0.3)
                server.start()
                while engine.index.state.indexes != {INDEX_NAMES[HNSW]: True}:
                    assert not task.done()
                    await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
