"""Without database or model: the answer says so in milliseconds, and everything is back without a restart."""

from __future__ import annotations

import asyncio
import shutil
import time

import grpc
import psutil
import pytest

from dataflow.common.v1 import source_ref_pb2
from dataflow.ops.v1 import ops_pb2, ops_pb2_grpc
from dataflow.retrieval.v1 import index_pb2, retrieval_pb2
from services.retrieval.embedding import embedder as embedder_module
from services.retrieval.embedding.known_models import MODELS, located
from services.retrieval.settings import RetrievalSettings
from services.runtime.settings import SettingsError, load_settings
from tests.retrieval.conftest import entity, ids, serving
from tests.throwaway_postgres import running_postgres

MODE = source_ref_pb2.RagMode
REASON = retrieval_pb2.EmptyReason
NOWHERE = "postgresql://dataflow:secret@127.0.0.1:1/none"


async def readiness(client) -> list[str]:
    async with grpc.aio.insecure_channel(client.server.address) as channel:
        return list((await ops_pb2_grpc.OpsServiceStub(channel).GetReadiness(ops_pb2.GetReadinessRequest())).reasons)


async def settled(look, wanted, seconds=10.0):
    """Wait until `look()` gives `wanted`."""
    async with asyncio.timeout(seconds):
        while await look() != wanted:
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("url", ["", NOWHERE])
async def test_without_a_database_every_search_says_so_at_once(url):
    async with serving(url) as client:
        await settled(lambda: readiness(client), ["pgvector_unavailable"])
        for mode in (MODE.dense, MODE.hybrid):
            started = time.perf_counter()
            found = await client.search("a cat", mode=mode)
            assert time.perf_counter() - started < 5
            assert (found.mode, found.reason) == (MODE.unavailable, REASON.store_unavailable)
            assert not found.results
        context = await client.stub.GetContext(retrieval_pb2.GetContextRequest(query="a cat"))
        assert (context.mode, context.reason, context.context) == (MODE.unavailable, REASON.store_unavailable, "")
        stats = await client.stats(check_recall=True)
        assert (stats.available, stats.index_kind, stats.total) == (False, index_pb2.IndexKind.unspecified, 0)
        assert stats.model
        assert len((await client.stub.Embed(retrieval_pb2.EmbedRequest(texts=["x"]))).embeddings) == 1


async def test_without_a_database_indexing_fails_and_says_why():
    async with serving(NOWHERE) as client:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.index(entity("a", "text"))
        assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
        assert "secret" not in str(caught.value)


async def test_without_a_model_nothing_is_an_error_that_need_not_be(postgres_database, tmp_path, monkeypatch):
    monkeypatch.setattr(embedder_module, "RETRY_SECONDS", 0.2)
    path = tmp_path / "model.onnx"
    async with serving(postgres_database, embedding_model_file=path) as client:
        assert await readiness(client) == ["embedder_unavailable"]
        found = await client.search("a cat")
        assert (found.mode, found.reason) == (MODE.unavailable, REASON.embedder_unavailable)
        context = await client.stub.GetContext(retrieval_pb2.GetContextRequest(query="a cat"))
        assert (context.mode, context.reason) == (MODE.unavailable, REASON.embedder_unavailable)
        stats = await client.stats()
        assert (stats.available, stats.model) == (True, "")
        for call in (client.index(entity("a", "text")), client.stub.Embed(retrieval_pb2.EmbedRequest(texts=["x"]))):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
            assert "model.onnx" in caught.value.details()
        shutil.copy(located(MODELS["onnx"], None), path)
        await settled(lambda: readiness(client), [])
        await client.index(entity("a", "a cat"))
        assert ids(await client.search("cat")) == ["a"]


async def test_what_another_model_embedded_is_not_compared_and_is_embedded_anew(postgres_database):
    async with serving(postgres_database) as client:
        await client.index(entity("a", "a cat"), entity("b", "a dog"))
        database = client.server.runtime.database
        async with database.connection() as connection:
            await connection.execute(
                "UPDATE catalog_embeddings SET model = 'older', embedding = array_fill(0.1, '{384}')::real[]::vector"
            )
        found = await client.search("a cat")
        assert (list(found.results), found.reason) == ([], REASON.empty_index)
        reply = await client.index(entity("a", "a cat"))
        assert (reply.indexed, reply.unchanged) == (1, 0)
        assert ids(await client.search("a cat")) == ["a"]
        seen = (await client.stats()).last_indexed_at
    async with serving(postgres_database) as client:  # a start with rows of another model left

        async def both():
            return ids(await client.search("a cat"))

        await settled(both, ["a", "b"])
        assert (await client.search("a cat", limit=1)).results[0].cosine == pytest.approx(1, abs=1e-5)
        assert (await client.stats()).last_indexed_at == seen  # nobody indexed it


