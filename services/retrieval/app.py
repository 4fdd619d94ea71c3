"""The Retrieval server, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files

from dataflow.retrieval.v1 import retrieval_pb2_grpc
from services.retrieval.settings import RetrievalSettings
from services.runtime.app import App, Runtime, Service
from services.runtime.schema_versions import load_schema
from services.runtime.unbuilt import without_unbuilt

SCHEMA = load_schema("retrieval", files(__package__) / "schema")


class RetrievalServicer(retrieval_pb2_grpc.RetrievalServiceServicer):
    """Every RPC of retrieval.proto; none has its behaviour yet."""


@asynccontextmanager
async def lifespan(runtime: Runtime[RetrievalSettings]) -> AsyncIterator[Sequence[Service]]:
    runtime.database.add_schema(SCHEMA)
    runtime.readiness.add("pgvector", runtime.database.check, reason="pgvector_unavailable")
    yield [
        Service(
            retrieval_pb2_grpc.add_RetrievalServiceServicer_to_server,
            without_unbuilt(RetrievalServicer)(),
            "dataflow.retrieval.v1.RetrievalService",
        )
    ]


APP = App("retrieval", "DataFlow AI Retrieval", "0.3.0", RetrievalSettings, lifespan)
