import datetime

from dataflow.common.v1 import stream_error_pb2 as _stream_error_pb2
from dataflow.retrieval.v1 import entity_pb2 as _entity_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IndexEntitiesRequest(_message.Message):
    __slots__ = ("entity", "workspace_id")
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    entity: _entity_pb2.Entity
    workspace_id: str
    def __init__(self, entity: _Optional[_Union[_entity_pb2.Entity, _Mapping]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class IndexEntitiesResponse(_message.Message):
    __slots__ = ("received", "indexed", "unchanged", "failed", "failures")
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    INDEXED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    received: int
    indexed: int
    unchanged: int
    failed: int
    failures: _containers.RepeatedCompositeFieldContainer[IndexFailure]
    def __init__(self, received: _Optional[int] = ..., indexed: _Optional[int] = ..., unchanged: _Optional[int] = ..., failed: _Optional[int] = ..., failures: _Optional[_Iterable[_Union[IndexFailure, _Mapping]]] = ...) -> None: ...

class IndexFailure(_message.Message):
    __slots__ = ("entity_type", "entity_id", "reason", "message")
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    entity_type: str
    entity_id: str
    reason: str
    message: str
    def __init__(self, entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., reason: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class DeleteEntityRequest(_message.Message):
    __slots__ = ("entity_type", "entity_id", "workspace_id")
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    entity_type: str
    entity_id: str
    workspace_id: str
    def __init__(self, entity_type: _Optional[str] = ..., entity_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class DeleteEntityResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    def __init__(self, deleted: _Optional[int] = ...) -> None: ...

class DeleteStaleRequest(_message.Message):
    __slots__ = ("indexed_before", "entity_type", "workspace_id")
    INDEXED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    indexed_before: _timestamp_pb2.Timestamp
    entity_type: str
    workspace_id: str
    def __init__(self, indexed_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., entity_type: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class DeleteStaleResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    def __init__(self, deleted: _Optional[int] = ...) -> None: ...

class DeleteAllRequest(_message.Message):
    __slots__ = ("entity_type", "confirm", "workspace_id")
    ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    entity_type: str
    confirm: bool
    workspace_id: str
    def __init__(self, entity_type: _Optional[str] = ..., confirm: _Optional[bool] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class DeleteAllResponse(_message.Message):
    __slots__ = ("deleted",)
    DELETED_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    def __init__(self, deleted: _Optional[int] = ...) -> None: ...

class GetStatsRequest(_message.Message):
    __slots__ = ("check_recall", "workspace_id")
    CHECK_RECALL_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    check_recall: bool
    workspace_id: str
    def __init__(self, check_recall: _Optional[bool] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class IndexKind(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[IndexKind.Value]
        exact: _ClassVar[IndexKind.Value]
        hnsw: _ClassVar[IndexKind.Value]
        ivfflat: _ClassVar[IndexKind.Value]
    unspecified: IndexKind.Value
    exact: IndexKind.Value
    hnsw: IndexKind.Value
    ivfflat: IndexKind.Value
    def __init__(self) -> None: ...

class GetStatsResponse(_message.Message):
    __slots__ = ("total", "by_entity_type", "index_kind", "model", "dimensions", "recall_at_10", "recall_checked_at", "last_indexed_at", "pgvector_version", "available")
    class ByEntityTypeEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    BY_ENTITY_TYPE_FIELD_NUMBER: _ClassVar[int]
    INDEX_KIND_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    RECALL_AT_10_FIELD_NUMBER: _ClassVar[int]
    RECALL_CHECKED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_INDEXED_AT_FIELD_NUMBER: _ClassVar[int]
    PGVECTOR_VERSION_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_FIELD_NUMBER: _ClassVar[int]
    total: int
    by_entity_type: _containers.ScalarMap[str, int]
    index_kind: IndexKind.Value
    model: str
    dimensions: int
    recall_at_10: float
    recall_checked_at: _timestamp_pb2.Timestamp
    last_indexed_at: _timestamp_pb2.Timestamp
    pgvector_version: str
    available: bool
    def __init__(self, total: _Optional[int] = ..., by_entity_type: _Optional[_Mapping[str, int]] = ..., index_kind: _Optional[_Union[IndexKind.Value, str]] = ..., model: _Optional[str] = ..., dimensions: _Optional[int] = ..., recall_at_10: _Optional[float] = ..., recall_checked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_indexed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pgvector_version: _Optional[str] = ..., available: _Optional[bool] = ...) -> None: ...

class RunFullIndexRequest(_message.Message):
    __slots__ = ("services", "corpus_only", "delete_stale", "resume_run_id", "workspace_id")
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    CORPUS_ONLY_FIELD_NUMBER: _ClassVar[int]
    DELETE_STALE_FIELD_NUMBER: _ClassVar[int]
    RESUME_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    services: _containers.RepeatedScalarFieldContainer[str]
    corpus_only: bool
    delete_stale: bool
    resume_run_id: str
    workspace_id: str
    def __init__(self, services: _Optional[_Iterable[str]] = ..., corpus_only: _Optional[bool] = ..., delete_stale: _Optional[bool] = ..., resume_run_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class RunFullIndexResponse(_message.Message):
    __slots__ = ("progress", "done", "error")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    progress: IndexProgress
    done: IndexProgress
    error: _stream_error_pb2.StreamError
    def __init__(self, progress: _Optional[_Union[IndexProgress, _Mapping]] = ..., done: _Optional[_Union[IndexProgress, _Mapping]] = ..., error: _Optional[_Union[_stream_error_pb2.StreamError, _Mapping]] = ...) -> None: ...

class IndexProgress(_message.Message):
    __slots__ = ("run_id", "service", "seen", "embedded", "skipped", "failed", "deleted", "rate", "eta_seconds", "degraded_reasons", "failures")
    RUN_ID_FIELD_NUMBER: _ClassVar[int]
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    SEEN_FIELD_NUMBER: _ClassVar[int]
    EMBEDDED_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    ETA_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    FAILURES_FIELD_NUMBER: _ClassVar[int]
    run_id: str
    service: str
    seen: int
    embedded: int
    skipped: int
    failed: int
    deleted: int
    rate: float
    eta_seconds: int
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    failures: _containers.RepeatedCompositeFieldContainer[IndexFailure]
    def __init__(self, run_id: _Optional[str] = ..., service: _Optional[str] = ..., seen: _Optional[int] = ..., embedded: _Optional[int] = ..., skipped: _Optional[int] = ..., failed: _Optional[int] = ..., deleted: _Optional[int] = ..., rate: _Optional[float] = ..., eta_seconds: _Optional[int] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., failures: _Optional[_Iterable[_Union[IndexFailure, _Mapping]]] = ...) -> None: ...
