"""RetrievalService: message in, call, message out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from dataflow.common.v1 import source_ref_pb2
from dataflow.retrieval.v1 import index_pb2, retrieval_pb2, retrieval_pb2_grpc
from services.retrieval import messages, packing
from services.retrieval.engine import Engine
from services.retrieval.entities import Entity
from services.runtime.context import current_workspace
from services.runtime.errors import InvalidArgument

MOST_TEXTS = 256
MOST_CHARACTERS = 8_000


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


class RetrievalServicer(retrieval_pb2_grpc.RetrievalServiceServicer):
    """What Retrieval answers; `Engine` does it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def Search(self, request: Any, context: Any) -> retrieval_pb2.SearchResponse:
        started = time.perf_counter()
        found = await self._engine.searcher.search(messages.query_of(request, current_workspace()))
        return messages.search_response(found, _since(started))

    async def GetContext(self, request: Any, context: Any) -> retrieval_pb2.GetContextResponse:
        started = time.perf_counter()
        if request.mode == source_ref_pb2.RagMode.off:
            return retrieval_pb2.GetContextResponse(mode=request.mode, latency_ms=_since(started))
        budget = packing.budget(request.token_budget)
        found = await self._engine.searcher.search(messages.query_of(request, current_workspace()))
        # beside the loop: a hundred long results take a fifth of a second to count
        packed = await asyncio.to_thread(packing.pack, found.results, budget, self._engine.embedder.count_tokens)
        return messages.context_response(found, packed, _since(started))

    async def IndexEntities(self, request_iterator: Any, context: Any) -> index_pb2.IndexEntitiesResponse:
        async def entities() -> AsyncIterator[tuple[str, Entity]]:
            async for request in request_iterator:
                yield current_workspace(), messages.entity_of(request.entity)

        return messages.index_response(await self._engine.take(entities()))

    async def DeleteEntity(self, request: Any, context: Any) -> index_pb2.DeleteEntityResponse:
        if not request.entity_type or not request.entity_id:
            raise InvalidArgument("entity_type and entity_id are required")
        messages.check_storable(entity_type=request.entity_type, entity_id=request.entity_id)
        deleted = await self._engine.store.delete_entity(current_workspace(), request.entity_type, request.entity_id)
        return index_pb2.DeleteEntityResponse(deleted=deleted)

    async def DeleteStale(self, request: Any, context: Any) -> index_pb2.DeleteStaleResponse:
        if not request.HasField("indexed_before"):
            raise InvalidArgument("indexed_before is required: what was last indexed before that moment is deleted")
        messages.check_storable(entity_type=request.entity_type)
        moment = messages.moment_of(request.indexed_before, "indexed_before")
        deleted = await self._engine.store.delete_stale(current_workspace(), moment, request.entity_type)
        return index_pb2.DeleteStaleResponse(deleted=deleted)

    async def DeleteAll(self, request: Any, context: Any) -> index_pb2.DeleteAllResponse:
        if not request.confirm:
            raise InvalidArgument("confirm must be true: every entity of the workspace is deleted")
        messages.check_storable(entity_type=request.entity_type)
        deleted = await self._engine.store.delete_all(current_workspace(), request.entity_type)
        return index_pb2.DeleteAllResponse(deleted=deleted)

    async def GetStats(self, request: Any, context: Any) -> index_pb2.GetStatsResponse:
        figures = await self._engine.figures(current_workspace(), check_recall=request.check_recall)
        return messages.stats_response(figures)

    async def RunFullIndex(self, request: Any, context: Any) -> AsyncIterator[index_pb2.RunFullIndexResponse]:
        async with aclosing(self._engine.full_index.run(current_workspace(), request)) as events:
            async for told in events:
                yield told

    async def Embed(self, request: Any, context: Any) -> retrieval_pb2.EmbedResponse:
        if not 1 <= len(request.texts) <= MOST_TEXTS:
            raise InvalidArgument(f"texts has {len(request.texts)} entries; it must have 1 to {MOST_TEXTS}")
        for position, text in enumerate(request.texts):
            if len(text) > MOST_CHARACTERS:
                raise InvalidArgument(f"texts[{position}] has {len(text)} characters, at most {MOST_CHARACTERS}")
        embedder = self._engine.embedder
        made = await embedder.embed(list(request.texts))
        return messages.embed_response(made, await embedder.model())
