import datetime

from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import table_schema_pb2 as _table_schema_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MatchType(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[MatchType.Value]
        EXACT: _ClassVar[MatchType.Value]
        SEMANTIC: _ClassVar[MatchType.Value]
        TYPE_COERCE: _ClassVar[MatchType.Value]
        TRANSFORM_NEEDED: _ClassVar[MatchType.Value]
    unspecified: MatchType.Value
    EXACT: MatchType.Value
    SEMANTIC: MatchType.Value
    TYPE_COERCE: MatchType.Value
    TRANSFORM_NEEDED: MatchType.Value
    def __init__(self) -> None: ...

class MatchStatus(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[MatchStatus.Value]
        proposed: _ClassVar[MatchStatus.Value]
        accepted: _ClassVar[MatchStatus.Value]
        rejected: _ClassVar[MatchStatus.Value]
        modified: _ClassVar[MatchStatus.Value]
    unspecified: MatchStatus.Value
    proposed: MatchStatus.Value
    accepted: MatchStatus.Value
    rejected: MatchStatus.Value
    modified: MatchStatus.Value
    def __init__(self) -> None: ...

class OverrideAction(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[OverrideAction.Value]
        accept: _ClassVar[OverrideAction.Value]
        reject: _ClassVar[OverrideAction.Value]
        modify: _ClassVar[OverrideAction.Value]
    unspecified: OverrideAction.Value
    accept: OverrideAction.Value
    reject: OverrideAction.Value
    modify: OverrideAction.Value
    def __init__(self) -> None: ...

class MatchSchemasRequest(_message.Message):
    __slots__ = ("source", "target", "use_rag", "one_to_one", "sample_rows", "workspace_id")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    USE_RAG_FIELD_NUMBER: _ClassVar[int]
    ONE_TO_ONE_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_ROWS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    source: _table_schema_pb2.TableSchema
    target: _table_schema_pb2.TableSchema
    use_rag: bool
    one_to_one: bool
    sample_rows: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    workspace_id: str
    def __init__(self, source: _Optional[_Union[_table_schema_pb2.TableSchema, _Mapping]] = ..., target: _Optional[_Union[_table_schema_pb2.TableSchema, _Mapping]] = ..., use_rag: _Optional[bool] = ..., one_to_one: _Optional[bool] = ..., sample_rows: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Candidate(_message.Message):
    __slots__ = ("target_column", "confidence", "match_type")
    TARGET_COLUMN_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    MATCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    target_column: str
    confidence: float
    match_type: MatchType.Value
    def __init__(self, target_column: _Optional[str] = ..., confidence: _Optional[float] = ..., match_type: _Optional[_Union[MatchType.Value, str]] = ...) -> None: ...

class ColumnMatch(_message.Message):
    __slots__ = ("source_column", "target_column", "match_type", "confidence", "transform_expression", "reasoning", "alternatives", "status", "comment")
    SOURCE_COLUMN_FIELD_NUMBER: _ClassVar[int]
    TARGET_COLUMN_FIELD_NUMBER: _ClassVar[int]
    MATCH_TYPE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TRANSFORM_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    REASONING_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    source_column: str
    target_column: str
    match_type: MatchType.Value
    confidence: float
    transform_expression: str
    reasoning: str
    alternatives: _containers.RepeatedCompositeFieldContainer[Candidate]
    status: MatchStatus.Value
    comment: str
    def __init__(self, source_column: _Optional[str] = ..., target_column: _Optional[str] = ..., match_type: _Optional[_Union[MatchType.Value, str]] = ..., confidence: _Optional[float] = ..., transform_expression: _Optional[str] = ..., reasoning: _Optional[str] = ..., alternatives: _Optional[_Iterable[_Union[Candidate, _Mapping]]] = ..., status: _Optional[_Union[MatchStatus.Value, str]] = ..., comment: _Optional[str] = ...) -> None: ...

class MatchSchemasResponse(_message.Message):
    __slots__ = ("match_id", "matches", "unmatched_source", "unmatched_target", "created_at", "updated_at", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    MATCH_ID_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_SOURCE_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_TARGET_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    match_id: str
    matches: _containers.RepeatedCompositeFieldContainer[ColumnMatch]
    unmatched_source: _containers.RepeatedScalarFieldContainer[str]
    unmatched_target: _containers.RepeatedScalarFieldContainer[str]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, match_id: _Optional[str] = ..., matches: _Optional[_Iterable[_Union[ColumnMatch, _Mapping]]] = ..., unmatched_source: _Optional[_Iterable[str]] = ..., unmatched_target: _Optional[_Iterable[str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class Override(_message.Message):
    __slots__ = ("source_column", "action", "target_column", "transform_expression", "comment")
    SOURCE_COLUMN_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TARGET_COLUMN_FIELD_NUMBER: _ClassVar[int]
    TRANSFORM_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    source_column: str
    action: OverrideAction.Value
    target_column: str
    transform_expression: str
    comment: str
    def __init__(self, source_column: _Optional[str] = ..., action: _Optional[_Union[OverrideAction.Value, str]] = ..., target_column: _Optional[str] = ..., transform_expression: _Optional[str] = ..., comment: _Optional[str] = ...) -> None: ...

class OverrideMatchesRequest(_message.Message):
    __slots__ = ("match_id", "overrides", "workspace_id")
    MATCH_ID_FIELD_NUMBER: _ClassVar[int]
    OVERRIDES_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    match_id: str
    overrides: _containers.RepeatedCompositeFieldContainer[Override]
    workspace_id: str
    def __init__(self, match_id: _Optional[str] = ..., overrides: _Optional[_Iterable[_Union[Override, _Mapping]]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class OverrideMatchesResponse(_message.Message):
    __slots__ = ("match_id", "matches", "unmatched_source", "unmatched_target", "created_at", "updated_at", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    MATCH_ID_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_SOURCE_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_TARGET_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    match_id: str
    matches: _containers.RepeatedCompositeFieldContainer[ColumnMatch]
    unmatched_source: _containers.RepeatedScalarFieldContainer[str]
    unmatched_target: _containers.RepeatedScalarFieldContainer[str]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, match_id: _Optional[str] = ..., matches: _Optional[_Iterable[_Union[ColumnMatch, _Mapping]]] = ..., unmatched_source: _Optional[_Iterable[str]] = ..., unmatched_target: _Optional[_Iterable[str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class GetSchemaMatchRequest(_message.Message):
    __slots__ = ("match_id", "workspace_id")
    MATCH_ID_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    match_id: str
    workspace_id: str
    def __init__(self, match_id: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GetSchemaMatchResponse(_message.Message):
    __slots__ = ("match_id", "matches", "unmatched_source", "unmatched_target", "created_at", "updated_at", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    MATCH_ID_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_SOURCE_FIELD_NUMBER: _ClassVar[int]
    UNMATCHED_TARGET_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    match_id: str
    matches: _containers.RepeatedCompositeFieldContainer[ColumnMatch]
    unmatched_source: _containers.RepeatedScalarFieldContainer[str]
    unmatched_target: _containers.RepeatedScalarFieldContainer[str]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, match_id: _Optional[str] = ..., matches: _Optional[_Iterable[_Union[ColumnMatch, _Mapping]]] = ..., unmatched_source: _Optional[_Iterable[str]] = ..., unmatched_target: _Optional[_Iterable[str]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
