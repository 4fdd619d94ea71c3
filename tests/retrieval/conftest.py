"""A Retrieval server on a database of its own, and what its callers need."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import grpc
import pytest

from dataflow.retrieval.v1 import entity_pb2, index_pb2, retrieval_pb2, retrieval_pb2_grpc
from services.retrieval.app import APP, SCHEMA
from services.retrieval.embedding.embedder import ModelEmbedder
from services.retrieval.embedding.factory import make_embedder
from services.retrieval.engine import Engine
from services.retrieval.settings import RetrievalSettings
from services.runtime.database import Database
from services.runtime.server import Server, running


def settings(url: str, **values) -> RetrievalSettings:
    quick = {"drain_seconds": 0, "shutdown_grace_seconds": 1, "rag_similarity_threshold": 0.0}
    return RetrievalSettings(grpc_port=0, metrics_port=None, database_url=url, **{**quick, **values})


def entity(entity_id: str, content: str, *, entity_type="document", name="", **metadata) -> entity_pb2.Entity:
    message = entity_pb2.Entity(
        entity_type=entity_type, entity_id=entity_id, entity_name=name or entity_id, content=content
    )
    message.metadata.update(metadata)
    return message


class Client:
    """The stub, with the calls that tests repeat."""

    def __init__(self, server: Server, channel: grpc.aio.Channel) -> None:
        self.server = server
        self.stub = retrieval_pb2_grpc.RetrievalServiceStub(channel)

    async def index(self, *entities, workspace="") -> index_pb2.IndexEntitiesResponse:
        requests = [index_pb2.IndexEntitiesRequest(entity=item, workspace_id=workspace) for item in entities]
        return await self.stub.IndexEntities(iter(requests))

    async def search(self, query: str, **fields) -> retrieval_pb2.SearchResponse:
        return await self.stub.Search(retrieval_pb2.SearchRequest(query=query, **fields))

    async def stats(self, **fields) -> index_pb2.GetStatsResponse:
        return await self.stub.GetStats(index_pb2.GetStatsRequest(**fields))


def ids(found: retrieval_pb2.SearchResponse) -> list[str]:
    return [result.entity.entity_id for result in found.results]


@contextlib.asynccontextmanager
async def serving(url: str, **values) -> AsyncIterator[Client]:
    async with (
        running(APP, settings(url, **values)) as server,
        grpc.aio.insecure_channel(server.address) as channel,
    ):
        yield Client(server, channel)


@pytest.fixture
async def client(postgres_database) -> AsyncIterator[Client]:
    async with serving(postgres_database) as served:
        yield served


@contextlib.asynccontextmanager
async def engine_on(url: str, **values) -> AsyncIterator[Engine]:
    """The parts without a server or background work."""
    own = settings(url, **values)
    database = Database.from_settings(own, application="test")
    database.add_schema(SCHEMA)
    engine = Engine(database, own)
    try:
        yield engine
    finally:
        await engine.embedder.close()
        await database.close()


@pytest.fixture
async def engine(postgres_database) -> AsyncIterator[Engine]:
    async with engine_on(postgres_database) as made:
        yield made


@pytest.fixture(scope="session")
async def embedder() -> AsyncIterator[ModelEmbedder]:
    made = make_embedder(RetrievalSettings())
    yield made
    await made.close()