async def test_concurrent_writers_of_the_same_entities(client):
    entities = [entity(f"e{number}", f"text number {number}") for number in range(120)]
    replies = await asyncio.gather(
        client.index(*entities),
        client.index(*reversed(entities)),
        client.index(*entities[60:], *entities[:60]),
        *(client.search("text") for _ in range(10)),
    )
    for reply in replies[:3]:
        assert reply.received == 120 == reply.indexed + reply.unchanged
        assert reply.failed == 0
    assert (await client.stats()).total == 120


@pytest.mark.slow
async def test_a_database_that_is_killed_and_restarted_during_searches():
    with running_postgres() as server:
        async with serving(server.url, embedding_cached_queries=0) as client:
            await client.index(*(entity(f"e{number}", f"text about topic {number}") for number in range(200)))
            slowest, modes = 0.0, []

            async def searching(first: int) -> None:
                nonlocal slowest
                for number in range(first, first + 125):
                    started = time.perf_counter()
                    found = await client.search(f"topic {number}", limit=3)
                    slowest = max(slowest, time.perf_counter() - started)
                    modes.append(found.mode)
                    if found.mode == MODE.dense:
                        assert len(found.results) == 3
                    else:
                        assert (found.mode, found.reason) == (MODE.unavailable, REASON.store_unavailable)
                    await asyncio.sleep(0.01)

            async def breaking() -> None:
                await asyncio.sleep(0.5)
                for _ in range(2):
                    server.kill()
                    await settled(lambda: readiness(client), ["pgvector_unavailable"])
                    server.start()
                    await settled(lambda: readiness(client), [])
                    await asyncio.sleep(0.3)

            await asyncio.gather(*(searching(first) for first in range(0, 500, 125)), breaking())
            assert len(modes) == 500
            assert {MODE.dense, MODE.unavailable} == set(modes)
            assert slowest < 3
            assert (await client.search("topic 7")).mode == MODE.dense


@pytest.mark.slow
async def test_a_database_that_is_killed_and_restarted_during_indexing():
    """The caller sends its stream again, as an index run does: nothing is lost, nothing is there twice."""
    entities = [entity(f"e{number}", f"text number {number} about indexing") for number in range(1_500)]
    with running_postgres() as server:
        async with serving(server.url) as client:
            codes = []

            async def indexing():
                while True:
                    try:
                        return await client.index(*entities)
                    except grpc.aio.AioRpcError as error:
                        codes.append(error.code())
                        await asyncio.sleep(0.2)

            task = asyncio.create_task(indexing())

            async def some_are_stored():
                return (await client.stats()).total >= 200

            await settled(some_are_stored, True, 60)
            server.kill()
            await asyncio.sleep(0.5)
            server.start()
            async with asyncio.timeout(60):
                reply = await task
            assert set(codes) == {grpc.StatusCode.UNAVAILABLE}
            assert reply.indexed + reply.unchanged == 1_500
            assert reply.unchanged > 0  # what was committed before the crash was kept
            assert (await client.stats()).total == 1_500
            again = await client.index(*entities)
            assert again.unchanged == 1_500


@pytest.mark.slow
async def test_a_database_that_hangs_costs_callers_little():
    with running_postgres() as server:
        async with serving(server.url, rag_timeout_seconds=1.0, database_pool_size=2) as client:
            await client.index(entity("a", "a cat"))
            postmaster = psutil.Process(server.pid)
            stopped = [postmaster, *postmaster.children(recursive=True)]
            for process in stopped:
                process.suspend()
            try:
                started = time.perf_counter()
                await asyncio.gather(*(client.search("cat") for _ in range(4)))
                assert time.perf_counter() - started < 30
                started = time.perf_counter()
                found = await client.search("cat")
                assert time.perf_counter() - started < 10
                assert (found.mode, found.reason) == (MODE.unavailable, REASON.store_unavailable)
                assert await readiness(client) == ["pgvector_unavailable"]
            finally:
                for process in stopped:
                    process.resume()

            async def mode():
                return (await client.search("cat")).mode

            await settled(mode, MODE.dense, 20)
            await settled(lambda: readiness(client), [])


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"HNSW_M": "64", "HNSW_EF_CONSTRUCTION": "100"}, "HNSW_EF_CONSTRUCTION"),
        ({"IVFFLAT_LISTS": "5"}, "IVFFLAT_PROBES"),
    ],
)
def test_settings_that_contradict_each_other(values, named):
    with pytest.raises(SettingsError, match=named):
        load_settings(RetrievalSettings, values)
