from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import table_schema_pb2 as _table_schema_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DescribeAssetRequest(_message.Message):
    __slots__ = ("asset_type", "fully_qualified_name", "table", "language", "workspace_id")
    ASSET_TYPE_FIELD_NUMBER: _ClassVar[int]
    FULLY_QUALIFIED_NAME_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    asset_type: str
    fully_qualified_name: str
    table: _table_schema_pb2.TableSchema
    language: str
    workspace_id: str
    def __init__(self, asset_type: _Optional[str] = ..., fully_qualified_name: _Optional[str] = ..., table: _Optional[_Union[_table_schema_pb2.TableSchema, _Mapping]] = ..., language: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ColumnDescription(_message.Message):
    __slots__ = ("name", "description", "confidence")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    confidence: float
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class DescribeAssetResponse(_message.Message):
    __slots__ = ("description", "column_descriptions", "tags", "existing_description", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    COLUMN_DESCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    EXISTING_DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    description: str
    column_descriptions: _containers.RepeatedCompositeFieldContainer[ColumnDescription]
    tags: _containers.RepeatedScalarFieldContainer[str]
    existing_description: str
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, description: _Optional[str] = ..., column_descriptions: _Optional[_Iterable[_Union[ColumnDescription, _Mapping]]] = ..., tags: _Optional[_Iterable[str]] = ..., existing_description: _Optional[str] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class AskCatalogRequest(_message.Message):
    __slots__ = ("question", "workspace_id")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    question: str
    workspace_id: str
    def __init__(self, question: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Citation(_message.Message):
    __slots__ = ("entity_id", "entity_name", "url", "quote")
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_NAME_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    entity_id: str
    entity_name: str
    url: str
    quote: str
    def __init__(self, entity_id: _Optional[str] = ..., entity_name: _Optional[str] = ..., url: _Optional[str] = ..., quote: _Optional[str] = ...) -> None: ...

class AskCatalogResponse(_message.Message):
    __slots__ = ("answer", "citations", "counts", "truncated", "shown", "total", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    CITATIONS_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    SHOWN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    answer: str
    citations: _containers.RepeatedCompositeFieldContainer[Citation]
    counts: _struct_pb2.Struct
    truncated: bool
    shown: int
    total: int
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, answer: _Optional[str] = ..., citations: _Optional[_Iterable[_Union[Citation, _Mapping]]] = ..., counts: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., truncated: _Optional[bool] = ..., shown: _Optional[int] = ..., total: _Optional[int] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
