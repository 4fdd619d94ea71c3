"""Between the messages of retrieval.proto and what the server works with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf import json_format, struct_pb2, timestamp_pb2

from dataflow.common.v1 import source_ref_pb2
from dataflow.retrieval.v1 import entity_pb2, index_pb2, retrieval_pb2
from services.retrieval.embedding.protocol import Embeddings
from services.retrieval.engine import Figures, Taken
from services.retrieval.entities import Entity, Failure
from services.retrieval.packing import Packed
from services.retrieval.search import DENSE, HYBRID, Found, Query, Result
from services.retrieval.validation import storable
from services.runtime.errors import InvalidArgument

MAX_QUERY = 8_000
MAX_RESULTS = 100
MAX_FILTER = 1_000  # kinds, conditions or ids of one filter

_MODE = source_ref_pb2.RagMode
_MODES: Mapping[int, str] = {_MODE.unspecified: DENSE, _MODE.dense: DENSE, _MODE.hybrid: HYBRID}


def query_of(request: Any, workspace: str) -> Query:
    """The search that a SearchRequest or GetContextRequest asks for. InvalidArgument names the field that is wrong."""
    if not request.query.strip():
        raise InvalidArgument("query is required: the text to search for")
    if len(request.query) > MAX_QUERY:
        raise InvalidArgument(f"query has {len(request.query)} characters, at most {MAX_QUERY} are taken")
    if not 0 <= request.limit <= MAX_RESULTS:
        raise InvalidArgument(f"limit is {request.limit}; it must be 0 (the default) to {MAX_RESULTS}")
    threshold = request.threshold if request.HasField("threshold") else None
    if threshold is not None and not 0 <= threshold <= 1:
        raise InvalidArgument(f"threshold is {threshold:g}; it must be 0 to 1")
    if request.mode not in _MODES:
        raise InvalidArgument("mode must be dense or hybrid")
    _check_filter(request.filter)
    return Query(
        workspace,
        request.query,
        request.limit,
        threshold,
        _MODES[request.mode],
        tuple(request.filter.entity_types),
        dict(request.filter.metadata),
        tuple(request.filter.exclude_entity_ids),
        request.include_neighbours,
    )


def _check_filter(limits: Any) -> None:
    parts = {
        "entity_types": list(limits.entity_types),
        "metadata": [text for pair in limits.metadata.items() for text in pair],
        "exclude_entity_ids": list(limits.exclude_entity_ids),
    }
    for name, texts in parts.items():
        if len(texts) > MAX_FILTER:
            raise InvalidArgument(f"filter.{name} has more than {MAX_FILTER} entries")
        if not all(map(storable, texts)):
            raise InvalidArgument(f"filter.{name} holds a NUL character, which nothing stored has")


def check_storable(**fields: str) -> None:
    """InvalidArgument names a field with a NUL character."""
    for name, text in fields.items():
        if not storable(text):
            raise InvalidArgument(f"{name} holds a NUL character, which nothing stored has")


def moment_of(message: timestamp_pb2.Timestamp, name: str) -> datetime:
    """InvalidArgument where it is none that a calendar has."""
    try:
        return message.ToDatetime(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidArgument(f"{name} is not a moment between the years 1 and 9999") from error


def entity_of(message: entity_pb2.Entity) -> Entity:
    try:
        metadata = json_format.MessageToDict(message.metadata)
    except (ValueError, json_format.Error):  # NaN or infinity, which JSON does not have: refused with the entity
        metadata = {"number": float("nan")}
    return Entity(message.entity_type, message.entity_id, message.entity_name, message.content, metadata)


def entity_message(entity: Entity) -> entity_pb2.Entity:
    message = entity_pb2.Entity(
        entity_type=entity.entity_type,
        entity_id=entity.entity_id,
        entity_name=entity.entity_name,
        content=entity.content,
        metadata=json_format.ParseDict(dict(entity.metadata), struct_pb2.Struct()),
    )
    if entity.updated_at is not None:
        message.updated_at.FromDatetime(entity.updated_at.astimezone(UTC))
    return message


def search_response(found: Found, latency_ms: int) -> retrieval_pb2.SearchResponse:
    return retrieval_pb2.SearchResponse(
        results=[
            retrieval_pb2.SearchResult(
                entity=entity_message(result.entity),
                score=result.score,
                cosine=result.cosine,
                neighbour=result.neighbour,
            )
            for result in found.results
        ],
        mode=mode_of(found.mode),
        reason=reason_of(found.reason),
        best_score=found.best_score,
        threshold=found.threshold,
        latency_ms=latency_ms,
        embedding_ms=found.embedding_ms,
    )


def context_response(found: Found, packed: Packed, latency_ms: int) -> retrieval_pb2.GetContextResponse:
    return retrieval_pb2.GetContextResponse(
        context=packed.text,
        sources=map(source_of, packed.packed),
        tokens=packed.tokens,
        left_out=packed.left_out,
        mode=mode_of(found.mode),
        reason=reason_of(found.reason),
        best_score=found.best_score,
        latency_ms=latency_ms,
    )


def index_response(taken: Taken) -> index_pb2.IndexEntitiesResponse:
    return index_pb2.IndexEntitiesResponse(
        received=taken.indexed + taken.unchanged + taken.failed,
        indexed=taken.indexed,
        unchanged=taken.unchanged,
        failed=taken.failed,
        failures=map(failure_message, taken.failures),
    )


def embed_response(made: Embeddings, model: str) -> retrieval_pb2.EmbedResponse:
    rows = zip(made.vectors, made.tokens, made.truncated, strict=True)
    return retrieval_pb2.EmbedResponse(
        embeddings=[
            retrieval_pb2.Embedding(values=vector.tolist(), tokens=tokens, truncated=truncated)
            for vector, tokens, truncated in rows
        ],
        model=model,
    )


def stats_response(figures: Figures) -> index_pb2.GetStatsResponse:
    message = index_pb2.GetStatsResponse(
        total=figures.stats.total,
        by_entity_type=figures.stats.by_entity_type,
        index_kind=index_kind_of(figures.kind),
        model=figures.model,
        dimensions=figures.dimensions,
        pgvector_version=figures.version,
        available=figures.available,
    )
    if figures.stats.last_indexed_at is not None:
        message.last_indexed_at.FromDatetime(figures.stats.last_indexed_at.astimezone(UTC))
    if figures.recall is not None:
        message.recall_at_10 = figures.recall.at_10
        message.recall_checked_at.FromDatetime(figures.recall.checked_at.astimezone(UTC))
    return message


def source_of(result: Result) -> source_ref_pb2.SourceRef:
    return source_ref_pb2.SourceRef(
        entity_type=result.entity.entity_type,
        entity_id=result.entity.entity_id,
        entity_name=result.entity.entity_name,
        score=result.score,
        cosine=result.cosine,
    )


def failure_message(failure: Failure) -> index_pb2.IndexFailure:
    return index_pb2.IndexFailure(
        entity_type=failure.entity_type,
        entity_id=failure.entity_id,
        reason=failure.reason,
        message=failure.message,
    )


def mode_of(name: str) -> Any:
    return _MODE.Value.Value(name)


def reason_of(name: str) -> Any:
    return retrieval_pb2.EmptyReason.Value.Value(name or "unspecified")


def index_kind_of(name: str) -> Any:
    return index_pb2.IndexKind.Value.Value(name or "unspecified")
