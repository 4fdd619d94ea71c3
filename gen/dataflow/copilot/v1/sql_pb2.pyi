from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import dialect_pb2 as _dialect_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.common.v1 import table_schema_pb2 as _table_schema_pb2
from dataflow.common.v1 import validation_pb2 as _validation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SqlIssue(_message.Message):
    __slots__ = ("code", "message", "severity", "start", "end", "line", "column", "nearest", "fix")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    NEAREST_FIELD_NUMBER: _ClassVar[int]
    FIX_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    severity: _validation_pb2.Severity.Value
    start: int
    end: int
    line: int
    column: int
    nearest: _containers.RepeatedScalarFieldContainer[str]
    fix: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., severity: _Optional[_Union[_validation_pb2.Severity.Value, str]] = ..., start: _Optional[int] = ..., end: _Optional[int] = ..., line: _Optional[int] = ..., column: _Optional[int] = ..., nearest: _Optional[_Iterable[str]] = ..., fix: _Optional[str] = ...) -> None: ...

class GenerateSqlRequest(_message.Message):
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

class GenerateSqlResponse(_message.Message):
    __slots__ = ("sql", "explanation", "tables_referenced", "warnings", "metrics_used", "verified", "dialect", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    SQL_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    TABLES_REFERENCED_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    METRICS_USED_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
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
    warnings: _containers.RepeatedCompositeFieldContainer[SqlIssue]
    metrics_used: _containers.RepeatedScalarFieldContainer[str]
    verified: bool
    dialect: _dialect_pb2.SqlDialect.Value
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, sql: _Optional[str] = ..., explanation: _Optional[str] = ..., tables_referenced: _Optional[_Iterable[str]] = ..., warnings: _Optional[_Iterable[_Union[SqlIssue, _Mapping]]] = ..., metrics_used: _Optional[_Iterable[str]] = ..., verified: _Optional[bool] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ExplainSqlRequest(_message.Message):
    __slots__ = ("sql", "dialect", "language", "workspace_id")
    SQL_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    sql: str
    dialect: _dialect_pb2.SqlDialect.Value
    language: str
    workspace_id: str
    def __init__(self, sql: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., language: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Clause(_message.Message):
    __slots__ = ("kind", "sql", "text", "start", "end")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SQL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    kind: str
    sql: str
    text: str
    start: int
    end: int
    def __init__(self, kind: _Optional[str] = ..., sql: _Optional[str] = ..., text: _Optional[str] = ..., start: _Optional[int] = ..., end: _Optional[int] = ...) -> None: ...

class ExplainSqlResponse(_message.Message):
    __slots__ = ("explanation", "clauses", "tables_referenced", "columns_referenced", "output_columns", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    CLAUSES_FIELD_NUMBER: _ClassVar[int]
    TABLES_REFERENCED_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_REFERENCED_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    explanation: str
    clauses: _containers.RepeatedCompositeFieldContainer[Clause]
    tables_referenced: _containers.RepeatedScalarFieldContainer[str]
    columns_referenced: _containers.RepeatedScalarFieldContainer[str]
    output_columns: _containers.RepeatedScalarFieldContainer[str]
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, explanation: _Optional[str] = ..., clauses: _Optional[_Iterable[_Union[Clause, _Mapping]]] = ..., tables_referenced: _Optional[_Iterable[str]] = ..., columns_referenced: _Optional[_Iterable[str]] = ..., output_columns: _Optional[_Iterable[str]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class OptimizeSqlRequest(_message.Message):
    __slots__ = ("sql", "dialect", "tables", "workspace_id")
    SQL_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    sql: str
    dialect: _dialect_pb2.SqlDialect.Value
    tables: _containers.RepeatedCompositeFieldContainer[_table_schema_pb2.TableSchema]
    workspace_id: str
    def __init__(self, sql: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., tables: _Optional[_Iterable[_Union[_table_schema_pb2.TableSchema, _Mapping]]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Proof(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[Proof.Value]
        equal_results: _ClassVar[Proof.Value]
        rule: _ClassVar[Proof.Value]
        unverified: _ClassVar[Proof.Value]
    unspecified: Proof.Value
    equal_results: Proof.Value
    rule: Proof.Value
    unverified: Proof.Value
    def __init__(self) -> None: ...

class Rewrite(_message.Message):
    __slots__ = ("rule", "title", "before", "after", "proof", "impact")
    RULE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    IMPACT_FIELD_NUMBER: _ClassVar[int]
    rule: str
    title: str
    before: str
    after: str
    proof: Proof.Value
    impact: str
    def __init__(self, rule: _Optional[str] = ..., title: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ..., proof: _Optional[_Union[Proof.Value, str]] = ..., impact: _Optional[str] = ...) -> None: ...

class OptimizeSqlResponse(_message.Message):
    __slots__ = ("optimized_sql", "suggestions", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    OPTIMIZED_SQL_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    optimized_sql: str
    suggestions: _containers.RepeatedCompositeFieldContainer[Rewrite]
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, optimized_sql: _Optional[str] = ..., suggestions: _Optional[_Iterable[_Union[Rewrite, _Mapping]]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ValidateSqlRequest(_message.Message):
    __slots__ = ("sql", "dialect", "tables", "workspace_id")
    SQL_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    TABLES_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    sql: str
    dialect: _dialect_pb2.SqlDialect.Value
    tables: _containers.RepeatedCompositeFieldContainer[_table_schema_pb2.TableSchema]
    workspace_id: str
    def __init__(self, sql: _Optional[str] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., tables: _Optional[_Iterable[_Union[_table_schema_pb2.TableSchema, _Mapping]]] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class ValidateSqlResponse(_message.Message):
    __slots__ = ("is_valid", "errors", "warnings", "tables_referenced", "statement_kind", "is_read_only", "dialect", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    TABLES_REFERENCED_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_KIND_FIELD_NUMBER: _ClassVar[int]
    IS_READ_ONLY_FIELD_NUMBER: _ClassVar[int]
    DIALECT_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    errors: _containers.RepeatedCompositeFieldContainer[SqlIssue]
    warnings: _containers.RepeatedCompositeFieldContainer[SqlIssue]
    tables_referenced: _containers.RepeatedScalarFieldContainer[str]
    statement_kind: str
    is_read_only: bool
    dialect: _dialect_pb2.SqlDialect.Value
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, is_valid: _Optional[bool] = ..., errors: _Optional[_Iterable[_Union[SqlIssue, _Mapping]]] = ..., warnings: _Optional[_Iterable[_Union[SqlIssue, _Mapping]]] = ..., tables_referenced: _Optional[_Iterable[str]] = ..., statement_kind: _Optional[str] = ..., is_read_only: _Optional[bool] = ..., dialect: _Optional[_Union[_dialect_pb2.SqlDialect.Value, str]] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
