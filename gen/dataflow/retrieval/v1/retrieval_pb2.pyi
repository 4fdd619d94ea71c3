from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import source_ref_pb2 as _source_ref_pb2
from dataflow.retrieval.v1 import entity_pb2 as _entity_pb2
from dataflow.retrieval.v1 import index_pb2 as _index_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SearchFilter(_message.Message):
    __slots__ = ("entity_types", "metadata", "exclude_entity_ids")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ENTITY_TYPES_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    EXCLUDE_ENTITY_IDS_FIELD_NUMBER: _ClassVar[int]
    entity_types: _containers.RepeatedScalarFieldContainer[str]
    metadata: _containers.ScalarMap[str, str]
    exclude_entity_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, entity_types: _Optional[_Iterable[str]] = ..., metadata: _Optional[_Mapping[str, str]] = ..., exclude_entity_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SearchRequest(_message.Message):
    __slots__ = ("query", "limit", "threshold", "mode", "filter", "include_neighbours", "workspace_id")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_NEIGHBOURS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    query: str
    limit: int
    threshold: float
    mode: _source_ref_pb2.RagMode.Value
    filter: SearchFilter
    include_neighbours: bool
    workspace_id: str
    def __init__(self, query: _Optional[str] = ..., limit: _Optional[int] = ..., threshold: _Optional[float] = ..., mode: _Optional[_Union[_source_ref_pb2.RagMode.Value, str]] = ..., filter: _Optional[_Union[SearchFilter, _Mapping]] = ..., include_neighbours: _Optional[bool] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class SearchResult(_message.Message):
    __slots__ = ("entity", "score", "cosine", "neighbour")
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COSINE_FIELD_NUMBER: _ClassVar[int]
    NEIGHBOUR_FIELD_NUMBER: _ClassVar[int]
    entity: _entity_pb2.Entity
    score: float
    cosine: float
    neighbour: bool
    def __init__(self, entity: _Optional[_Union[_entity_pb2.Entity, _Mapping]] = ..., score: _Optional[float] = ..., cosine: _Optional[float] = ..., neighbour: _Optional[bool] = ...) -> None: ...

class EmptyReason(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[EmptyReason.Value]
        below_threshold: _ClassVar[EmptyReason.Value]
        empty_index: _ClassVar[EmptyReason.Value]
        no_match_for_filter: _ClassVar[EmptyReason.Value]
        store_unavailable: _ClassVar[EmptyReason.Value]
        embedder_unavailable: _ClassVar[EmptyReason.Value]
    unspecified: EmptyReason.Value
    below_threshold: EmptyReason.Value
    empty_index: EmptyReason.Value
    no_match_for_filter: EmptyReason.Value
    store_unavailable: EmptyReason.Value
    embedder_unavailable: EmptyReason.Value
    def __init__(self) -> None: ...

class SearchResponse(_message.Message):
    __slots__ = ("results", "mode", "reason", "best_score", "threshold", "latency_ms", "embedding_ms")
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BEST_SCORE_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_MS_FIELD_NUMBER: _ClassVar[int]
    results: _containers.RepeatedCompositeFieldContainer[SearchResult]
    mode: _source_ref_pb2.RagMode.Value
    reason: EmptyReason.Value
    best_score: float
    threshold: float
    latency_ms: int
    embedding_ms: int
    def __init__(self, results: _Optional[_Iterable[_Union[SearchResult, _Mapping]]] = ..., mode: _Optional[_Union[_source_ref_pb2.RagMode.Value, str]] = ..., reason: _Optional[_Union[EmptyReason.Value, str]] = ..., best_score: _Optional[float] = ..., threshold: _Optional[float] = ..., latency_ms: _Optional[int] = ..., embedding_ms: _Optional[int] = ...) -> None: ...

class GetContextRequest(_message.Message):
    __slots__ = ("query", "token_budget", "limit", "threshold", "mode", "filter", "include_neighbours", "workspace_id")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    TOKEN_BUDGET_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_NEIGHBOURS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    query: str
    token_budget: int
    limit: int
    threshold: float
    mode: _source_ref_pb2.RagMode.Value
    filter: SearchFilter
    include_neighbours: bool
    workspace_id: str
    def __init__(self, query: _Optional[str] = ..., token_budget: _Optional[int] = ..., limit: _Optional[int] = ..., threshold: _Optional[float] = ..., mode: _Optional[_Union[_source_ref_pb2.RagMode.Value, str]] = ..., filter: _Optional[_Union[SearchFilter, _Mapping]] = ..., include_neighbours: _Optional[bool] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GetContextResponse(_message.Message):
    __slots__ = ("context", "sources", "tokens", "left_out", "mode", "reason", "best_score", "latency_ms")
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    BEST_SCORE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    context: str
    sources: _containers.RepeatedCompositeFieldContainer[_source_ref_pb2.SourceRef]
    tokens: int
    left_out: int
    mode: _source_ref_pb2.RagMode.Value
    reason: EmptyReason.Value
    best_score: float
    latency_ms: int
    def __init__(self, context: _Optional[str] = ..., sources: _Optional[_Iterable[_Union[_source_ref_pb2.SourceRef, _Mapping]]] = ..., tokens: _Optional[int] = ..., left_out: _Optional[int] = ..., mode: _Optional[_Union[_source_ref_pb2.RagMode.Value, str]] = ..., reason: _Optional[_Union[EmptyReason.Value, str]] = ..., best_score: _Optional[float] = ..., latency_ms: _Optional[int] = ...) -> None: ...

class EmbedRequest(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ...) -> None: ...

class EmbedResponse(_message.Message):
    __slots__ = ("embeddings", "model")
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    embeddings: _containers.RepeatedCompositeFieldContainer[Embedding]
    model: str
    def __init__(self, embeddings: _Optional[_Iterable[_Union[Embedding, _Mapping]]] = ..., model: _Optional[str] = ...) -> None: ...

class Embedding(_message.Message):
    __slots__ = ("values", "tokens", "truncated")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    tokens: int
    truncated: bool
    def __init__(self, values: _Optional[_Iterable[float]] = ..., tokens: _Optional[int] = ..., truncated: _Optional[bool] = ...) -> None: ...
