"""Ten thousand searches leave nothing behind."""

from __future__ import annotations

import asyncio
import gc

import psutil
import pytest

from dataflow.common.v1.source_ref_pb2 import RagMode
from dataflow.retrieval.v1 import retrieval_pb2
from tests.retrieval.conftest import entity, serving

MIB = 1024 * 1024
ALLOWED_MIB = 12
AT_ONCE = 8
KINDS = (
    {},
    {"mode": RagMode.hybrid},
    {"include_neighbours": True, "filter": retrieval_pb2.SearchFilter(entity_types=["table"])},
    {"filter": retrieval_pb2.SearchFilter(metadata={"part": "1"})},
)


async def searches(client, count):
    """`count` searches, of 400 questions in turn; MiB of this process afterwards."""

    async def some(first):
        for number in range(first, count, AT_ONCE):
            found = await client.search(f"topic {number % 400}", **KINDS[number % len(KINDS)])
            assert found.results

    await asyncio.gather(*(some(first) for first in range(AT_ONCE)))
    gc.collect()
    return psutil.Process().memory_info().rss / MIB


@pytest.mark.slow
async def test_memory_is_flat_over_ten_thousand_searches(postgres_database):
    async with serving(postgres_database, embedding_cached_queries=300) as client:
        tables = [
            entity(f"s.t{number}", f"text about topic {number}", entity_type="table", part=str(number % 4))
            for number in range(100)
        ]
        await client.index(*tables)
        before = await searches(client, 1_000)
        after = await searches(client, 10_000)
    assert after - before < ALLOWED_MIB
