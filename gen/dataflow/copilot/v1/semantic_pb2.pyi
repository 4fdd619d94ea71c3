from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import table_schema_pb2 as _table_schema_pb2
from dataflow.copilot.v1 import sql_pb2 as _sql_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TermKind(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[TermKind.Value]
        metric: _ClassVar[TermKind.Value]
        dimension: _ClassVar[TermKind.Value]
        filter: _ClassVar[TermKind.Value]
    unspecified: TermKind.Value
    metric: TermKind.Value
    dimension: TermKind.Value
    filter: TermKind.Value
    def __init__(self) -> None: ...

class QuerySemanticRequest(_message.Message):
    __slots__ = ("question", "dialect", "tables", "use_semantic_layer", "workspace_id")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    USE_SEMANTIC_LAYER_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    question: str
    dialect: _dialect_pb2.SqlDialect.Value
    tables: _containers.RepeatedCompositeFieldContainer[_table_schema_pb2.TableSchema]
    use_semantic_layer: bool
    workspace_id: str
    def __init__(self, question: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., tables: _Optional[_Iterable[_Union[_table_schema_pb2.TableSchema, _Mapping]]] = ..., use_semantic_layer: _Optional[bool] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Term(_message.Message):
    __slots__ = ("text", "name", "kind", "formula")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    text: str
    name: str
    kind: TermKind.Value
    formula: str
    def __init__(self, text: _Optional[str] = ..., name: _Optional[str] = ..., kind: _Optional[_Union[TermKind.Value, str]] = ..., formula: _Optional[str] = ...) -> None: ...

class QuerySemanticResponse(_message.Message):
    __slots__ = ("sql", "explanation", "tables_referenced", "warnings", "metrics_used", "verified", "dialect", "terms", "unresolved", "refused_reason", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SQL_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    TABLES_REFERENCED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    METRICS_USED_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    UNRESOLVED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    sql: str
    explanation: str
    tables_referenced: _containers.RepeatedScalarFieldContainer[str]
    warnings: _containers.RepeatedCompositeFieldContainer[_sql_pb2.SqlIssue]
    metrics_used: _containers.RepeatedScalarFieldContainer[str]
    verified: bool
    dialect: _dialect_pb2.SqlDialect.Value
    terms: _containers.RepeatedCompositeFieldContainer[Term]
    unresolved: _containers.RepeatedScalarFieldContainer[str]
    refused_reason: str
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, sql: _Optional[str] = ..., explanation: _Optional[str] = ..., tables_referenced: _Optional[_Iterable[str]] = ..., warnings: _Optional[_Iterable[_Union[_sql_pb2.SqlIssue, _Mapping]]] = ..., metrics_used: _Optional[_Iterable[str]] = ..., verified: _Optional[bool] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., terms: _Optional[_Iterable[_Union[Term, _Mapping]]] = ..., unresolved: _Optional[_Iterable[str]] = ..., refused_reason: _Optional[str] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListGlossaryRequest(_message.Message):
    __slots__ = ("kind", "workspace_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    kind: TermKind.Value
    workspace_id: str
    def __init__(self, kind: _Optional[_Union[TermKind.Value, str]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class GlossaryItem(_message.Message):
    __slots__ = ("name", "display_name", "description", "formula", "synonyms", "origin", "examples", "table")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    SYNONYMS_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    EXAMPLES_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    description: str
    formula: str
    synonyms: _containers.RepeatedScalarFieldContainer[str]
    origin: str
    examples: _containers.RepeatedScalarFieldContainer[str]
    table: str
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., description: _Optional[str] = ..., formula: _Optional[str] = ..., synonyms: _Optional[_Iterable[str]] = ..., origin: _Optional[str] = ..., examples: _Optional[_Iterable[str]] = ..., table: _Optional[str] = ...) -> None: ...

class ListGlossaryResponse(_message.Message):
    __slots__ = ("metrics", "dimensions", "filters")
    METRICS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    metrics: _containers.RepeatedCompositeFieldContainer[GlossaryItem]
    dimensions: _containers.RepeatedCompositeFieldContainer[GlossaryItem]
    filters: _containers.RepeatedCompositeFieldContainer[GlossaryItem]
    def __init__(self, metrics: _Optional[_Iterable[_Union[GlossaryItem, _Mapping]]] = ..., dimensions: _Optional[_Iterable[_Union[GlossaryItem, _Mapping]]] = ..., filters: _Optional[_Iterable[_Union[GlossaryItem, _Mapping]]] = ...) -> None: ...
