from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import table_schema_pb2 as _table_schema_pb2
from dataflow.common.v1 import validation_pb2 as _validation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleType(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[RuleType.Value]
        NOT_NULL: _ClassVar[RuleType.Value]
        UNIQUE: _ClassVar[RuleType.Value]
        RANGE: _ClassVar[RuleType.Value]
        REGEX: _ClassVar[RuleType.Value]
        ROW_COUNT: _ClassVar[RuleType.Value]
        CUSTOM_SQL: _ClassVar[RuleType.Value]
        FRESHNESS: _ClassVar[RuleType.Value]
        COMPLETENESS: _ClassVar[RuleType.Value]
        SCHEMA_MATCH: _ClassVar[RuleType.Value]
        STATISTICAL: _ClassVar[RuleType.Value]
    unspecified: RuleType.Value
    NOT_NULL: RuleType.Value
    UNIQUE: RuleType.Value
    RANGE: RuleType.Value
    REGEX: RuleType.Value
    ROW_COUNT: RuleType.Value
    CUSTOM_SQL: RuleType.Value
    FRESHNESS: RuleType.Value
    COMPLETENESS: RuleType.Value
    SCHEMA_MATCH: RuleType.Value
    STATISTICAL: RuleType.Value
    def __init__(self) -> None: ...

class GenerateRulesRequest(_message.Message):
    __slots__ = ("description", "table", "dialect", "sample_rows", "workspace_id")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    TABLE_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_ROWS_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    description: str
    table: _table_schema_pb2.TableSchema
    dialect: _dialect_pb2.SqlDialect.Value
    sample_rows: _containers.RepeatedCompositeFieldContainer[_struct_pb2.Struct]
    workspace_id: str
    def __init__(self, description: _Optional[str] = ..., table: _Optional[_Union[_table_schema_pb2.TableSchema, _Mapping]] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., sample_rows: _Optional[_Iterable[_Union[_struct_pb2.Struct, _Mapping]]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class DryRun(_message.Message):
    __slots__ = ("rows", "failing", "error")
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FAILING_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    rows: int
    failing: int
    error: str
    def __init__(self, rows: _Optional[int] = ..., failing: _Optional[int] = ..., error: _Optional[str] = ...) -> None: ...

class QualityRule(_message.Message):
    __slots__ = ("name", "type", "column", "parameters", "sql", "severity", "description", "confidence", "dry_run")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    SQL_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    name: str
    type: RuleType.Value
    column: str
    parameters: _struct_pb2.Struct
    sql: str
    severity: _validation_pb2.Severity.Value
    description: str
    confidence: float
    dry_run: DryRun
    def __init__(self, name: _Optional[str] = ..., type: _Optional[_Union[RuleType.Value, str]] = ..., column: _Optional[str] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., sql: _Optional[str] = ..., severity: _Optional[_Union[_validation_pb2.Severity.Value, str]] = ..., description: _Optional[str] = ..., confidence: _Optional[float] = ..., dry_run: _Optional[_Union[DryRun, _Mapping]] = ...) -> None: ...

class GenerateRulesResponse(_message.Message):
    __slots__ = ("rules", "warnings", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    RULES_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[QualityRule]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, rules: _Optional[_Iterable[_Union[QualityRule, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
