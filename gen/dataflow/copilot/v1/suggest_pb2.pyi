from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import table_schema_pb2 as _table_schema_pb2
from dataflow.copilot.v1 import conversation_pb2 as _conversation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Language(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[Language.Value]
        yaml: _ClassVar[Language.Value]
        sql: _ClassVar[Language.Value]
        python: _ClassVar[Language.Value]
        connection_config: _ClassVar[Language.Value]
    unspecified: Language.Value
    yaml: Language.Value
    sql: Language.Value
    python: Language.Value
    connection_config: Language.Value
    def __init__(self) -> None: ...

class SuggestRequest(_message.Message):
    __slots__ = ("language", "prefix", "suffix", "dialect", "schema", "pipeline_context", "max_suggestions", "workspace_id")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    SUFFIX_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    MAX_SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    language: Language.Value
    prefix: str
    suffix: str
    dialect: _dialect_pb2.SqlDialect.Value
    schema: _containers.RepeatedCompositeFieldContainer[_table_schema_pb2.TableSchema]
    pipeline_context: _conversation_pb2.PipelineContext
    max_suggestions: int
    workspace_id: str
    def __init__(self, language: _Optional[_Union[Language.Value, str]] = ..., prefix: _Optional[str] = ..., suffix: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., schema: _Optional[_Iterable[_Union[_table_schema_pb2.TableSchema, _Mapping]]] = ..., pipeline_context: _Optional[_Union[_conversation_pb2.PipelineContext, _Mapping]] = ..., max_suggestions: _Optional[int] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Suggestion(_message.Message):
    __slots__ = ("text", "confidence", "source", "kind")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    text: str
    confidence: float
    source: _reply_pb2.Source.Value
    kind: str
    def __init__(self, text: _Optional[str] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., kind: _Optional[str] = ...) -> None: ...

class SuggestResponse(_message.Message):
    __slots__ = ("suggestions", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    suggestions: _containers.RepeatedCompositeFieldContainer[Suggestion]
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, suggestions: _Optional[_Iterable[_Union[Suggestion, _Mapping]]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
