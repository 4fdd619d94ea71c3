from dataflow.access.v1 import access_pb2 as _access_pb2
from dataflow.common.v1 import reply_pb2 as _reply_pb2
from dataflow.copilot.v1 import conversation_pb2 as _conversation_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorCategory(_message.Message):
    __slots__ = ()
    class Value(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        unspecified: _ClassVar[ErrorCategory.Value]
        connection: _ClassVar[ErrorCategory.Value]
        authentication: _ClassVar[ErrorCategory.Value]
        schema: _ClassVar[ErrorCategory.Value]
        data_quality: _ClassVar[ErrorCategory.Value]
        resource: _ClassVar[ErrorCategory.Value]
        timeout: _ClassVar[ErrorCategory.Value]
        configuration: _ClassVar[ErrorCategory.Value]
        unknown: _ClassVar[ErrorCategory.Value]
    unspecified: ErrorCategory.Value
    connection: ErrorCategory.Value
    authentication: ErrorCategory.Value
    schema: ErrorCategory.Value
    data_quality: ErrorCategory.Value
    resource: ErrorCategory.Value
    timeout: ErrorCategory.Value
    configuration: ErrorCategory.Value
    unknown: ErrorCategory.Value
    def __init__(self) -> None: ...

class DiagnoseRequest(_message.Message):
    __slots__ = ("error_message", "logs", "pipeline_context", "system", "language", "workspace_id")
    ERROR_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    LOGS_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_CONTEXT_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    error_message: str
    logs: str
    pipeline_context: _conversation_pb2.PipelineContext
    system: str
    language: str
    workspace_id: str
    def __init__(self, error_message: _Optional[str] = ..., logs: _Optional[str] = ..., pipeline_context: _Optional[_Union[_conversation_pb2.PipelineContext, _Mapping]] = ..., system: _Optional[str] = ..., language: _Optional[str] = ..., workspace_id: _Optional[str] = ...) -> None: ...

class Fix(_message.Message):
    __slots__ = ("title", "steps", "sql", "confidence")
    TITLE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    SQL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    title: str
    steps: str
    sql: str
    confidence: float
    def __init__(self, title: _Optional[str] = ..., steps: _Optional[str] = ..., sql: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class DiagnoseResponse(_message.Message):
    __slots__ = ("category", "root_cause", "explanation", "fixes", "matched_rule", "failing_line", "object", "system", "confidence", "source", "degraded_reasons", "model", "usage", "latency_ms", "provenance")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    ROOT_CAUSE_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    FIXES_FIELD_NUMBER: _ClassVar[int]
    MATCHED_RULE_FIELD_NUMBER: _ClassVar[int]
    FAILING_LINE_FIELD_NUMBER: _ClassVar[int]
    OBJECT_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DEGRADED_REASONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LATENCY_MS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    category: ErrorCategory.Value
    root_cause: str
    explanation: str
    fixes: _containers.RepeatedCompositeFieldContainer[Fix]
    matched_rule: str
    failing_line: int
    object: str
    system: str
    confidence: float
    source: _reply_pb2.Source.Value
    degraded_reasons: _containers.RepeatedScalarFieldContainer[str]
    model: str
    usage: _reply_pb2.Usage
    latency_ms: int
    provenance: _reply_pb2.Provenance
    def __init__(self, category: _Optional[_Union[ErrorCategory.Value, str]] = ..., root_cause: _Optional[str] = ..., explanation: _Optional[str] = ..., fixes: _Optional[_Iterable[_Union[Fix, _Mapping]]] = ..., matched_rule: _Optional[str] = ..., failing_line: _Optional[int] = ..., object: _Optional[str] = ..., system: _Optional[str] = ..., confidence: _Optional[float] = ..., source: _Optional[_Union[_reply_pb2.Source.Value, str]] = ..., degraded_reasons: _Optional[_Iterable[str]] = ..., model: _Optional[str] = ..., usage: _Optional[_Union[_reply_pb2.Usage, _Mapping]] = ..., latency_ms: _Optional[int] = ..., provenance: _Optional[_Union[_reply_pb2.Provenance, _Mapping]] = ...) -> None: ...
