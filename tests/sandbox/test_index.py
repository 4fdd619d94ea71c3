"""Retrieval indexes the sandbox's catalog, and finds its tables by what people call them."""

from __future__ import annotations

import pytest

from dataflow.retrieval.v1 import index_pb2, retrieval_pb2
from services.retrieval import full_index
from services.sandbox.app import CATALOG
from services.sandbox.estate import Estate
from services.sandbox.http import Server
from tests.retrieval.conftest import serving


@pytest.mark.slow
async def test_a_full_index_of_the_sandbox(
    postgres_database: str, sandbox: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_index, "corpus", list)
    tables = Estate().tables
    columns = sum(len(table.columns) for table in tables.values())
    async with serving(postgres_database, catalog_base_url=sandbox.url + CATALOG) as client:
        events = [event async for event in client.stub.RunFullIndex(index_pb2.RunFullIndexRequest())]
        done = events[-1].done
        assert (done.seen, done.failed, list(done.degraded_reasons)) == (len(tables) + columns, 0, [])
        wanted = retrieval_pb2.SearchFilter(entity_types=["table"])
        found = await client.search("complaints of customers, reklamacje", limit=3, filter=wanted)
        assert "oracle-legacy.CRMP.CRM.COMPLAINT" in [result.entity.entity_id for result in found.results]
