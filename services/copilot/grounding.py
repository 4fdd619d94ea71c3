"""What Retrieval knows of a question. It may be away: then there is nothing, and the reply says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc

from dataflow.common.v1 import source_ref_pb2
from dataflow.retrieval.v1 import retrieval_pb2
from services.runtime.context import within
from services.runtime.errors import ServiceError
from services.runtime.logs import get_logger
from services.runtime.status import describe

log = get_logger("grounding")

SECONDS = 5.0
UNAVAILABLE = "pgvector_unavailable"
"""As `degraded_reasons` has it: the store, the embedder or the Retrieval server is out of reach."""

_GONE = frozenset({retrieval_pb2.EmptyReason.store_unavailable, retrieval_pb2.EmptyReason.embedder_unavailable})


@dataclass(frozen=True, slots=True)
class Grounds:
    """What was found, best first. `mode`: a RagMode.Value number; `degraded`: "" or `pgvector_unavailable`."""

    results: Sequence[retrieval_pb2.SearchResult] = ()
    mode: int = source_ref_pb2.RagMode.unavailable
    degraded: str = UNAVAILABLE
    reason: str = ""
    """Why it is empty, by its EmptyReason; "" where it is not."""
    refs: list[source_ref_pb2.SourceRef] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PackedContext:
    """Text for a prompt, with where it comes from; empty text where nothing was found."""

    text: str = ""
    sources: Sequence[source_ref_pb2.SourceRef] = ()
    mode: int = source_ref_pb2.RagMode.unavailable
    degraded: str = UNAVAILABLE


class Grounding:
    """Searches through a `RetrievalServiceStub`, in the workspace of the call being served. Never raises for a
    Retrieval that is away or refuses."""

    def __init__(self, stub: Any) -> None:
        self._stub = stub

    async def search(
        self,
        query: str,
        *,
        entity_types: Sequence[str] = (),
        metadata: Mapping[str, str] | None = None,
        limit: int = 0,
        threshold: float | None = None,
        neighbours: bool = False,
    ) -> Grounds:
        """Entities near `query`. `limit` 0 and `threshold` None: the server's settings (5, 0.72)."""
        request = retrieval_pb2.SearchRequest(
            query=query[:8000],
            limit=limit,
            threshold=threshold,
            filter=retrieval_pb2.SearchFilter(entity_types=entity_types, metadata=metadata or {}),
            include_neighbours=neighbours,
        )
        reply = await self._asked(self._stub.Search, request)
        if reply is None:
            return Grounds()
        gone = reply.reason in _GONE or reply.mode == source_ref_pb2.RagMode.unavailable
        reason = retrieval_pb2.EmptyReason.Value.Name(reply.reason) if reply.reason else ""
        return Grounds(
            list(reply.results), reply.mode, UNAVAILABLE if gone else "", reason, [ref(each) for each in reply.results]
        )

    async def context(self, query: str, *, token_budget: int = 2000, limit: int = 0) -> PackedContext:
        """Text about `query` for a prompt, packed into `token_budget` tokens."""
        request = retrieval_pb2.GetContextRequest(query=query[:8000], token_budget=token_budget, limit=limit)
        reply = await self._asked(self._stub.GetContext, request)
        if reply is None:
            return PackedContext()
        gone = reply.reason in _GONE or reply.mode == source_ref_pb2.RagMode.unavailable
        return PackedContext(reply.context, list(reply.sources), reply.mode, UNAVAILABLE if gone else "")

    async def embed(self, texts: Sequence[str]) -> list[list[float]] | None:
        """One vector of length 1 for each text (at most 256), or None where Retrieval is away."""
        reply = await self._asked(self._stub.Embed, retrieval_pb2.EmbedRequest(texts=texts))
        return None if reply is None else [list(each.values) for each in reply.embeddings]

    async def _asked(self, method: Any, request: Any) -> Any:
        try:
            return await method(request, timeout=within(SECONDS))
        except grpc.aio.AioRpcError as error:
            code, reason, _ = describe(error)
            log.warning("retrieval failed", code=code.name, reason=reason)
        except ServiceError as error:
            log.warning("retrieval failed", code=error.code.name, reason=error.reason)
        return None


def ref(result: retrieval_pb2.SearchResult) -> source_ref_pb2.SourceRef:
    """A result as replies cite it."""
    entity = result.entity
    return source_ref_pb2.SourceRef(
        entity_type=entity.entity_type,
        entity_id=entity.entity_id,
        entity_name=entity.entity_name,
        score=result.score,
        cosine=result.cosine,
    )
