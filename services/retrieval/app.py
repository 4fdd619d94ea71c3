"""The Retrieval server, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files

from dataflow.retrieval.v1 import retrieval_pb2_grpc
from services.retrieval.engine import Engine
from services.retrieval.reembed import reembed_once
from services.retrieval.servicer import RetrievalServicer
from services.retrieval.settings import RetrievalSettings
from services.runtime.app import App, Runtime, Service
from services.runtime.schema_versions import load_schema
from services.runtime.unbuilt import without_unbuilt

SCHEMA = load_schema("retrieval", files(__package__) / "schema")


@asynccontextmanager
async def lifespan(runtime: Runtime[RetrievalSettings]) -> AsyncIterator[Sequence[Service]]:
    runtime.database.add_schema(SCHEMA)
    engine = Engine(runtime.database, runtime.settings)
    runtime.readiness.add("pgvector", runtime.database.check, reason="pgvector_unavailable")
    runtime.readiness.add("embedder", engine.embedder.model, reason="embedder_unavailable", timeout=5.0)
    background = [
        asyncio.create_task(engine.builder.run(), name="vector-index"),
        asyncio.create_task(reembed_once(runtime.database, engine.embedder), name="reembed"),
    ]
    try:
        yield [
            Service(
                retrieval_pb2_grpc.add_RetrievalServiceServicer_to_server,
                without_unbuilt(RetrievalServicer)(engine),
                "dataflow.retrieval.v1.RetrievalService",
            )
        ]
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await engine.embedder.close()


APP = App("retrieval", "DataFlow AI Retrieval", "0.3.0", RetrievalSettings, lifespan)
